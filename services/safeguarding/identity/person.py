"""One person as identity knows them: identifiers seen together, spellings, addresses; and a group of records in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from safeguarding.identity.evidence import NHS, Evidence, Mark

_OWN_SERVICES = frozenset({"health", "education", "hub"})


class Person(msgspec.Struct, array_like=True):
    """One record of a person; people who merge records join several (see `groups`).

    Attributes:
        key: minted from the first event about the person.
        first: place of that event in the log, and in the event; what a decision made comes after all others.
        marks: identifiers.
        postcodes: addresses.
        births: dates of birth; more than one only by a person's decision.
        made_up: a date of birth that must not join, shown when there is no other.
        expected: expected dates of birth.
        mothers: keys of the mothers through whom an unborn child is known.
        display: whether the child's own services said so, when, and the name as they write it.
        child: has been in an event as a child.
        adult: has been in an event as an adult.
        last: latest time of an event about the adult.
        standing: an event told of a state of the adult that lasts (see `links`).
        unborn: has been in an event as an unborn child.
        born: has been in an event as somebody who is born.
        ways: rows by which the record is found by name.
    """

    key: str
    first: tuple[bool, int, int, int]
    marks: list[Mark] = []
    postcodes: list[str] = []
    births: list[int] = []
    made_up: int | None = None
    expected: list[int] = []
    mothers: list[str] = []
    display: tuple[bool, int, dict[str, Any]] | None = None
    child: bool = False
    adult: bool = False
    last: int = 0
    standing: bool = False
    unborn: bool = False
    born: bool = False
    ways: list[bytes] = []

    def learn(self, evidence: Evidence, person: dict[str, Any], agency: str, occurred_at: int) -> None:
        """Keep what an event says of the person, but for the identifiers.

        Args:
            evidence: what the person can be known by.
            person: the person as the event has it.
            agency: who sent the event.
            occurred_at: when it happened: the newest spelling is shown.
        """
        self.child, self.adult = self.child or evidence.child, self.adult or not evidence.child
        self.unborn, self.born = self.unborn or evidence.unborn, self.born or not evidence.unborn
        _add(self.births, evidence.birth)
        _add(self.expected, evidence.expected)
        _add(self.postcodes, evidence.postcode or None)
        if self.made_up is None:
            self.made_up = evidence.made_up
        if person["name"] is not None:
            rank = (agency in _OWN_SERVICES, occurred_at)
            if self.display is None or rank >= self.display[:2]:
                self.display = (*rank, person["name"])

    def numbers(self) -> list[str]:
        """NHS numbers."""
        return [value for scheme, value in self.marks if scheme == NHS]


def shown(people: Sequence[Person]) -> dict[str, Any]:
    """A child as an alert shows it (`events.alert.Child`).

    Args:
        people: the records that are this child, the one seen first in front.
    """
    identifiers: dict[str, str] = {}
    for scheme, value in (mark for person in people for mark in person.marks):
        identifiers.setdefault("agency_ref" if scheme.endswith(".ref") else scheme, value)
    names = [person.display for person in people if person.display is not None]
    births = [birth for person in people for birth in person.births]
    births += [person.made_up for person in people if person.made_up is not None]
    expected = [day for person in people for day in person.expected]
    return {
        "identifiers": identifiers,
        "name": max(names, key=lambda display: display[:2])[2] if names else None,
        "date_of_birth": births[0] if births else None,
        "expected_date_of_birth": expected[0] if expected and not births else None,
    }


def all_of(parts: Iterable[Iterable[Any]]) -> set[Any]:
    """Everything in any of the parts."""
    return {item for part in parts for item in part}


def _add(known: list[Any], value: Any) -> None:
    if value is not None and value not in known:
        known.append(value)
