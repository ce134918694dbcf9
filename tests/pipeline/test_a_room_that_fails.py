"""A record at which a room itself fails is kept aside, and its sender is told (promises 1 and 6)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from building import child, event
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.errors import StateError
from safeguarding.events.acceptance import read_json
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.quarantine import quarantined, refusal
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import ACCEPTED, FACTS, QUARANTINED, agency_topic, partition_counts, receipt_topic

AT = "2017-10-02T12:00:00+01:00"
HEALTH = agency_topic("health")
POISON = "00000000-0000-4000-8000-00000000dead"


class Failing(Identity):
    """Identity with a fault of which nobody has thought: one event is more than it can bear."""

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        outputs = list(super().handle(batch, state))
        for record in batch:
            accepted = decode_as("log.accepted", record.value)
            if accepted["kind"] == "event" and decode_event(accepted["body"])["id"] == POISON:
                raise ZeroDivisionError
        return outputs


def played(*made: dict[str, Any]) -> MemoryRuntime:
    rooms = [Intake("events", None), Failing(2, eager_ticks=True), Correlation(built_in()), Routing()]
    runtime = MemoryRuntime(rooms, partition_counts(2), quarantine=quarantined)
    for one in made:
        runtime.append(HEALTH, one["id"].encode(), encode(one["type"], read_json(json.dumps(one))))
        runtime.run()
    return runtime


def receipts(runtime: MemoryRuntime) -> list[dict[str, Any]]:
    return [decode_as("record.receipt", record.value) for record in runtime.records(receipt_topic("health"))]


GOOD = [event("health.concern.raised", AT, child(1), record_ref=str(n)) for n in range(3)]
BAD = GOOD[1] | {"id": POISON}


def test_its_sender_is_told_that_it_does_not_count():
    runtime = played(GOOD[0], BAD, GOOD[2])
    assert [(r["id"], r["status"], r["code"], r["record"]["offset"]) for r in receipts(runtime)] == [
        (GOOD[0]["id"], "accepted", None, 0),
        (POISON, "rejected", "BAD_VALUE", 1),
        (GOOD[2]["id"], "accepted", None, 2),
    ]
    (kept,) = [decode_as("record.quarantined", record.value) for record in runtime.records(QUARANTINED)]
    assert (kept["room"], kept["code"]) == ("identity", "ZeroDivisionError")


def test_all_else_is_as_if_it_had_never_been_sent():
    def told(runtime: MemoryRuntime) -> list[tuple[str, str]]:
        facts = [decode_as("log.fact", record.value) for record in runtime.records(FACTS)]
        return [(f["subject"], decode_event(f["body"])["id"]) for f in facts if f["about"] == "child" and f["body"]]

    assert told(played(GOOD[0], BAD, GOOD[2])) == told(played(GOOD[0], GOOD[2]))


@pytest.mark.parametrize("topic", [FACTS, "alerts.raised.v1"])
def test_nobody_waits_for_a_receipt_of_what_passes_between_rooms(topic: str):
    assert refusal(Record(topic, 0, 0, b"k", b"v", 0)) is None


def test_the_time_of_the_refusal_is_the_logs_and_a_tick_is_nobodys():
    runtime = played(GOOD[0], BAD)
    assert receipts(runtime)[1]["at"] == decode_as("log.accepted", runtime.records(ACCEPTED)[1].value)["clock"]
    tick = encode("log.accepted", {"kind": "tick", "clock": 5})
    assert refusal(Record(ACCEPTED, 0, 0, b"t", tick, 0)) is None


def test_what_cannot_be_read_at_all_is_refused_by_where_it_stands():
    output = refusal(Record(HEALTH, 0, 7, None, b"\xff", 5))
    assert output is not None
    assert output.topic == receipt_topic("health")
    receipt = decode_as("record.receipt", output.value)
    assert (receipt["id"], receipt["record"]["offset"], receipt["at"]) == (None, 7, 5)


def test_a_record_of_a_newer_version_stops_the_room_in_place_of_being_lost_in_quarantine():
    """A rolling restart that began at the wrong end: the room waits for its own newer version."""
    rooms = [Identity(2, eager_ticks=True), Correlation(built_in()), Routing()]
    runtime = MemoryRuntime(rooms, partition_counts(2), quarantine=quarantined)
    runtime.append(FACTS, b"a child", b"\xc3\x01" + b"newer!!!" + b"whatever", partition=0)
    with pytest.raises(StateError, match="newer version"):
        runtime.run()
    assert runtime.records(QUARANTINED) == []


def test_what_is_no_record_of_ours_is_kept_aside_and_stops_nobody():
    runtime = MemoryRuntime([Correlation(built_in())], partition_counts(2), quarantine=quarantined)
    runtime.append(FACTS, b"a child", b"nonsense", partition=0)
    runtime.run()
    assert len(runtime.records(QUARANTINED)) == 1
