"""What a rule finds against what has been told: raised, amended, escalated, resolved, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import at_local, day_of
from safeguarding.correlation.finding import Active, Finding, Look
from safeguarding.correlation.marks import concern_level
from safeguarding.correlation.record import Hot, Life, Mark

MUTE_DAYS = 28
_AGENCY_OF = {"gp": "health", "school-nurse": "health", "health-visitor": "health", "school": "education"}


class Change(NamedTuple):
    """One revision of one alert; `finding` is None when it closes without one."""

    active: Active
    life: Life
    finding: Finding | None


def judge(hot: Hot, active: Active, arriving: Mark | None) -> list[Change]:
    """Ask a rule what holds now, and change its alerts in the record accordingly.

    Args:
        hot: the record, with its clock; changed in place.
        active: the rule.
        arriving: the event that has just come, None when only time passed.
    """
    findings, wake = _find(hot, active)
    if wake is None:
        hot.wakes.pop(active.rule.id, None)
    else:
        hot.wakes[active.rule.id] = wake
    changes = []
    for finding in findings:
        change = _settle(hot, active, finding, arriving)
        if change is not None:
            changes.append(change)
    found = {finding.case for finding in findings}
    for life in _lives(hot, active):
        if life.open and life.case not in found:
            changes.append(_close(hot, active, life, "withdrawn", "a later event shows that it does not hold", None))
    return changes


def current(hot: Hot, active: Active, case: str) -> Finding | None:
    """What the rule finds now for a case, to fill the document of a release or a close."""
    return next((finding for finding in _find(hot, active, closed=False)[0] if finding.case == case), None)


def decide(hot: Hot, actives: Sequence[Active], answer: Mark, alert_ids: dict[str, Life]) -> list[Change]:
    """A person's answer: a decision closes what waits for one, a dismissal closes and mutes.

    Args:
        hot: the record; changed in place.
        actives: the rules in force.
        answer: mark of a `<agency>.notification.…` event.
        alert_ids: the open alerts by id.
    """
    verb = answer.type.rsplit(".", 1)[1]
    by_rule = {active.rule.id: active for active in actives}
    named, rule = answer.data.get("alert_id"), answer.data.get("rule")
    changes = []
    for name, life in alert_ids.items():
        active = by_rule.get(life.rule)
        if active is None or active.rule.finished or (name != named if named else life.rule != rule):
            continue
        if answer.agency not in {"hub", *(_AGENCY_OF.get(told.audience, told.audience) for told in life.told)}:
            continue  # nobody answers what they were not told
        if verb == "dismissed":
            finding = current(hot, active, life.case)
            grave = finding.level if finding else 0
            agencies = sorted({mark.agency for mark in finding.because}) if finding else []
            life.mute_until, life.graver_than = at_local(day_of(hot.clock) + MUTE_DAYS, 0), (grave, agencies)
            changes.append(_close(hot, active, life, "resolved", "dismissed", None))
        elif verb in active.rule.decision and (answer.agency == "hub" or verb != "actioned"):
            changes.append(_close(hot, active, life, "resolved", f"{verb} by {answer.agency}", None))
    return changes


def quiet_at(life: Life, active: Active) -> int | None:
    """Clock at which an open alert closes for want of new evidence; None: never."""
    if active.rule.quiet_days is None or not life.open:
        return None
    return at_local(day_of(life.fresh_at) + active.rule.quiet_days, 0)


def fall_quiet(hot: Hot, active: Active, life: Life) -> Change:
    """Close an alert that has had no new evidence for long."""
    return _close(hot, active, life, "resolved", "quiet", None)


def _find(hot: Hot, active: Active, *, closed: bool = True) -> tuple[list[Finding], int | None]:
    consumed: dict[str, frozenset[str]] = {}
    for life in _lives(hot, active):
        if life.status == "resolved" and closed:
            consumed[life.case] = consumed.get(life.case, frozenset()) | frozenset(life.because)
    return active.rule.find(Look(hot, hot.clock, consumed), active.parameters)


def _lives(hot: Hot, active: Active) -> Iterator[Life]:
    return (life for life in list(hot.lives) if life.rule == active.rule.id)


def _settle(hot: Hot, active: Active, finding: Finding, arriving: Mark | None) -> Change | None:
    lives = [life for life in _lives(hot, active) if life.case == finding.case]
    newest = lives[-1] if lives else None
    ids = [mark.event_id for mark in finding.because]
    if newest is not None and newest.open:
        if finding.resolved is not None:
            return _close(hot, active, newest, "resolved", finding.resolved, finding)
        if ids == newest.because and finding.stage <= newest.stage:
            return None
        newest.status = "escalated" if finding.stage > newest.stage else "amended"
        if ids != newest.because:
            newest.fresh_at = hot.clock
        newest.because, newest.stage = ids, max(finding.stage, newest.stage)
        newest.revision += 1
        return Change(active, newest, finding)
    if finding.resolved is not None or _muted(lives, hot.clock, arriving):
        return None
    if newest is not None and newest.status == "withdrawn":
        newest.closed_at, newest.reason, newest.status = None, None, "raised"
        newest.because, newest.stage, newest.fresh_at = ids, finding.stage, hot.clock
        newest.revision += 1
        return Change(active, newest, finding)
    spent = {event_id for life in lives for event_id in life.because}
    if newest is not None and spent.issuperset(ids):
        return None
    name = f"{active.rule.id}|{finding.case}"
    hot.minted[name] = hot.minted.get(name, 0) + 1
    life = Life(
        rule=active.rule.id,
        case=finding.case,
        n=hot.minted[name],
        revision=1,
        status="raised",
        opened_at=hot.clock,
        fresh_at=hot.clock,
        because=ids,
        stage=finding.stage,
    )
    hot.lives.append(life)
    return Change(active, life, finding)


def _muted(lives: Sequence[Life], clock: int, arriving: Mark | None) -> bool:
    """Whether a dismissal keeps the rule silent, and the arriving event is no graver than what was dismissed."""
    for life in lives:
        if life.mute_until is not None and clock < life.mute_until and life.graver_than is not None:
            level, agencies = life.graver_than
            if arriving is None or ((concern_level(arriving) or 0) <= level and arriving.agency in agencies):
                return True
    return False


def _close(hot: Hot, active: Active, life: Life, status: str, reason: str, finding: Finding | None) -> Change:
    life.status, life.reason, life.closed_at = status, reason, hot.clock
    life.revision += 1
    life.pending = []
    return Change(active, life, finding)
