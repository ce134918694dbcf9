"""When the past has changed: people, ties, cases and the facts of whoever is concerned are brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from safeguarding.identity.cases import Cases, cases_of
from safeguarding.identity.facts import Fact, Facts
from safeguarding.identity.groups import Groups
from safeguarding.identity.links import HOUSEHOLD, Changed, Links, household_of
from safeguarding.identity.placing import Placing, mention_row, mother_of
from safeguarding.identity.reach import Concern, Reach, Spot
from safeguarding.identity.replay import Replay, Replayed
from safeguarding.identity.rows import Placed, Shelf


class Refreshed(NamedTuple):
    """What has changed: whom the people of events were and are, and the facts that correlation must know."""

    replayed: Replayed
    facts: list[Fact]


class Refresh:
    """Everything that hangs on who is who."""

    def __init__(
        self,
        shelf: Shelf,
        groups: Groups,
        placing: Placing,
        replay: Replay,
        links: Links,
        cases: Cases,
        reach: Reach,
        facts: Facts,
    ) -> None:
        self._shelf, self._groups, self._placing, self._replay = shelf, groups, placing, replay
        self._links, self._cases, self._reach, self._facts = links, cases, reach, facts

    def all(
        self, keys: set[str], offsets: Iterable[int], removed: set[int], added: tuple[int, Placed] | None
    ) -> Refreshed:
        """Place anew whoever is concerned, and tell correlation what is otherwise now.

        Args:
            keys: records on which somebody has said something.
            offsets: events whose people must be placed anew.
            removed: offsets of events that do not count any more, or not where they stood.
            added: an event that counts from now on, and its place.
        """
        old = {offset: placed for offset in sorted(removed) if (placed := self._shelf.placed(offset))}
        new = dict([added]) if added is not None else {}
        named = {*offsets, *removed, *new}
        closed, mentions = self._replay.closure(keys.union(*(placed.keys for placed in old.values())), named)
        dirty = {key for key in closed if self._facts.told(key)} | self._around(closed, named - (set(new) - removed))
        households = self._households(closed, named)
        adults = closed | {adult for key in closed for adult in self._links.adults(key)}
        cases = {name for offset in self._events(closed) | named for name in cases_of(self._shelf.event(offset))}
        for offset, placed in old.items():
            self._cases.forget(offset)
            if placed.alert is not None:
                self._shelf.rows.delete(mention_row(placed.alert, placed.place, offset))
        replayed = self._replay.run(closed, mentions, removed, new, by_word=bool(keys))
        for offset, placed in new.items():
            if placed.alert is not None:
                self._shelf.rows.put(mention_row(placed.alert, placed.place, offset), b"")
            self._cases.learn(offset, placed)
        for name in sorted(cases):
            self._cases.again(name)
        self.remember_whole(sorted(cases))
        again = self._tie_again(adults | replayed.keys, households | self._households(replayed.keys, set(new)))
        dirty |= self._around(replayed.keys, set(new)) | {self._groups.root(tie.child) for tie in again}
        moves = {before: self._groups.root(after) for before, after in replayed.moves.items()}
        why = "identity" if keys else None
        return Refreshed(replayed, self.tell(dirty, new, moves, why))

    def tell(
        self, subjects: Iterable[str], new: Iterable[int], moves: dict[str, str], why: str | None = None
    ) -> list[Fact]:
        """The facts of all subjects whose history is otherwise than it was told; those that are no more come first.

        Args:
            subjects: whose history may have changed.
            new: events that count from now on.
            moves: under which key the people of a record that is no more go on.
            why: `identity` when somebody's word on who is who brought it about.
        """
        gone, kept = list[Fact](), list[Fact]()
        for subject in sorted(subjects):
            told = self._facts.told(subject)
            history, moved, about = dict[Spot, Concern](), None, told.about if told else "child"
            if about != "child" or (told is None and self._groups.person(subject) is None):
                about, history = self._of_other(subject, about, new)
            elif self._groups.root(subject) != subject:
                moved = self._groups.root(subject)
            elif self._groups.person(subject) is None:
                moved = moves.get(subject)
            else:
                history = self._reach.history(subject)
            if self._facts.is_news(subject, history) or (history and self._facts.is_shown_otherwise(subject)):
                (kept if history else gone).extend(self._facts.again(subject, about, history, moved, why))
        return [*gone, *kept]

    def remember_whole(self, cases: Iterable[str], events: Iterable[dict[str, Any]] | None = None) -> None:
        """Keep that adults were heard of by events which name nobody.

        Args:
            cases: names of cases.
            events: those that are news; if not given, all that name nobody.
        """
        for name in cases:
            people = self._cases.case(name).people
            heard = map(self._shelf.event, self._cases.whole(name)) if events is None else events
            for event in heard if people else ():
                self._placing.remember(event, people)

    def household(self, source: str, offsets: Iterable[int] = ()) -> list[Changed]:
        """Work out the ties of a household anew.

        Args:
            source: its name, with or without a case.
            offsets: events that list it although no case says so.
        """
        listed = {*self._cases.events(f"hub|{source}"), *offsets}
        pairs = [(self._shelf.event(offset), self._shelf.placed(offset)) for offset in sorted(listed)]
        lists = [(event, placed) for event, placed in pairs if placed is not None and event["type"] == HOUSEHOLD]
        return self._links.household(source, lists)

    def _of_other(self, subject: str, about: str, new: Iterable[int]) -> tuple[str, dict[Spot, Concern]]:
        """What concerns a case or an agency: what was told and still counts, and what has come."""
        history = self._facts.history_of_other(subject, about)
        for offset in new:
            placed = self._shelf.placed(offset)
            concern = self._reach.of_event(offset, placed).get(subject) if placed else None
            if placed is not None and concern is not None:
                about, history[placed.place, offset] = concern.about, concern
        return about, dict(sorted(history.items()))

    def _events(self, keys: Iterable[str]) -> set[int]:
        return {offset for key in keys for _, offset in self._reach.mentions(key)}

    def _around(self, keys: Iterable[str], offsets: Iterable[int]) -> set[str]:
        near = {subject for key in keys for subject in self._reach.around(key)}
        return near | {subject for offset in offsets for subject in self._reach.with_event(offset)}

    def _households(self, keys: Iterable[str], offsets: set[int]) -> set[tuple[str, int]]:
        """Households that the events of some records list, each with such an event."""
        found = set()
        for offset in self._events(keys) | offsets:
            event, placed = self._shelf.event(offset), self._shelf.placed(offset)
            if event["type"] == HOUSEHOLD:
                found.add((household_of(event, placed.label if placed else event["id"]), offset))
        return found

    def _tie_again(self, keys: set[str], households: set[tuple[str, int]]) -> list[Changed]:
        """Work out anew the ties of adults and of households; those of households that are otherwise are returned."""
        for key in sorted(keys):
            self._links.forget(key)
        for offset in sorted(self._events(keys)):
            placed = self._shelf.placed(offset)
            if placed is not None:
                event = self._shelf.event(offset)
                mother = mother_of(event["people"])
                self._links.learn(event, placed, placed.people[mother] if mother is not None else None)
        changed = []
        for source in sorted({source for source, _ in households}):
            changed += self.household(source, [offset for name, offset in households if name == source])
        return changed
