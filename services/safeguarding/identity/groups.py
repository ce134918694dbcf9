"""Which records are one person because somebody said so: merges, their undoing, decisions (people.md)."""

from __future__ import annotations

import msgspec

from safeguarding.identity.person import Person
from safeguarding.identity.rows import Shelf, joined, number


class Act(msgspec.Struct, array_like=True, frozen=True):
    """Somebody's word on two records.

    Attributes:
        offset: where the event that says so stands; a later word undoes an earlier one.
        joins: they are one; else they are not.
        one: key of a record.
        other: key of the other.
    """

    offset: int
    joins: bool
    one: str
    other: str


class Groups:
    """Records that are one person; a record by itself is a group of one."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._people: dict[str, Person | None] = {}  # read once: an event asks for its people many times
        self._members: dict[str, list[str]] = {}

    def person(self, key: str) -> Person | None:
        """A record."""
        if key not in self._people:
            self._people[key] = self._shelf.read(b"k|" + key.encode(), Person)
        return self._people[key]

    def keep(self, person: Person) -> None:
        """Keep a record, new or changed."""
        self._people[person.key] = person
        self._shelf.write(b"k|" + person.key.encode(), person)

    def forget(self, key: str) -> None:
        """Remove a record."""
        self._people[key] = None
        self._shelf.write(b"k|" + key.encode(), None)

    def members(self, key: str) -> list[str]:
        """Keys of all records that are this person, the one seen first in front."""
        if key not in self._members:
            self._members[key] = self._shelf.read(b"g|" + key.encode(), list) or [key]
        return self._members[key]

    def people(self, key: str) -> list[Person]:
        """The records that are this person, the one seen first in front."""
        return [person for member in self.members(key) if (person := self.person(member)) is not None]

    def root(self, key: str) -> str:
        """The key under which the person goes on: that of the record seen first."""
        return self.members(key)[0]

    def say(self, act: Act) -> set[str]:
        """Take somebody's word; keys of all records that it may concern are returned."""
        for key in (act.one, act.other):
            self._shelf.write(b"j|" + joined(key) + number(act.offset), act)
        return self.regroup(act.one) | self.regroup(act.other)

    def unsay(self, offset: int, one: str, other: str) -> set[str]:
        """Take a word back, as if it had never been said."""
        for key in (one, other):
            self._shelf.write(b"j|" + joined(key) + number(offset), None)
        return self.regroup(one) | self.regroup(other)

    def are_said_one(self, one: str, other: str) -> bool:
        """Whether somebody said of these two records themselves that they are one."""
        acts = [self._shelf.read(row, Act) for row, _ in self._shelf.rows.scan(b"j|" + joined(one))]
        return any(act is not None and act.joins and other in (act.one, act.other) for act in acts)

    def regroup(self, key: str) -> set[str]:
        """Work out anew who is one with a record; keys of all records of which it was ever said are returned."""
        acts, keys = self._said(key)
        edges: list[Act] = []
        for act in acts:
            if act.joins:
                edges.append(act)
            else:
                while path := _path(edges, act.one, act.other):
                    edges.remove(max(path, key=lambda edge: edge.offset))
        left = set(keys)
        while left:
            group = _reach(edges, min(left))
            left -= group
            order = sorted(group, key=self._seen)
            for member in group:
                self._members[member] = order
                self._shelf.write(b"g|" + member.encode(), order if len(order) > 1 else None)
        return keys

    def _seen(self, key: str) -> tuple[bool, tuple[bool, int, int, int], str]:
        person = self.person(key)
        return person is None, person.first if person else (True, 0, 0, 0), key

    def _said(self, key: str) -> tuple[list[Act], set[str]]:
        """All words on a record and on those it was ever named with, in order."""
        acts, keys, todo = set[Act](), {key}, [key]
        while todo:
            for row, _ in list(self._shelf.rows.scan(b"j|" + joined(todo.pop()))):
                act = self._shelf.read(row, Act)
                if act is not None and act not in acts:
                    acts.add(act)
                    todo += {act.one, act.other} - keys
                    keys |= {act.one, act.other}
        return sorted(acts, key=lambda act: act.offset), keys


def _reach(edges: list[Act], key: str) -> set[str]:
    found, todo = {key}, [key]
    while todo:
        here = todo.pop()
        for edge in edges:
            if here in (edge.one, edge.other):
                new = {edge.one, edge.other} - found
                found |= new
                todo += new
    return found


def _path(edges: list[Act], start: str, end: str) -> list[Act]:
    """Edges of a way from one record to another; empty when there is none."""
    came: dict[str, Act | None] = {start: None}
    todo = [start]
    while todo and end not in came:
        here = todo.pop(0)
        for edge in edges:
            if here in (edge.one, edge.other):
                there = edge.other if here == edge.one else edge.one
                if there not in came:
                    came[there] = edge
                    todo.append(there)
    path, here = list[Act](), end
    while (step := came.get(here)) is not None:
        path.append(step)
        here = step.other if here == step.one else step.one
    return path
