"""What a rule may look at: the record and the clock. Nothing else, so that a replay answers the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from safeguarding.correlation.record import Hot, Life, Mark, load_marks


class Look:
    """One subject at one moment; shared by all rules that are judged at it.

    Attributes:
        hot: the subject's record.
        clock: the pipeline's clock.
        due: deadlines up to and at this clock have passed. What falls due at the very time of an event
            fires after all events of that time, so while an event is judged this is one tick before the clock.
        consumed: ids of events that closed alerts of this rule rest on, by case.
        open: ids of events that open alerts of this rule rest on, by case.
    """

    __slots__ = ("_groups", "_memo", "clock", "consumed", "due", "hot", "open")

    def __init__(self, hot: Hot, clock: int, due: int) -> None:
        self.hot, self.clock, self.due = hot, clock, due
        self.consumed: Mapping[str, frozenset[str]] = {}
        self.open: Mapping[str, Sequence[str]] = {}
        self._groups: dict[str, list[Mark]] | None = None
        self._memo: dict[Any, Any] = {}

    def marks(self, types: frozenset[str]) -> list[Mark]:
        """Marks of these types, by time of occurrence."""
        known: list[Mark] | None = self._memo.get(types)
        if known is None:
            groups = self._by_type()
            if len(types) == 1:
                known = groups.get(next(iter(types)), [])
            elif len(types) > len(groups):
                known = sorted((m for t, marks in groups.items() if t in types for m in marks), key=_place)
            else:
                known = sorted((m for t in types for m in groups.get(t, ())), key=_place)
            self._memo[types] = known
        return known

    def once(self, view: Callable[[Look], Any]) -> Any:
        """What a view says, worked out once for all rules that ask for it."""
        if view not in self._memo:
            self._memo[view] = view(self)
        return self._memo[view]

    def whole(self, rule: str) -> Look:
        """The same moment with what stands aside for a rule's open alert."""
        if rule not in self.hot.aside:
            return self
        known: Look | None = self._memo.get(("whole", rule))
        if known is None:
            marks = sorted([*load_marks(self.hot.aside[rule]), *self.hot.marks], key=_place)
            known = Look(msgspec.structs.replace(self.hot, marks=marks, aside={}), self.clock, self.due)
            self._memo["whole", rule] = known
        return known

    def of_rule(self, consumed: Mapping[str, frozenset[str]], standing: Mapping[str, Sequence[str]]) -> Look:
        """The same moment as one rule sees it, which knows its own alerts."""
        other = Look(self.hot, self.clock, self.due)
        other._groups, other._memo = self._by_type(), self._memo
        other.consumed, other.open = consumed, standing
        return other

    def these(self, event_ids: Iterable[str]) -> list[Mark]:
        """The marks of these events that are in the record, by time of occurrence."""
        known: dict[str, Mark] = self.once(_by_id)
        return sorted((known[event_id] for event_id in event_ids if event_id in known), key=_place)

    def holds(self, event_ids: Iterable[str]) -> bool:
        """Whether all these events are in the record."""
        known: dict[str, Mark] = self.once(_by_id)
        return all(event_id in known for event_id in event_ids)

    def around(self, because: Iterable[Mark]) -> Iterator[Mark]:
        """Some events and all else of their cases: what counts once, by its first event, is handled as all of it."""
        cases: dict[str, list[Mark]] = self.once(_by_case)
        yield from (mark for mark in because if not mark.case)
        yield from (mark for case in {mark.case for mark in because if mark.case} for mark in cases.get(case, ()))

    def lives(self, rule: str) -> list[Life]:
        """Alerts of a rule, oldest first."""
        return [life for life in self.hot.lives if life.rule == rule]

    def sent(self, rule: str) -> set[str]:
        """Cases of which a notice of a rule has left for anybody; a held one has not."""
        return {life.case for life in self.hot.lives if life.rule == rule and life.told}

    def _by_type(self) -> dict[str, list[Mark]]:
        if self._groups is None:
            groups: dict[str, list[Mark]] = {}
            for mark in self.hot.marks:
                groups.setdefault(mark.type, []).append(mark)
            self._groups = groups
        return self._groups


def _by_id(look: Look) -> dict[str, Mark]:
    return {mark.event_id: mark for mark in look.hot.marks}


def _by_case(look: Look) -> dict[str, list[Mark]]:
    cases: dict[str, list[Mark]] = {}
    for mark in look.hot.marks:
        if mark.case:
            cases.setdefault(mark.case, []).append(mark)
    return cases


def _place(mark: Mark) -> tuple[int, str]:
    return mark.occurred_at, mark.event_id
