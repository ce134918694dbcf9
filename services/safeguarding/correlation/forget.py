"""What the hot record may let go of: what no window reaches, no open alert rests on, and no longer stands.

What an alert rests on that gathers evidence for years stands aside, where its own rule alone reads it: to the others an
event without what came between it and the next would say something else.
"""

from __future__ import annotations

from collections.abc import Collection

from safeguarding.correlation.calendar import add_months
from safeguarding.correlation.desk import Desk
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.marks import gravity, names_of, newest_to_any
from safeguarding.correlation.record import Hot, Life, Mark, dump_marks

KEPT_MONTHS = 13  # the longest window is twelve months; one more for what arrives late
_STATUS = "hub.status.changed"
# States that stand until another word comes; of each case, or adult, the last one is kept for good.
_OPENS = frozenset({"yos.case.opened", "probation.case.allocated"})
_CLOSES = frozenset({"yos.case.closed", "probation.case.closed"})
_CLIENT = frozenset({"cgl.client.children_linked", "cgl.engagement.changed"})


def forget(hot: Hot, today: int, pack: Pack, case: str, desk: Desk) -> None:
    """Drop what is not needed any more, once a day.

    Args:
        hot: a child's or case's record; changed in place.
        today: the clock's London date.
        pack: the rules in force.
        case: case of the event that is arriving: it goes on.
        desk: keeps the alerts that leave the record.
    """
    horizon = add_months(today, -KEPT_MONTHS)
    if hot.swept == today or hot.about == "agency" or not hot.marks or hot.marks[0].day >= horizon:
        return
    hot.swept = today
    standing = [life for life in hot.lives if life.open and (life.pending or life.rule not in pack.finished)]
    gathering = [life for life in standing if _gathers(life, pack)]
    pinned = {event_id for life in standing if life not in gathering for event_id in life.because}
    old = [mark for mark in hot.marks if mark.day < horizon]
    keep = pinned | _of_live_cases(hot.marks, old, horizon, pinned, case) | _standing(old) | newest_to_any(old)
    gone = [mark for mark in old if mark.event_id not in keep]
    for life in gathering if gone else ():
        _set_aside(hot, life, gone, pack.rules[life.rule].rule.context)
    desk.let_go({mark.case for mark in gone if mark.case})
    hot.dropped = max([hot.dropped, *(mark.day for mark in gone)])
    hot.marks = [mark for mark in hot.marks if mark.day >= horizon or mark.event_id in keep]
    kept = {mark.event_id for mark in hot.marks}
    kept_for = {life.rule: kept.union(life.because) for life in gathering}
    for life in [one for one in hot.lives if not _matters(one, hot.clock, kept_for.get(one.rule, kept), pack.finished)]:
        hot.lives.remove(life)
        desk.shelve(life)
    for agency, by_day in hot.days.items():
        hot.days[agency] = {day: count for day, count in by_day.items() if day >= horizon}


def _gathers(life: Life, pack: Pack) -> bool:
    active = pack.rules.get(life.rule)
    return active is not None and active.rule.gathers


def _set_aside(hot: Hot, life: Life, gone: list[Mark], context: frozenset[str]) -> None:
    """Of what leaves the record: what an open alert rests on, all else of the same cases, and its context since."""
    evidence = set(life.because)
    rests = [mark for mark in hot.marks if mark.event_id in evidence]
    cases = {mark.case for mark in rests if mark.case}
    since = 0 if life.rule in hot.aside else min((mark.occurred_at for mark in rests), default=hot.clock)
    aside = [
        mark
        for mark in gone
        if mark.event_id in evidence or mark.case in cases or (mark.type in context and mark.occurred_at >= since)
    ]
    if aside:
        hot.aside.setdefault(life.rule, []).append(dump_marks(aside))


def _matters(life: Life, clock: int, kept: set[str], finished: Collection[str]) -> bool:
    if life.open and life.rule not in finished:
        return True
    return (life.mute_until or 0) > clock or any(event_id in kept for event_id in life.because)


def _of_live_cases(marks: list[Mark], old: list[Mark], horizon: int, pinned: set[str], case: str) -> set[str]:
    """Of a case that goes on, or that an alert rests on: the first, the gravest and the last of each type.

    A concern is as old as the first event of its case, so its age must not change when that event is old; and what
    was answered once must not seem to have no answer.
    """
    going_on = [mark for mark in marks if mark.day >= horizon or mark.event_id in pinned]
    live = {name for mark in going_on for name in names_of(mark)} | {case}
    while True:
        groups: dict[tuple[str, str], list[Mark]] = {}
        for mark in old:
            for name in live.intersection(names_of(mark)):
                groups.setdefault((name, mark.type), []).append(mark)
        kept = [one for group in groups.values() for one in (group[0], max(group, key=gravity), group[-1])]
        more = {name for mark in kept for name in names_of(mark)} - live
        if not more:  # what stays because of one case may go on another: a core group of a case is one of its meeting
            return {mark.event_id for mark in kept}
        live |= more


def _standing(old: list[Mark]) -> set[str]:
    """What was said long ago and still stands."""
    keep: dict[object, Mark] = {}
    for mark in old:
        if mark.type == _STATUS:
            keep[_STATUS] = mark
            begun = keep.get("began")
            if begun is None or _status(begun) != _status(mark):
                keep["began"] = mark  # else the last word on it would look like a change
        elif mark.type in _OPENS:
            keep[_whose(mark)] = mark  # who works on it now
            keep.setdefault(("case since", _whose(mark)), mark)
        elif mark.type in _CLOSES:
            keep.pop(_whose(mark), None)
            keep.pop(("case since", _whose(mark)), None)
        elif mark.type in _CLIENT:
            keep[mark.type, _whose(mark)[2]] = mark
            since = ("client since", _whose(mark)[2])
            if mark.data.get("status") == "dropped_out":
                keep["left", since] = mark
                keep.pop(since, None)
            else:
                keep.setdefault(since, mark)  # else who has been a client all along would seem to have become one
    return {mark.event_id for mark in keep.values()}


def _status(mark: Mark) -> tuple[str, bool]:
    return mark.data["status"], mark.data["ended"]


def _whose(mark: Mark) -> tuple[str, str, str]:
    adults = [mark.data["via"]] if "via" in mark.data else mark.data.get("clients", [])
    return mark.agency, mark.case, "|".join(adults)
