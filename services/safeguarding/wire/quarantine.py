"""The record that keeps what a room could not take, and its way back: original bytes, coordinates, a reason.

The headers are those of Kafka Connect's dead letter queues, so that tools for these find where a record comes from and
which stage gave which reason. Messages and stack traces are left out: they quote what could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Protocol

from safeguarding.errors import Refused
from safeguarding.events.envelope import AGENCIES
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.room import Headers, Output, Record
from safeguarding.wire.topics import ACCEPTED, QUARANTINED, REDRIVEN, agency_topic, receipt_topic

_TOPIC: Final = "__connect.errors.topic"
_PARTITION: Final = "__connect.errors.partition"
_OFFSET: Final = "__connect.errors.offset"
_STAGE: Final = "__connect.errors.stage"
_ANSWERS: Final = "redrive.answers"  # offset of the quarantine record that is answered
_OURS: Final = {_TOPIC, _PARTITION, _OFFSET, _ANSWERS}


class Headed(Protocol):
    """A record as any client reads it, as far as its headers go."""

    @property
    def headers(self) -> Iterable[tuple[str, bytes]]:
        """As sent."""


def quarantined(record: Record, room: str, code: str, field: str | None = None, event_id: str | None = None) -> Output:
    """A quarantine record for `events.quarantined.v1`.

    Args:
        record: what could not be taken.
        room: which room could not take it.
        code: reason code of the contract, or the kind of exception.
        field: dotted path of the field at fault.
        event_id: id of the event, when it could be read.
    """
    value = encode(
        "record.quarantined",
        {
            "record": {"topic": record.topic, "partition": record.partition, "offset": record.offset},
            "room": room,
            "code": code,
            "field": field,
            "event_id": event_id,
            "at": record.timestamp,
            "key": record.key,
            "value": record.value,
            "headers": {name: value or b"" for name, value in record.headers},  # Kafka knows headers without a value
        },
    )
    headers = (
        *_coordinates(record.topic, record.partition, record.offset),
        (_STAGE, room.encode()),
        ("__connect.errors.exception.class.name", code.encode()),
    )
    return Output(QUARANTINED, record.key or b"", value, headers)


def refusal(record: Record) -> Output | None:
    """The receipt of a record at which a room failed: its sender must know that it does not count (promise 6).

    Args:
        record: of an agency's topic, or of the total order; None for any other: nobody waits for a receipt.
    """
    place, name, at = {"topic": record.topic, "partition": record.partition, "offset": record.offset}, None, 0
    if record.topic == ACCEPTED:
        try:
            accepted = decode_as("log.accepted", record.value)
            place, at = accepted["record"] or place, accepted["clock"]
            name = decode_event(accepted["body"])["id"]
        except Refused:
            pass  # whose it was may still be known
    agency = next((agency for agency in AGENCIES if place["topic"] == agency_topic(agency)), None)
    if agency is None:
        return None
    receipt = {"agency": agency, "id": name, "status": "rejected", "code": "BAD_VALUE", "field": None}
    receipt |= {"record": place, "at": at or record.timestamp}
    key = (name or f"{place['topic']}|{place['offset']}").encode()
    return Output(receipt_topic(agency), key, encode("record.receipt", receipt))


def redriven(kept: dict[str, Any], offset: int) -> Output:
    """A record for `events.redriven.v1`: the original once more, with the place where it stood.

    Args:
        kept: a quarantine record (`events.record.Quarantined`).
        offset: where the quarantine record stands.
    """
    place = kept["record"]
    headers = tuple((name, value) for name, value in kept["headers"].items() if name not in _OURS)
    headers += _coordinates(place["topic"], place["partition"], place["offset"])
    key = kept["key"] if kept["event_id"] is None else kept["event_id"].encode()
    return Output(REDRIVEN, key or b"", kept["value"] or b"", (*headers, (_ANSWERS, str(offset).encode())))


def left_out(quarantine: Iterable[Headed], room: str = "identity") -> frozenset[int]:
    """Places in the log that do not count, mended or not: the room that folds it could not take them, and said so.

    Args:
        quarantine: records of `events.quarantined.v1`.
        room: the room that folds the log.
    """
    found = set()
    for headers in (dict(record.headers) for record in quarantine):
        with suppress(KeyError, ValueError, TypeError):  # an operator's own, or a stranger's
            if (headers[_STAGE], headers[_TOPIC]) == (room.encode(), ACCEPTED.encode()):
                found.add(int(headers[_OFFSET]))
    return frozenset(found)


def original(record: Record) -> Record | None:
    """The agency's record that a record of `events.redriven.v1` brings back, with the time of now; None: it is none."""
    headers = dict(record.headers)
    try:
        topic, partition, offset = headers[_TOPIC].decode(), int(headers[_PARTITION]), int(headers[_OFFSET])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    rest = tuple((name, value) for name, value in record.headers if name not in _OURS)
    return Record(topic, partition, offset, record.key, record.value, record.timestamp, rest)


def answered(record: Record) -> int | None:
    """Which quarantine record (its offset) a record of `events.redriven.v1` answers; None: it is not said."""
    try:
        return int(dict(record.headers)[_ANSWERS])
    except (KeyError, ValueError, TypeError):
        return None


def _coordinates(topic: str, partition: int, offset: int) -> Headers:
    return (
        (_TOPIC, topic.encode()),
        (_PARTITION, str(partition).encode()),
        (_OFFSET, str(offset).encode()),
    )
