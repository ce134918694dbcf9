"""How often an agency is heard: its heartbeat, and the longest of its gaps; a few marks are kept of it."""

from __future__ import annotations

from collections.abc import Sequence

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
    data, known = dict(mark.data), before.data["gaps"] if before else 0
    if before is not None and not mark.backfill and not before.backfill:
        gap, usual = mark.at - before.at, usual_gap(hot.marks, 1)
        data["gap"], known = gap if usual is None else min(gap, _OUTAGE * usual), known + 1
    data["gaps"] = known
    hot.marks.append(msgspec.structs.replace(mark, data=data))
    hot.marks = _kept(hot)


def last_heard(marks: Sequence[Mark]) -> Mark | None:
    """The newest event, by its arrival."""
    return marks[-1] if marks else None


def beats_every(marks: Sequence[Mark]) -> int | None:
    """Milliseconds between heartbeats, as the newest of them says; None: it sends none."""
    newest = next((mark for mark in reversed(marks) if "every_seconds" in mark.data), None)
    return None if newest is None else newest.data["every_seconds"] * 1000


def usual_gap(marks: Sequence[Mark], known: int) -> int | None:
    """The longest gap of the last days on which it was heard, in milliseconds; None: less than `known` are known."""
    if not marks or marks[-1].data["gaps"] < known:
        return None
    return max((mark.data["gap"] for mark in marks if "gap" in mark.data), default=None)


def _kept(hot: Hot) -> list[Mark]:
    """The last mark, the last heartbeat, the longest gap of each of the last days, what alerts rest on."""
    longest: dict[int, Mark] = {}
    for mark in hot.marks:
        gap = mark.data.get("gap")
        if gap is not None:
            day = day_of(mark.at)
            known = longest.get(day)
            longest[day] = mark if known is None or gap >= known.data["gap"] else known
    keep = {mark.event_id for mark in list(longest.values())[-_DAYS:]} | {hot.marks[-1].event_id}
    keep |= {event_id for life in hot.lives if life.open for event_id in life.because}
    beat = next((mark for mark in reversed(hot.marks) if "every_seconds" in mark.data), None)
    keep |= {beat.event_id} if beat else set()
    return [mark for mark in hot.marks if mark.event_id in keep]
