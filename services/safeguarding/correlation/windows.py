"""Units and the windows they fall in: which of them stand in a window that holds enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, overload

from safeguarding.correlation.calendar import add_months
from safeguarding.correlation.record import Mark


class Unit(NamedTuple):
    """What is counted once: the events of one case, or one event without a case.

    Attributes:
        first: its earliest event, by which `because` names it.
        level: the highest level of its events.
        marks: all its events.
    """

    first: Mark
    level: int
    marks: Sequence[Mark]

    def is_among(self, event_ids: frozenset[str]) -> bool:
        """Whether it is one of those that a closed alert rests on, whichever of its events named it there."""
        return any(mark.event_id in event_ids for mark in self.marks)


def units(marks: Iterable[Mark], level_of: Callable[[Mark], int | None]) -> list[Unit]:
    """Marks that count (`level_of` is not None), joined by case, in order of their earliest event.

    Args:
        marks: by time of occurrence.
        level_of: how grave a mark is; None: it does not count.
    """
    groups: dict[str, tuple[list[Mark], list[int]]] = {}
    for mark in marks:
        level = level_of(mark)
        if level is not None:
            of_case, levels = groups.setdefault(mark.case or mark.event_id, ([], []))
            of_case.append(mark)
            levels.append(level)
    return [Unit(of_case[0], max(levels), of_case) for of_case, levels in groups.values()]


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
        if self.days is not None:
            return f"{self.days} days" if self.days != 1 else "1 day"
        return f"{self.months} months" if self.months != 1 else "1 month"


class Stretch(Sequence[Unit]):
    """Units that follow one another: a window, of which nothing is copied.

    Attributes:
        found: the units among which they stand.
        start: place of the first.
        end: place after the last.
    """

    __slots__ = ("end", "found", "start")

    def __init__(self, found: Sequence[Unit], start: int, end: int) -> None:
        self.found, self.start, self.end = found, start, end

    def __len__(self) -> int:
        return self.end - self.start

    @overload
    def __getitem__(self, place: int) -> Unit: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Unit]: ...
    def __getitem__(self, place: int | slice) -> Unit | Sequence[Unit]:
        return self.found[self.start : self.end][place]

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.found[self.start : self.end])


def widest(found: Sequence[Unit], span: Span) -> list[Stretch]:
    """Every window that no other window holds.

    Args:
        found: units in order of occurrence.
        span: length of the window; one that begins at a unit holds all that one begun earlier would have held of it.
    """
    windows: list[Stretch] = []
    end = 0
    for start, unit in enumerate(found):
        limit, before = span.end(unit.first.day), end
        while end < len(found) and found[end].first.day < limit:
            end += 1
        if end > before:
            windows.append(Stretch(found, start, end))
    return windows


def counter(found: Sequence[Unit], counts: Callable[[Unit], bool]) -> Callable[[Stretch], int]:
    """How many units of a window count, whatever its length, at one look at each unit.

    Args:
        found: units in order of occurrence.
        counts: whether a unit counts.
    """
    sums = list(accumulate(map(counts, found), initial=0))
    return lambda window: sums[window.end] - sums[window.start]


def kinds(windows: Iterable[Stretch], kind: Callable[[Unit], object]) -> Iterator[int]:
    """How many kinds of units each window holds.

    Args:
        windows: those of `widest`, in order.
        kind: what parts one kind from another.
    """
    held: dict[object, int] = {}
    start = end = 0
    for window in windows:
        for unit in window.found[end : window.end]:
            held[kind(unit)] = held.get(kind(unit), 0) + 1
        for unit in window.found[start : window.start]:
            left = held[kind(unit)] = held[kind(unit)] - 1
            if not left:
                del held[kind(unit)]
        start, end = window.start, window.end
        yield len(held)


def inside(found: Sequence[Unit], windows: Iterable[Sequence[Unit]]) -> list[Unit]:
    """The units that stand in any of these windows, in order.

    Args:
        found: units in order of occurrence.
        windows: those that hold enough.
    """
    held, seen = set[str](), dict[int, int]()
    for window in sorted(windows, key=lambda one: one.start if isinstance(one, Stretch) else 0):
        some = window
        if isinstance(window, Stretch):  # each unit once, although windows lie over one another
            start = max(window.start, seen.get(id(window.found), 0))
            seen[id(window.found)] = max(window.end, start)
            some = window.found[start : window.end]
        held.update(unit.first.event_id for unit in some)
    return [unit for unit in found if unit.first.event_id in held]
