"""Puts the people of an event where they belong: somebody known, somebody new, or the review queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid5

import msgspec

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.evidence import Evidence, NeverJoin, evidence_of
from safeguarding.identity.groups import Groups
from safeguarding.identity.links import LASTS
from safeguarding.identity.people import Beside, Doubt, People
from safeguarding.identity.person import Person
from safeguarding.identity.rows import Placed, Shelf, joined, number

SPACE = UUID("6f0d4a52-8a53-4f4e-9d8f-2f6d1b1c7a10")
Mention = tuple[int, int]  # offset of an event, and which of its people
_PACK = msgspec.msgpack.Encoder()
_ALONE = Beside()


class Held(msgspec.Struct, array_like=True, frozen=True):
    """A person of an event who waits for somebody's decision."""

    reason: str
    candidates: list[dict[str, Any]]


class Verdict(msgspec.Struct, array_like=True, frozen=True):
    """Somebody's decision on a person of a held event.

    Attributes:
        offset: where the decision stands in the log.
        digest: of the person as the event had it then; a correction of the event's person needs another decision.
        target: key of the record that is meant; None: a new person.
    """

    offset: int
    digest: bytes | None
    target: str | None


class Placing:
    """One event's people after the other."""

    def __init__(self, shelf: Shelf, groups: Groups, people: People, never: NeverJoin) -> None:
        self._shelf, self._groups, self._people, self._never = shelf, groups, people, never

    def evidence(self, mention: Mention) -> Evidence:
        """What a person of an event can be known by."""
        event = self._shelf.event(mention[0])
        return evidence_of(event["people"][mention[1]], event, self._never)

    def settle(
        self,
        mention: Mention,
        placed: Placed,
        pin: str | None = None,
        sure: str | None = None,
        taken: Collection[str] = (),
    ) -> Doubt | None:
        """Find out who one person of an event is; the event's place is changed, a doubt is kept and returned.

        Args:
            mention: the person.
            placed: the event's place; changed.
            pin: key of the record that the person was before a replay: a new record gets no other.
            sure: key of the record that the person stays, should all who may be meant be that one person.
            taken: keys of records under which others go on, placed yet or not.
        """
        offset, index = mention
        event = self._shelf.event(offset)
        person, evidence = event["people"][index], self.evidence(mention)
        beside = self.beside(event["people"], placed.people, index)
        verdict = self.verdict(event["agency"], placed.label, person)
        if verdict is not None:
            key = decided_key(event["agency"], placed.label, person["ref"])
        else:
            found = self._people.find(evidence, beside)
            if isinstance(found, str) and self._is_named_otherwise(mention, placed, beside, found):
                found = Doubt("several_match", [{"key": found, "matched": ["identifiers"]}])
            if isinstance(found, Doubt):
                if sure is None or not self._is_only(found, sure):
                    self._hold(mention, evidence, found)
                    placed.people[index] = None
                    return found
                found = sure
                if self._groups.members(sure) == [sure]:  # not by a merge, which may be undone
                    self._shelf.write(_sure_row(mention), sure)
            key = found or self._new_key(event, placed.label, person["ref"], pin, taken)
        record = self._groups.person(key) or Person(key, (verdict is not None, placed.place, offset, index))
        record.learn(evidence, person, event["agency"], event["occurred_at"])
        self._people.learn(record, evidence, beside.mother)
        self._groups.keep(record)
        self._shelf.rows.put(mention_row(key, placed.place, offset), b"")
        placed.people[index] = key
        return None

    def known(self, offset: int) -> dict[Mention, str]:
        """Whom the people of an event mean by all that is known, with the records that say so."""
        people = self._shelf.event(offset)["people"]
        keys: list[str | None] = [None] * len(people)
        for index in adults_first(people):
            found = self._people.find(self.evidence((offset, index)), self.beside(people, keys, index))
            if isinstance(found, Doubt):  # one record of which something is said otherwise now
                found = found.keys[0] if len(found.keys) == 1 else None
            keys[index] = found
        return {(offset, index): key for index, key in enumerate(keys) if key is not None}

    def others(self, before: int, after: int) -> set[int]:
        """Which people of an event stand under the label of somebody else in the event that it corrects.

        Another number, or another given name and another birth; a number, letter or date put right is the same one.
        """
        people = {person["ref"]: index for index, person in enumerate(self._shelf.event(after)["people"])}
        found = set()
        for index, person in enumerate(self._shelf.event(before)["people"]):
            if person["ref"] in people:
                one, other = self.evidence((before, index)), self.evidence((after, people[person["ref"]]))
                numbers = {one.nhs_number, other.nhs_number} - {None}
                names, births = {one.given, other.given} - {""}, {one.birth, other.birth} - {None}
                has_same_number = one.nhs_number is not None and one.nhs_number == other.nhs_number
                has_same_name = one.given == other.given != "" and one.birth == other.birth is not None
                is_other_name = len(names) > 1 and len(births) > 1
                if (len(numbers) > 1 and not has_same_name) or (is_other_name and not has_same_number):
                    found.add(index)
        return found

    def remember_states(self, event: dict[str, Any], placed: Placed) -> None:
        """Keep when the adults of an event were last heard of, and whether of a state that lasts (see `links`)."""
        pairs = zip(event["people"], placed.people, strict=True)
        self.remember(event, [key for person, key in pairs if key is not None and person["role"] not in CHILD_ROLES])

    def remember(self, event: dict[str, Any], keys: Iterable[str]) -> None:
        """The same of those adults among some people whom an event reaches."""
        for key in keys:
            record = self._groups.person(key)
            if record is not None and record.adult:
                lasting = event["type"] in LASTS
                if event["occurred_at"] > record.last or (lasting and not record.standing):
                    record.last = max(record.last, event["occurred_at"])
                    record.standing = record.standing or lasting
                    self._groups.keep(record)

    def beside(self, people: list[dict[str, Any]], keys: list[str | None], index: int) -> Beside:
        """The others of an event beside the person at an index: those who are settled before."""
        if len(people) == 1 and people[index]["role"] != "unborn_child":
            return _ALONE
        order = adults_first(people)
        before = order[: order.index(index)]
        found = {i: self._groups.root(key) for i in before if (key := keys[i]) is not None}
        taken = frozenset(found.values())
        if people[index]["role"] != "unborn_child":
            return Beside(taken)
        mother = mother_of(people)
        adults = any(person["role"] not in CHILD_ROLES for person in people)
        known = keys[mother] if mother is not None else None
        unborn = [i for i, person in enumerate(people) if person["role"] == "unborn_child"]
        others = frozenset(found[i] for i in unborn if i in found)
        return Beside(taken, known, adults and known is None, others, len(unborn))

    def held(self, mention: Mention) -> Held | None:
        """The doubt that a person of an event waits in."""
        return self._shelf.read(_held_row(mention), Held)

    def held_with(self, key: str) -> set[Mention]:
        """People in doubt who may be this record."""
        return {_mention(tail) for tail in self._shelf.tails(b"v|" + joined(key))}

    def held_like(self, evidence: Evidence) -> set[Mention]:
        """People in doubt who share anything with this evidence."""
        return {_mention(tail) for row in _tokens(evidence) for tail in self._shelf.tails(row)}

    def held_in(self, offset: int) -> set[Mention]:
        """People of an event who are in doubt."""
        return {_mention(number(offset) + tail) for tail in self._shelf.tails(b"d|" + number(offset))}

    def release(self, mention: Mention) -> Held | None:
        """Take a person out of the review queue."""
        held = self.held(mention)
        if held is not None:
            tail = number(mention[0]) + number(mention[1])
            self._shelf.rows.delete(_held_row(mention))
            for candidate in held.candidates:
                self._shelf.rows.delete(b"v|" + joined(candidate["key"]) + tail)
            for row in _tokens(self.evidence(mention)):
                self._shelf.rows.delete(row + tail)
        return held

    def verdict(self, agency: str, label: str, person: dict[str, Any]) -> Verdict | None:
        """The newest decision on a person of an event, unless the person has been corrected since."""
        verdicts = self.verdicts(agency, label, person["ref"])
        if not verdicts or verdicts[-1].digest not in (None, person_digest(person)):
            return None
        return verdicts[-1]

    def verdicts(self, agency: str, label: str, ref: str) -> list[Verdict]:
        """All decisions on a person of an event."""
        return self._shelf.read(b"x|" + joined(agency, label, ref), list[Verdict]) or []

    def decided(self, agency: str, label: str) -> list[str]:
        """Labels of the people of an event on whom somebody has decided."""
        return [tail[:-1].decode() for tail in self._shelf.tails(b"x|" + joined(agency, label))]

    def decide(self, agency: str, label: str, ref: str, verdicts: Iterable[Verdict]) -> None:
        """Set the decisions on a person of an event."""
        self._shelf.write(b"x|" + joined(agency, label, ref), sorted(verdicts, key=lambda v: v.offset) or None)

    def sure(self, mention: Mention) -> str | None:
        """Key of the record that a person stays, although an earlier correction has made it a question."""
        return self._shelf.read(_sure_row(mention), str)

    def _is_named_otherwise(self, mention: Mention, placed: Placed, beside: Beside, found: str) -> bool:
        """Whether another of the event is this person by another given name: twins with one number, by mistake."""
        if not beside.taken or (root := self._groups.root(found)) not in beside.taken:
            return False
        offset, index = mention
        order = adults_first(self._shelf.event(offset)["people"])
        before = [(i, placed.people[i]) for i in order[: order.index(index)]]
        same = [i for i, key in before if key is not None and self._groups.root(key) == root]
        return len({self.evidence((offset, i)).given for i in (*same, index)} - {""}) > 1

    def _is_only(self, doubt: Doubt, key: str) -> bool:
        return {self._groups.root(candidate) for candidate in doubt.keys} == {self._groups.root(key)}

    def _hold(self, mention: Mention, evidence: Evidence, doubt: Doubt) -> None:
        tail = number(mention[0]) + number(mention[1])
        self._shelf.write(_held_row(mention), Held(doubt.reason, doubt.candidates))
        for key in doubt.keys:
            self._shelf.rows.put(b"v|" + joined(key) + tail, b"")
        for row in _tokens(evidence):
            self._shelf.rows.put(row + tail, b"")

    def _new_key(self, event: dict[str, Any], label: str, ref: str, pin: str | None, taken: Collection[str]) -> str:
        """A key minted from the first event about the person; a replay gives the one that was minted then."""
        if pin is not None and self._groups.person(pin) is None:
            return pin
        key = str(uuid5(SPACE, f"{event['agency']}|{label}|{ref}"))
        if label != event["id"] and (key in taken or self._groups.person(key) is not None):
            key = str(uuid5(SPACE, f"{event['agency']}|{event['id']}|{ref}"))
        return key


def decided_key(agency: str, label: str, ref: str) -> str:
    """Key of the record that a decision makes of a person of a held event; it never leads a group."""
    return str(uuid5(SPACE, f"{agency}|{label}|{ref}|decided"))


def person_digest(person: dict[str, Any]) -> bytes:
    """Digest of a person as an event has it."""
    return blake2b(_PACK.encode(person), digest_size=8).digest()


def mention_row(key: str, place: int, offset: int) -> bytes:
    """Row that says: this event is about this record."""
    return b"t|" + joined(key) + number(place) + number(offset)


def adults_first(people: list[dict[str, Any]]) -> list[int]:
    """The order in which an event's people are settled: an unborn child is known by its mother."""
    if len(people) < 2:
        return [*range(len(people))]
    return sorted(range(len(people)), key=lambda index: people[index]["role"] in CHILD_ROLES)


def mother_of(people: list[dict[str, Any]]) -> int | None:
    """Which of an event's people an unborn child hangs on: its one adult, its one woman, or the one who may be."""
    adults = [i for i, person in enumerate(people) if person["role"] not in CHILD_ROLES]
    if len(adults) < 2:
        return adults[0] if adults else None
    women = [i for i in adults if (people[i]["sex"] or "").casefold().startswith("f")]
    others = [i for i in adults if people[i]["role"] != "adult_perpetrator"]
    return next((found[0] for found in (adults, women, others) if len(found) == 1), None)


def _tokens(evidence: Evidence) -> list[bytes]:
    tokens = [b"y|" + joined(*mark) for mark in evidence.marks]
    if evidence.whole_name:
        tokens.append(b"y|" + joined(evidence.family, evidence.given, f"{evidence.birth}"))
    return tokens


def _held_row(mention: Mention) -> bytes:
    return b"d|" + number(mention[0]) + number(mention[1])


def _sure_row(mention: Mention) -> bytes:
    return b"i|" + number(mention[0]) + number(mention[1])


def _mention(tail: bytes) -> Mention:
    return int.from_bytes(tail[:8]), int.from_bytes(tail[8:])
