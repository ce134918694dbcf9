"""The alert as its readers get it, built from the record and the history rows it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

from safeguarding.correlation.calendar import add_months, day_of
from safeguarding.correlation.finding import Active, Pack, Seen
from safeguarding.correlation.record import Hot, Life, Mark

Recall = Callable[[Mark], dict[str, Any]]
_FIRST, _LAST = 20, 30


def alert(
    hot: Hot, life: Life, active: Active, pack: Pack, because: Sequence[Mark], observed: Sequence[Seen], urgency: str
) -> dict[str, Any]:
    """The alert at its newest revision, without what needs the events themselves (see `illustrate`)."""
    return {
        "alert_id": alert_id(hot.subject, life),
        "revision": life.revision,
        "status": life.status,
        "rule": {"id": active.rule.id, "version": active.version, "words": active.words},
        "child": hot.child if hot.about == "child" else None,
        "opened_at": life.opened_at,
        "as_of": hot.clock,
        "urgency": urgency,
        "observed": [{"what": s.what, "value": s.value, "threshold": s.threshold} for s in observed],
        "because_count": len(because),
        "history": history(hot),
        "clears_when": active.rule.clears_when,
        "household": household(because) if hot.about == "child" and because else None,
        "contact": pack.contact,
        "hold": [{"audience": p.audience, "reason": p.reason, "until": p.until} for p in life.pending],
        "reason": life.reason,
    }


def illustrate(document: dict[str, Any], because: Sequence[Mark], recall: Recall, sticky: Sequence[str]) -> str | None:
    """Add evidence, the child's voice and sensitivity from the events; the lawful basis of the newest is returned.

    Args:
        document: the alert; changed.
        because: its evidence by time of occurrence; beyond 50 the first 20 and the last 30 are told.
        recall: fetches the event of a mark from its history row.
        sticky: sensitivity that sticks to the child, and that of the evidence's cases.
    """
    shown = list(because) if len(because) <= _FIRST + _LAST else [*because[:_FIRST], *because[-_LAST:]]
    events = [recall(mark) for mark in shown]
    document["because"] = [
        {
            "event_id": e["id"],
            "agency": e["agency"],
            "type": e["type"],
            "occurred_at": e["occurred_at"],
            "summary": e["summary"],
        }
        for e in events
    ]
    document["voice"] = next((e["voice"] for e in reversed(events) if e["voice"] is not None), None)
    document["sensitivity"] = sorted(set(sticky))
    basis: str | None = events[-1]["basis"] if events else None
    return basis


def alert_id(subject: str, life: Life) -> str:
    """``<child key>.<rule>.<hash of case>.<n>``."""
    return f"{subject}.{life.rule}.{case_hash(life.case)}.{life.n}"


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
