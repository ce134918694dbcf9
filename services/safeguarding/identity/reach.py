"""Whom an event concerns: named, through an adult, through its case; and all that concerns one child."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid5

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.cases import Cases, cases_of, is_of_case
from safeguarding.identity.groups import Groups
from safeguarding.identity.links import Links
from safeguarding.identity.placing import SPACE
from safeguarding.identity.rows import Placed, Shelf, joined

_PSR = ("probation.psr_information.requested", "hub.psr_information.provided")
Spot = tuple[int, int]  # place and offset of an event, in the order of a history


class Concern(NamedTuple):
    """How an event concerns a subject.

    Attributes:
        about: child, case or agency.
        ref: label of the person in the event.
        via_adult: key of the adult through whom it reaches the child.
        via_link: how that adult is tied to the child.
        before: the event is older than the tie and tells of a state that lasts.
        via_case: it reaches the child through its case.
    """

    about: str = "child"
    ref: str | None = None
    via_adult: str | None = None
    via_link: str | None = None
    before: bool = False
    via_case: bool = False


class Reach:
    """Who is concerned, now."""

    def __init__(self, shelf: Shelf, groups: Groups, links: Links, cases: Cases) -> None:
        self._shelf, self._groups, self._links, self._cases = shelf, groups, links, cases

    def of_event(self, offset: int, placed: Placed) -> dict[str, Concern]:
        """Subjects that an event concerns, the named ones first.

        Args:
            offset: where the event stands in the log.
            placed: its place.
        """
        event = self._shelf.event(offset)
        found: dict[str, Concern] = {}
        for key, ref in self._children(event, placed):
            found.setdefault(self._groups.root(key), Concern("child", ref))
        adults = self._adults(event, placed)
        named = {self._groups.root(key) for key in adults}
        if placed.alert is not None:
            found.setdefault(self._groups.root(placed.alert), Concern())
        elif is_of_case(event):
            people = [key for name in cases_of(event) for key in self._cases.case(name).people]
            for key in people:
                if self._is(key, "child"):
                    found.setdefault(self._groups.root(key), Concern(via_case=True))
            adults += [key for key in people if self._is(key, "adult")]
        for adult in dict.fromkeys(self._groups.root(key) for key in adults):
            for child, how, before in self._tied(adult, event):
                via = Concern(via_adult=adult, via_link=how, before=before, via_case=adult not in named)
                found.setdefault(child, via)
        return found | _case(event) if not found or event["type"] in _PSR else found

    def history(self, root: str) -> dict[Spot, Concern]:
        """Everything that concerns a child, in the order in which the pipeline heard of it."""
        members = self._groups.members(root)
        people = dict.fromkeys(members)
        for child in members:
            for adult in self._links.adults(child):
                people.update(dict.fromkeys(self._groups.members(adult)))
        spots = {spot for key in people for spot in self.mentions(key)}
        for name in {name for _, offset in spots for name in cases_of(self._shelf.event(offset))}:
            for offset in self._cases.whole(name):
                placed = self._shelf.placed(offset)
                spots |= {(placed.place, offset)} if placed else set()
        found = {}
        for spot in sorted(spots):
            placed = self._shelf.placed(spot[1])
            concern = self.of_event(spot[1], placed).get(root) if placed else None
            if concern is not None:
                found[spot] = concern
        return found

    def mentions(self, key: str) -> list[Spot]:
        """Events that name a record."""
        tails = self._shelf.tails(b"t|" + joined(key))
        return [(int.from_bytes(tail[:8]), int.from_bytes(tail[8:])) for tail in tails]

    def around(self, key: str) -> set[str]:
        """Subjects whose history may change with what is known of a record: its own, and those reached through it."""
        found = {self._groups.root(key)}
        for child, _ in self._links.children(key):
            found.add(self._groups.root(child))
        for _, offset in self.mentions(key):
            found |= self.with_event(offset)
        return found

    def with_event(self, offset: int) -> set[str]:
        """Subjects whose history may change with an event: those it concerns, and those its case's events do."""
        whole = [near for name in cases_of(self._shelf.event(offset)) for near in self._cases.whole(name)]
        found: set[str] = set()
        for near in {offset, *whole}:
            placed = self._shelf.placed(near)
            found |= set(self.of_event(near, placed)) if placed else set()
        return found

    def _children(self, event: dict[str, Any], placed: Placed) -> Iterator[tuple[str, str]]:
        for person, key in zip(event["people"], placed.people, strict=True):
            if key is not None and person["role"] in CHILD_ROLES:
                yield key, person["ref"]

    def _adults(self, event: dict[str, Any], placed: Placed) -> list[str]:
        pairs = zip(event["people"], placed.people, strict=True)
        return [key for person, key in pairs if key is not None and person["role"] not in CHILD_ROLES]

    def _tied(self, adult: str, event: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
        for child, tie in self._links.tied(self._groups.members(adult), self._groups.root).items():
            way = tie.carries(event)
            if way is not None:
                yield child, *way

    def _is(self, key: str, kind: str) -> bool:
        person = self._groups.person(key)
        return person is not None and bool(getattr(person, kind))


def _case(event: dict[str, Any]) -> dict[str, Concern]:
    """The case of a pre-sentence report; any case of which nobody is known."""
    names = cases_of(event)
    if event["type"] in _PSR:
        names = names[-1:] or [f"probation|{event['id']}"]
    return {_subject("case", name): Concern("case") for name in names[:1]}


@cache
def agency_subject(agency: str) -> str:
    """Key of an agency as a subject."""
    return _subject("agency", agency)


def _subject(kind: str, name: str) -> str:
    return str(uuid5(SPACE, f"{kind}|{name}"))
