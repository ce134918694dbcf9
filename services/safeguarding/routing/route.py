"""One record of alerts.raised.v1 becomes notices, disclosures and operators' items; each of them once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from safeguarding.events.record import FEEDBACK
from safeguarding.routing.disclosures import Ledger, disclosure, told_fields
from safeguarding.routing.minimise import feedback, notice, notice_id
from safeguarding.routing.policy import THICK, Policy
from safeguarding.routing.rulings import ENDS, refusal, status_of

EMPTY: dict[str, Any] = {  # of an alert that is taken back from one recipient while it stands for others
    "status": "withdrawn",
    "child": None,
    "observed": [],
    "because": [],
    "because_count": 0,
    "history": {"counts": [], "first": None, "last": None, "entries": []},
    "household": None,
    "audiences": [],
    "recipients": [],
    "voice": None,
    "hold": [],
    "reason": "not this child",
    "sensitivity": [],
}


class Sent(NamedTuple):
    """One record to write: which kind, for which audience, and the record."""

    kind: str
    audience: str
    value: dict[str, Any]


def route(raised: Mapping[str, Any], subject: str, policy: Policy, ledger: Ledger) -> Iterator[Sent]:
    """What goes out for one revision or release.

    Args:
        raised: record of alerts.raised.v1.
        subject: key of the child or case.
        policy: what each audience may hold.
        ledger: notices and holds that went out before; changed.
    """
    alert = raised["alert"]
    for telling in raised["tell"]:
        yield from _tell(raised, telling, subject, policy, ledger)
    if (
        not (raised["tell"] or raised["held"] or alert["audiences"] or raised["release"])
        and alert["status"] not in ENDS
    ):
        mark = f"e|{alert['alert_id']}|{alert['revision']}".encode()
        if ledger.get(mark) is None:
            ledger.put(mark, b"")
            yield _item(raised, "nobody", "empty_audience")
    for hold in raised["held"]:
        mark = f"h|{alert['alert_id']}|{alert['revision']}|{hold['audience']}|{hold['reason']}".encode()
        if ledger.get(mark) is None:
            ledger.put(mark, b"")
            record = disclosure(raised, subject, "held", hold["audience"], ledger, reason=hold["reason"])
            yield Sent("record.disclosure", hold["audience"], record)
            if hold["reason"] != "next_0800":
                yield _item(raised, hold["audience"], hold["reason"])


def is_news(item: Mapping[str, Any], ledger: Ledger) -> bool:
    """Whether an operators' item that correlation made has not gone out before; the ledger keeps that it has."""
    mark = f"o|{item['kind']}|{item['run']}|{item['subject']}|{item['alert_id']}".encode()
    if ledger.get(mark) is not None:
        return False
    ledger.put(mark, b"")
    return True


def _tell(
    raised: Mapping[str, Any],
    telling: Mapping[str, Any],
    subject: str,
    policy: Policy,
    ledger: Ledger,
) -> Iterator[Sent]:
    alert, audience, code = raised["alert"], telling["audience"], telling["code"]
    if audience == "operators" and alert["child"] is None:
        yield from _operators(raised, telling, ledger)
        return
    name = notice_id(alert["alert_id"], audience, code)
    mark = f"n|{name}|{alert['revision']}".encode()
    if ledger.get(mark) is not None:
        return
    ever = f"t|{name}".encode()
    before = ledger.get(ever)
    refused = refusal(raised, telling, policy)
    if refused is None and status_of(raised, telling) in ENDS and before is None:
        refused = "never_told"
    ledger.put(mark, b"")
    if refused is not None:
        record = disclosure(raised, subject, "withheld", audience, ledger, reason=refused, code=code)
        yield Sent("record.disclosure", audience, record)
        yield _item(raised, audience, refused)
        return
    ledger.put(ever, before or b"")
    if alert["rule"]["id"] == FEEDBACK:
        value = feedback(raised, telling, policy[audience])
        kind = "record.feedback"
    elif audience in THICK:
        value = {**alert, **EMPTY} if telling["withdrawn"] else dict(alert)
        kind = "alert.alert"
    else:
        value = notice(raised, telling, policy[audience])
        if before and value["status"] == "withdrawn":  # who was told of another child does not learn of this one
            value["child"] = json.loads(before)
        ledger.put(ever, json.dumps(value["child"]).encode())
        kind = f"notice.{audience}"
    yield Sent(kind, audience, value)
    sent = {"code": code, "notice_id": name, "fields": told_fields(value)}
    yield Sent("record.disclosure", audience, disclosure(raised, subject, "sent", audience, ledger, **sent))


def _operators(raised: Mapping[str, Any], telling: Mapping[str, Any], ledger: Ledger) -> Iterator[Sent]:
    """An item for the pipeline's own people: it is about an agency, never about a child, so nothing is disclosed."""
    alert = raised["alert"]
    mark = f"n|{alert['alert_id']}|{alert['revision']}".encode()
    if ledger.get(mark) is None:
        ledger.put(mark, b"")
        item = _item(raised, "operators", alert["status"])
        agency = alert["because"][0]["agency"] if alert["because"] else None
        yield item._replace(value={**item.value, "kind": "agency_silent", "agency": agency})


def _item(raised: Mapping[str, Any], audience: str, reason: str) -> Sent:
    alert = raised["alert"]
    value = {
        "kind": "held_notice",
        "at": raised["at"],
        "rule": alert["rule"]["id"],
        "alert_id": alert["alert_id"],
        "audience": audience,
        "reason": reason,
    }
    return Sent("record.operator_item", audience, value)
