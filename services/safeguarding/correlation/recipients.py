"""Who holds a role for this child now: audiences by age and setting (rules.md). Unknown means nobody, and a hold."""

from __future__ import annotations

from typing import NamedTuple

from safeguarding.correlation.calendar import age, day_of
from safeguarding.correlation.record import Hot

PLANS = ("cin", "cpp", "lac")
NO_RECIPIENT = "no_recipient"


class Target(NamedTuple):
    """Somebody to tell; without a code nobody is known and the notice is held."""

    audience: str
    code: str | None
    name: str | None = None


def targets(role: str, hot: Hot, clock: int) -> list[Target]:
    """Who holds a role at a clock.

    Args:
        role: an audience, or ``hub-or-worker``, ``nurse``, ``police-supervisor``.
        hot: the child's record.
        clock: age and recipient are those of the clock.
    """
    who = hot.who
    if role == "hub-or-worker":
        return [_worker(hot) or Target("hub", "hub")]
    if role == "nurse":
        return _nurse(hot, clock)
    if role == "gp":
        return [Target("gp", who.gp[1], who.gp[2]) if who.gp else Target("gp", None)]
    if role == "school":
        return [Target("school", who.school[1] if who.school else None)]
    if role == "police-supervisor":
        return [Target("police", "police-supervisor")]
    return [Target(role, role)]


def audience_of(role: str, hot: Hot, clock: int) -> list[str]:
    """The audiences behind a role, whether or not their recipient is known."""
    return [target.audience for target in targets(role, hot, clock)]


def _worker(hot: Hot) -> Target | None:
    """The allocated worker of a child in need, on a plan or looked after; the latest status stands."""
    latest = next((mark for mark in reversed(hot.marks) if mark.type == "hub.status.changed"), None)
    if latest is None or latest.data["ended"] or latest.data["status"] not in PLANS:
        return None
    worker, team = latest.data.get("worker"), latest.data.get("team")
    return Target("worker", team or worker, worker) if team or worker else None


def _nurse(hot: Hot, clock: int) -> list[Target]:
    who, child = hot.who, hot.child or {}
    visitor = who.health_visitor[1] if who.health_visitor else None
    school_nurse = who.school_nurse[1] if who.school_nurse else None
    born = child.get("date_of_birth")
    if born is None and child.get("expected_date_of_birth") is not None:
        midwife = [Target("health-visitor", who.midwifery[1])] if who.midwifery else []
        return [Target("health-visitor", visitor), *midwife]
    if born is None:
        known = visitor is not None and who.school is None
        return [Target("health-visitor", visitor) if known else Target("school-nurse", school_nurse)]
    years = age(born, day_of(clock))
    if years < 5:
        return [Target("health-visitor", visitor)]
    if years >= 18:
        return []
    home = who.home_educated is not None and who.home_educated[1]
    return [Target("school-nurse", school_nurse or ("home-education" if home else None))]
