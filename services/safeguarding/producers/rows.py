"""Reads rows of an agency's export: columns, code lists, local times, and the envelope that all events have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from safeguarding.errors import Refused
from safeguarding.events.times import LONDON

Row = Mapping[str, str]
Codes = Mapping[str, Any]
SPACE: Final = UUID("0b8f7a5e-3f0c-5d5e-9a62-6c1f0a7d4e21")
YES_NO: Final[Codes] = {"Y": True, "N": False}


class Layout(NamedTuple):
    """Where an export keeps what every event has: names of columns, the system's time formats and code lists.

    Attributes:
        agency: whose export it is.
        kind: what kind of record a row is.
        ref: the system's own number of the record, the same in every export.
        version: counts the saved versions of a record, 1 first; empty reads as 1.
        deleted: ``Y`` when the record was withdrawn.
        case: reference that ties records of one case together.
        occurred: when it happened.
        recorded: when staff saved it; may be empty.
        summary: free text.
        basis: lawful basis for sharing, in the words of `bases`.
        informed: whether the family knows, in the words of `informs`.
        test: ``Y`` on a training record.
        source: system or organisation inside the agency; may be empty.
        voice: columns of seen, seen alone, words and demeanour of the child.
        flags: column to the sensitivity that a ``Y`` in it means.
        time_form: how the system writes times, on a clock in Europe/London.
        day_form: how the system writes dates.
        bases: the system's codes of lawful bases.
        informs: the system's codes for `family_informed`.
    """

    agency: str
    kind: str
    ref: str
    version: str
    deleted: str
    case: str
    occurred: str
    recorded: str
    summary: str
    basis: str
    informed: str
    test: str
    source: str
    voice: tuple[str, str, str, str]
    flags: Mapping[str, str]
    time_form: str
    day_form: str
    bases: Codes
    informs: Codes


class Kind(NamedTuple):
    """One kind of record of an export.

    Attributes:
        type: the event type it becomes.
        data: the typed fields, from the row.
    """

    type: str
    data: Callable[[Row], dict[str, Any]]


def text(row: Row, column: str) -> str | None:
    """A column without the spaces around it; None when it is empty or not there."""
    return (row.get(column) or "").strip() or None


def need(row: Row, column: str) -> str:
    """A column that must be filled.

    Raises:
        Refused: ``MISSING_FIELD`` with the column's name.
    """
    value = text(row, column)
    if value is None:
        raise Refused("MISSING_FIELD", column)
    return value


def coded(row: Row, column: str, codes: Codes) -> Any:
    """The contract's word for a code that must be there.

    Raises:
        Refused: ``MISSING_FIELD``, or ``BAD_VALUE`` for a code that is not on the list, with the column's name.
    """
    try:
        return codes[need(row, column)]
    except KeyError:
        raise Refused("BAD_VALUE", column) from None


def coded_if(row: Row, column: str, codes: Codes) -> Any:
    """The contract's word for a code, None for an empty column.

    Raises:
        Refused: ``BAD_VALUE``, the code is not on the list.
    """
    return None if text(row, column) is None else coded(row, column, codes)


def whole(row: Row, column: str) -> int | None:
    """A whole number; None for an empty column.

    Raises:
        Refused: ``BAD_VALUE``, it is something else.
    """
    value = text(row, column)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal()):
        raise Refused("BAD_VALUE", column)
    return int(value)


def moment(row: Row, column: str, form: str) -> str | None:
    """RFC 3339 with offset of a local time; in the hour that comes twice in October, its first pass.

    Raises:
        Refused: ``BAD_VALUE``, the column is not written in the system's form.
    """
    value = text(row, column)
    if value is None:
        return None
    try:
        return datetime.strptime(value, form).replace(tzinfo=LONDON).isoformat(timespec="seconds")
    except ValueError:
        raise Refused("BAD_VALUE", column) from None


def day(row: Row, column: str, form: str) -> str | None:
    """YYYY-MM-DD of a date.

    Raises:
        Refused: ``BAD_VALUE``, the column is not written in the system's form.
    """
    value = text(row, column)
    try:
        return _day(value, form) if value else None
    except ValueError:
        raise Refused("BAD_VALUE", column) from None


@lru_cache(maxsize=65536)
def _day(value: str, form: str) -> str:
    return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007  # a date has no zone


def listed(row: Row, column: str) -> list[str]:
    """The parts of a column that are separated by semicolons."""
    return [part.strip() for part in (row.get(column) or "").split(";") if part.strip()]


def numbered(row: Row, stem: str, column: str) -> Iterator[str]:
    """The beginnings ``<stem>1_``, ``<stem>2_`` … of repeated groups, up to the first without `column`."""
    place = 1
    while text(row, f"{stem}{place}_{column}") is not None:
        yield f"{stem}{place}_"
        place += 1


def kept(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, {}, [])}


def person(ref: str, role: str, given: str | None, family: str | None, **fields: Any) -> dict[str, Any]:
    """One of an event's people, without the fields that say nothing."""
    return {"ref": ref, "role": role, **kept(name=kept(given=given, family=family), **fields)}


def concern(row: Row, what: str, level: str, codes: Codes, levels: Codes) -> dict[str, Any]:
    """The fields of a concern.

    Args:
        row: the row.
        what: column of what it is about.
        level: column of how serious it is.
        codes: code to category, or to category and type of neglect.
        levels: code to level.
    """
    category, _, neglect = coded(row, what, codes).partition("/")
    return kept(category=category, level=coded(row, level, levels), neglect_type=neglect or None)


def event_id(agency: str, kind: str, ref: str, version: str = "1") -> str:
    """The id of a record's version: the same in every export of it."""
    return str(uuid5(SPACE, f"{agency}|{kind}|{ref}|{version}"))


def build(row: Row, layout: Layout, kinds: Mapping[str, Kind], people: Callable[[Row], list[Any]]) -> dict[str, Any]:
    """An event in the contract's JSON form from one row.

    A later version of a record corrects its first one; a withdrawn record takes it back.

    Args:
        row: one record of the export.
        layout: where the export keeps what every event has.
        kinds: what the export's kinds of record become.
        people: who a row is about.

    Raises:
        Refused: code and column of the first fault, never what stands in it.
    """
    name = need(row, layout.kind)
    kind = coded(row, layout.kind, kinds)
    ref, version = need(row, layout.ref), whole(row, layout.version) or 1
    withdrawn = coded_if(row, layout.deleted, YES_NO)
    action = "delete" if withdrawn else "update" if version > 1 else "new"
    saved = f"{version} withdrawn" if withdrawn else str(version)
    occurred = moment(row, layout.occurred, layout.time_form)
    if occurred is None:
        raise Refused("MISSING_FIELD", layout.occurred)
    seen, alone, words, demeanour = layout.voice
    return {
        "type": kind.type,
        "id": event_id(layout.agency, name, ref, saved),
        "action": action,
        "supersedes": None if action == "new" else event_id(layout.agency, name, ref),
        "agency": layout.agency,
        "record_ref": ref,
        "occurred_at": occurred,
        "people": people(row),
        "data": kind.data(row),
        **kept(
            case_ref=text(row, layout.case),
            source=text(row, layout.source),
            recorded_at=moment(row, layout.recorded, layout.time_form),
            sensitivity=[word for column, word in layout.flags.items() if coded_if(row, column, YES_NO)],
            basis=coded_if(row, layout.basis, layout.bases),
            family_informed=coded_if(row, layout.informed, layout.informs),
            voice=kept(
                seen=coded_if(row, seen, YES_NO),
                alone=coded_if(row, alone, YES_NO),
                words=text(row, words),
                demeanour=text(row, demeanour),
            ),
            summary=text(row, layout.summary),
            test=coded_if(row, layout.test, YES_NO) or None,
        ),
    }
