"""Takes back into the hot record what it has let go of, when an event arrives so late that its windows reach there."""

from __future__ import annotations

from bisect import insort

from safeguarding.correlation.calendar import add_months
from safeguarding.correlation.desk import Desk
from safeguarding.correlation.parameters import MOST_DAYS, MOST_MONTHS
from safeguarding.correlation.record import Hot, Mark


def awaken(hot: Hot, mark: Mark, desk: Desk) -> None:
    """Read the whole history again when a late event, or one of an old case, may belong to what was dropped.

    A case is as old as its first event. What no window needs is dropped again tomorrow.

    Args:
        hot: the record; changed in place.
        mark: the event, which is not yet in the record.
        desk: the history, and the alerts that have left the record.
    """
    late = hot.dropped >= min(add_months(mark.day, -MOST_MONTHS), mark.day - MOST_DAYS)
    if not late and not _is_of_an_old_case(hot, mark, desk):
        return  # nearly always
    known = {mark.event_id, *(other.event_id for other in hot.marks)}
    back = [old for old in desk.history() if old.event_id not in known]
    for old in back:
        insort(hot.marks, old, key=lambda m: (m.occurred_at, m.event_id))
    hot.lives[:0] = desk.unshelve({old.event_id for old in back})
    hot.aside = {}  # it is among the marks again


def _is_of_an_old_case(hot: Hot, mark: Mark, desk: Desk) -> bool:
    """Whether all that is known of the event's case has left the record."""
    if not mark.case or any(other.case == mark.case for other in hot.marks):
        return False
    return desk.has_let_go(mark.case)
