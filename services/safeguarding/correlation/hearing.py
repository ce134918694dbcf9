"""How often an agency is heard: its heartbeat, and the longest of its gaps; the last event carries what is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.record import Hot, Mark

_DAYS = 14  # on which it was heard: nights and week-ends lie between them, so that they are usual
_OUTAGE = 3  # a gap longer than this many usual ones is no usual gap: it counts as much as this


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
        data["longest"] = _longest(data["longest"], day_of(mark.at), mark.at - before.at)
        data["gaps"] += 1
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
    """The longest gap of the last days on which it was heard, in milliseconds; None: less than `known` are known."""
    return _most(last.data["longest"]) if last.data["gaps"] >= known else None


def _longest(days: Sequence[Sequence[int]], day: int, gap: int) -> list[Sequence[int]]:
    """Day and longest gap of each of the last days, with one gap more."""
    usual = _most(days)
    counted = gap if usual is None else min(gap, _OUTAGE * usual)
    if days and days[-1][0] == day:
        return [*days[:-1], (day, max(days[-1][1], counted))]
    return [*days[-_DAYS + 1 :], (day, counted)]


def _most(days: Sequence[Sequence[int]]) -> int | None:
    return max((gap for _, gap in days), default=None)
