"""What a rule finds against what has been told: raised, amended, escalated, resolved, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import at_local, day_of
from safeguarding.correlation.finding import Active, Finding
from safeguarding.correlation.look import Look
from safeguarding.correlation.record import Hot, Life, Mark
from safeguarding.correlation.silence import is_muted, quieten

# Which audiences an agency answers for: it may answer what one of them was told. The hub may answer anything.
_ANSWERS_FOR = {"health": ("gp", "school-nurse", "health-visitor", "health"), "education": ("school",)}


class Change(NamedTuple):
    """One revision of one alert; `finding` is None when it closes without one."""

    active: Active
    life: Life
    finding: Finding | None


def judge(look: Look, active: Active) -> list[Change]:
    """Ask a rule what holds now, and change its alerts in the record accordingly.

    Args:
        look: the record and its clock; the record is changed in place.
        active: the rule.
    """
    hot = look.hot
    findings, wake = _find(look, active)
    if wake is None:
        hot.wakes.pop(active.rule.id, None)
    else:
        hot.wakes[active.rule.id] = wake
    changes = []
    for finding in findings:
        change = _settle(hot, active, finding)
        if change is not None:
            changes.append(change)
    if active.rule.finished:
        return changes  # a late event does not take back what was a notice
    found = {finding.case for finding in findings}
    for life in look.lives(active.rule.id):
        if life.open and life.case not in found:
            changes.append(_close(hot, active, life, "withdrawn", "a later event shows that it does not hold", None))
    return changes


def current(look: Look, active: Active, case: str) -> Finding | None:
    """What the rule finds now for a case, to fill the document of a release or a close."""
    found = [finding for finding in _find(look, active, closed=False)[0] if finding.case == case]
    return found[-1] if found else None


def decide(look: Look, actives: Sequence[Active], answer: Mark, alert_ids: dict[str, Life]) -> list[Change]:
    """A person's answer: a decision closes what waits for one, a dismissal closes and mutes.

    Args:
        look: the record and its clock; the record is changed in place.
        actives: the rules in force.
        answer: mark of a `<agency>.notification.…` event.
        alert_ids: the open alerts by id.
    """
    verb = answer.type.rsplit(".", 1)[1]
    by_rule = {active.rule.id: active for active in actives}
    named, rule = answer.data.get("alert_id"), answer.data.get("rule")
    audiences = _ANSWERS_FOR.get(answer.agency, (answer.agency,))
    changes = []
    for name, life in alert_ids.items():
        active = by_rule.get(life.rule)
        if active is None or active.rule.finished or (name != named if named else life.rule != rule):
            continue
        if answer.agency != "hub" and not any(told.audience in audiences for told in life.told):
            continue  # who was never told has nothing to answer
        dismissed = verb == "dismissed" and bool(answer.data.get("reason"))
        if dismissed or f"{answer.agency}.{verb}" in active.rule.decision:
            finding = current(look, active, life.case)
            reason = "dismissed" if dismissed else f"{verb} by {answer.agency}"
            changes.append(_close(look.hot, active, life, "resolved", reason, finding, dismissed=dismissed))
    return changes


def quiet_at(life: Life, active: Active) -> int | None:
    """Clock at which an open alert closes for want of new evidence; None: never."""
    if active.rule.quiet is None or not life.open:
        return None
    return at_local(active.rule.quiet.end(day_of(life.fresh_at)), 0)


def fall_quiet(look: Look, active: Active, life: Life) -> Change:
    """Close an alert that has had no new evidence for long."""
    return _close(look.hot, active, life, "resolved", "quiet", current(look, active, life.case))


def _find(look: Look, active: Active, *, closed: bool = True) -> tuple[list[Finding], int | None]:
    consumed: dict[str, frozenset[str]] = {}
    open_cases = set()
    for life in look.lives(active.rule.id):
        if life.open:
            open_cases.add(life.case)
        elif life.status == "resolved" and closed:
            consumed[life.case] = consumed.get(life.case, frozenset()) | frozenset(life.because)
    return active.rule.find(look.of_rule(consumed, frozenset(open_cases)), active.parameters)


def _settle(hot: Hot, active: Active, finding: Finding) -> Change | None:
    of_rule = [life for life in hot.lives if life.rule == active.rule.id]
    lives = [life for life in of_rule if life.case == finding.case]
    newest = lives[-1] if lives else None
    ids = [mark.event_id for mark in finding.because]
    if newest is not None and newest.open:
        if finding.resolved is not None:
            return _close(hot, active, newest, "resolved", finding.resolved, finding)
        return _go_on(hot, active, newest, finding, ids)
    if finding.resolved is not None:
        return None
    if newest is not None and newest.status == "withdrawn":
        newest.closed_at, newest.reason, newest.status = None, None, "raised"
        newest.because, newest.stage, newest.fresh_at = ids, finding.stage, hot.clock
        newest.revision += 1
        return Change(active, newest, finding)
    spent = {event_id for life in lives for event_id in life.because}
    if spent.issuperset(ids) or is_muted(of_rule, active, finding, hot.clock):
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


def _go_on(hot: Hot, active: Active, life: Life, finding: Finding, ids: list[str]) -> Change | None:
    """Amend or escalate an open alert; a finished one only when a graver form has come."""
    graver = finding.stage > life.stage
    if not graver and (active.rule.finished or ids == life.because):
        return None
    life.status = "escalated" if graver and not active.rule.finished else "amended"
    if ids != life.because:
        life.fresh_at = hot.clock
    life.because, life.stage = ids, max(finding.stage, life.stage)
    life.revision += 1
    return Change(active, life, finding)


def _close(
    hot: Hot,
    active: Active,
    life: Life,
    status: str,
    reason: str,
    finding: Finding | None,
    *,
    dismissed: bool = False,
) -> Change:
    life.status, life.reason, life.closed_at = status, reason, hot.clock
    life.revision += 1
    life.pending = []
    if status == "resolved":
        quieten(life, active, finding, hot.clock, dismissed=dismissed)
    return Change(active, life, finding)
