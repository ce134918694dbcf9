"""What the pipeline said of a child: alerts as they went, and the notices of one audience."""

from __future__ import annotations

from typing import Any

from safeguarding.correlation.finding import Pack
from safeguarding.errors import SafeguardingError
from safeguarding.events.record import FEEDBACK
from safeguarding.events.times import day_text, rfc3339
from safeguarding.inquiry.facts import Facts
from safeguarding.inquiry.folding import records_of, sent, steps
from safeguarding.wire.codec import decode
from safeguarding.wire.topics import audience_topic

Entry = dict[str, Any]


def alerts(facts: Facts, subject: str, pack: Pack) -> list[Entry]:
    """When rules fired: those that look at the whole history are candidates for tipping points."""
    found: dict[str, list[tuple[int, dict[str, Any], bool]]] = {}
    for step in steps(records_of(facts, subject), subject, pack):
        for raised in step.raised:
            rule = step.pack.rules.get(raised["alert"]["rule"]["id"])
            counts = rule is not None and rule.rule.near is not None
            if not raised["release"] and raised["alert"]["rule"]["id"] != FEEDBACK:  # no rule looks at the child there
                found.setdefault(raised["alert"]["alert_id"], []).append((raised["at"], raised["alert"], counts))
    return [_alert(revisions) for revisions in found.values()]


def _alert(revisions: list[tuple[int, dict[str, Any], bool]]) -> Entry:
    (at, first, counts), (ended_at, last, _) = revisions[0], revisions[-1]
    ends = last["status"] in ("resolved", "withdrawn")
    return {
        "kind": "alert",
        "at": at,
        "ref": first["alert_id"],
        "rule": first["rule"]["id"],
        "words": first["rule"]["words"],
        "urgency": first["urgency"],
        "tipping_point": counts and last["status"] != "withdrawn",
        "because": [because["event_id"] for because in first["because"]],
        "status": last["status"],
        "ended": {"at": rfc3339(ended_at), "reason": last["reason"]} if ends else None,
    }


def notices_to(facts: Facts, subject: str, pack: Pack, audience: str, recipient: str | None) -> list[Entry]:
    """What an audience was told; of what was withdrawn, that it was.

    Args:
        facts: the facts of the log.
        subject: key of the child.
        pack: the rules in force.
        audience: which audience; not one that gets the alerts themselves.
        recipient: which of that audience; None: there is only one.

    Raises:
        SafeguardingError: there are several, and none was named.
    """
    records = sent(records_of(facts, subject), pack).records(audience_topic(audience))
    notices = [(int(dict(record.headers)["clock"]), decode(record.value)[1]) for record in records]
    codes = {notice["recipient"]["code"] for _, notice in notices}
    if recipient is None and audience in codes:
        recipient = audience  # the agency itself, not one of its desks
    found: dict[str, list[Entry]] = {}
    for at, notice in notices:
        if recipient in (None, notice["recipient"]["code"]):
            found.setdefault(notice["notice_id"], []).append(_notice(notice, at))
    if recipient is None and len(codes) > 1:
        raise SafeguardingError(f"notices went to {', '.join(sorted(codes))}: say with --recipient which of them reads")
    kept = [some[-1:] if some[-1]["status"] == "withdrawn" else some for some in found.values()]
    return sorted((one for some in kept for one in some), key=lambda one: one["at"])


def _notice(notice: dict[str, Any], at: int) -> Entry:
    kept = ("counts", "grade", "signs", "voice", "urgency", "status", "rule", "contact")
    return {
        "kind": "notice",
        "at": at,
        "ref": notice["notice_id"],
        "what": notice["what"],
        "to_do": notice["recipient_action"],
        "child": shown({"expected_date_of_birth": None, **notice["child"]}) if notice["child"] else None,
        **{name: notice[name] for name in kept if notice.get(name)},
    }


def shown(child: dict[str, Any] | None) -> dict[str, Any] | None:
    """All that is held of who the child is, as the contract writes it."""
    if child is None:
        return None
    days = {name: day_text(child[name]) for name in ("date_of_birth", "expected_date_of_birth") if child[name]}
    return {"identifiers": {s: n for s, n in child["identifiers"].items() if n}, "name": child["name"], **days}
