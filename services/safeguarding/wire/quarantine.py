"""The record that keeps what a room could not take: original bytes, a reason, no word of its content beside them."""

from __future__ import annotations

from safeguarding.wire.codec import encode
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import QUARANTINED


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
        ("__connect.errors.topic", record.topic.encode()),
        ("__connect.errors.partition", str(record.partition).encode()),
        ("__connect.errors.offset", str(record.offset).encode()),
        ("__connect.errors.stage", room.encode()),
        ("__connect.errors.exception.class.name", code.encode()),
    )
    return Output(QUARANTINED, record.key or b"", value, headers)
