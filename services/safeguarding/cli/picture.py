"""The operators' picture, folded from the pipeline's own topics: what arrived, what waits, what is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from safeguarding.events.envelope import AGENCIES
from safeguarding.events.times import rfc3339

GAPS: Final = ("encompass-gap", "referral-missing", "receipt-missing")
_ENDS: Final = ("resolved", "withdrawn")
Line = dict[str, Any]
Place = tuple[str, int, int]


def states_of(receipts: Iterable[Mapping[str, Any]]) -> dict[Place, tuple[str, str]]:
    """Agency and state (accepted, duplicate, test, held, rejected) of each of its records, by where it stands.

    Args:
        receipts: in their order; the newest of a record stands, our own repeats are not counted.
    """
    states: dict[Place, tuple[str, str]] = {}
    for receipt in receipts:
        place = receipt["record"]
        state = "test" if receipt["code"] == "TEST" else receipt["status"]
        states[place["topic"], place["partition"], place["offset"]] = receipt["agency"], state
    return states


def counted(states: Mapping[Place, tuple[str, str]]) -> dict[str, Counter[str]]:
    """How many records of each agency stand in which state.

    Args:
        states: from `states_of`.
    """
    counted = {agency: Counter[str]() for agency in AGENCIES}
    for agency, state in states.values():
        counted.setdefault(agency, Counter())[state] += 1
    return counted


def open_questions(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Questions of the review queue that nobody has decided yet, oldest first.

    Args:
        items: records of identity.review.v1, in their order.
    """
    asked: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for item in items:
        name = (item["what"], item["agency"], item["id"], item["ref"] or "")
        if item["open"]:
            asked.setdefault(name, item)
        else:
            asked.pop(name, None)
    return sorted(asked.values(), key=lambda item: item["at"])


def newest_alerts(raised: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The newest revision of each alert that is open, oldest first.

    Args:
        raised: records of alerts.raised.v1, each partition in its order.
    """
    known: dict[str, Mapping[str, Any]] = {}
    for alert in (record["alert"] for record in raised if "alert" in record):
        before = known.get(alert["alert_id"])
        if before is None or alert["revision"] >= before["revision"]:
            known[alert["alert_id"]] = alert
    standing = [alert for alert in known.values() if alert["status"] not in _ENDS]
    return sorted(standing, key=lambda alert: (alert["opened_at"], alert["alert_id"]))


def is_answered(alert: Mapping[str, Any], answers: Iterable[Mapping[str, Any]]) -> bool:
    """Whether somebody has acknowledged, actioned or dismissed an alert.

    Args:
        alert: the alert.
        answers: `<agency>.notification.…` events that count: one that was refused answers nothing.
    """
    child = alert["child"] or {}
    mine = {number for number in child.get("identifiers", {}).values() if number}
    for event in answers:
        data = event["data"]
        if data["alert_id"] == alert["alert_id"]:
            return True
        if not data["alert_id"] and data["rule"] == alert["rule"]["id"] and event["occurred_at"] >= alert["opened_at"]:
            numbers = {n for p in event["people"] for n in (p["identifiers"] or {}).values() if n}
            if not mine.isdisjoint(numbers):
                return True
    return False


def alerts_line(
    alerts: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]], notices: frozenset[str]
) -> dict[str, Any]:
    """What stands of the alerts: open, unanswered, held, and the gaps in what should agree.

    Args:
        alerts: open alerts, oldest first.
        answers: `<agency>.notification.…` events.
        notices: rules whose alerts are mere notices: nobody need answer them.
    """
    due = [alert for alert in alerts if alert["rule"]["id"] not in notices]
    waiting = [alert for alert in due if not is_answered(alert, answers)]
    held = [(alert, hold) for alert in alerts for hold in alert["hold"]]
    rules = Counter(alert["rule"]["id"] for alert in due)
    return {
        "open": len(due),
        "unacknowledged": len(waiting),
        "unacknowledged_urgent": sum(alert["urgency"] == "immediate" for alert in waiting),
        "oldest_unacknowledged": _oldest(waiting[:1]),
        "unacknowledged_by_audience": _by_audience(waiting),
        "held_notices": len(held),
        "oldest_held_notice": _oldest([alert for alert, _ in held][:1]),
        "held_because": dict(sorted(Counter(hold["reason"] for _, hold in held).items())),
        "gaps": {rule: rules[rule] for rule in GAPS},
        "silent_agencies": _silent(due),
    }


def items_of(items: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many items were put before operators, by kind and reason."""
    named = (f"{item['kind']}:{item['reason']}" if item["reason"] else item["kind"] for item in items)
    return dict(sorted(Counter(named).items()))


def _by_audience(waiting: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many alerts wait for an answer of each audience, and the oldest of them."""
    audiences = sorted({audience for alert in waiting for audience in alert["audiences"]})
    mine = {audience: [alert for alert in waiting if audience in alert["audiences"]] for audience in audiences}
    return {audience: {"count": len(alerts), "oldest": _oldest(alerts)} for audience, alerts in mine.items()}


def _silent(alerts: list[Mapping[str, Any]]) -> list[str]:
    silent = [alert for alert in alerts if alert["rule"]["id"] == "agency-silent"]
    return sorted({event["agency"] for alert in silent for event in alert["because"]})


def _oldest(alerts: Sequence[Mapping[str, Any]]) -> Line | None:
    for alert in alerts:
        return {"alert_id": alert["alert_id"], "rule": alert["rule"]["id"], "since": rfc3339(alert["opened_at"])}
    return None
