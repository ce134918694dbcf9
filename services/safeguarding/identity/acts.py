"""What people decide about identity: two are one, a merge undone, whom a held event means (people.md)."""

from __future__ import annotations

from typing import Any

import msgspec

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.chains import Chains
from safeguarding.identity.evidence import NeverJoin, evidence_of
from safeguarding.identity.groups import Act, Groups
from safeguarding.identity.people import OF_AN_UNBORN, Beside, Doubt, People
from safeguarding.identity.placing import Placing, Verdict, decided_key, mother_of, person_digest
from safeguarding.identity.rows import Shelf, number

ACTS = frozenset({"hub.identity.merged", "hub.identity.separated", "hub.identity.decided"})
_DECIDED = "hub.identity.decided"


class Done(msgspec.Struct, array_like=True):
    """What an act did, so that it can be undone.

    Attributes:
        words: what was said about which records.
        mention: agency, chain and label of the person that was decided on.
    """

    words: list[Act]
    mention: tuple[str, str, str] | None = None


class Touched(msgspec.Struct, array_like=True):
    """What an act may change.

    Attributes:
        keys: records.
        offsets: events whose people must be placed anew.
        doubts: what kept the act from being done: label of the person, reason, candidates.
    """

    keys: set[str] = set()
    offsets: set[int] = set()
    doubts: list[tuple[str, str, list[dict[str, Any]]]] = []


class Acts:
    """Merges, separations and decisions."""

    def __init__(
        self, shelf: Shelf, groups: Groups, people: People, placing: Placing, chains: Chains, never: NeverJoin
    ) -> None:
        self._shelf, self._groups, self._people = shelf, groups, people
        self._placing, self._chains, self._never = placing, chains, never

    def do(self, event: dict[str, Any], offset: int) -> Touched:
        """Do what an event says, if it can be known whom it means.

        Args:
            event: a `hub.identity.…` event.
            offset: where it stands in the log.
        """
        chosen, found, doubts = _chosen(event) or [], [], []
        for index in chosen:
            key, doubt = self._whom(event, index)
            if key is not None:
                found.append(key)
            else:
                doubts.append((event["people"][index]["ref"], *(doubt or ("unknown_person", []))))
        if doubts:
            return Touched(doubts=doubts)
        if event["type"] == _DECIDED:
            return self._decide(event, offset, found[0] if found else None)
        one, other = found
        if one == other:
            return Touched(doubts=[(event["people"][chosen[1]]["ref"], "same_record", [])])
        act = Act(offset, event["type"] == "hub.identity.merged", one, other)
        self._shelf.write(b"a|" + number(offset), Done([act]))
        return Touched(keys=self._groups.say(act))

    def fault(self, event: dict[str, Any]) -> str | None:
        """Path of the field by which an act makes no sense."""
        if _chosen(event) is None:
            return "people"
        if event["type"] == _DECIDED:
            known = self._chains.known(event["data"]["event_agency"], event["data"]["event_id"])
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
        touched = Touched(set(), set())
        if done is None:
            return touched
        self._shelf.write(b"a|" + number(offset), None)
        for act in done.words:
            touched.keys |= self._groups.unsay(act.offset, act.one, act.other)
        if done.mention is not None:
            left = [v for v in self._placing.verdicts(*done.mention) if v.offset != offset]
            touched.keys |= self._settle_on(done.mention, left)
            touched.offsets |= self._event_of(done.mention)
        return touched

    def _decide(self, event: dict[str, Any], offset: int, target: str | None) -> Touched:
        data = event["data"]
        agency, ref = data["event_agency"], data["ref"]
        mention = (agency, self._chains.label(agency, data["event_id"]), ref)
        known = self._chains.known(agency, data["event_id"])
        people = self._shelf.event(known.offset)["people"] if known else []
        person = next((person for person in people if person["ref"] == ref), None)
        verdict = Verdict(offset, None if person is None else person_digest(person), target)
        earlier = [v for v in self._placing.verdicts(*mention) if v.offset != offset]
        self._shelf.write(b"a|" + number(offset), Done([], mention))
        keys = self._settle_on(mention, [*earlier, verdict])
        return Touched(keys=keys, offsets=self._event_of(mention))

    def _settle_on(self, mention: tuple[str, str, str], verdicts: list[Verdict]) -> set[str]:
        """Let the newest decision on a person stand, and only that."""
        key = decided_key(*mention)
        touched = {key}
        for old in self._placing.verdicts(*mention):
            if old.target is not None:
                touched |= self._groups.unsay(old.offset, key, old.target)
        self._placing.decide(*mention, verdicts)
        newest = max(verdicts, key=lambda v: v.offset, default=None)
        if newest is not None and newest.target is not None:
            touched |= self._groups.say(Act(newest.offset, True, key, newest.target))
        return touched

    def _event_of(self, mention: tuple[str, str, str]) -> set[int]:
        offset = self._chains.standing(mention[0], mention[1])
        return set() if offset is None else {offset}

    def _whom(self, event: dict[str, Any], index: int) -> tuple[str | None, tuple[str, list[dict[str, Any]]] | None]:
        """The record that an act names: by its key, or by the same matching as any event; but nothing is learnt."""
        key = (event["people"][index]["identifiers"] or {}).get("agency_ref")
        if key is not None and self._groups.person(key) is not None:
            return key, None
        people, keys = event["people"], list[str | None]([None] * len(event["people"]))
        mother = mother_of(people)
        if people[index]["role"] == "unborn_child" and mother is not None:
            found = self._people.find(evidence_of(people[mother], event["agency"], self._never), Beside())
            keys[mother] = found if isinstance(found, str) else None
        beside = self._placing.beside(people, keys, index)
        found = self._people.find(evidence_of(people[index], event["agency"], self._never), beside)
        if not isinstance(found, Doubt):
            return found, None
        if found.reason == OF_AN_UNBORN:  # whoever joins the born to the unborn may name either by a number of both
            return found.keys[0], None
        return None, (found.reason, found.candidates)


def _chosen(event: dict[str, Any]) -> list[int] | None:
    """Which of the event's people it is about: the children, or else the adults; None: it makes no sense."""
    people = event["people"]
    children = [i for i, person in enumerate(people) if person["role"] in CHILD_ROLES]
    chosen = children or [i for i, person in enumerate(people) if person["role"] not in CHILD_ROLES]
    if event["type"] == _DECIDED:
        return chosen if len(chosen) < 2 else None
    return chosen if len(chosen) == 2 else None
