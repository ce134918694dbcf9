"""The record that goes to routing: the alert as its readers get it, from the hot record and the history rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from safeguarding.correlation.calendar import add_months, day_of
from safeguarding.correlation.desk import Desk
from safeguarding.correlation.finding import Active, Finding, Pack
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import voice_of
from safeguarding.correlation.record import Hot, Life, Mark, Pending

Telling = dict[str, Any]
_FIRST, _LAST = 20, 30
_STICKS = frozenset({"confidential_address", "s_flag"})
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)
_WITHHELD = "(withheld)"


class Sending(NamedTuple):
    """What goes out for one alert, and what waits.

    Attributes:
        tell: whom to tell now, and what.
        held: who is newly held.
        audiences: all who are to be told.
        release: nothing new in the alert, only notices that were held.
    """

    tell: list[Telling]
    held: list[Pending]
    audiences: list[str]
    release: bool = False


def record(
    look: Look, active: Active, life: Life, finding: Finding | None, pack: Pack, desk: Desk, sending: Sending
) -> dict[str, Any]:
    """A record for alerts.raised.v1 (`events.alert.Raised`).

    Args:
        look: the subject's record and its clock.
        active: the alert's rule.
        life: the alert; what a withdrawal will need when its events are gone is kept in it.
        finding: what the rule finds now, None when it finds nothing.
        pack: the rules in force.
        desk: history rows; a silent one gets no more than which rule tells whom.
        sending: who is told what.
    """
    if desk.silent:
        return {"alert": {"rule": {"id": life.rule}}, "tell": sending.tell}
    hot = look.hot
    whole = look.whole(life.rule)
    because = whole.these(life.because)
    document = _alert(hot, life, active, pack, because, finding)
    shown = because if len(because) <= _FIRST + _LAST else [*because[:_FIRST], *because[-_LAST:]]
    events = [desk.recall(mark) for mark in shown]
    document["because"] = [
        {"event_id": event["id"], **{name: event[name] for name in ("agency", "type", "occurred_at", "summary")}}
        for event in events
    ]
    voices = [
        voice_of(event, named=mark.direct and "unnamed" not in mark.data)
        for mark, event in zip(shown, events, strict=True)
    ]
    heard = [voice for voice in voices if voice and voice["words"]] or [voice for voice in voices if voice]
    document["voice"] = heard[-1] if heard else None
    around = list(whole.around(because))
    careful = {word for mark in around for word in mark.data.get("sensitivity", ())}
    if life.open:
        life.basis = events[-1]["basis"] if events else life.basis
        life.domestic_abuse, life.sensitivity = active.rule.domestic_abuse, []
    life.domestic_abuse = life.domestic_abuse or any(map(_is_domestic_abuse, around))
    life.sensitivity = sorted({*life.sensitivity, *careful})
    document["sensitivity"] = sorted({*hot.sensitivity, *life.sensitivity})
    document["audiences"] = list(dict.fromkeys(sending.audiences))
    hidden = not _STICKS.isdisjoint(document["sensitivity"])  # the school is told, but nobody which one it is
    if hidden:
        _withhold(document)
    tell = [telling for telling in sending.tell if not (hidden and telling["audience"] == "school")]
    document["recipients"] = [{name: telling[name] for name in ("audience", "code", "name")} for telling in tell]
    words = (document["voice"] or {}).get("words")
    return {
        "at": hot.clock,
        "release": sending.release,
        "alert": document,
        "tell": [{**telling, "voice": words if telling["voice"] else None} for telling in sending.tell],
        "held": [{"audience": p.audience, "reason": p.reason, "until": p.until} for p in sending.held],
        "domestic_abuse": life.domestic_abuse,
        "basis": life.basis,
    }


def _withhold(document: dict[str, Any]) -> None:
    """Take postcodes out of what people wrote: no address leaves, from any event about that child (rules.md)."""
    for entry in document["because"]:
        if entry["summary"]:
            entry["summary"] = _POSTCODE.sub(_WITHHELD, entry["summary"])
    voice = document["voice"]
    if voice is not None and voice["words"]:
        document["voice"] = {**voice, "words": _POSTCODE.sub(_WITHHELD, voice["words"])}


def alert_id(subject: str, life: Life) -> str:
    """``<child key>.<rule>.<hash of case>.<n>``."""
    return f"{subject}.{life.rule}.{life.name}.{life.n}"


def case_hash(case: str) -> str:
    """Twelve hex digits of a case, so that no reference of an agency stands in an id."""
    return blake2b(case.encode(), digest_size=6).hexdigest()


def household(because: Sequence[Mark]) -> str:
    """The same for all alerts that rest on the same cases, as those of siblings do."""
    return case_hash("|".join(sorted({mark.case or mark.event_id for mark in because})))


def history(hot: Hot) -> dict[str, Any]:
    """Counts by agency over 90 days and 12 months, first and last date, the newest entries."""
    today = day_of(hot.clock)
    quarter, year = today - 89, add_months(today, -12)
    counts = [
        {
            "agency": agency,
            "days_90": sum(n for day, n in by_day.items() if quarter <= day <= today),
            "months_12": sum(n for day, n in by_day.items() if year < day <= today),
        }
        for agency, by_day in sorted(hot.days.items())
    ]
    return {
        "counts": counts,
        "first": hot.first,
        "last": hot.last[-1][0] if hot.last else None,
        "entries": [{"agency": a, "type": t, "occurred_at": at} for at, a, t in hot.last],
    }


def _alert(
    hot: Hot, life: Life, active: Active, pack: Pack, because: Sequence[Mark], finding: Finding | None
) -> dict[str, Any]:
    """The alert at its newest revision, without what needs the events themselves."""
    observed = finding.observed if finding is not None else ()
    return {
        "alert_id": alert_id(hot.subject, life),
        "revision": life.revision,
        "status": life.status,
        "rule": {"id": active.rule.id, "version": active.version, "words": active.words},
        "child": hot.child if hot.about == "child" else None,
        "opened_at": life.opened_at,
        "as_of": hot.clock,
        "urgency": finding.urgency if finding is not None else "routine",
        "observed": [{"what": s.what, "value": s.value, "threshold": s.threshold} for s in observed],
        "because_count": len(because),
        "history": history(hot),
        "clears_when": active.rule.clears_when,
        "household": household(because) if hot.about == "child" and because else None,
        "contact": pack.contact,
        "hold": [{"audience": p.audience, "reason": p.reason, "until": p.until} for p in life.pending],
        "reason": life.reason,
    }


def _is_domestic_abuse(mark: Mark) -> bool:
    if mark.type == "police.da_form.completed" or mark.data.get("category") == "domestic_abuse":
        return True
    return mark.type == "police.incident.recorded" and mark.data["kind"] == "domestic_abuse"
