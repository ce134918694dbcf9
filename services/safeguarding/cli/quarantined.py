"""What lies in quarantine, and in which state: read from the topics alone, so that any operator sees the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from safeguarding.errors import Refused, SafeguardingError
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.times import rfc3339
from safeguarding.wire.codec import decode_as, encode
from safeguarding.wire.quarantine import answered, redriven
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import ACCEPTED, QUARANTINED, agency_topic

DISCARDED: Final = "DISCARDED"
_COMES_BACK: Final = {agency_topic(agency) for agency in AGENCIES}


class Item(NamedTuple):
    """One record in quarantine.

    Attributes:
        name: where it stood: ``topic/partition/offset``.
        offset: where its newest quarantine record stands.
        kept: that record (`events.record.Quarantined`).
        state: ``open``, ``redriven`` (sent to intake again, and not refused again since) or ``discarded``.
        reason: an operator's words for discarding it.
    """

    name: str
    offset: int
    kept: dict[str, Any]
    state: str
    reason: str | None = None


def items(quarantine: Iterable[Record], redrives: Iterable[Record]) -> list[Item]:
    """Records in quarantine, oldest first.

    Args:
        quarantine: all of events.quarantined.v1.
        redrives: all of events.redriven.v1.
    """
    found: dict[str, Item] = {}
    answers = {answered(record) for record in redrives}
    for record in quarantine:
        try:
            kept = decode_as("record.quarantined", record.value)
        except Refused:
            continue  # not ours; `watch quarantine` shows that it cannot be read
        name = "{topic}/{partition}/{offset}".format(**kept["record"])
        if kept["code"] != DISCARDED:
            found[name] = Item(name, record.offset, kept, "redriven" if record.offset in answers else "open")
        elif name in found:
            found[name] = found[name]._replace(state="discarded", reason=kept["reason"])
    return list(found.values())


def line(item: Item) -> dict[str, Any]:
    """An item in one JSON object, without its content."""
    kept = item.kept
    named = {name: kept[name] for name in ("room", "code", "field", "event_id") if kept[name] is not None}
    # the name of a header is its sender's own text, so they are counted
    size = {"bytes": len(kept["value"] or b""), "headers": len(kept["headers"])}
    reason = {"reason": item.reason} if item.reason else {}
    return {"record": item.name, "state": item.state, "at": rfc3339(kept["at"]), **named, **size, **reason}


def back(item: Item) -> Output:
    """The record that gives an item to intake once more.

    Raises:
        SafeguardingError: it has left intake long ago; the text says what helps instead.
    """
    kept = item.kept
    if kept["record"]["topic"] == ACCEPTED:
        accepted = decode_as("log.accepted", kept["value"])
        if accepted["kind"] == "event":
            return redriven({**kept, "record": accepted["record"], "value": accepted["body"]}, item.offset)
    if kept["record"]["topic"] not in _COMES_BACK:
        raise SafeguardingError(
            f"{item.name}: room {kept['room']} could not take what intake had accepted; mend the room, "
            "then run: safeguarding rebuild --verify"
        )
    return redriven(kept, item.offset)


def discard(item: Item, reason: str) -> Output:
    """The record that says that an item stays out, and why."""
    kept = {"record": item.kept["record"], "room": item.kept["room"], "event_id": item.kept["event_id"]}
    value = encode("record.quarantined", {**kept, "code": DISCARDED, "reason": reason, "at": item.kept["at"]})
    return Output(QUARANTINED, item.kept["key"] or b"", value)
