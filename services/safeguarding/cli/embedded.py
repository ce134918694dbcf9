"""The four rooms in one process, without a broker: what `simulate`, the laptop demo and the tests run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safeguarding.cli.lines import lines_of
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.finding import Pack
from safeguarding.errors import Refused
from safeguarding.events.acceptance import plain_id, read_json
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.times import rfc3339
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.settings import NEVER_JOIN
from safeguarding.wire.codec import encode
from safeguarding.wire.room import Record, Room
from safeguarding.wire.topics import ACCEPTED, agency_topic, partition_counts

PARTITIONS = 4


class Embedded:
    """The pipeline with a clock that the events drive (contract.md, section 5).

    Args:
        pack: the rules in force.
        eager: the events drive the clock; False: a log is replayed whose ticks do.
        never_join: postcodes that must not join people.
    """

    def __init__(self, pack: Pack, *, eager: bool = True, never_join: frozenset[str] = NEVER_JOIN) -> None:
        rooms: list[Room] = [
            Intake(clock="events", backfill=None),
            Identity(PARTITIONS, eager_ticks=eager, never_join=never_join),
            Correlation(pack),
            Routing(),
        ]
        self.runtime = MemoryRuntime(rooms, partition_counts(PARTITIONS))
        self.clock = 0
        self._seen: dict[str, list[int]] = {}

    def publish_text(self, text: str) -> list[dict[str, Any]]:
        """What one line of JSON brings about.

        A line that is no event is refused as intake refuses it, with a receipt.
        """
        try:
            event = read_json(text)
        except Refused as refused:
            return [_refusal(text, refused, self.clock)]
        return self.publish(event)

    def publish(self, event: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What one event (in the form rooms use) brings about: objects of contract.md section 5, in order."""
        taken = len(self.runtime.records(ACCEPTED, 0))
        topic = agency_topic(event["agency"])
        self.runtime.append(topic, event["id"].encode(), encode(event["type"], dict(event)), timestamp=self.clock)
        lines = self._drain()
        if len(self.runtime.records(ACCEPTED, 0)) > taken:  # what intake refuses moves no clock
            self.clock = max(self.clock, event["published_at"])
        return lines

    def take(self, record: Record) -> list[dict[str, Any]]:
        """What one record of events.accepted.v1 brought about: intake has had its say."""
        key, value, headers = record.key or b"", record.value or b"", record.headers
        self.runtime.append(ACCEPTED, key, value, headers, timestamp=record.timestamp)
        return self._drain()

    def pass_time(self, until: int | None = None) -> list[dict[str, Any]]:
        """What falls due up to and at a clock; None: the last event's."""
        self.clock = max(self.clock, until or 0)
        value = encode("log.accepted", {"kind": "tick", "clock": self.clock})
        self.runtime.append(ACCEPTED, b"tick|%d" % self.clock, value, timestamp=self.clock)
        return self._drain()

    def new_records(self, topics: Iterable[str]) -> Iterator[Record]:
        """Records of these topics that have not been asked for before."""
        for topic in topics:
            places = self._seen.setdefault(topic, [0] * self.runtime.partitions[topic])
            for partition, place in enumerate(places):
                records = self.runtime.records(topic, partition)
                if len(records) > place:  # most topics have nothing new after one event
                    yield from records[place:]
                    places[partition] = len(records)

    def _drain(self) -> list[dict[str, Any]]:
        self.runtime.run()
        return lines_of(self.new_records)


def _refusal(text: str, refused: Refused, clock: int) -> dict[str, Any]:
    """The receipt of a line that never became an event; id and agency when they can be read and are such."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    named = raw if isinstance(raw, dict) else {}
    word = {"agency": named.get("agency") if named.get("agency") in AGENCIES else None, "id": plain_id(named.get("id"))}
    word |= {"status": "rejected", "code": refused.code, "field": refused.field}
    return {"kind": "receipt", "at": rfc3339(clock), **{name: value for name, value in word.items() if value}}
