"""Whom to tell of a change: recipients now, holds, and releases when a recipient or the time has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from safeguarding.correlation.desk import Desk
from safeguarding.correlation.document import Sending, Telling, case_hash, record
from safeguarding.correlation.finding import Active, Finding, Pack
from safeguarding.correlation.lifecycle import Change, current
from safeguarding.correlation.look import Look
from safeguarding.correlation.recipients import NO_RECIPIENT, targets
from safeguarding.correlation.record import Hot, Life, Pending, Told
from safeguarding.correlation.said import content, traits
from safeguarding.events.times import rfc3339

_NEXT_0800 = "next_0800"


def raised(look: Look, change: Change, pack: Pack, desk: Desk) -> dict[str, Any]:
    """The record for alerts.raised.v1 of one revision; who was told and who waits is kept in the alert."""
    life, finding, active = change.life, change.finding, change.active
    if life.status in ("resolved", "withdrawn"):
        sending = Sending([ended(told, life) for told in life.told], [], [told.audience for told in life.told])
    else:
        assert finding is not None  # noqa: S101  # only a close comes without one
        sending = to_roles(look, active, life, finding, finding.roles)
        life.said, life.shown, life.as_of = content(look, active, finding), traits(look.hot.child), look.clock
    return record(look, active, life, finding or current(look, active, life), pack, desk, sending)


def releases(look: Look, pack: Pack, desk: Desk) -> Iterator[dict[str, Any]]:
    """Records for notices that were held and may leave now, at the revision their alert has."""
    hot = look.hot
    for life in hot.lives:
        if not life.pending or not life.open or life.rule not in pack.rules:
            continue
        active = pack.rules[life.rule]
        ready = [p for p in life.pending if _is_ready(p, life, hot)]
        finding = current(look, active, life) if ready else None
        if finding is None:  # nothing to tell any more, and its time must not come again
            life.pending = [p for p in life.pending if p not in ready]
            continue
        before = {(told.audience, told.code) for told in life.told}
        tell: list[Telling] = []
        held: list[Pending] = []
        for role in dict.fromkeys(p.role for p in ready):
            batch = next((p.until for p in ready if p.role == role and p.reason == _NEXT_0800), None)
            life.pending = [p for p in life.pending if p.role != role]
            now, waits = _role(look, active, life, finding._replace(later={}), role, batch)
            tell += [t for t in now if (t["audience"], t["code"]) not in before and not _is_told(tell, t)]
            held += waits
        audiences = [t.audience for t in life.told] + [p.audience for p in life.pending]
        yield record(look, active, life, finding, pack, desk, Sending(tell, held, audiences, release=True))


def release_at(hot: Hot, pack: Pack) -> int | None:
    """Clock at which the next held notice leaves by itself; one whose rule is no longer in the pack never does."""
    lives = [life for life in hot.lives if life.open and life.rule in pack.rules]
    times = [p.until for life in lives for p in life.pending if p.until is not None]
    return min(times, default=None)


def to_roles(look: Look, active: Active, life: Life, finding: Finding, roles: Iterable[str]) -> Sending:
    """Tellings and holds of several roles; the alert keeps who was told and who waits."""
    tell: list[Telling] = []
    held: list[Pending] = []
    audiences: list[str] = []
    for role in roles:
        now, waits = _role(look, active, life, finding, role)
        tell += [t for t in now if not _is_told(tell, t)]
        held += waits
        audiences += [t["audience"] for t in now] + [p.audience for p in life.pending if p.role == role]
    return Sending(tell, held, audiences)


def say(look: Look, active: Active, finding: Finding, told: Told, batch: str | None = None) -> Telling:
    """What one recipient is told of what holds now."""
    words = active.rule.tell(finding, told.audience, look, active.parameters)
    return {
        "audience": told.audience,
        "code": told.code,
        "name": told.name,
        "what": words.what,
        "recipient_action": words.recipient_action,
        "counts": words.counts,
        "grade": words.grade,
        "signs": words.signs,
        "voice": words.voice or None,  # the words are put in where the events are at hand
        "contact": words.contact,
        "feedback": words.feedback,
        "batch": batch,
    }


def ended(told: Told, life: Life) -> Telling:
    """What somebody who was told learns when the alert is over."""
    what = "" if life.status == "withdrawn" else f"Closed: {life.reason}."
    silent = dict.fromkeys(("counts", "grade", "signs", "voice", "contact", "batch"))
    who = {"audience": told.audience, "code": told.code, "name": told.name}
    return {**who, "what": what, "recipient_action": "none", **silent}


def _is_ready(pending: Pending, life: Life, hot: Hot) -> bool:
    if pending.until is not None:
        return pending.until <= hot.clock
    told = {(t.audience, t.code) for t in life.told}
    return any(t.code is not None and (t.audience, t.code) not in told for t in targets(pending.role, hot, hot.clock))


def _is_told(tell: list[Telling], telling: Telling) -> bool:
    """Whether somebody who holds two roles has been told in one of them."""
    return any(t["audience"] == telling["audience"] and t["code"] == telling["code"] for t in tell)


def _role(
    look: Look, active: Active, life: Life, finding: Finding, role: str, batch: int | None = None
) -> tuple[list[Telling], list[Pending]]:
    """Tellings and holds of one role; changes the life's told and pending."""
    hot = look.hot
    until = finding.later.get(role)
    waiting = [p for p in life.pending if p.role == role]
    life.pending = [p for p in life.pending if p.role != role]
    tell, held = [], []
    for target in targets(role, hot, hot.clock):
        known = any(t.audience == target.audience and t.code == target.code for t in life.told)
        if until is not None and until > hot.clock and not known:
            earlier = [p.until for p in waiting if p.until is not None]
            pending = Pending(role, target.audience, _NEXT_0800, min([until, *earlier]))
        elif target.code is None:
            pending = Pending(role, target.audience, NO_RECIPIENT, None)
        else:
            told = Told(target.audience, target.code, target.name)
            name = None if batch is None and until is None else _batch(target.code, batch or hot.clock)
            tell.append(say(look, active, finding, told, name))
            if not known:
                life.told.append(told)
            continue
        life.pending.append(pending)
        if pending not in waiting:
            held.append(pending)
    return tell, held


def _batch(code: str, at: int) -> str:
    return case_hash(f"{code}|{rfc3339(at)}")
