"""An event as it travels: topic, key, bytes and headers (contract.md, section 4). What a producer sends or keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from safeguarding.errors import Refused
from safeguarding.events.acceptance import EVENT_LIMIT, check_links, check_times, read
from safeguarding.events.times import rfc3339
from safeguarding.wire.codec import encode
from safeguarding.wire.topics import agency_topic


class Message(NamedTuple):
    """One record for an agency's topic.

    Attributes:
        topic: name in the catalogue, without the prefix.
        key: the event's id.
        value: Avro single-object encoding.
        headers: CloudEvents, binary mode.
    """

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def checked(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An event from its JSON form, with all that intake would ask of it but the pipeline's clock.

    Raises:
        Refused: with the code and field path of the first fault.
    """
    event = read(dict(raw))
    check_links(event)
    check_times(event)
    return event


def message_of(event: Mapping[str, Any], agency: str | None = None) -> Message:
    """The record of an event (in the form that rooms use).

    Args:
        event: the event.
        agency: whose topic it goes to; the event's own agency when None.

    Raises:
        Refused: ``BAD_VALUE`` or ``TOO_LARGE``, it cannot be written.
    """
    value = encode(event["type"], dict(event))
    if len(value) > EVENT_LIMIT:
        raise Refused("TOO_LARGE")
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event["id"],
        "ce_type": event["type"],
        "ce_source": event["agency"],
        "ce_time": rfc3339(event["occurred_at"]),
        "content-type": "application/avro",
    }
    topic = agency_topic(agency or event["agency"])
    return Message(topic, event["id"].encode(), value, [(name, text.encode()) for name, text in headers.items()])
