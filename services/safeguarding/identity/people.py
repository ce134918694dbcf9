"""Who is meant: exact matching in a fixed order; whatever is not certain waits for a person (people.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.names import NameKey, comparable_postcode, name_key, parts, without_made_up
from safeguarding.identity.numbers import valid_nhs_number, valid_pnc_id, valid_upn

SPACE = UUID("6f0d4a52-8a53-4f4e-9d8f-2f6d1b1c7a10")
_OWN_SERVICES = frozenset({"health", "education", "hub"})
_CHECKS = {"nhs_number": valid_nhs_number, "upn": valid_upn, "pnc_id": valid_pnc_id}
SCHEMES = ("nhs_number", "upn", "la_child_id", "pnc_id", "agency_ref")
PREGNANCY_DAYS = 42


class Somebody:
    """What is known of one person: identifiers seen together, spellings, addresses."""

    __slots__ = ("birth", "display", "expected", "identifiers", "key", "marks", "postcodes", "shown")

    def __init__(self, key: str) -> None:
        self.key = key
        self.identifiers: dict[str, str] = {}
        self.marks: set[tuple[str, str]] = set()
        self.postcodes: set[str] = set()
        self.birth: int | None = None
        self.expected: int | None = None
        self.display: tuple[bool, int, dict[str, Any]] | None = None
        self.shown: dict[str, Any] | None = None

    def child(self) -> dict[str, Any]:
        """The person as an alert shows them (`events.alert.Child`)."""
        if self.shown is None:
            self.shown = {
                "identifiers": dict(self.identifiers),
                "name": self.display[2] if self.display else None,
                "date_of_birth": self.birth,
                "expected_date_of_birth": self.expected if self.birth is None else None,
            }
        return self.shown


class Doubt(NamedTuple):
    """Why nobody could be named, and who might be meant (keys and what agrees, never values)."""

    reason: str
    candidates: list[dict[str, Any]]


class Numbers(NamedTuple):
    """Identifiers of a person in an event after their check digits were tested."""

    marks: list[tuple[str, str]]
    plain: dict[str, str]


class People:
    """Everybody known, and the ways to find them.

    Args:
        never_join: beginnings of postcodes that must not join people (refuges, hostels, surgeries, council offices).
    """

    def __init__(self, never_join: frozenset[str]) -> None:
        self._never = tuple(comparable_postcode(prefix) for prefix in never_join)
        self.known: dict[str, Somebody] = {}
        self.adults: set[str] = set()
        self.children: set[str] = set()
        self._by_mark: dict[tuple[str, str], str] = {}
        self._by_name: dict[NameKey, list[str]] = {}
        self._unborn: dict[str, list[str]] = {}

    def find(
        self, person: dict[str, Any], agency: str, event_id: str, mother: str | None, taken: Collection[str] = ()
    ) -> Somebody | Doubt:
        """The person meant, a new one, or a doubt.

        Args:
            person: one of an event's people.
            agency: who sent the event; its own references count in its own namespace.
            event_id: id of the event, from which a new person's key is minted.
            mother: key of the one adult of the event through whom an unborn child is known.
            taken: keys of other children of the event: twins may share all but their numbers.
        """
        numbers = _numbers(person, agency)
        found = list(dict.fromkeys(self._by_mark[mark] for mark in numbers.marks if mark in self._by_mark))
        if len(found) > 1:
            return Doubt("identifiers_conflict", [_candidate(key, ["identifiers"]) for key in found])
        if found:
            somebody = self.known[found[0]]
            clash = _clash(somebody, person, numbers)
            return Doubt(clash, [_candidate(found[0], ["identifiers"])]) if clash else somebody
        if person["role"] == "unborn_child":
            same = self._pregnancy(mother, person["expected_date_of_birth"])
            return same or self._new(event_id, agency, person)
        return self._by_details(person, numbers, taken) or self._new(event_id, agency, person)

    def learn(
        self, somebody: Somebody, person: dict[str, Any], agency: str, occurred_at: int, mother: str | None
    ) -> None:
        """Keep what an event says of a person who has been found."""
        numbers = _numbers(person, agency)
        (self.children if person["role"] in CHILD_ROLES else self.adults).add(somebody.key)
        for mark in numbers.marks:
            self._by_mark.setdefault(mark, somebody.key)
            somebody.marks.add(mark)
        somebody.identifiers = {**numbers.plain, **somebody.identifiers}
        if person["date_of_birth"] is not None and somebody.birth is None:
            somebody.birth = person["date_of_birth"]
        if person["expected_date_of_birth"] is not None and somebody.expected is None:
            somebody.expected = person["expected_date_of_birth"]
            if mother is not None:
                self._unborn.setdefault(mother, []).append(somebody.key)
        if person["postcode"]:
            somebody.postcodes.add(comparable_postcode(person["postcode"]))
        if person["name"] is not None:
            rank = (agency in _OWN_SERVICES, occurred_at)
            if somebody.display is None or rank >= somebody.display[:2]:
                somebody.display = (*rank, person["name"])
        name = name_key(person)
        for part in parts(name) if name else ():
            keys = self._by_name.setdefault(part, [])
            if somebody.key not in keys:
                keys.append(somebody.key)
        somebody.shown = None

    def _new(self, event_id: str, agency: str, person: dict[str, Any]) -> Somebody:
        key = str(uuid5(SPACE, f"{agency}|{event_id}|{person['ref']}"))
        somebody = self.known[key] = Somebody(key)
        return somebody

    def _pregnancy(self, mother: str | None, expected: int | None) -> Somebody | None:
        if mother is None or expected is None:
            return None
        for key in self._unborn.get(mother, ()):
            known = self.known[key]
            if known.expected is not None and abs(known.expected - expected) <= PREGNANCY_DAYS:
                return known
        return None

    def _by_details(self, person: dict[str, Any], numbers: Numbers, taken: Collection[str]) -> Somebody | Doubt | None:
        name = name_key(person)
        if name is None:
            return None
        number = numbers.plain.get("nhs_number")
        postcode = comparable_postcode(person["postcode"]) if person["postcode"] else ""
        usable = bool(postcode) and not postcode.startswith(self._never)
        rest = without_made_up(name, numbered=bool(numbers.marks))
        same = [self.known[key] for key in self._by_name.get(rest if usable else name, ())]
        possible = [s for s in same if not (number and s.identifiers.get("nhs_number"))]
        there = [s for s in same if usable and postcode in s.postcodes]
        if rest != name:
            maybe = [s for s in possible if s in there or not usable]
            return Doubt("placeholder", [_candidate(s.key, ["name", "postcode"]) for s in maybe]) if maybe else None
        if there:
            full = ["name", "date_of_birth", "postcode"]
            if len(there) > 1 or there[0] not in possible or there[0].key in taken:
                reason = "second_nhs_number" if len(there) == 1 and there[0].key not in taken else "several_match"
                return Doubt(reason, [_candidate(s.key, full) for s in there])
            return there[0]
        if possible:
            reason = "postcode_differs" if usable else "no_postcode"
            return Doubt(reason, [_candidate(s.key, ["name", "date_of_birth"]) for s in possible])
        return None


def _numbers(person: dict[str, Any], agency: str) -> Numbers:
    given = person["identifiers"] or {}
    marks, plain = [], {}
    for scheme in SCHEMES:
        text = given.get(scheme)
        value = _CHECKS[scheme](text) if text and scheme in _CHECKS else text
        if value:
            marks.append((f"{agency}.ref" if scheme == "agency_ref" else scheme, value))
            plain[scheme] = value
    return Numbers(marks, plain)


def _clash(somebody: Somebody, person: dict[str, Any], numbers: Numbers) -> str | None:
    number, known = numbers.plain.get("nhs_number"), somebody.identifiers.get("nhs_number")
    if number and known and number != known:
        return "second_nhs_number"
    birth = person["date_of_birth"]
    if birth is not None and somebody.birth is not None and birth != somebody.birth:
        return "second_date_of_birth"
    return None


def _candidate(key: str, matched: list[str]) -> dict[str, Any]:
    return {"key": key, "matched": matched}
