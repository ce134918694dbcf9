"""Places people anew, in their own time, when a correction or somebody's word changes what was known (people.md).

Only those are placed anew who share, directly or through others, anything by which a person can be found: nobody
else's place can depend on them. Their mentions are read back and settled in the order of the log, by the same function
as live ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.groups import Groups
from safeguarding.identity.people import People
from safeguarding.identity.placing import Held, Mention, Placing, mention_row, mother_of
from safeguarding.identity.rows import Placed, Shelf


class Replayed(NamedTuple):
    """What a replay changed.

    Attributes:
        keys: records that were placed anew, before and after.
        moves: of each record that is no more, one whom its people are now.
        before: doubts that people waited in before.
        after: doubts that people wait in now.
    """

    keys: set[str]
    moves: dict[str, str]
    before: dict[Mention, Held]
    after: dict[Mention, Held]


class Replay:
    """Places people anew."""

    def __init__(self, shelf: Shelf, groups: Groups, people: People, placing: Placing) -> None:
        self._shelf, self._groups, self._people, self._placing = shelf, groups, people, placing

    def closure(self, keys: Iterable[str], offsets: Iterable[int]) -> tuple[set[str], set[Mention]]:
        """Records and mentions that may be placed otherwise when these records or the people of these events are.

        Args:
            keys: keys of records.
            offsets: events all of whose people count as mentioned, placed or not.
        """
        found: set[str] = set()
        mentions: set[Mention] = set()
        todo_keys = {member for key in keys for member in self._groups.members(key)}
        todo = {(offset, i) for offset in offsets for i in range(len(self._shelf.event(offset)["people"]))}
        while todo_keys or todo:
            while todo:
                mention = todo.pop()
                mentions.add(mention)
                todo_keys |= self._near(mention) - found
                todo |= self._placing.held_like(self._placing.evidence(mention)) - mentions
                if self._shelf.event(mention[0])["people"][mention[1]]["role"] not in CHILD_ROLES:
                    todo |= self._placing.held_in(mention[0]) - mentions  # an unborn child waits for its mother
            for key in {member for near in todo_keys for member in self._groups.members(near)}:
                found.add(key)
                todo |= (self._mentions(key) | self._placing.held_with(key)) - mentions
                unborn = self._shelf.tails(b"u|" + key.encode() + b"\x00")
                todo |= {m for tail in unborn for m in self._mentions(tail.decode())} - mentions
            todo_keys = {known for mention in todo if (known := self._key(mention))} - found
        return found, mentions

    def run(
        self, keys: set[str], mentions: set[Mention], removed: set[int], placed: dict[int, Placed], *, by_word: bool
    ) -> Replayed:
        """Place people anew.

        A correction makes no question of whom an event means when that was certain: one agency's new date of birth must
        not put all that others said on hold. Somebody's word on who is who, or its end, is as if it had always been.

        Args:
            keys: records, from `closure`.
            mentions: people of events, from `closure`.
            removed: events that do not count any more, or not where they stood.
            placed: places of events that count from now on.
            by_word: somebody's word on who is who brought it about, not a correction.
        """
        pins = {mention: key for mention in mentions if (key := self._key(mention))}
        meant = {mention: key for offset in placed for mention, key in self._placing.known(offset).items()} | pins
        another = {(old, index) for old in removed for new in placed for index in self._placing.others(old, new)}
        before = {mention: held for mention in mentions if (held := self._placing.release(mention))}
        for key in keys:
            person = self._groups.person(key)
            if person is not None:
                self._people.forget(person)
        for mention, key in pins.items():
            old = self._shelf.placed(mention[0])
            if old is not None:
                self._shelf.rows.delete(mention_row(key, old.place, mention[0]))
        for offset in removed:
            self._shelf.place(offset, None)
        places = {offset: place for offset, _ in mentions if (place := self._shelf.placed(offset))} | placed
        after, new = dict[Mention, Held](), set[str]()
        taken = {key for mention, key in pins.items() if mention[0] in places or mention in another}
        for mention in sorted((m for m in mentions if m[0] in places), key=lambda m: self._order(m, places[m[0]])):
            place = places[mention[0]]
            pin = pins.get(mention)
            sure = self._placing.sure(mention) if by_word else pin
            doubt = self._placing.settle(mention, place, meant.get(mention), sure, taken)
            if doubt is not None:
                after[mention] = Held(doubt.reason, doubt.candidates)
            elif key := place.people[mention[1]]:
                new.add(key)
        for offset, place in places.items():
            self._placing.remember_states(self._shelf.event(offset), place)
            self._shelf.place(offset, place)
        for key in sorted(keys | new):
            self._groups.regroup(key)
        return Replayed(keys | new, self._moves(pins), before, after)

    def _moves(self, pins: dict[Mention, str]) -> dict[str, str]:
        moves = dict[str, str]()
        for mention, old in sorted(pins.items()):
            now = self._key(mention)
            if now is not None and self._groups.person(old) is None:
                moves.setdefault(old, now)
        return moves

    def _order(self, mention: Mention, placed: Placed) -> tuple[int, int, bool, int]:
        """In the order of the log; in an event as `adults_first` has it."""
        role = self._shelf.event(mention[0])["people"][mention[1]]["role"]
        return placed.place, mention[0], role in CHILD_ROLES, mention[1]

    def _near(self, mention: Mention) -> set[str]:
        event, placed = self._shelf.event(mention[0]), self._shelf.placed(mention[0])
        mother = mother_of(event["people"])
        key = placed.people[mother] if placed is not None and mother is not None else None
        return self._people.related(self._placing.evidence(mention), key)

    def _key(self, mention: Mention) -> str | None:
        placed = self._shelf.placed(mention[0])
        return placed.people[mention[1]] if placed is not None else None

    def _mentions(self, key: str) -> set[Mention]:
        """People of events who are this record."""
        offsets = [int.from_bytes(tail[8:]) for tail in self._shelf.tails(b"t|" + key.encode() + b"\x00")]
        places = {offset: placed.people for offset in offsets if (placed := self._shelf.placed(offset))}
        return {(offset, i) for offset, people in places.items() for i, known in enumerate(people) if known == key}
