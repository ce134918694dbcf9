"""The review queue as a value: of all that was said of each question, what stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from safeguarding.wire.codec import decode_as
from safeguarding.wire.room import Record


class Item(NamedTuple):
    """A question that a person must answer, or has.

    Attributes:
        what: `event` (no lawful basis) or `person` (who is it?).
        reason: why it waits.
        agency: who sent the event.
        id: id of the event.
        ref: which person of it.
        candidates: who might be meant: keys and what agrees.
        since: clock since when it waits.
        at: clock of the newest word on it.
        open: whether it still waits.
    """

    what: str
    reason: str
    agency: str
    id: str
    ref: str | None
    candidates: Sequence[dict[str, Any]]
    since: int
    at: int
    open: bool

    @property
    def name(self) -> str:
        """What a person types to mean it."""
        return f"{self.id}/{self.ref}" if self.ref else self.id


def items(records: Iterable[Record]) -> list[Item]:
    """What stands of each question, those that wait longest in front.

    A question whose candidates change is closed and asked anew at once: it has waited all the time. A word that is
    older than the newest is a repeat that somebody wrote late.

    Args:
        records: of identity.review.v1, in their order.
    """
    found: dict[tuple[str, str, str | None], Item] = {}
    for record in records:
        if record.value is None:
            continue
        word = decode_as("record.review_item", record.value)
        place = word["agency"], word["id"], word["ref"]
        before = found.get(place)
        if before is not None and word["at"] < before.at:
            continue
        goes_on = before is not None and (before.open or before.at == word["at"])
        since = before.since if before is not None and goes_on else word["at"]
        said = {name: word[name] for name in ("what", "reason", "agency", "id", "ref", "candidates", "at", "open")}
        found[place] = Item(since=since, **said)
    return sorted(found.values(), key=lambda item: (item.since, item.name))


def meant(found: Iterable[Item], wanted: str, *, answered: bool = False) -> list[Item]:
    """Questions that a person may mean: by the event's id or its beginning, with or without `/` and a label.

    Args:
        found: all questions.
        wanted: what the person typed.
        answered: those who have their answer are meant as well, should no open one be.
    """
    name, _, ref = wanted.strip().partition("/")
    like = [item for item in found if item.id.startswith(name.lower()) and ref in ("", item.ref)]
    still_open = [item for item in like if item.open]
    return still_open or (like if answered else [])
