"""What the contract asks of a producer: `assert problems("police", event_of, rows) == []` in a test of your own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from safeguarding.errors import Refused
from safeguarding.events.catalogue import TYPES
from safeguarding.identity.numbers import valid_nhs_number, valid_pnc_id, valid_upn
from safeguarding.producers.message import checked, message_of
from safeguarding.wire.codec import decode_event

_DIGITS = {"nhs_number": valid_nhs_number, "upn": valid_upn, "pnc_id": valid_pnc_id}

Row = Mapping[str, str]
EventOf = Callable[[Row], Mapping[str, Any]]


def problems(agency: str, event_of: EventOf, rows: Iterable[Row], wrong: Iterable[Row] = ()) -> list[str]:
    """Every way in which a producer breaks the contract, in plain words without a value of a row.

    Args:
        agency: whose producer it is.
        event_of: the producer: a record of the agency's system to an event in the contract's JSON form.
        rows: records of every kind, each of another event.
        wrong: records that cannot be mapped; the producer must refuse each without quoting it.
    """
    found: list[str] = []
    places: dict[str, int] = {}
    for place, row in enumerate(rows):
        for problem in _of_row(agency, event_of, row):
            found.append(f"row {place}: {problem}")
        try:
            other = places.setdefault(str(event_of(row)["id"]), place)
        except Exception:  # noqa: S112  # told above
            continue
        if other != place:
            found.append(f"row {place}: the id is that of row {other}; an id is minted from the record's own number")
    for place, row in enumerate(wrong):
        found += [f"wrong row {place}: {problem}" for problem in _of_wrong(event_of, row)]
    return found


def _of_row(agency: str, event_of: EventOf, row: Row) -> Iterable[str]:
    try:
        event = dict(event_of(row))
        again = dict(event_of(dict(row)))
    except Refused as refused:
        yield f"refused with {refused}"
        return
    except Exception as problem:
        yield f"fails with {type(problem).__name__}; an unmappable record is refused with a code and a column"
        return
    if {**again, "published_at": None} != {**event, "published_at": None}:
        yield "exported again it gives another event; same record and version, same id and content"
    if event.get("agency") != agency:
        yield f"agency is not {agency}"
    try:
        clean = checked(event)
    except Refused as refused:
        yield f"intake would reject it: {refused}"
        return
    if TYPES[clean["type"]].agency != agency:
        yield "the type is another agency's"
    if decode_event(message_of(clean).value)["data"] != clean["data"]:
        yield "the wire changes it"
    if clean["basis"] is None:
        yield "no lawful basis: it would be held and count nowhere"
    for number, person in enumerate(clean["people"]):
        for scheme, valid in _DIGITS.items():
            value = (person["identifiers"] or {}).get(scheme)
            if value and valid(value) is None:
                yield f"people.{number}.identifiers.{scheme} has a wrong check digit and would be set aside"


def _of_wrong(event_of: EventOf, row: Row) -> Iterable[str]:
    try:
        event_of(row)
    except Refused as refused:
        if any(len(value) > 3 and value in str(refused) for value in row.values()):
            yield "the refusal quotes the record; it may name code and column only"
    except Exception as problem:
        yield f"fails with {type(problem).__name__} in place of Refused"
    else:
        yield "is taken although it cannot be mapped"
