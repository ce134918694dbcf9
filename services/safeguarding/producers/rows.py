"""Reads rows of an agency's export: columns, code lists, local times, people; refuses by column name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid5

from safeguarding.errors import Refused
from safeguarding.events.times import LONDON

Row = Mapping[str, str]
Codes = Mapping[str, Any]
SPACE: Final = UUID("0b8f7a5e-3f0c-5d5e-9a62-6c1f0a7d4e21")
YES_NO: Final[Codes] = {"Y": True, "N": False}


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
