"""Whom to tell of a change: recipients now, holds, and releases when a recipient or the time has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeguarding.correlation.document import Recall, alert, case_hash, illustrate
from safeguarding.correlation.finding import Active, Finding, Pack
from safeguarding.correlation.lifecycle import Change, current
from safeguarding.correlation.look import Look
from safeguarding.correlation.recipients import NO_RECIPIENT, targets
from safeguarding.correlation.record import Hot, Life, Mark, Pending, Told
from safeguarding.events.times import rfc3339

_NEXT_0800 = "next_0800"
_HIDES_SCHOOL = ("confidential_address", "s_flag")  # the school is told, but nobody which one it is


def raised(look: Look, change: Change, pack: Pack, recall: Recall) -> dict[str, Any]:
    """The record for alerts.raised.v1 of one revision; who was told and who waits is kept in the life."""
    life, finding, active = change.life, change.finding, change.active
    ends = life.status in ("resolved", "withdrawn")
    tell: list[dict[str, Any]] = []
    held: list[Pending] = []
    if ends:
        tell = [_ended(told, life) for told in life.told]
        audiences = [told.audience for told in life.told]
    else:
        assert finding is not None  # noqa: S101  # only a close comes without one
        audiences = []
        for role in finding.roles:
            now, waits = _role(look, active, life, finding, role)
            tell += [t for t in now if not _is_told(tell, t)]
            held += waits
            audiences += [t["audience"] for t in now] + [p.audience for p in life.pending if p.role == role]
    return _record(look, active, life, finding, pack, recall, tell, held, audiences, release=False)


def releases(look: Look, pack: Pack, recall: Recall) -> Iterator[dict[str, Any]]:
    """Records for notices that were held and may leave now, at the revision their alert has."""
    hot = look.hot
    for life in hot.lives:
        if not life.pending or not life.open or life.rule not in pack.rules:
            continue
        active = pack.rules[life.rule]
        ready = [p for p in life.pending if _is_ready(p, life, hot)]
        if not ready:
            continue
        finding = current(look, active, life.case)
        if finding is None:  # nothing to tell any more, and its time must not come again
            life.pending = [p for p in life.pending if p not in ready]
            continue
        before = {(told.audience, told.code) for told in life.told}
        tell: list[dict[str, Any]] = []
        held: list[Pending] = []
        for role in dict.fromkeys(p.role for p in ready):
            batch = next((p.until for p in ready if p.role == role and p.reason == _NEXT_0800), None)
            life.pending = [p for p in life.pending if p.role != role]
            now, waits = _role(look, active, life, finding._replace(later={}), role, batch)
            tell += [t for t in now if (t["audience"], t["code"]) not in before and not _is_told(tell, t)]
            held += waits
        audiences = list(dict.fromkeys([t.audience for t in life.told] + [p.audience for p in life.pending]))
        yield _record(look, active, life, finding, pack, recall, tell, held, audiences, release=True)


def release_at(hot: Hot, pack: Pack) -> int | None:
    """Clock at which the next held notice leaves by itself; one whose rule is no longer in the pack never does."""
    lives = [life for life in hot.lives if life.open and life.rule in pack.rules]
    times = [p.until for life in lives for p in life.pending if p.until is not None]
    return min(times, default=None)


def _is_ready(pending: Pending, life: Life, hot: Hot) -> bool:
    if pending.until is not None:
        return pending.until <= hot.clock
    told = {(t.audience, t.code) for t in life.told}
    return any(t.code is not None and (t.audience, t.code) not in told for t in targets(pending.role, hot, hot.clock))


def _is_told(tell: list[dict[str, Any]], telling: dict[str, Any]) -> bool:
    """Whether somebody who holds two roles has been told in one of them."""
    return any(t["audience"] == telling["audience"] and t["code"] == telling["code"] for t in tell)


def _role(
    look: Look, active: Active, life: Life, finding: Finding, role: str, batch: int | None = None
) -> tuple[list[dict[str, Any]], list[Pending]]:
    """Tellings and holds of one role; changes the life's told and pending."""
    hot = look.hot
    until = finding.later.get(role)
    waiting = [p for p in life.pending if p.role == role]
    life.pending = [p for p in life.pending if p.role != role]
    tell, held = [], []
    for target in targets(role, hot, hot.clock):
        if until is not None and until > hot.clock:
            earlier = [p.until for p in waiting if p.until is not None]
            pending = Pending(role, target.audience, _NEXT_0800, min([until, *earlier]))
        elif target.code is None:
            pending = Pending(role, target.audience, NO_RECIPIENT, None)
        else:
            say = active.rule.tell(finding, target.audience, look, active.parameters)
            name = None if batch is None and until is None else _batch(target.code, batch or hot.clock)
            tell.append(
                {
                    "audience": target.audience,
                    "code": target.code,
                    "name": target.name,
                    "what": say.what,
                    "recipient_action": say.recipient_action,
                    "counts": say.counts,
                    "grade": say.grade,
                    "signs": say.signs,
                    "voice": say.voice or None,  # the words are put in where the events are at hand
                    "contact": say.contact,
                    "batch": name,
                }
            )
            if not any(t.audience == target.audience and t.code == target.code for t in life.told):
                life.told.append(Told(target.audience, target.code, target.name, say.what))
            continue
        life.pending.append(pending)
        if pending not in waiting:
            held.append(pending)
    return tell, held


def _record(
    look: Look,
    active: Active,
    life: Life,
    finding: Finding | None,
    pack: Pack,
    recall: Recall,
    tell: list[dict[str, Any]],
    held: list[Pending],
    audiences: list[str],
    *,
    release: bool,
) -> dict[str, Any]:
    hot = look.hot
    shown = finding or current(look, active, life.case)
    because = _evidence(hot, life)
    document = alert(
        hot, life, active, pack, because, shown.observed if shown else (), shown.urgency if shown else "routine"
    )
    around = _around(hot, because)
    sensitive = [word for mark in around for word in recall(mark)["sensitivity"]]
    basis = illustrate(document, because, recall, [*hot.sensitivity, *sensitive])
    document["audiences"] = list(dict.fromkeys(audiences))
    hidden = set(_HIDES_SCHOOL).intersection(document["sensitivity"])
    document["recipients"] = [
        {"audience": t["audience"], "code": t["code"], "name": t["name"]}
        for t in tell
        if not (hidden and t["audience"] == "school")
    ]
    words = (document["voice"] or {}).get("words")
    for telling in tell:
        telling["voice"] = words if telling["voice"] else None
    return {
        "at": hot.clock,
        "release": release,
        "alert": document,
        "tell": tell,
        "held": [{"audience": p.audience, "reason": p.reason, "until": p.until} for p in held],
        "domestic_abuse": active.rule.domestic_abuse or any(_is_domestic_abuse(mark) for mark in around),
        "basis": basis,
    }


def _evidence(hot: Hot, life: Life) -> list[Mark]:
    wanted = set(life.because)
    return [mark for mark in hot.marks if mark.event_id in wanted]


def _around(hot: Hot, because: list[Mark]) -> list[Mark]:
    """The evidence and all else of its cases: what is counted once, by its first event, is handled as all of it."""
    ids, cases = {mark.event_id for mark in because}, {mark.case for mark in because if mark.case}
    return [mark for mark in hot.marks if mark.event_id in ids or mark.case in cases]


def _is_domestic_abuse(mark: Mark) -> bool:
    if mark.type == "police.da_form.completed" or mark.data.get("category") == "domestic_abuse":
        return True
    return mark.type == "police.incident.recorded" and mark.data["kind"] == "domestic_abuse"


def _ended(told: Told, life: Life) -> dict[str, Any]:
    what = told.what if life.status == "withdrawn" else f"Closed: {life.reason}."
    silent = dict.fromkeys(("counts", "grade", "signs", "voice", "contact", "batch"))
    who = {"audience": told.audience, "code": told.code, "name": told.name}
    return {**who, "what": what, "recipient_action": "none", **silent}


def _batch(code: str, at: int) -> str:
    return case_hash(f"{code}|{rfc3339(at)}")
