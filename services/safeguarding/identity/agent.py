"""Wiring of the identity room: the total order in, facts about whom, receipts and doubts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from secrets import token_hex
from typing import Any, Literal

import msgspec

from safeguarding.identity.evidence import NeverJoin
from safeguarding.identity.fold import Decision, Fold
from safeguarding.identity.reach import agency_subject
from safeguarding.identity.runs import Report, Run, Runs
from safeguarding.settings import NEVER_JOIN
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import ACCEPTED, FACTS, REVIEW, receipt_topic

_AT = b"#"
_REMEMBERED = 1000  # records


class _At(msgspec.Struct, array_like=True):
    """How far the log has been folded: clock, agencies' records taken, backfills that go on."""

    clock: int = 0
    ended_with_tick: bool = True
    taken: dict[str, int] = {}
    runs: dict[str, Run] = {}


class _Turn:
    """A fold that goes on as long as the state is the same one: what it has read of a batch is not read again.

    Attributes:
        state: what it reads and writes.
        fold: the fold.
        at: how far it has come.
        left: how many records it may still take; what it remembers grows with them.
    """

    def __init__(self, state: State, fold: Fold, at: _At) -> None:
        self.state, self.fold, self.at, self.left = state, fold, at, _REMEMBERED


class Identity:
    """The second room (see `wire.room.Room`); its memory is the log, folded again after every start.

    Args:
        partitions: number of partitions of facts.accepted.v1.
        eager_ticks: the events drive the clock: time passes before each of them, and a tick means the end.
        never_join: postcodes that must not join people.
    """

    name = "identity"
    inputs: tuple[str, ...] = (ACCEPTED,)
    memory: Literal["none", "state", "log"] = "log"
    transactional = False

    def __init__(self, partitions: int, *, eager_ticks: bool, never_join: frozenset[str] = NEVER_JOIN) -> None:
        self._partitions, self._eager, self._never = partitions, eager_ticks, NeverJoin(never_join)
        self._turn: _Turn | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._at, self._turn = _At(), None

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        """Facts, receipts and doubts of a batch of the total order."""
        turn, self._turn = self._turn, None  # should this raise, all that was read is read again
        if turn is None or turn.state is not state or turn.left < 1:
            fold = Fold(state, decode_event, self._never)
            turn = _Turn(state, fold, fold.shelf.read(_AT, _At) or _At())
        outputs = [output for record in batch for output in self._one(record, turn.fold, turn.at)]
        turn.fold.shelf.write(_AT, turn.at)
        turn.left -= len(batch)
        self._at, self._turn = turn.at, turn
        return outputs

    def tick(self, now: int | None) -> Output | None:
        """A tick at `now`, or at the last clock of a log that fell quiet after an event."""
        if now is None and self._at.ended_with_tick:
            return None
        clock = max(self._at.clock, now or 0)
        key = f"tick|{clock}|{token_hex(8)}".encode()  # unique: compaction must not move a tick
        return Output(ACCEPTED, key, encode("log.accepted", {"kind": "tick", "clock": clock}))

    def _one(self, record: Record, fold: Fold, at: _At) -> Iterator[Output]:
        if record.value is None:
            return  # erased, and with it all that it told
        accepted = decode_as("log.accepted", record.value)
        clock, runs = max(at.clock, accepted["clock"]), Runs(fold.shelf, at.runs)
        if accepted["kind"] == "tick":
            facts = [fact for report in runs.silent(clock, end=self._eager) for fact in _report(report, fold)]
            at.clock, at.ended_with_tick = clock, True
            yield from self._facts(record.offset, clock, [*facts, *self._ticks(clock)])
            return
        if accepted["kind"] == "rules":
            yield from self._rules(record.offset, clock, accepted["body"], at)
            return
        place, came = accepted["record"], accepted["redriven"] or accepted["record"]
        taken = f"{came['topic']}|{came['partition']}"
        if came["offset"] <= at.taken.get(taken, -1):
            return  # our own repeat, not the agency's
        at.taken[taken] = came["offset"]
        event = decode_event(accepted["body"])
        facts = [fact for report in runs.silent(clock - 1, end=False) for fact in _report(report, fold)]
        if self._eager and clock > at.clock:
            facts += self._ticks(clock - 1)
        at.clock, at.ended_with_tick = clock, False
        decision = fold.take(event, accepted["body"], record.offset, clock)
        if decision.status in ("accepted", "held") and decision.code != "TEST":
            if event["mode"] == "backfill":
                runs.add(event["agency"], clock, decision.children)
                _wait(decision.facts)
            elif not event["type"].endswith(".heartbeat.sent"):
                facts += [fact for report in runs.close(event["agency"], clock) for fact in _report(report, fold)]
        asked = fold.asked(event, decision)
        if asked is not None:
            asked["record"] = place
        yield from self._facts(record.offset, clock, [*facts, *decision.facts])
        yield from self._told(event, decision, clock, place, accepted["body"], asked=asked is not None)

    def _rules(self, seq: int, clock: int, body: bytes, at: _At) -> Iterator[Output]:
        """A rule pack that comes into force goes to every partition."""
        before = self._ticks(clock - 1) if self._eager and clock > at.clock else []
        at.clock, at.ended_with_tick = clock, False
        parts = [{"kind": "rules", "partition": partition, "body": body} for partition in range(self._partitions)]
        yield from self._facts(seq, clock, [*before, *parts])

    def _ticks(self, clock: int) -> list[dict[str, Any]]:
        return [{"kind": "tick", "clock": clock, "partition": partition} for partition in range(self._partitions)]

    def _facts(self, seq: int, clock: int, facts: Iterable[dict[str, Any]]) -> Iterator[Output]:
        for index, fact in enumerate(facts):
            fact.setdefault("clock", clock)
            fact["seq"], fact["index"] = seq, index
            key = fact.get("subject", fact["kind"]).encode()  # a tick, or a rule pack, is nobody's
            yield Output(FACTS, key, encode("log.fact", fact), partition=fact.get("partition"))

    def _told(
        self,
        event: dict[str, Any],
        decision: Decision,
        clock: int,
        place: dict[str, Any],
        body: bytes,
        *,
        asked: bool,
    ) -> Iterator[Output]:
        key = event["id"].encode()
        if not asked:
            receipt = {"agency": event["agency"], "id": event["id"], "status": decision.status, "code": decision.code}
            receipt |= {"field": decision.field, "record": place, "at": clock}
            yield Output(receipt_topic(event["agency"]), key, encode("record.receipt", receipt))
        for doubt in decision.doubts:
            yield Output(REVIEW, doubt["id"].encode(), encode("record.review_item", {**doubt, "at": clock}))
        if decision.status == "rejected":
            kept = Record(place["topic"], place["partition"], place["offset"], key, body, clock)
            yield quarantined(kept, self.name, decision.code or "", decision.field, event["id"])


def _wait(facts: Sequence[dict[str, Any]]) -> None:
    """What a backfill changes of the past waits as it does itself; but an open alert must not be lost with its key."""
    if not any(fact["kind"] == "moved" for fact in facts):
        for fact in facts:
            if fact["kind"] == "end":
                fact["live"] = False


def _report(report: Report, fold: Fold) -> Iterator[dict[str, Any]]:
    """What correlation is told when a backfill is over: each child of it, then the agency with the numbers."""
    common = {"kind": "report", "clock": report.at, "note": f"{report.agency}-{report.number}"}
    children = sorted({fold.root(child) for child in report.children})
    for child in children:
        yield {**common, "subject": child, "about": "child", "source": report.agency}
    counts = {"events": report.events, "children": len(children)}
    agency = agency_subject(report.agency)
    yield {**common, "subject": agency, "about": "agency", "source": report.agency, "counts": counts}
