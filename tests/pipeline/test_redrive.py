"""Quarantine and back: each record of an agency is in one state at a time, however often anybody tries."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import child, event
from safeguarding.cli.quarantined import Item, back, discard, items, line
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.errors import SafeguardingError
from safeguarding.events.acceptance import read_json
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.codec import decode_as, encode
from safeguarding.wire.quarantine import original, quarantined
from safeguarding.wire.room import Output, Record, Room
from safeguarding.wire.topics import (
    ACCEPTED,
    FACTS,
    QUARANTINED,
    REDRIVEN,
    agency_topic,
    partition_counts,
    receipt_topic,
)

PACK = built_in()
POLICE = agency_topic("police")
AT = "2017-10-02T12:00:00+01:00"


def rooms(backfill: frozenset[str]) -> list[Room]:
    return [Intake("events", backfill), Identity(2, eager_ticks=True), Correlation(PACK), Routing()]


def pipeline(*events: dict[str, Any], backfill: frozenset[str] = frozenset()) -> MemoryRuntime:
    runtime = MemoryRuntime(rooms(backfill), partition_counts(2), quarantine=quarantined)
    for own in events:
        send(runtime, own)
    runtime.run()
    return runtime


def send(runtime: MemoryRuntime, own: dict[str, Any]) -> None:
    read = read_json(json.dumps(own))
    headers = (("ce_id", own["id"].encode()),)
    runtime.append(agency_topic(own["agency"]), own["id"].encode(), encode(own["type"], read), headers)


def append(runtime: MemoryRuntime, output: Output) -> None:
    runtime.append(output.topic, output.key, output.value, output.headers)


def in_quarantine(runtime: MemoryRuntime) -> list[Item]:
    return items(runtime.records(QUARANTINED), runtime.records(REDRIVEN))


def redrive(runtime: MemoryRuntime) -> list[Item]:
    """What the command does, and then the rooms."""
    todo = [item for item in in_quarantine(runtime) if item.state == "open"]
    for output in [back(item) for item in todo]:
        append(runtime, output)
    runtime.run()
    return todo


def states(runtime: MemoryRuntime) -> dict[tuple[str, int, int], str]:
    """The current state of each record of the agencies: what its newest receipt says."""
    found = {}
    for record in runtime.records(receipt_topic("police")):
        receipt = decode_as("record.receipt", record.value)
        place = receipt["record"]
        state = "test" if receipt["code"] == "TEST" else receipt["status"]
        found[place["topic"], place["partition"], place["offset"]] = state
    return found


OLD = event("police.concern.raised", AT, child(1), data={"category": "neglect", "level": "low"}, mode="backfill")


def test_a_record_that_was_refused_too_early_is_accepted_when_it_is_given_back():
    runtime = pipeline(OLD)
    (item,) = in_quarantine(runtime)
    assert (item.name, item.state, item.kept["code"]) == (f"{POLICE}/0/0", "open", "BACKFILL_CLOSED")
    assert states(runtime) == {(POLICE, 0, 0): "rejected"}
    runtime.restart(rooms(frozenset({"police"})))
    redrive(runtime)
    assert states(runtime) == {(POLICE, 0, 0): "accepted"}
    assert [item.state for item in in_quarantine(runtime)] == ["redriven"]
    (accepted,) = [decode_as("log.accepted", r.value) for r in runtime.records(ACCEPTED)]
    assert accepted["record"] == {"topic": POLICE, "partition": 0, "offset": 0}
    assert len(runtime.records(POLICE)) == 1, "nothing is written to an agency's own topic"


def test_giving_back_is_idempotent():
    runtime = pipeline(OLD)
    runtime.restart(rooms(frozenset({"police"})))
    assert len(redrive(runtime)) == 1
    facts = len(runtime.records(FACTS))
    assert redrive(runtime) == []
    assert len(runtime.records(FACTS)) == facts


def test_a_record_that_is_refused_again_lies_in_quarantine_again_once():
    runtime = pipeline(OLD)
    for _ in range(3):
        redrive(runtime)
        (item,) = in_quarantine(runtime)
        assert item.state == "open"
    assert states(runtime) == {(POLICE, 0, 0): "rejected"}


def test_original_bytes_key_and_headers_come_back_and_nothing_of_ours_is_among_them():
    runtime = pipeline(OLD)
    (item,) = in_quarantine(runtime)
    output = back(item)
    sent = runtime.records(POLICE)[0]
    found = original(Record(REDRIVEN, 0, 5, output.key, output.value, 7, output.headers))
    assert found == sent._replace(timestamp=7)


def test_a_record_whose_id_is_taken_by_another_stays_refused():
    """Given back by identity, which had it in the log already: it is no repeat, it is judged again."""
    runtime = pipeline(OLD | {"mode": "live"}, OLD | {"mode": "live", "summary": "Another."})
    assert states(runtime) == {(POLICE, 0, 0): "accepted", (POLICE, 0, 1): "rejected"}
    redrive(runtime)
    assert states(runtime) == {(POLICE, 0, 0): "accepted", (POLICE, 0, 1): "rejected"}
    (item,) = in_quarantine(runtime)
    assert (item.state, item.kept["code"], item.kept["room"]) == ("open", "ID_CONFLICT", "identity")


def test_what_is_discarded_stays_and_says_why():
    runtime = pipeline(OLD)
    (item,) = in_quarantine(runtime)
    append(runtime, discard(item, "sent twice by a test"))
    (item,) = in_quarantine(runtime)
    assert (item.state, item.reason) == ("discarded", "sent twice by a test")
    assert item.kept["value"], "the original bytes are kept"
    assert redrive(runtime) == []
    assert line(item)["reason"] == "sent twice by a test"


def test_a_line_holds_no_word_of_the_record():
    (item,) = in_quarantine(pipeline(OLD | {"summary": "canary"}))
    text = json.dumps(line(item))
    assert "canary" not in text
    assert child(1)["name"]["family"] not in text


@pytest.mark.parametrize(
    "headers",
    [(), (("__connect.errors.topic", b"events.police.v1"),), (("__connect.errors.topic", b"alerts.gp.v1"),)],
)
def test_a_record_that_nobody_sent_is_quarantined_and_counts_nowhere(headers: tuple[tuple[str, bytes], ...]):
    runtime = pipeline()
    more = (("__connect.errors.partition", b"x"), ("__connect.errors.offset", b"0")) if headers else ()
    runtime.append(REDRIVEN, b"key", b"value", (*headers, *more))
    runtime.run()
    (kept,) = [decode_as("record.quarantined", r.value) for r in runtime.records(QUARANTINED)]
    assert (kept["code"], kept["record"]["topic"]) == ("DECODE_FAILED", REDRIVEN)
    assert not runtime.records(ACCEPTED)


def test_what_left_intake_long_ago_is_not_given_back_but_rebuilt():
    kept = quarantined(Record(FACTS, 1, 3, b"key", b"value", 0), "correlation", "KeyError")
    (item,) = items([Record(QUARANTINED, 0, 0, kept.key, kept.value, 0)], [])
    with pytest.raises(SafeguardingError, match="rebuild --verify"):
        back(item)


def test_the_headers_are_those_of_kafka_connects_dead_letter_queues():
    names = [name for name, _ in quarantined(Record(POLICE, 0, 3, b"", b"", 0), "intake", "BAD_TEXT").headers]
    assert names == [
        f"__connect.errors.{name}" for name in ("topic", "partition", "offset", "stage", "exception.class.name")
    ]


kinds = st.sampled_from(
    [
        {},
        {"mode": "backfill"},
        {"test": True},
        {"basis": None},
        {"summary": "Another."},
        {"agency": "police", "data": {}},
    ]
)
steps = st.lists(st.one_of(st.tuples(kinds, st.integers(1, 3)), st.just("redrive"), st.just("again")), max_size=12)


@given(steps, st.integers(1, 4))
@settings(max_examples=60)
def test_records_sent_are_in_one_state_each_whatever_is_given_back_when(todo: list[Any], batch: int):
    """Promise 1. Rooms may be started again with backfill open; then what was refused for it may be accepted."""
    runtime, opened, sent = pipeline(), False, 0
    for step in todo:
        if step == "redrive":
            redrive(runtime)
        elif step == "again":
            opened = not opened
            runtime.restart(rooms(frozenset({"police"} if opened else ())), batch=batch)
        else:
            change, number = step
            own = event("police.concern.raised", AT, child(number), data={"category": "neglect", "level": "low"})
            own |= {"id": f"00000000-0000-4000-8000-{number:012}"} | change
            value = encode("police.concern.raised", read_json(json.dumps(own))) if own["data"] else b"nothing"
            runtime.append(POLICE, own["id"].encode(), value)
            sent += 1
        runtime.run()
    counted = Counter(states(runtime).values())
    assert counted.total() == sent
    assert set(counted) <= {"accepted", "duplicate", "test", "held", "rejected"}
    waiting = [item for item in in_quarantine(runtime) if item.state == "open"]
    assert len(waiting) == counted["rejected"], "what is refused lies in quarantine, and nothing else does"
