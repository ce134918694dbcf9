"""Wiring of the identity room: the total order in, facts about whom, receipts and doubts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from secrets import token_hex
from typing import Any, Literal

from safeguarding.identity.fold import Decision, Fold
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import ACCEPTED, FACTS, REVIEW, receipt_topic

NEVER_JOIN = frozenset({"TS90"})  # refuges, hostels, surgeries, custody suites, council offices


class Identity:
    """The second room (see `wire.room.Room`); its memory is the log, folded again after every start."""

    name = "identity"
    inputs: tuple[str, ...] = (ACCEPTED,)
    memory: Literal["none", "state", "log"] = "log"
    transactional = False

    def __init__(self, partitions: int, *, eager_ticks: bool, never_join: frozenset[str] = NEVER_JOIN) -> None:
        self._partitions, self._eager, self._never = partitions, eager_ticks, never_join
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._fold, self._ended_with_tick = Fold(self._never), True

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:  # memory is the log
        """Facts, receipts and doubts of a batch of the total order."""
        return [output for record in batch for output in self._one(record)]

    def tick(self, now: int | None) -> Output | None:
        """A tick at `now`, or at the last clock of a log that fell quiet after an event."""
        if now is None and self._ended_with_tick:
            return None
        clock = max(self._fold.clock, now or 0)
        key = f"tick|{clock}|{token_hex(8)}".encode()  # unique: compaction must not move a tick
        return Output(ACCEPTED, key, encode("log.accepted", {"kind": "tick", "clock": clock}))

    def _one(self, record: Record) -> Iterator[Output]:
        accepted = decode_as("log.accepted", record.value)
        clock, place = max(self._fold.clock, accepted["clock"]), accepted["record"]
        if accepted["kind"] == "tick":
            self._fold.clock, self._ended_with_tick = clock, True
            yield from self._ticks(record.offset, clock)
            return
        if self._fold.is_repeat(place["topic"], place["partition"], place["offset"]):
            return
        first = 0
        if self._eager and clock > self._fold.clock:
            yield from self._ticks(record.offset, clock - 1)
            first = self._partitions
        self._fold.clock, self._ended_with_tick = clock, False
        event = decode_event(accepted["body"])
        decision = self._fold.decide(event)
        for index, fact in enumerate(decision.facts, first):
            value = {**fact, "seq": record.offset, "index": index, "clock": clock, "body": accepted["body"]}
            yield Output(FACTS, fact["subject"].encode(), encode("log.fact", value))
        yield from self._told(event, decision, clock, place, accepted["body"])

    def _ticks(self, seq: int, clock: int) -> Iterator[Output]:
        for partition in range(self._partitions):
            value = encode("log.fact", {"kind": "tick", "seq": seq, "index": partition, "clock": clock})
            yield Output(FACTS, b"tick", value, partition=partition)

    def _told(
        self, event: dict[str, Any], decision: Decision, clock: int, place: dict[str, Any], body: bytes
    ) -> Iterator[Output]:
        key = event["id"].encode()
        receipt = {"agency": event["agency"], "id": event["id"], "status": decision.status, "code": decision.code}
        receipt |= {"field": decision.field, "record": place, "at": clock}
        yield Output(receipt_topic(event["agency"]), key, encode("record.receipt", receipt))
        for doubt in decision.doubts:
            yield Output(REVIEW, key, encode("record.review_item", {**doubt, "at": clock}))
        if decision.status == "rejected":
            kept = Record(place["topic"], place["partition"], place["offset"], key, body, clock)
            yield quarantined(kept, self.name, decision.code or "", decision.field, event["id"])
