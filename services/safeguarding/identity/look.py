"""What is known of a person, for somebody who must decide: read from the fold's rows, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from safeguarding.identity.chains import Chains
from safeguarding.identity.evidence import NHS, Evidence, NeverJoin, evidence_of
from safeguarding.identity.groups import Groups
from safeguarding.identity.rows import Rows, Shelf, joined

Verdict = Literal["agrees", "differs", "unknown"]
_NUMBERS = (NHS, "upn", "la_child_id", "pnc_id")
_PLAIN = {  # kind of field: attribute of `Evidence`
    "family_name": "family",
    "given_name": "given",
    "date_of_birth": "birth",
    "expected_date_of_birth": "expected",
    "postcode": "postcode",
}


class Sighting(NamedTuple):
    """A person as one event that stands has them.

    Attributes:
        offset: where the event stands in the log.
        event: the event.
        person: the person in it.
    """

    offset: int
    event: dict[str, Any]
    person: dict[str, Any]


class Look:
    """Questions to the rows of a fold."""

    def __init__(self, rows: Rows, event_of: Callable[[bytes], dict[str, Any]], never: NeverJoin) -> None:
        self._shelf, self._never = Shelf(rows, event_of), never
        self._groups, self._chains = Groups(self._shelf), Chains(self._shelf)

    def members(self, key: str) -> list[str]:
        """Keys of the records that are this person, the one under which they go on in front; empty: nobody."""
        return [person.key for person in self._groups.people(key)]

    def named(self, agency: str, event_id: str, ref: str) -> Sighting | None:
        """A person of an event, in doubt or not; None: there is no such event, or nobody of that label in it."""
        known = self._chains.known(agency, event_id)
        event = self._shelf.event(known.offset) if known and not known.test else None
        people = event["people"] if event else []
        return next((Sighting(known.offset, event, p) for p in people if known and event and p["ref"] == ref), None)

    def sightings(self, key: str) -> list[Sighting]:
        """Events that name a person under any of their records, in the order of the log."""
        spots = sorted(
            {
                (int.from_bytes(tail[8:]), member)
                for member in self._groups.members(key)
                for tail in self._shelf.tails(b"t|" + joined(member))
            }
        )
        found = []
        for offset, member in spots:
            placed, event = self._shelf.placed(offset), self._shelf.event(offset)
            pairs = zip(event["people"], placed.people, strict=True) if placed else ()
            found += [Sighting(offset, event, person) for person, known in pairs if known == member]
        return found

    def agreement(self, asked: Sighting, key: str) -> dict[str, Verdict]:
        """Whether what an event says of a person agrees with what is known of somebody, by kind of field.

        Args:
            asked: the person of the event.
            key: key of whom it may be.
        """
        one = _said([self._evidence(asked)], asked.event["agency"])
        other = _said([self._evidence(seen) for seen in self.sightings(key)], asked.event["agency"])
        return {name: _verdict(one[name], other[name]) for name in one if one[name] or other[name]}

    def in_common(self, asked: Sighting, key: str) -> int:
        """How many of the others in an event have been named beside somebody in another event."""
        others = self._beside(asked.offset)
        elsewhere = {seen.offset for seen in self.sightings(key)} - {asked.offset}
        known = {near for offset in elsewhere for near in self._beside(offset)}
        return len((others & known) - {self._groups.root(key)})

    def _beside(self, offset: int) -> set[str]:
        placed = self._shelf.placed(offset)
        return {self._groups.root(key) for key in placed.people if key is not None} if placed else set()

    def _evidence(self, seen: Sighting) -> Evidence:
        return evidence_of(seen.person, seen.event, self._never)


def _said(evidences: Iterable[Evidence], agency: str) -> dict[str, set[str]]:
    """Comparable values by kind of field; what may not join people takes no part."""
    said: dict[str, set[str]] = {name: set() for name in (*_NUMBERS, "own_reference", *_PLAIN)}
    for evidence in evidences:
        for scheme, value in evidence.marks:
            name = "own_reference" if scheme == f"{agency}.ref" else scheme
            said.get(name, set()).add(value)  # another agency's reference says nothing
        for name, field in _PLAIN.items():
            value = getattr(evidence, field)
            said[name] |= {str(value)} if value not in ("", None) else set()
    return said


def _verdict(one: set[str], other: set[str]) -> Verdict:
    if not one or not other:
        return "unknown"
    return "agrees" if one & other else "differs"
