"""What identity makes of a log: the facts of each subject, in order, and what it held."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from safeguarding.errors import SafeguardingError
from safeguarding.events.envelope import AGENCIES
from safeguarding.identity.agent import Identity
from safeguarding.identity.reach import agency_subject
from safeguarding.inquiry.log import Log
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as, decode_event
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import FACTS, REVIEW

_TICK, _RULES = b"tick", b"rules"
_BATCH = 1000  # records that identity takes at once
_OF_AGENCIES = frozenset(agency_subject(agency) for agency in AGENCIES)
_KEY = 8  # so much of a child's key is shown, and enough to find it


class Told(NamedTuple):
    """One fact of a subject.

    Attributes:
        record: its record of facts.accepted.v1.
        fact: the fact.
        event: the event it carries, if it carries one.
    """

    record: Record
    fact: dict[str, Any]
    event: dict[str, Any] | None


class Facts:
    """Facts of a log, which is gone through once.

    Args:
        log: the total order.
        only: the one subject whose facts are wanted; None: those of everybody.
        agencies: whether those of agencies are wanted: each event is one, and only their silence is judged by them.

    Attributes:
        records: records of facts.accepted.v1 by subject, in order.
        ticks: by subject, the last tick before each of its facts: what had fallen due was said by then.
        last_tick: the last tick, if there was one.
        rules: records by which rule packs came into force.
        doubts: what identity asked people to decide.
    """

    def __init__(self, log: Log, only: str | None = None, *, agencies: bool = True) -> None:
        self.records: dict[str, list[Record]] = {}
        self.ticks: dict[str, list[Record]] = {}
        self.last_tick: Record | None = None
        self.rules: list[Record] = []
        self.doubts: list[dict[str, Any]] = []
        self._only, self._but = only, frozenset() if agencies else _OF_AGENCIES
        offset = 0
        for output in identified(log):
            if output.topic == REVIEW:
                self.doubts.append(decode_as("record.review_item", output.value))
            elif output.topic == FACTS:
                self._take(Record(FACTS, 0, offset, output.key, output.value, 0))
                offset += 1

    def _take(self, record: Record) -> None:
        if record.key == _TICK:
            self.last_tick = record
        elif record.key == _RULES:
            self.rules.append(record)
        else:
            subject = (record.key or b"").decode()
            if self._only in (None, subject) and subject not in self._but:
                self._keep(subject, record)

    def _keep(self, subject: str, record: Record) -> None:
        self.records.setdefault(subject, []).append(record)
        ticks = self.ticks.setdefault(subject, [])
        if self.last_tick is not None and ticks[-1:] != [self.last_tick]:
            ticks.append(self.last_tick)

    @property
    def clock(self) -> int:
        """To when time has passed, as the last tick says it; 0: there is none."""
        if self.last_tick is None:
            return 0
        clock: int = decode_as("log.fact", self.last_tick.value)["clock"]
        return clock

    def of(self, subject: str) -> list[Told]:
        """All that was told of a subject."""
        return [_told(record) for record in self.records.get(subject, ())]

    def child(self, subject: str) -> dict[str, Any] | None:
        """The child as it was told of last; None: it is no child, or nobody knows more than that there is one."""
        for record in reversed(self.records.get(subject, ())):
            fact = decode_as("log.fact", record.value)
            if fact["child"] is not None:
                child: dict[str, Any] = fact["child"]
                return child
        return None

    def find(self, who: str) -> str:
        """The subject that is meant.

        Args:
            who: its key or the beginning of it, the id of an alert about it, any of the child's numbers, or its name.

        Raises:
            SafeguardingError: nobody, or several; says what helps, and nobody's name.
        """
        wanted = who.strip().casefold()
        key = wanted.split(".", 1)[0]
        if key in self.records:
            return key
        found = [subject for subject in self.records if len(wanted) >= _KEY and subject.startswith(wanted)]
        found = found or [subject for subject, child in self._children() if wanted in _words(child)]
        if len(found) != 1:
            many = f"{len(found)} children are" if found else "no child in this log is"
            raise SafeguardingError(f"{many} called that: give the child's key, one of its numbers, or an alert's id")
        return found[0]

    def _children(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for subject in self.records:
            child = self.child(subject)
            if child is not None:
                yield subject, child


def identified(log: Log) -> Iterator[Output]:
    """What identity says of a log: facts, receipts, doubts."""
    room, rows = Identity(1, eager_ticks=log.eager, never_join=Settings().never_join), Rows()
    records = iter(log.records)
    while batch := list(islice(records, _BATCH)):
        state = Overlay(rows)
        yield from room.handle(batch, state)
        rows.apply(state.changes)


def _told(record: Record) -> Told:
    fact = decode_as("log.fact", record.value)
    return Told(record, fact, decode_event(fact["body"]) if fact["body"] is not None else None)


def _words(child: dict[str, Any]) -> set[str]:
    name = child["name"] or {}
    whole = " ".join(filter(None, (name.get("given"), name.get("family"))))
    numbers = [number for number in child["identifiers"].values() if number]
    return {text.casefold() for text in (whole, *numbers) if text}
