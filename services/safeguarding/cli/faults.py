"""What is wrong with a line of a file, in plain words and without a value of it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from safeguarding.errors import Refused

_ADVICE = {
    "MISSING_FIELD": "is missing: fill it in",
    "UNKNOWN_FIELD": "is no field of this type: take it out, or correct its name",
    "UNKNOWN_TYPE": "is none of the contract's types: see schemas/README.md",
    "AGENCY_MISMATCH": "is another agency than the one that may send this",
    "BAD_TEXT": "holds a control character or a text direction override: take it out",
    "TOO_LARGE": "is too large: 128 KiB for an event, 32768 characters for a text",
    "FUTURE_TIME": "is later than published_at: check the clock and the offset from UTC",
    "ID_CONFLICT": "stands in an earlier line with other content: a correction has an id of its own",
    "DECODE_FAILED": "is no JSON object",
    "BAD_VALUE": "cannot be read: a code that is not on the list, or another form",
}
_FORMS = {
    "timestamp-millis": "must be a time with an offset: 2017-10-02T21:14:00+01:00",
    "date": "must be a date: 2017-10-02",
    "boolean": "must be true or false",
    "long": "must be a whole number within its limits",
}


class Fault(NamedTuple):
    """What is wrong with a line; never the value at fault."""

    line: int
    column: int | None
    code: str
    field: str | None
    advice: str

    def __str__(self) -> str:
        """One line for a person."""
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.code}: {self.field or 'the line'} {self.advice}"


def fault_of(line: int, refused: Refused, raw: dict[str, Any] | None = None) -> Fault:
    """A refusal as a fault of a line.

    Args:
        line: number of the line.
        refused: code and field.
        raw: the event, when it could be read: its schema says what the field should be.
    """
    advice = _ADVICE.get(refused.code, "is not right")
    if refused.code == "BAD_VALUE" and raw is not None and refused.field:
        advice = _shape(raw.get("type"), refused.field) or advice
    return Fault(line, None, refused.code, refused.field, advice)


def _shape(name: Any, path: str) -> str:
    """What the contract wants in a field, from its schema; empty when there is no more to say."""
    from safeguarding.wire.contract import CONTRACTS
    from safeguarding.wire.schemas import folder

    node: Any = json.loads((folder() / CONTRACTS[name].path).read_text(encoding="utf-8"))
    field: dict[str, Any] = {}
    for part in path.split("."):
        node = node[1] if isinstance(node, list) else node
        if not isinstance(node, dict) or node.get("type") not in ("array", "record"):
            return ""
        if node["type"] == "array":
            node = node["items"]
        else:
            field = next((field for field in node["fields"] if field["name"] == part), {})
            node = field.get("type")
    node = node[1] if isinstance(node, list) else node
    if field.get("words"):
        return f"must be one of: {', '.join(field['words'])}"
    return _FORMS.get(node.get("logicalType", "") if isinstance(node, dict) else str(node), "")
