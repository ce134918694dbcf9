"""What a rule finds against what has been told: raised, amended, escalated, resolved, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import at_local, day_of
from safeguarding.correlation.desk import Desk
from safeguarding.correlation.document import case_hash
from safeguarding.correlation.finding import Active, Finding
from safeguarding.correlation.look import Look
from safeguarding.correlation.record import Hot, Life
from safeguarding.correlation.silence import is_muted, quieten


class Change(NamedTuple):
    """One revision of one alert; `finding` is None when it closes without one."""

    active: Active
    life: Life
    finding: Finding | None


def judge(look: Look, active: Active, desk: Desk) -> list[Change]:
    """Ask a rule what holds now, and change its alerts in the record accordingly.

    Args:
        look: the record and its clock; the record is changed in place.
        active: the rule.
        desk: what is beyond the record.
    """
    hot = look.hot
    if active.rule.id in hot.aside and not any(life.open for life in look.lives(active.rule.id)):
        del hot.aside[active.rule.id]  # it was for the alert that is closed
    findings, wake = active.rule.find(as_seen(look, active), active.parameters)
    if wake is None:
        hot.wakes.pop(active.rule.id, None)
    else:
        hot.wakes[active.rule.id] = wake
    changes = []
    lives = look.lives(active.rule.id)
    of_case: dict[str, list[Life]] = {}
    for life in lives:
        of_case.setdefault(life.case, []).append(life)
    for finding in findings:
        change = _settle(hot, active, finding, lives, of_case.get(finding.case, ()), desk)
        if change is not None:
            changes.append(change)
    if active.rule.finished:
        return changes  # a late event does not take back what was a notice
    found = {finding.case for finding in findings}
    for life in lives:
        if life.open and life.case not in found:
            changes.append(close(hot, active, life, "withdrawn", "a later event shows that it does not hold", None))
    return changes


def current(look: Look, active: Active, life: Life) -> Finding | None:
    """What the rule finds now for an alert, to fill the document of a release or a close."""
    findings, _ = active.rule.find(as_seen(look, active, life.closed_at), active.parameters)
    return next((finding for finding in reversed(findings) if finding.case == life.case), None)


def quiet_at(life: Life, active: Active) -> int | None:
    """Clock at which an open alert closes for want of new evidence; None: never."""
    if active.rule.quiet is None or not life.open:
        return None
    return at_local(active.rule.quiet.end(day_of(life.fresh_at)), 0)


def fall_quiet(look: Look, active: Active, life: Life) -> Change:
    """Close an alert that has had no new evidence for long."""
    return close(look.hot, active, life, "resolved", "quiet", current(look, active, life))


def as_seen(look: Look, active: Active, before: int | None = None) -> Look:
    """A moment as a rule sees it, which knows its own alerts: evidence of those that are resolved is consumed.

    Args:
        look: the record and its clock.
        active: the rule.
        before: only alerts that were closed before this clock have consumed anything; None: all that are closed.
    """
    consumed: dict[str, set[str]] = {}
    standing: dict[str, Sequence[str]] = {}
    for life in look.lives(active.rule.id):
        if life.open:
            standing[life.case] = life.because
        elif life.status == "resolved" and (before is None or (life.closed_at or 0) < before):
            consumed.setdefault(life.case, set()).update(life.because)
    spent = {case: frozenset(ids) for case, ids in consumed.items()}
    return look.whole(active.rule.id).of_rule(spent, standing)


def _settle(
    hot: Hot, active: Active, finding: Finding, of_rule: Sequence[Life], lives: Sequence[Life], desk: Desk
) -> Change | None:
    """What a finding changes, by the rule's alerts and those of the finding's case."""
    standing = next((life for life in lives if life.open), None)
    ids = {mark.event_id for mark in finding.because}
    if standing is not None:
        if finding.resolved is not None:
            return close(hot, active, standing, "resolved", finding.resolved, finding)
        return _go_on(hot, active, standing, finding)
    if finding.resolved is not None:
        return None
    again = next((life for life in lives if life.status == "withdrawn" and not ids.isdisjoint(life.because)), None)
    if again is not None:
        again.closed_at, again.reason, again.status, again.stage = None, None, "raised", finding.stage
        again.fresh_at = hot.clock
        again.revision += 1
        rest_on(again, finding)
        return Change(active, again, finding)
    spent = {event_id for life in lives if life.status == "resolved" for event_id in life.because}
    if spent.issuperset(ids) or is_muted(of_rule, active, finding, hot.clock):
        return None
    life = Life(
        rule=active.rule.id,
        case=finding.case,
        n=0,
        revision=1,
        status="raised",
        opened_at=hot.clock,
        fresh_at=hot.clock,
        because=[],
        name=case_hash(finding.case),
    )
    rest_on(life, finding)
    life.n = 1 + highest_number(hot.lives, life, desk)
    hot.lives.append(life)
    return Change(active, life, finding)


def rest_on(life: Life, finding: Finding) -> None:
    """Let an alert rest on what is found."""
    life.because = [mark.event_id for mark in finding.because]
    life.versions = [mark.stands for mark in finding.because if mark.stands]
    life.stage = max(finding.stage, life.stage)
    life.urgency = finding.urgency


def highest_number(lives: Sequence[Life], life: Life, desk: Desk) -> int:
    """Highest number in the id of any alert of this rule and case, there and beyond; 0 when there is none."""
    alike = [other.n for other in lives if other.rule == life.rule and other.name == life.name]
    return max(alike) if alike else desk.last_number(life)


def _go_on(hot: Hot, active: Active, life: Life, finding: Finding) -> Change | None:
    """Amend or escalate an open alert; a finished one only when a graver form has come."""
    graver, ids = finding.stage > life.stage, [mark.event_id for mark in finding.because]
    if not graver and (active.rule.finished or ids == life.because):
        return None
    life.status = "escalated" if graver and not active.rule.finished else "amended"
    if ids != life.because:
        life.fresh_at = hot.clock
    rest_on(life, finding)
    life.revision += 1
    return Change(active, life, finding)


def close(
    hot: Hot,
    active: Active,
    life: Life,
    status: str,
    reason: str,
    finding: Finding | None,
    *,
    dismissed: bool = False,
) -> Change:
    """Close an alert.

    Args:
        hot: the record, with its clock.
        active: its rule.
        life: the alert; changed.
        status: resolved or withdrawn.
        reason: why, in words.
        finding: what holds now; None: nothing any more.
        dismissed: by a dismissal, which mutes the rule for a while.
    """
    life.status, life.reason, life.closed_at = status, reason, hot.clock
    life.revision += 1
    life.pending = []
    if status == "resolved":
        quieten(life, active, finding, hot.clock, dismissed=dismissed)
    return Change(active, life, finding)
