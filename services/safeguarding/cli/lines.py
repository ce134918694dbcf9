"""Records that came out, as the JSON objects of contract.md section 5, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from safeguarding.events.envelope import AGENCIES
from safeguarding.events.times import parse_instant, rfc3339
from safeguarding.wire.codec import decode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.room import Record
from safeguarding.wire.topics import AUDIENCES, OPERATORS, RAISED, REVIEW, audience_topic, receipt_topic

_RECEIPTS = [receipt_topic(agency) for agency in AGENCIES]
_NOTICES = [audience_topic(audience) for audience in AUDIENCES if audience not in ("hub", "worker")]


def contract_form(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """A decoded record in the JSON form of the contract; what is missing is left out."""
    return CONTRACTS[name].model.model_validate(value).model_dump(mode="json", exclude_none=True)


def lines_of(take: Callable[[Iterable[str]], Iterator[Record]]) -> list[dict[str, Any]]:
    """Everything new, in order of its clock.

    Args:
        take: gives the new records of some topics.
    """
    lines = [_receipt(record) for record in take(_RECEIPTS)]
    lines += [_review(record) for record in take([REVIEW])]
    lines += [line for record in take([OPERATORS]) if (line := _report(record))]
    notices: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for record in take(_NOTICES):
        notice = contract_form(*decode(record.value))
        notices.setdefault((notice["alert_id"], notice["revision"]), []).append(notice)
    for record in take([RAISED]):
        lines += _alert(decode(record.value)[1], notices)
    return sorted(lines, key=lambda line: parse_instant(line["at"]))


def _receipt(record: Record) -> dict[str, Any]:
    _, value = decode(record.value)
    kept = {name: value[name] for name in ("agency", "id", "status", "code", "field") if value[name] is not None}
    return {"kind": "receipt", "at": rfc3339(value["at"]), **kept}


def _review(record: Record) -> dict[str, Any]:
    _, value = decode(record.value)
    kept = {name: value[name] for name in ("what", "reason", "agency", "id", "ref") if value[name] is not None}
    return {"kind": "held", "at": rfc3339(value["at"]), **kept, "candidates": len(value["candidates"])}


def _report(record: Record) -> dict[str, Any] | None:
    _, value = decode(record.value)
    if value["kind"] != "report":
        return None
    kept = {name: value[name] for name in ("agency", "events", "children")}
    return {"kind": "report", "at": rfc3339(value["at"]), **kept}


def _alert(raised: dict[str, Any], notices: dict[tuple[str, int], list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The alert of a revision, then what is held of it, then its notices; of a release only the notices."""
    at = rfc3339(raised["at"])
    alert = contract_form("alert.alert", raised["alert"])
    if not raised["release"]:
        yield {"kind": "alert", "at": at, "child": None, **alert}
    for hold in raised["held"]:
        yield {
            "kind": "held",
            "at": at,
            "what": "notice",
            "reason": hold["reason"],
            "rule": alert["rule"]["id"],
            "child": alert.get("child"),
            "audience": hold["audience"],
        }
    told = {(t["audience"], t["code"]) for t in raised["tell"]}
    waiting = notices.get((alert["alert_id"], alert["revision"]), [])
    for notice in [n for n in waiting if (n["audience"], n["recipient"]["code"]) in told]:
        waiting.remove(notice)
        yield {"kind": "notice", "at": at, **notice}
