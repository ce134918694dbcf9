"""The facts that go to correlation: one for each subject of a new event, or a subject's whole history anew."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from safeguarding.events.person import CHILD_ROLES
from safeguarding.identity.groups import Groups
from safeguarding.identity.person import shown
from safeguarding.identity.reach import Concern, Spot
from safeguarding.identity.rows import Shelf, joined, number

_PACK = msgspec.msgpack.Encoder()
Fact = dict[str, Any]


class Told(msgspec.Struct, array_like=True):
    """What correlation was told of a subject.

    Attributes:
        about: child, case or agency.
        gen: generation of its facts.
        display: digest of the child as it was shown last.
    """

    about: str
    gen: int = 0
    display: bytes = b""


class Facts:
    """Facts without their position in the log (`events.log.Fact`), and what was told before."""

    def __init__(self, shelf: Shelf, groups: Groups) -> None:
        self._shelf, self._groups = shelf, groups
        self._told: dict[str, Told | None] = {}  # read once, as `Groups` does with people

    def told(self, subject: str) -> Told | None:
        """What correlation was told of a subject; None: nothing ever."""
        if subject not in self._told:
            self._told[subject] = self._shelf.read(b"f|" + subject.encode(), Told)
        return self._told[subject]

    def new(self, subject: str, offset: int, concern: Concern) -> Fact:
        """The fact of a new event for one subject."""
        told, is_new = self.told(subject), False
        if told is None:
            told, is_new = Told(concern.about), True
        child = self._child(subject, concern)
        self._tell(subject, told, child, changed=is_new)
        fact = self._fact(subject, offset, concern)
        if concern.about != "agency":  # that it was heard is never taken back
            placed = self._shelf.placed(offset)
            assert placed is not None  # noqa: S101  # only events that count have facts
            self._shelf.rows.put(_row(subject, (placed.place, offset)), _digest(fact))
        fact["gen"], fact["child"] = told.gen, child
        return fact

    def is_news(self, subject: str, history: Mapping[Spot, Concern], but: int | None = None) -> bool:
        """Whether a history differs from what was told, apart from one event.

        Args:
            subject: key of the subject.
            history: all that concerns it now.
            but: offset of an event that is told by itself.
        """
        prefix = b"h|" + joined(subject)
        known = {key[len(prefix) :]: value for key, value in self._shelf.rows.scan(prefix)}
        now = {
            number(spot[0]) + number(spot[1]): _digest(self._fact(subject, spot[1], concern))
            for spot, concern in history.items()
            if spot[1] != but
        }
        return known != now

    def is_shown_otherwise(self, subject: str) -> bool:
        """Whether the child looks otherwise than it was shown last."""
        told = self.told(subject)
        return told is not None and told.about == "child" and told.display != _digest(self._child(subject, Concern()))

    def again(
        self, subject: str, about: str, history: Mapping[Spot, Concern], moved: str | None, why: str | None
    ) -> list[Fact]:
        """A subject's history anew, under the next generation: begin, events in their own time, end.

        Args:
            subject: key of the subject.
            about: what kind of subject it is.
            history: all that concerns it now; empty for one that is no more.
            moved: key under which it goes on.
            why: `identity` when somebody's word on who is who brought it about; else a correction or late news.
        """
        told = self.told(subject) or Told(about, -1)
        told.gen += 1
        child = self._child(subject, Concern(about)) if history else None
        self._tell(subject, told, child, changed=True)
        self._shelf.clear(b"h|" + joined(subject))
        frame = {"subject": subject, "about": about, "gen": told.gen, "note": why}
        if moved is not None:
            return [{**frame, "kind": "moved", "note": moved}]
        facts: list[Fact] = [{**frame, "kind": "begin", "child": child}]
        for spot, concern in history.items():
            fact = self._fact(subject, spot[1], concern)
            self._shelf.rows.put(_row(subject, spot), _digest(fact))
            placed = self._shelf.placed(spot[1])
            clock = placed.clock if placed else None
            facts.append({**fact, **frame, "child": child, "then_seq": spot[0], "then_clock": clock})
        return [*facts, {**frame, "kind": "end", "child": child}]

    def history_of_other(self, subject: str, about: str) -> dict[Spot, Concern]:
        """What was told of a subject that is no child, as far as it still counts."""
        tails = self._shelf.tails(b"h|" + joined(subject))
        spots = [(int.from_bytes(tail[:8]), int.from_bytes(tail[8:])) for tail in tails]
        return {spot: Concern(about) for spot in spots if self._stands(spot)}

    def _stands(self, spot: Spot) -> bool:
        placed = self._shelf.placed(spot[1])
        return placed is not None and placed.place == spot[0]

    def _tell(self, subject: str, told: Told, child: Fact | None, *, changed: bool) -> None:
        display = b"" if child is None else _digest(child)
        if changed or told.display != display:
            told.display = display
            self._told[subject] = told
            self._shelf.write(b"f|" + subject.encode(), told)

    def _child(self, subject: str, concern: Concern) -> Fact | None:
        return shown(self._groups.people(subject)) if concern.about == "child" else None

    def _fact(self, subject: str, offset: int, concern: Concern) -> Fact:
        event, placed = self._shelf.event(offset), self._shelf.placed(offset)
        assert placed is not None  # noqa: S101  # only events that count have facts
        adults = [
            {"ref": person["ref"], "key": self._groups.root(key), "role": person["role"]}
            for person, key in zip(event["people"], placed.people, strict=True)
            if key is not None and person["role"] not in CHILD_ROLES
        ]
        return {
            "kind": "event",
            "subject": subject,
            "about": concern.about,
            "ref": concern.ref,
            "via_adult": concern.via_adult,
            "via_link": concern.via_link,
            "via_case": concern.via_case,
            "before": concern.before,
            "adults": adults,
            "source": event["source"],
            "root": placed.label if placed.label != event["id"] else None,
            "live": placed.live,
            "body": self._shelf.body(offset),
        }


def _row(subject: str, spot: Spot) -> bytes:
    return b"h|" + joined(subject) + number(spot[0]) + number(spot[1])


def _digest(value: Fact | None) -> bytes:
    known = [content for name, content in (value or {}).items() if name != "body"]
    return blake2b(_PACK.encode(known), digest_size=8).digest()
