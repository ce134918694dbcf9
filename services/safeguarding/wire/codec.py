"""Records to bytes and back: Avro single-object encoding, schema chosen by fingerprint from the allow-list."""

from __future__ import annotations

from typing import Any, cast
from unicodedata import is_normalized, normalize

import msgspec

from safeguarding.errors import Refused
from safeguarding.events.catalogue import TYPES
from safeguarding.wire.schemas import by_name, by_prefix


def encode(name: str, value: dict[str, Any]) -> bytes:
    """Bytes of a record; fields that are missing take their default.

    Raises:
        Refused: ``BAD_VALUE``, the value does not fit the schema (no value is quoted).
    """
    schema = by_name(name)
    out = [schema.prefix]
    try:
        schema.write(value, out)
    except Exception:  # many kinds, and some quote what they stumbled over
        raise Refused("BAD_VALUE") from None
    return b"".join(out)


def decode(data: bytes | None) -> tuple[str, dict[str, Any]]:
    """Name of the record type and the record.

    Raises:
        Refused: ``SCHEMA_UNKNOWN``, the fingerprint is not on the allow-list; ``DECODE_FAILED``, the bytes
            are no record of that schema or go on after it.
    """
    schema = by_prefix(data[:10]) if data else None
    if schema is None or data is None:
        raise Refused("SCHEMA_UNKNOWN")
    try:
        value, end = schema.read(data, len(schema.prefix))
    except Exception:  # whatever hostile bytes make it raise
        raise Refused("DECODE_FAILED") from None
    if end != len(data):
        raise Refused("DECODE_FAILED")
    return schema.name, value


def decode_as(name: str, data: bytes | None) -> dict[str, Any]:
    """The record, which must be of this type.

    Raises:
        Refused: as `decode`; ``SCHEMA_UNKNOWN`` when it is of another type.
    """
    found, value = decode(data)
    if found != name:
        raise Refused("SCHEMA_UNKNOWN")
    return value


def decode_event(data: bytes | None) -> dict[str, Any]:
    """An agency's event: missing times and source filled in as the contract says.

    Raises:
        Refused: as `decode`; ``SCHEMA_UNKNOWN`` when the record is no event.
    """
    name, event = decode(data)
    if name not in TYPES:
        raise Refused("SCHEMA_UNKNOWN")
    if event["recorded_at"] is None:
        event["recorded_at"] = event["occurred_at"]
    if event["published_at"] is None:
        event["published_at"] = event["recorded_at"]
    if event["source"] is None:
        event["source"] = event["agency"]
    return event


def normal_form(event: dict[str, Any]) -> dict[str, Any]:
    """The event with all its text in NFC; the same event when it is so already, as nearly all are."""
    text = msgspec.json.encode(event)
    if text.isascii() or is_normalized("NFC", text.decode()):
        return event
    return cast("dict[str, Any]", _nfc(event))


def _nfc(node: Any) -> Any:
    if isinstance(node, str):
        return node if is_normalized("NFC", node) else normalize("NFC", node)
    if isinstance(node, dict):
        return {_nfc(key): _nfc(value) for key, value in node.items()}
    return [_nfc(item) for item in node] if isinstance(node, list) else node
