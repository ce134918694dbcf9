"""Is an event well-formed? What senders check before sending and intake before accepting; no error quotes a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from unicodedata import combining
from uuid import UUID

import msgspec
from pydantic import ValidationError

from safeguarding.errors import Refused
from safeguarding.events.catalogue import TYPES, EventType
from safeguarding.events.fits import UUID_FIELDS
from safeguarding.events.times import MINUTE, WRITTEN

EVENT_LIMIT: Final = 128 * 1024
TEXT_LIMIT: Final = 32 * 1024
PEOPLE_LIMIT: Final = 100  # each child gets a copy of the event
LIST_LIMIT: Final = 100  # of anything else; a fault in each of 100,000 would be told of 100,000 times
_MARKS: Final = 30  # on one letter
LEEWAY: Final = 5 * MINUTE
_SUSPECT = re.compile(b"[\\\\\x7f]")  # in ASCII JSON, what begins an escape, and the control character that needs none
_BAD_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile("[a-z][a-z0-9_]{0,63}")
_CODES = {"missing": "MISSING_FIELD", "extra_forbidden": "UNKNOWN_FIELD"}
_NAMES_NOBODY = (".heartbeat.sent", ".identity.decided")


def read_json(text: str) -> dict[str, Any]:
    """An event from its JSON form, in the form that rooms use.

    Raises:
        Refused: with the code and field path of the first fault.
    """
    if len(text.encode("utf-8", "surrogatepass")) > 4 * EVENT_LIMIT:
        raise Refused("TOO_LARGE")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("DECODE_FAILED") from None
    return read(raw)


def read(raw: Any) -> dict[str, Any]:
    """An event from parsed JSON, in the form that rooms use.

    Raises:
        Refused: with the code and field path of the first fault.
    """
    if not isinstance(raw, dict):
        raise Refused("DECODE_FAILED")
    name = raw.get("type")
    if name is None:
        raise Refused("MISSING_FIELD", "type")
    if not isinstance(name, str) or name not in TYPES:
        raise Refused("UNKNOWN_TYPE", "type")
    try:
        check_texts(raw)
        event = TYPES[name].model.model_validate(raw, context=WRITTEN).model_dump()
    except ValidationError as problem:
        raise refused(problem) from None
    except RecursionError:
        raise Refused("DECODE_FAILED") from None
    if event["source"] is None:
        event["source"] = event["agency"]
    if event["agency"] != TYPES[name].agency:
        raise Refused("AGENCY_MISMATCH", "agency")
    return event


def faults(raw: Any) -> list[Refused]:
    """Every fault of parsed JSON that can be told apart, for somebody who mends it; none: intake would take it."""
    try:
        event = read(raw)
    except Refused as first:
        return _model_faults(raw) if first.code in ("MISSING_FIELD", "UNKNOWN_FIELD", "BAD_VALUE") else [first]
    found = []
    for test in (check_links, check_times):
        try:
            test(event)
        except Refused as fault:
            found.append(fault)
    return found


def _model_faults(raw: dict[str, Any]) -> list[Refused]:
    name = raw.get("type")
    if name is None:
        return [Refused("MISSING_FIELD", "type")]
    try:
        TYPES[name].model.model_validate(raw, context=WRITTEN)
    except ValidationError as problem:
        return _refusals(problem)
    return []


def check(event: dict[str, Any]) -> None:
    """All that can be said of an event without knowing the pipeline's clock, once its texts are checked.

    Args:
        event: in the form that rooms use.

    Raises:
        Refused: with the code and field path of the first fault.
    """
    row = TYPES[event["type"]]
    if not row.fits(event):
        _check_fields(row, event)
    check_links(event)
    check_times(event)


def _check_fields(row: EventType, event: dict[str, Any]) -> None:
    """Ask the model what is wrong."""
    try:
        word = row.model.model_validate(event)
    except ValidationError as problem:
        raise refused(problem) from None
    for field in UUID_FIELDS:
        if getattr(word, field) != event[field]:  # the same UUID in another form would be another id
            raise Refused("BAD_VALUE", field)


def check_links(event: dict[str, Any]) -> None:
    """A correction names what it corrects, every event is about somebody or about a case, and each ref is one person.

    Raises:
        Refused: ``MISSING_FIELD``, ``BAD_VALUE`` or ``TOO_LARGE``.
    """
    if event["action"] == "new":
        if event["supersedes"] is not None:
            raise Refused("BAD_VALUE", "supersedes")
    elif event["supersedes"] is None:
        raise Refused("MISSING_FIELD", "supersedes")
    elif event["supersedes"] == event["id"]:
        raise Refused("BAD_VALUE", "supersedes")
    if len(event["people"]) > PEOPLE_LIMIT:
        raise Refused("TOO_LARGE", "people")
    refs = set()
    for place, person in enumerate(event["people"]):
        if person["ref"] in refs:
            raise Refused("BAD_VALUE", f"people.{place}.ref")
        refs.add(person["ref"])
    data = event["data"]
    named = event["people"] or event["case_ref"] or data.get("from_case_ref") or data.get("to_case_ref")
    if not named and not data.get("alert_id") and not event["type"].endswith(_NAMES_NOBODY):
        raise Refused("MISSING_FIELD", "people")


def plain_id(text: str | bytes | None) -> str | None:
    """The id of an event that was refused, if it is one: anything else may be somebody's name."""
    try:
        return str(UUID(text.decode() if isinstance(text, bytes) else text))
    except (ValueError, TypeError, AttributeError):
        return None


def check_texts(node: Any) -> bool:
    """No list is overlong, and no text is, or holds what no text should; cheap, and before anything that is not.

    Control characters, bidirectional overrides, halves of characters, and towers of marks (Unicode's stream-safe
    format allows 30 on one letter): it takes a machine seconds to bring these into order.

    Returns:
        Whether all of it is plain ASCII, and so in its normal form; False: that has not been looked at.

    Raises:
        Refused: ``TOO_LARGE`` or ``BAD_TEXT`` with the field path.
    """
    _check_sizes(node, "")
    if _is_plain(node):
        return True
    for path, text in _texts(node, ""):
        if len(text) > TEXT_LIMIT:
            raise Refused("TOO_LARGE", path)
        if _BAD_TEXT.search(text) or (not text.isascii() and _is_tower(text)):
            raise Refused("BAD_TEXT", path)
    return False


def _check_sizes(node: Any, path: str) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, (dict, list)):
                _check_sizes(value, f"{path}.{_shown(key)}" if path else _shown(key))
    elif isinstance(node, list):
        for place, value in enumerate(node[:LIST_LIMIT]):
            if isinstance(value, (dict, list)):
                _check_sizes(value, f"{path}.{place}")
    if isinstance(node, (dict, list)) and len(node) > LIST_LIMIT:
        raise Refused("TOO_LARGE", path or None)


def _is_tower(text: str) -> bool:
    height = 0
    for letter in text:
        height = height + 1 if combining(letter) else 0
        if height > _MARKS:
            return True
    return False


def _is_plain(node: Any) -> bool:
    """Whether one look at all texts together tells that none is bad, as it does for nearly all events."""
    try:
        text = msgspec.json.encode(node)
    except (TypeError, ValueError, RecursionError):
        return False
    return len(text) <= TEXT_LIMIT and text.isascii() and _SUSPECT.search(text) is None


def _texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield path, key  # the key of a map is an agency's text as well
            yield from _texts(value, f"{path}.{_shown(key)}" if path else _shown(key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _texts(value, f"{path}.{place}")


def check_times(event: dict[str, Any]) -> None:
    """Nothing happened, or was written down, after it was published.

    Raises:
        Refused: ``FUTURE_TIME``.
    """
    for field in ("occurred_at", "recorded_at"):
        if event[field] > event["published_at"] + LEEWAY:
            raise Refused("FUTURE_TIME", field)


def refused(problem: ValidationError) -> Refused:
    """The first fault that a model found, without the value at fault."""
    return _refusals(problem)[0]


def _refusals(problem: ValidationError) -> list[Refused]:
    found = problem.errors(include_url=False, include_context=False, include_input=False)
    return [
        Refused(_CODES.get(fault["type"], "BAD_VALUE"), ".".join(_shown(part) for part in fault["loc"]) or None)
        for fault in found
    ]


def _shown(part: str | int) -> str:
    """A part of a field path; what no schema would call a field, such as a name, is not repeated."""
    return str(part) if isinstance(part, int) or _PLAIN.fullmatch(part) else "?"
