"""How often an agency is heard: its heartbeat, and the longest of its gaps; the last event carries what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.record import Hot, Mark
from safeguarding.events.times import HOUR

_DAYS = 14  # on which it was heard: nights and week-ends lie between them, so that they are usual
_OUTAGE = 3  # a gap longer than this many usual ones is no usual gap: it counts as much as this
_DAYS_TO_KNOW = 5  # heard on fewer days, its gaps must be alike: a few minutes say nothing of the hours between them
_ALIKE = 3  # times the shortest, and no longer
_WATCHED = 2 * HOUR  # and known for so long: a burst is alike too
_GAPS_TO_KNOW = 5  # before so many gaps are known, none is an outage


def hear(hot: Hot, mark: Mark) -> None:
    """Keep that an agency was heard, and drop what is of no use any more.

    Args:
        hot: the agency's record; changed in place.
        mark: its event.
    """
    before = last_heard(hot.marks)
    if before is not None and mark.agency != before.agency:
        return  # somebody's answer to the alert
    data: dict[str, Any] = {"gaps": 0, "longest": []} if before is None else dict(before.data)
    if before is not None and not mark.backfill and not before.backfill:
        gap = mark.at - before.at
        data["longest"] = _longest(data, day_of(mark.at), gap)
        data["shortest"] = min(data.get("shortest", gap), gap)
        data["gaps"] += 1
        data["watched"] = data.get("watched", 0) + gap
    data |= mark.data
    needed = {event_id for life in hot.lives if life.open for event_id in life.because}
    hot.marks = [known for known in hot.marks if known.event_id in needed]
    hot.marks.append(msgspec.structs.replace(mark, data=data))


def last_heard(marks: Sequence[Mark]) -> Mark | None:
    """The newest event, by its arrival."""
    return marks[-1] if marks else None


def beats_every(last: Mark) -> int | None:
    """Milliseconds between heartbeats, as the newest of them says; None: it sends none."""
    seconds: int | None = last.data.get("every_seconds")
    return None if seconds is None else seconds * 1000


def usual_gap(last: Mark, known: int) -> int | None:
    """The longest gap of the last days on which it was heard, in milliseconds; None: nothing is usual yet."""
    return _usual(last.data, known)


def _usual(data: Mapping[str, Any], known: int) -> int | None:
    """The longest gap; None while fewer than `known` are known, or while few days show unlike ones or a mere burst."""
    longest = max((gap for _, gap in data["longest"]), default=None)
    if longest is None or data["gaps"] < known:
        return None
    alike = longest <= _ALIKE * data.get("shortest", 0) and data.get("watched", 0) >= _WATCHED
    return longest if alike or len(data["longest"]) >= _DAYS_TO_KNOW else None


def _longest(data: Mapping[str, Any], day: int, gap: int) -> list[Sequence[int]]:
    """Day and longest gap of each of the last days, with one gap more."""
    days: Sequence[Sequence[int]] = data["longest"]
    usual = _usual(data, _GAPS_TO_KNOW)
    counted = gap if usual is None else min(gap, _OUTAGE * usual)
    if days and days[-1][0] == day:
        return [*days[:-1], (day, max(days[-1][1], counted))]
    return [*days[-_DAYS + 1 :], (day, counted)]
