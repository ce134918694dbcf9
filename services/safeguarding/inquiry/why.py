"""Why an alert fired: each revision, its windows, what was observed, who was told, what would have stopped it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from safeguarding.correlation.finding import Active, Pack, Reach
from safeguarding.correlation.record import Hot, Life
from safeguarding.errors import SafeguardingError
from safeguarding.events.record import FEEDBACK
from safeguarding.events.times import day_text, rfc3339
from safeguarding.inquiry.facts import Facts, Told
from safeguarding.inquiry.folding import Step, records_of, sent, steps, view
from safeguarding.inquiry.stops import TRIALS, Stops, stops
from safeguarding.wire.codec import decode_as
from safeguarding.wire.room import Record
from safeguarding.wire.topics import DISCLOSURES

Answer = dict[str, Any]


def alert_ids(facts: Facts, subject: str, pack: Pack) -> list[str]:
    """Alerts about a subject, in the order in which they were raised."""
    records = [record for step in steps(records_of(facts, subject), subject, pack) for record in step.raised]
    alerts = (record["alert"] for record in records)
    return list(dict.fromkeys(alert["alert_id"] for alert in alerts if alert["rule"]["id"] != FEEDBACK))


def why(facts: Facts, alert_id: str, pack: Pack, *, trials: int = TRIALS) -> Answer:
    """Everything there is to say of one alert; ids, codes, numbers and times, but no narrative.

    Args:
        facts: the facts of the log.
        alert_id: the alert.
        pack: the rules in force.
        trials: how often its history may be folded to find what would have stopped it.

    Raises:
        SafeguardingError: the log raises no such alert.
    """
    subject = alert_id.split(".", 1)[0]
    records, told = records_of(facts, subject), facts.of(subject)
    revisions, newest, active = list[Answer](), None, None
    for step in steps(records, subject, pack):
        for raised in step.raised:
            if raised["alert"]["alert_id"] == alert_id and not raised["release"]:
                active = step.pack.rules[raised["alert"]["rule"]["id"]]
                revisions.append(_revision(raised, newest, step, active))
                newest = raised["alert"]
    if newest is None or active is None:
        raise SafeguardingError("this log raises no such alert: see `safeguarding explain FILE` for those that it does")
    disclosures = _disclosures(records, pack, alert_id)
    for revision in revisions:
        revision["told"] = [d for d in disclosures if d["revision"] == revision["revision"]]
    stopped = None if active.rule.about == "agency" else _stops(told, records, alert_id, pack, trials)
    ids = {event for revision in revisions for event in revision["because"]}
    ids |= {event for revision in revisions for window in revision["windows"] for event in window["events"]}
    ids |= {event for one in (stopped or {"sets": []})["sets"] for event in one}
    return {
        "alert_id": alert_id,
        "child": subject,
        "rule": newest["rule"],
        "revisions": revisions,
        "events": events(told, ids),
        "clears_when": newest["clears_when"],
        "absence": active.rule.quiet is None and not active.rule.finished,
        "stops": stopped,
    }


def events(told: Sequence[Told], ids: Iterable[str]) -> dict[str, Answer]:
    """What is to be said of some events, by id.

    Args:
        told: the facts of a subject.
        ids: which events.
    """
    wanted, found = set(ids), dict[str, Answer]()
    for one in told:
        event = one.event
        if event is not None and event["id"] in wanted:
            found[event["id"]] = {
                "agency": event["agency"],
                "type": event["type"],
                "occurred_at": rfc3339(event["occurred_at"]),
                "arrived_at": rfc3339(one.fact["then_clock"] or one.fact["clock"]),
                "via_adult": one.fact["via_adult"] is not None,
                "backfill": event["mode"] == "backfill",
                "level": event["data"].get("level") or event["data"].get("grade"),
                "summary": event["summary"],
            }
    return dict(sorted(found.items(), key=lambda item: (item[1]["occurred_at"], item[0])))


def windows(hot: Hot, active: Active, life: Life | None = None) -> list[Answer]:
    """How far each threshold of a rule is reached, and by what; empty for a rule that does not count.

    Args:
        hot: the subject's record.
        active: the rule.
        life: the alert in question, if one is.
    """
    if active.rule.near is None:
        return []
    return [_window(reach) for reach in active.rule.near(view(hot, active, life), active.parameters)]


def _window(reach: Reach) -> Answer:
    window: Answer = {
        "needs": [{"what": s.what, "value": s.value, "threshold": s.threshold} for s in reach.seen],
        "lacks": reach.lacks,
        "events": [mark.event_id for mark in reach.marks],
    }
    if reach.span is not None:
        window["length"] = reach.span.words
        if reach.marks:
            first = reach.marks[0].day
            window |= {"from": day_text(first), "to": day_text(reach.span.end(first) - 1)}
    elif reach.marks:
        window |= {"from": day_text(reach.marks[0].day), "to": day_text(reach.marks[-1].day)}
    return window


def _revision(raised: Answer, before: Answer | None, step: Step, active: Active) -> Answer:
    alert = raised["alert"]
    because = [b["event_id"] for b in alert["because"]]
    earlier = [b["event_id"] for b in before["because"]] if before else []
    life = next((one for one in step.hot.lives if _is_of(one, alert)), None) if step.hot else None
    ends = alert["status"] in ("resolved", "withdrawn")
    return {
        "revision": alert["revision"],
        "status": alert["status"],
        "at": rfc3339(raised["at"]),
        "urgency": alert["urgency"],
        "reason": alert["reason"],
        "observed": alert["observed"],
        "because": because,
        "because_count": alert["because_count"],
        "added": [event for event in because if event not in earlier],
        "removed": [event for event in earlier if event not in because],
        "windows": [] if ends or step.hot is None else windows(step.hot, active, life),
    }


def _is_of(life: Life, alert: Answer) -> bool:
    rule, number = alert["rule"]["id"], alert["alert_id"].rpartition(".")[2]
    return (life.rule, str(life.n), life.opened_at) == (rule, number, alert["opened_at"])


def _disclosures(records: Sequence[Record], pack: Pack, alert_id: str) -> list[Answer]:
    """Who was told, held or not told, as routing decided; and which fields they got."""
    decoded = (decode_as("record.disclosure", r.value) for r in sent(records, pack).records(DISCLOSURES))
    kept = ("revision", "status", "audience", "recipient", "reason", "fields")
    return [{"at": rfc3339(d["at"]), **{n: d[n] for n in kept}} for d in decoded if d["alert_id"] == alert_id]


def _stops(told: Sequence[Told], records: Sequence[Record], alert_id: str, pack: Pack, trials: int) -> Answer:
    found: Stops = stops(told, records, alert_id, pack, trials=trials)
    order = {one.event["id"]: place for place, one in enumerate(told) if one.event is not None}
    sets = [sorted(one, key=lambda event: order.get(event, 0)) for one in found.sets]
    return {"sets": sets, "complete": found.complete, "tried": found.tried, "searched": found.searched}
