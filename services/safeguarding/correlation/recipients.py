"""Who holds a role for this child now: audiences by age and setting (rules.md). Unknown means nobody, and a hold."""

from __future__ import annotations

from typing import NamedTuple

from safeguarding.correlation.calendar import age, day_of
from safeguarding.correlation.record import Hot, Mark

PLANS = ("cin", "cpp", "lac")
NO_RECIPIENT = "no_recipient"
ADULT = 18
SCHOOL_NURSE_FROM = 5
HOME_EDUCATION = "home-education"


class Target(NamedTuple):
    """Somebody to tell; without a code nobody is known and the notice is held."""

    audience: str
    code: str | None
    name: str | None = None


def targets(role: str, hot: Hot, clock: int) -> list[Target]:
    """Who holds a role at a clock.

    Args:
        role: one of `parameters.Role`; ``agency:`` and an agency for one that was asked or has referred.
        hot: the subject's record.
        clock: age and recipient are those of the clock.
    """
    who = hot.who
    if role == "hub-or-worker":
        return _worker(hot) or [Target("hub", "hub")]
    if role == "worker":
        return _worker(hot)
    if role == "nurse":
        return _nurse(hot, clock)
    if role == "health-visitor":
        return _health_visitor(hot)
    if role == "gp":
        return [Target("gp", who.gp[1], who.gp[2]) if who.gp else Target("gp", None)]
    if role == "school-or-officer" and is_home_educated(hot):
        return [Target("hub", "hub", "the authority's officer for home education")]
    if role in ("school-or-officer", "agency:education"):
        return [Target("school", who.school[1] if who.school else None)]
    if role == "police-supervisor":
        return [Target("police", "police-supervisor")]
    agency = role.removeprefix("agency:")
    return [Target(agency, agency)]


def years(hot: Hot, clock: int) -> int | None:
    """The child's age at a clock; None: not known, or not born."""
    born = (hot.child or {}).get("date_of_birth")
    return None if born is None else age(born, day_of(clock))


def is_unborn(hot: Hot) -> bool:
    """Whether the child has an expected date and no date of birth."""
    child = hot.child or {}
    return child.get("date_of_birth") is None and child.get("expected_date_of_birth") is not None


def is_home_educated(hot: Hot) -> bool:
    """Whether the newest enrolment says so."""
    return hot.who.home_educated is not None and hot.who.home_educated[1]


def school_nurse(hot: Hot) -> tuple[int, str] | None:
    """Since when the school nurses' team is the child's, and the team; that of a former school is not."""
    who = hot.who
    known, school = who.school_nurse, (who.school and who.school[1]) or ""
    if known is None or known[1] is None or who.nurse_school not in (None, school):
        return None
    return known[0], known[1]


def status_of(marks: list[Mark]) -> Mark | None:
    """The status that stands: one at a time, the latest; None when it is no plan, no care, or has ended."""
    latest = next((mark for mark in reversed(marks) if mark.type == "hub.status.changed"), None)
    if latest is None or latest.data["ended"] or latest.data["status"] not in PLANS:
        return None
    return latest


def _worker(hot: Hot) -> list[Target]:
    """The allocated worker's team, of a child in need, on a plan or looked after."""
    status = status_of(hot.marks)
    if status is None:
        return []
    worker, team = status.data.get("worker"), status.data.get("team")
    code = team or worker
    return [Target("worker", code, worker)] if code else []


def _health_visitor(hot: Hot) -> list[Target]:
    """The health visitor; of an unborn child the mother's, and the midwifery team."""
    who = hot.who
    visitor = Target("health-visitor", who.health_visitor[1] if who.health_visitor else None)
    midwives = [Target("health-visitor", who.midwifery[1])] if is_unborn(hot) and who.midwifery else []
    return [visitor, *midwives]


def _nurse(hot: Hot, clock: int) -> list[Target]:
    who, old = hot.who, years(hot, clock)
    if old is None:  # not born, or nobody said when: a child at school is no baby
        small = is_unborn(hot) or (who.health_visitor is not None and who.school is None)
    else:
        small = old < SCHOOL_NURSE_FROM
    if small:
        return _health_visitor(hot)
    if old is not None and old >= ADULT:
        return []
    known = school_nurse(hot)
    return [Target("school-nurse", known[1] if known else HOME_EDUCATION if is_home_educated(hot) else None)]
