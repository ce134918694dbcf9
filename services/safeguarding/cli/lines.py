"""Records that came out, as the JSON objects of contract.md section 5: one place for each shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from safeguarding.errors import Refused
from safeguarding.events.catalogue import TYPES
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.record import FEEDBACK
from safeguarding.events.times import parse_instant, rfc3339
from safeguarding.wire.codec import decode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.room import Record
from safeguarding.wire.topics import AUDIENCES, OPERATORS, RAISED, REVIEW, TOPICS, audience_topic, receipt_topic

Line = dict[str, Any]
URGENCIES: Final = ("immediate", "today", "routine")
_FIRST = 20  # of a backfill's children in its report; the others are among the operators' items
RECEIPTS: Final = tuple(receipt_topic(agency) for agency in AGENCIES)
FEEDBACKS: Final = tuple(topic for topic in TOPICS if topic.startswith("feedback."))
NOTICES: Final = tuple(audience_topic(audience) for audience in AUDIENCES if audience not in ("hub", "worker"))


def contract_form(name: str, value: dict[str, Any]) -> Line:
    """A decoded record in the JSON form of the contract; what is missing is left out."""
    return CONTRACTS[name].model.model_validate(value).model_dump(mode="json", exclude_none=True)


def lines_of(take: Callable[[Iterable[str]], Iterator[Record]]) -> list[Line]:
    """Everything new, in order of its clock: an alert, then what is held of it, then its notices.

    Args:
        take: gives the new records of some topics.
    """
    lines = [line for record in take([*RECEIPTS, REVIEW]) for line in lines_of_record(record)]
    lines = [line for line in lines if line["kind"] != "decided"]  # an open question is no news when it is closed
    items = [line for record in take([OPERATORS]) for line in lines_of_record(record)]
    lines += [_with_children(line, items) for line in items if line["kind"] == "report"]
    notices: dict[tuple[str, int], list[Line]] = {}
    for record in take(NOTICES):
        for line in lines_of_record(record):
            notices.setdefault((line["alert_id"], line["revision"]), []).append(line)
    for record in take([RAISED]):
        name, raised = decode(record.value)
        if name == "alert.raised":
            lines += _raised(raised)
            lines += _notices_of(raised, notices)
    lines += [line for record in take(FEEDBACKS) for line in lines_of_record(record)]
    return sorted(lines, key=lambda line: parse_instant(line["at"]))


def lines_of_record(record: Record) -> Iterator[Line]:
    """One record of any topic of the catalogue; a record that cannot be read says so and where it stands."""
    if record.value is None:
        return  # a tombstone
    try:
        name, value = decode(record.value)
        yield from _shaped(name, value, record)
    except Refused as refused:
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        yield {"kind": "unreadable", "at": rfc3339(record.timestamp), "code": refused.code, **place}


def _shaped(name: str, value: dict[str, Any], record: Record) -> Iterator[Line]:
    match name:
        case "alert.raised":
            yield from _raised(value)
        case "alert.alert":
            yield _alert(value, rfc3339(value["as_of"]))
        case "record.receipt":
            yield _receipt(value)
        case "record.review_item":
            yield _review(value)
        case "record.operator_item":
            yield _item(value)
        case _ if name.startswith("notice."):
            yield _notice(name, value, record)
        case _:
            yield _other("event" if name in TYPES else name.split(".")[-1], name, value, record)


def _notices_of(raised: dict[str, Any], notices: dict[tuple[str, int], list[Line]]) -> Iterator[Line]:
    """The notices of one revision or release, in the order of its tellings' recipients."""
    told = {(t["audience"], t["code"]) for t in raised["tell"]}
    waiting = notices.get((raised["alert"]["alert_id"], raised["alert"]["revision"]), [])
    for line in [n for n in waiting if (n["audience"], n["recipient"]["code"]) in told]:
        waiting.remove(line)
        yield line


def _raised(raised: dict[str, Any]) -> Iterator[Line]:
    """The alert of a revision, then what is held of it; of a release only what is held, of mere feedback nothing."""
    if raised["alert"]["rule"]["id"] == FEEDBACK:
        return
    at = rfc3339(raised["at"])
    alert = _alert(raised["alert"], at)
    if not raised["release"]:
        yield alert
    for hold in raised["held"]:
        kept = {"reason": hold["reason"], "rule": alert["rule"]["id"], "child": alert["child"]}
        yield {"kind": "held", "at": at, "what": "notice", **kept, "audience": hold["audience"]}


def _alert(alert: dict[str, Any], at: str) -> Line:
    return {"kind": "alert", "at": at, "child": None, **contract_form("alert.alert", alert)}


def _notice(name: str, value: dict[str, Any], record: Record) -> Line:
    """A notice has no time of its own: routing puts the clock of the decision beside it."""
    clock = dict(record.headers).get("clock")
    at = int(clock) if clock and clock.isdigit() else record.timestamp
    return {"kind": "notice", "at": rfc3339(at), **contract_form(name, value)}


def _receipt(value: dict[str, Any]) -> Line:
    return {"kind": "receipt", "at": rfc3339(value["at"]), **_kept(value, "agency", "id", "status", "code", "field")}


def _review(value: dict[str, Any]) -> Line:
    if not value["open"]:
        return {"kind": "decided", "at": rfc3339(value["at"]), **_kept(value, "what", "agency", "id", "ref")}
    kept = _kept(value, "what", "reason", "agency", "id", "ref")
    return {"kind": "held", "at": rfc3339(value["at"]), **kept, "candidates": len(value["candidates"])}


def _item(value: dict[str, Any]) -> Line:
    at = rfc3339(value["at"])
    if value["kind"] == "report":
        return {"kind": "report", "at": at, **_kept(value, "agency", "events", "children", "run")}
    kept = _kept(value, "reason", "rule", "alert_id", "audience", "agency", "run", "subject", "urgency")
    kept |= {"rules": value["rules"]} if value["rules"] else {}
    return {"kind": "operators", "at": at, "what": value["kind"], **kept}


def _with_children(report: Line, items: list[Line]) -> Line:
    """The report of a backfill with what would have fired, and whom to look at first."""
    children = [item for item in items if item.get("run") == report["run"] and item is not report]
    children.sort(key=lambda c: (URGENCIES.index(c["urgency"]), -len(c["rules"]), c["subject"]))
    first = [{"child": c["subject"], "urgency": c["urgency"], "rules": c["rules"]} for c in children[:_FIRST]]
    fired = Counter(rule for child in children for rule in child["rules"])
    return {**report, "would_have_fired": dict(sorted(fired.items())), "look_first": first}


def _other(kind: str, name: str, value: dict[str, Any], record: Record) -> Line:
    """Any other record: its own fields, `kind` of its own as `what`, its own clock if it has one."""
    fields = contract_form(name, value)
    at = fields.pop("at", None) or fields.get("clock") or rfc3339(record.timestamp)
    return {"kind": kind, "at": at, **({"what": fields.pop("kind")} if "kind" in fields else {}), **fields}


def _kept(value: dict[str, Any], *names: str) -> Line:
    return {name: value[name] for name in names if value[name] is not None}
