"""What identity makes of a log: the facts of each subject, in order, and what it held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from safeguarding.errors import SafeguardingError
from safeguarding.identity.agent import Identity
from safeguarding.inquiry.log import Log
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as, decode_event
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, FACTS, REVIEW, partition_counts

_TICK, _RULES = b"tick", b"rules"
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
    """Facts of a whole log.

    Args:
        log: the total order.

    Attributes:
        records: records of facts.accepted.v1 by subject, in order.
        ticks: by subject, the last tick before each of its facts: what had fallen due was said by then.
        last_tick: the last tick, if there was one.
        rules: records by which rule packs came into force.
        doubts: what identity asked people to decide.
    """

    def __init__(self, log: Log) -> None:
        runtime = MemoryRuntime(
            [Identity(1, eager_ticks=log.eager, never_join=Settings().never_join)], partition_counts(1)
        )
        for record in log.records:
            key, value = record.key or b"", record.value or b""
            runtime.append(ACCEPTED, key, value, record.headers, timestamp=record.timestamp)
        runtime.run()
        self.records: dict[str, list[Record]] = {}
        self.ticks: dict[str, list[Record]] = {}
        self.last_tick: Record | None = None
        self.rules: list[Record] = []
        for record in runtime.records(FACTS):
            if record.key == _TICK:
                self.last_tick = record
            elif record.key == _RULES:
                self.rules.append(record)
            else:
                self._keep((record.key or b"").decode(), record)
        self.doubts = [decode_as("record.review_item", record.value) for record in runtime.records(REVIEW)]

    def _keep(self, subject: str, record: Record) -> None:
        self.records.setdefault(subject, []).append(record)
        ticks = self.ticks.setdefault(subject, [])
        if self.last_tick is not None and ticks[-1:] != [self.last_tick]:
            ticks.append(self.last_tick)

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


def _told(record: Record) -> Told:
    fact = decode_as("log.fact", record.value)
    return Told(record, fact, decode_event(fact["body"]) if fact["body"] is not None else None)


def _words(child: dict[str, Any]) -> set[str]:
    name = child["name"] or {}
    whole = " ".join(filter(None, (name.get("given"), name.get("family"))))
    numbers = [number for number in child["identifiers"].values() if number]
    return {text.casefold() for text in (whole, *numbers) if text}
