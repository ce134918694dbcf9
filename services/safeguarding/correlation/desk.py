"""What a judgement may reach beyond the hot record: history rows and alerts that have left it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from safeguarding.correlation.record import Life, Mark


class Desk(Protocol):
    """Rows of one subject.

    Attributes:
        silent: nothing is told: the past is folded again, and only who would have been told is kept.
    """

    silent: bool

    def recall(self, mark: Mark) -> dict[str, Any]:
        """The event of a mark, from its history row."""

    def history(self) -> Iterator[Mark]:
        """Marks of all events of the subject that mean something to it."""

    def unshelve(self, event_ids: set[str]) -> list[Life]:
        """Take back alerts that left the hot record and rest on any of these events."""

    def let_go(self, cases: set[str]) -> None:
        """Note cases of which an event leaves the hot record."""

    def has_let_go(self, case: str) -> bool:
        """Whether an event of a case has left the hot record."""

    def shelve(self, life: Life) -> None:
        """Keep an alert that leaves the hot record."""

    def last_number(self, life: Life) -> int:
        """Highest number that an alert of this rule and case has in its id, of those that left the hot record."""

    def shelved(self) -> Sequence[Life]:
        """Alerts that have left the hot record."""

    def sent(self) -> Sequence[Life] | None:
        """While the past is folded again: what has been sent until now; else None."""
