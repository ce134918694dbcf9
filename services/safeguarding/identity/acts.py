"""What people decide about identity: two are one, a merge undone, whom a held event means (people.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from safeguarding.events.acceptance import plain_id
from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.chains import Chains
from safeguarding.identity.evidence import NeverJoin, evidence_of
from safeguarding.identity.groups import Act, Groups
from safeguarding.identity.people import OF_AN_UNBORN, Beside, Doubt, People
from safeguarding.identity.placing import Placing, Verdict, decided_key, mother_of, person_digest
from safeguarding.identity.rows import Shelf, number

ACTS = frozenset({"hub.identity.merged", "hub.identity.separated", "hub.identity.decided"})
_DECIDED = "hub.identity.decided"
_SEPARATED = "hub.identity.separated"


class Asked(msgspec.Struct, array_like=True, frozen=True):
    """What keeps an act from being done.

    Attributes:
        offset: where the act stands in the log.
        ref: label of the person of whom it is not certain who is meant.
        reason: why.
        candidates: who may be meant.
    """

    offset: int
    ref: str
    reason: str
    candidates: list[dict[str, Any]]


class Done(msgspec.Struct, array_like=True):
    """What an act did, so that it can be undone.

    Attributes:
        place: offset at which the pipeline first heard of it.
        words: what was said about which records.
        mention: agency, chain and label of the person that was decided on.
        doubts: what kept it from being done.
    """

    place: int
    words: list[Act] = []
    mention: tuple[str, str, str] | None = None
    doubts: list[Asked] = []


class Touched(msgspec.Struct, array_like=True):
    """What an act may change.

    Attributes:
        keys: records.
        offsets: events whose people must be placed anew.
        answered: questions that acts do not wait for any more.
        doubts: questions that acts wait for now.
    """

    keys: set[str] = set()
    offsets: set[int] = set()
    answered: list[Asked] = []
    doubts: list[Asked] = []

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.keys | other.keys, self.offsets | other.offsets,
            self.answered + other.answered, self.doubts + other.doubts,
        )  # fmt: skip


class Acts:
    """Merges, separations and decisions."""

    def __init__(
        self, shelf: Shelf, groups: Groups, people: People, placing: Placing, chains: Chains, never: NeverJoin
    ) -> None:
        self._shelf, self._groups, self._people = shelf, groups, people
        self._placing, self._chains, self._never = placing, chains, never

    def do(self, event: dict[str, Any], offset: int, place: int) -> Touched:
        """Do what an event says, if it can be known whom it means.

        Args:
            event: a `hub.identity.…` event.
            offset: where it stands in the log.
            place: where the first of its chain stands: a correction changes what was said, not when.
        """
        chosen, found, doubts = _chosen(event) or [], list[str](), list[Asked]()
        for index in chosen:
            key, doubt = self._whom(event, index)
            if key is not None:
                found.append(key)
            else:
                doubts.append(Asked(offset, event["people"][index]["ref"], *(doubt or ("unknown_person", []))))
        if not doubts and event["type"] == _DECIDED:
            return self._decide(event, offset, place, found[0] if found else None)
        if not doubts and found[0] == found[1] and event["type"] == _SEPARATED:
            found = self._parted(event, chosen, found[0])
        if not doubts and found[0] == found[1]:
            doubts = [Asked(offset, event["people"][chosen[1]]["ref"], "same_record", [])]
        words = [] if doubts else [Act(place, event["type"] == "hub.identity.merged", found[0], found[1])]
        self._shelf.write(b"a|" + number(offset), Done(place, words, None, doubts))
        return Touched(keys={key for act in words for key in self._groups.say(act)}, doubts=doubts)

    def fault(self, event: dict[str, Any]) -> str | None:
        """Path of the field by which an act makes no sense."""
        if _chosen(event) is None:
            return "people"
        if event["type"] == _DECIDED:
            known = self._chains.known(event["data"]["event_agency"], _held_event(event))
            people = self._shelf.event(known.offset)["people"] if known and not known.test else None
            if people is not None and event["data"]["ref"] not in {person["ref"] for person in people}:
                return "data.ref"
        return None

    def undo(self, offset: int) -> Touched:
        """Undo what an event did, as if it had never been sent.

        Args:
            offset: where the event stands in the log.
        """
        done = self._shelf.read(b"a|" + number(offset), Done)
        if done is None:
            return Touched()
        self._shelf.write(b"a|" + number(offset), None)
        touched = Touched(set(), set(), done.doubts)
        for act in done.words:
            touched.keys |= self._groups.unsay(act.offset, act.one, act.other)
        if done.mention is not None:
            agency, label, ref = done.mention
            mention = (agency, self._chains.label(agency, label), ref)
            left = [v for v in self._placing.verdicts(*mention) if v.offset != done.place]
            touched |= self._settle_on(mention, left)
        return touched

    def carry(self, agency: str, labels: Iterable[str], label: str) -> None:
        """What was decided on people of events that are part of another chain now is decided on those of that chain.

        Args:
            agency: whose events they are.
            labels: by which the events were known.
            label: of the chain.
        """
        for old in sorted(labels):
            for ref in self._placing.decided(agency, old):
                verdicts = self._placing.verdicts(agency, old, ref)
                for verdict in verdicts:
                    if verdict.target is not None:
                        self._groups.unsay(verdict.offset, decided_key(agency, old, ref), verdict.target)
                self._placing.decide(agency, old, ref, [])
                mention = (agency, label, ref)
                self._settle_on(mention, [*self._placing.verdicts(*mention), *verdicts])

    def _decide(self, event: dict[str, Any], offset: int, place: int, target: str | None) -> Touched:
        data = event["data"]
        agency, ref = data["event_agency"], data["ref"]
        mention = (agency, self._chains.label(agency, _held_event(event)), ref)
        known = self._chains.known(agency, _held_event(event))
        people = self._shelf.event(known.offset)["people"] if known else []
        person = next((person for person in people if person["ref"] == ref), None)
        verdict = Verdict(place, None if person is None else person_digest(person), target)
        earlier = [v for v in self._placing.verdicts(*mention) if v.offset != place]
        self._shelf.write(b"a|" + number(offset), Done(place, [], mention))
        return self._settle_on(mention, [*earlier, verdict])

    def _settle_on(self, mention: tuple[str, str, str], verdicts: list[Verdict]) -> Touched:
        """Let the newest decision on a person stand, and only that."""
        key, offset = decided_key(*mention), self._chains.standing(mention[0], mention[1])
        if offset is not None and self._shelf.event(offset)["type"] in ACTS - {_DECIDED}:
            return self._again(mention, offset, verdicts)
        touched = {key}
        for old in self._placing.verdicts(*mention):
            if old.target is not None:
                touched |= self._groups.unsay(old.offset, key, old.target)
        self._placing.decide(*mention, verdicts)
        newest = max(verdicts, key=lambda v: v.offset, default=None)
        if newest is not None and newest.target is not None:
            touched |= self._groups.say(Act(newest.offset, True, key, newest.target))
        return Touched(keys=touched, offsets=set() if offset is None else {offset})

    def _again(self, mention: tuple[str, str, str], offset: int, verdicts: list[Verdict]) -> Touched:
        """An act whose people were decided on is done anew, in its own place."""
        self._placing.decide(*mention, verdicts)
        done = self._shelf.read(b"a|" + number(offset), Done)
        if done is None:
            return Touched()  # it has no basis
        return self.undo(offset) | self.do(self._shelf.event(offset), offset, done.place)

    def _parted(self, event: dict[str, Any], chosen: list[int], key: str) -> list[str]:
        """Two records of one person who is to be two again, when meanwhile the one has learnt the other's name."""
        known = [self._people.alike(evidence_of(event["people"][index], event, self._never)) for index in chosen]
        pairs = {(one, other) for one in known[0] or [key] for other in known[1] or [key] if one != other}
        merged = [pair for pair in pairs if self._groups.are_said_one(*pair)]
        return list(min(merged)) if len({frozenset(pair) for pair in merged}) == 1 else [key, key]

    def _whom(self, event: dict[str, Any], index: int) -> tuple[str | None, tuple[str, list[dict[str, Any]]] | None]:
        """The record that an act names: by its key, or by the same matching as any event; but nothing is learnt."""
        label = self._chains.label(event["agency"], event["id"])
        verdict = self._placing.verdict(event["agency"], label, event["people"][index])
        key = (event["people"][index]["identifiers"] or {}).get("agency_ref")
        for named in (verdict.target if verdict is not None else None, key):
            if named is not None and self._groups.person(named) is not None:
                return named, None
        people, keys = event["people"], list[str | None]([None] * len(event["people"]))
        mother = mother_of(people)
        if people[index]["role"] == "unborn_child" and mother is not None:
            found = self._people.find(evidence_of(people[mother], event, self._never), Beside())
            keys[mother] = found if isinstance(found, str) else None
        beside = self._placing.beside(people, keys, index)
        found = self._people.find(evidence_of(people[index], event, self._never), beside)
        if not isinstance(found, Doubt):
            return found, None
        if found.reason == OF_AN_UNBORN:  # whoever joins the born to the unborn may name either by a number of both
            return found.keys[0], None
        return None, (found.reason, found.candidates)


def _held_event(event: dict[str, Any]) -> str:
    """Id of the event that is decided on, as ids are written here: a UUID in another form is the same."""
    name: str = event["data"]["event_id"]
    return plain_id(name) or name


def _chosen(event: dict[str, Any]) -> list[int] | None:
    """Which of the event's people it is about: the children, or else the adults; None: it makes no sense."""
    people = event["people"]
    children = [i for i, person in enumerate(people) if person["role"] in CHILD_ROLES]
    chosen = children or [i for i, person in enumerate(people) if person["role"] not in CHILD_ROLES]
    if event["type"] == _DECIDED:
        return chosen if len(chosen) < 2 else None
    return chosen if len(chosen) == 2 else None
