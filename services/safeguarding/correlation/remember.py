"""Puts an event into the hot record: who looks after the child, the mark, the counts. No judgement here."""

from __future__ import annotations

from bisect import insort
from typing import Any

from safeguarding.correlation.hearing import hear
from safeguarding.correlation.marks import means_something
from safeguarding.correlation.record import Hot, Mark, Who

_STICKS = ("confidential_address", "s_flag")
_ENTRIES = 25


def remember(hot: Hot, mark: Mark, event: dict[str, Any], fact: dict[str, Any]) -> None:
    """Change the record so that it holds the event.

    Args:
        hot: the subject's record; changed in place.
        mark: the event's mark.
        event: the decoded event.
        fact: the fact that carried it.
    """
    if fact["child"] is not None:
        hot.child = fact["child"]
    _who(hot.who, mark, event, direct=mark.direct or _is_of_the_mother(mark, hot))
    stick = [word for word in event["sensitivity"] if word in _STICKS]
    if any(p["address_confidential"] for p in event["people"]):
        stick.append("confidential_address")
    hot.sensitivity.extend(word for word in stick if word not in hot.sensitivity)
    if hot.about == "agency":
        hear(hot, mark)
    elif means_something(mark):
        insort(hot.marks, mark, key=lambda m: (m.occurred_at, m.event_id))
    by_day = hot.days.setdefault(mark.agency, {})
    by_day[mark.day] = by_day.get(mark.day, 0) + 1
    insort(hot.last, (mark.occurred_at, mark.agency, mark.type))
    del hot.last[:-_ENTRIES]
    hot.first = mark.occurred_at if hot.first is None else min(hot.first, mark.occurred_at)


def _is_of_the_mother(mark: Mark, hot: Hot) -> bool:
    """Whether an event about the mother of an unborn child says who looks after both of them."""
    born = (hot.child or {}).get("date_of_birth")
    return mark.data.get("link") == "pregnancy" and (born is None or mark.day < born)


def _who(who: Who, mark: Mark, event: dict[str, Any], *, direct: bool) -> None:
    """The newest word on who looks after the child, by the time it happened."""
    data, at = event["data"], mark.occurred_at
    if event["type"] == "health.registration.changed" and direct:
        who.gp = _newer(who.gp, (at, data["gp_practice"], data["named_gp"]))
        if data["health_visitor_team"]:
            who.health_visitor = _newer(who.health_visitor, (at, data["health_visitor_team"]))
        if data["midwifery_team"]:
            who.midwifery = _newer(who.midwifery, (at, data["midwifery_team"]))
    elif event["type"] == "education.enrolment.changed" and mark.direct:
        who.school = _newer(who.school, (at, data["school"]))
        who.home_educated = _newer(who.home_educated, (at, data["home_educated"]))
        if data["school_nurse_team"] and (who.school_nurse is None or at >= who.school_nurse[0]):
            who.school_nurse, who.nurse_school = (at, data["school_nurse_team"]), data["school"] or ""


def _newer(old: Any, new: Any) -> Any:
    return new if old is None or new[0] >= old[0] else old
