"""Units and the windows they fall in: which of them stand in a window that holds enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import add_months
from safeguarding.correlation.record import Mark


class Unit(NamedTuple):
    """What is counted once: the events of one case, or one event without a case.

    Attributes:
        first: its earliest event, by which `because` names it.
        level: the highest level of its events.
        events: ids of all its events.
    """

    first: Mark
    level: int
    events: tuple[str, ...]


def units(marks: Iterable[Mark], level_of: Callable[[Mark], int | None]) -> list[Unit]:
    """Marks that count (`level_of` is not None), joined by case, in order of their earliest event."""
    groups: dict[str, list[tuple[Mark, int]]] = {}
    for mark in marks:
        level = level_of(mark)
        if level is not None:
            groups.setdefault(mark.case or mark.event_id, []).append((mark, level))
    found = [
        Unit(
            min((m for m, _ in group), key=lambda m: (m.occurred_at, m.event_id)),
            max(level for _, level in group),
            tuple(m.event_id for m, _ in group),
        )
        for group in groups.values()
    ]
    return sorted(found, key=lambda unit: (unit.first.occurred_at, unit.first.event_id))


class Span(NamedTuple):
    """Length of a window: so many consecutive dates, or so many months."""

    days: int | None = None
    months: int | None = None

    def end(self, day: int) -> int:
        """The first date after a window that begins on `day`."""
        return day + self.days if self.days is not None else add_months(day, self.months or 0)

    @property
    def words(self) -> str:
        """The length in words."""
        return f"{self.days} days" if self.days is not None else f"{self.months} months"


def holding(
    found: Sequence[Unit], span: Span, enough: Callable[[Sequence[Unit]], bool], best: Callable[[Sequence[Unit]], None]
) -> set[str]:
    """Ids of the earliest events of all units that stand in any window for which `enough` holds.

    Args:
        found: units in order of occurrence.
        span: length of the window; one begins at each unit, which covers every largest window.
        enough: whether the units of a window are enough.
        best: called with the units of every window, to keep the numbers that are shown.
    """
    held: set[str] = set()
    end = 0
    for start, unit in enumerate(found):
        limit = span.end(unit.first.day)
        end = max(end, start)
        while end < len(found) and found[end].first.day < limit:
            end += 1
        window = found[start:end]
        best(window)
        if enough(window):
            held.update(u.first.event_id for u in window)
    return held
