"""What a person in an event can be known by: numbers that pass their check, a name, a birth, an address."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from safeguarding.events.person import CHILD_ROLES
from safeguarding.events.times import DAY_ZERO
from safeguarding.identity.names import comparable, comparable_postcode
from safeguarding.identity.numbers import valid_nhs_number, valid_pnc_id, valid_upn

Mark = tuple[str, str]
NHS = "nhs_number"
SCHEMES = (NHS, "upn", "la_child_id", "pnc_id", "agency_ref")  # in the order in which they are tried
_CHECKS = {NHS: valid_nhs_number, "upn": valid_upn, "pnc_id": valid_pnc_id}
_FULL = re.compile(r"(.+)(\d[A-Z]{2})")


class Evidence(NamedTuple):
    """What may join a person with somebody known; a value that must never join people is left out.

    Attributes:
        marks: scheme and value of each identifier; an agency's own reference in its namespace.
        family: comparable family name.
        given: comparable given name; empty when it is none, such as "Baby".
        birth: date of birth; None when it is missing or made up.
        postcode: comparable postcode; empty when it is missing or must not join people.
        expected: expected date of birth.
        unborn: the person is not born yet.
        child: the person is in the event as a child.
        baby: the given name was left out.
        made_up: a date of birth that was left out: 1 January, and no identifier.
    """

    marks: tuple[Mark, ...]
    family: str
    given: str
    birth: int | None
    postcode: str
    expected: int | None
    unborn: bool
    child: bool
    baby: bool
    made_up: int | None

    @property
    def whole_name(self) -> bool:
        """Name and date of birth both count."""
        return self.birth is not None and not self.baby and bool(self.family or self.given)

    @property
    def nhs_number(self) -> str | None:
        """The NHS number, when there is a valid one."""
        return self.marks[0][1] if self.marks and self.marks[0][0] == NHS else None  # it is the first of `SCHEMES`


class NeverJoin:
    """Addresses where many people live or come by: refuges, hostels, surgeries, custody suites, council offices.

    Args:
        postcodes: whole postcodes (TS90 1AA), or their first half (TS90) for all of it.
    """

    def __init__(self, postcodes: frozenset[str]) -> None:
        self._all = frozenset(comparable_postcode(postcode) for postcode in postcodes)

    def __contains__(self, postcode: str) -> bool:
        return postcode in self._all or _first_half(postcode) in self._all


def expected_of(event: dict[str, Any], person: dict[str, Any]) -> int | None:
    """Expected date of birth of one of an event's people; of an unborn child without one, that of the pregnancy."""
    of_all = event["data"].get("expected_date_of_birth") if person["role"] == "unborn_child" else None
    day: int | None = person["expected_date_of_birth"]
    return of_all if day is None else day


def evidence_of(person: dict[str, Any], event: dict[str, Any], never: NeverJoin) -> Evidence:
    """What one of an event's people can be known by.

    Args:
        person: the person as the event has it.
        event: the event.
        never: addresses that must not join people.
    """
    agency = event["agency"]
    marks, name = marks_of(person, agency), person["name"] or {}
    birth, made_up = person["date_of_birth"], None
    if birth is not None and not marks and _first_of_january(birth):
        birth, made_up = None, birth
    given = name.get("given") or ""
    baby = _is_baby(given)
    postcode = comparable_postcode(person["postcode"]) if person["postcode"] else ""
    return Evidence(
        marks=marks,
        family=comparable(name.get("family") or ""),
        given="" if baby else comparable(given),
        birth=birth,
        postcode="" if postcode in never else postcode,
        expected=expected_of(event, person),
        unborn=person["role"] == "unborn_child",
        child=person["role"] in CHILD_ROLES,
        baby=baby,
        made_up=made_up,
    )


def marks_of(person: dict[str, Any], agency: str) -> tuple[Mark, ...]:
    """Identifiers that pass their check, in the order in which they are tried; the others are set aside."""
    given, marks = person["identifiers"], []
    for scheme in SCHEMES if given else ():
        text = given.get(scheme)
        value = _CHECKS[scheme](text) if text and scheme in _CHECKS else (text or "").strip()
        if value:
            marks.append((f"{agency}.ref" if scheme == "agency_ref" else scheme, value))
    return tuple(marks)


@lru_cache(maxsize=65536)
def _first_half(postcode: str) -> str | None:
    halves = _FULL.fullmatch(postcode)
    return halves[1] if halves is not None else None


@lru_cache(maxsize=65536)
def _is_baby(given: str) -> bool:
    return given.replace("-", " ").casefold().split()[:1] == ["baby"]


def _first_of_january(day: int) -> bool:
    born = date.fromordinal(day + DAY_ZERO)
    return (born.month, born.day) == (1, 1)
