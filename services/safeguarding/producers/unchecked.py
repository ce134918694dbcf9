"""Events that break the contract, put on the wire all the same: for tests of what intake does with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from safeguarding.errors import Refused
from safeguarding.events.times import parse_day, parse_instant
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder

_TIMES: dict[str, Callable[[str], int]] = {"timestamp-millis": parse_instant, "date": parse_day}


def unchecked(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An event from its JSON form, however wrong its words are, as long as its schema can hold it.

    Raises:
        Refused: ``UNKNOWN_TYPE``, no schema would fit; ``BAD_VALUE``, a time or date cannot be read.
    """
    name = raw.get("type")
    if not isinstance(name, str) or name not in CONTRACTS:
        raise Refused("UNKNOWN_TYPE", "type")
    schema = json.loads((folder() / CONTRACTS[name].path).read_text(encoding="utf-8"))
    try:
        event: dict[str, Any] = _shaped(schema, dict(raw))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("BAD_VALUE") from None
    event["recorded_at"] = event.get("recorded_at") or event["occurred_at"]
    event["published_at"] = event.get("published_at") or event["recorded_at"]
    return event


def _shaped(schema: Any, value: Any) -> Any:
    if isinstance(schema, list):  # optional
        return None if value is None else _shaped(schema[1], value)
    if not isinstance(schema, dict):
        return value
    if schema.get("logicalType") in _TIMES:
        return _TIMES[schema["logicalType"]](value)
    if schema["type"] == "record":
        fields = {field["name"]: field["type"] for field in schema["fields"]}
        return {name: _shaped(fields[name], part) for name, part in value.items() if name in fields}
    if schema["type"] == "array":
        return [_shaped(schema["items"], part) for part in value]
    return value
