"""The intake room: whatever stands in an agency's topic, each record becomes one thing, and the stream goes on."""

import json
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import child, event, wire
from safeguarding.events.acceptance import EVENT_LIMIT
from safeguarding.events.times import MINUTE, parse_instant
from safeguarding.intake.agent import Intake
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import ACCEPTED, QUARANTINED, agency_topic, receipt_topic

HEALTH = agency_topic("health")
GOOD = event("health.concern.raised", "2017-10-02T12:00:00+01:00", child(), summary="Worried.")
BYTES = wire(GOOD)
NOW = parse_instant("2017-10-02T12:05:00+01:00")
NAMES = ("Nell", "Harrow", "Worried")


class Outcome(NamedTuple):
    accepted: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    beside: str  # all that stands beside the original bytes


def outcome(*records: Record, room: Intake | None = None) -> Outcome:
    state = Overlay(Rows())
    outputs: list[Output] = list((room or Intake("wall", frozenset())).handle(records, state))
    assert not state.changes, "intake remembers nothing"
    accepted = [decode_as("log.accepted", o.value) for o in outputs if o.topic == ACCEPTED]
    quarantined = [decode_as("record.quarantined", o.value) for o in outputs if o.topic == QUARANTINED]
    receipts = [decode_as("record.receipt", o.value) for o in outputs if o.topic == receipt_topic("health")]
    assert len(accepted) + len(quarantined) + len(receipts) == len(outputs)
    beside = [{k: v for k, v in q.items() if k not in ("key", "value", "headers")} for q in quarantined]
    keys = [o.key for o in outputs if o.topic != QUARANTINED]
    return Outcome(accepted, receipts, quarantined, repr((beside, receipts, keys, [o.headers for o in outputs])))


def record(value: bytes | None, offset: int = 0, key: bytes | None = None, **other: Any) -> Record:
    return Record(HEALTH, 0, offset, GOOD["id"].encode() if key is None else key, value, NOW, **other)


def changed(**fields: Any) -> bytes:
    """The bytes of a sender who does not check what it sends."""
    return encode("health.concern.raised", decode_event(BYTES) | fields)


BAD = {
    "an unknown schema": (b"\xc3\x01" + bytes(8) + BYTES[10:], "SCHEMA_UNKNOWN", None),
    "json": (json.dumps(GOOD).encode(), "SCHEMA_UNKNOWN", None),
    "a record that is no event": (
        encode("log.accepted", {"kind": "tick", "clock": 0}),
        "SCHEMA_UNKNOWN",
        None,
    ),
    "five random bytes": (b"\x8f\x11\x00\xfe\x42", "SCHEMA_UNKNOWN", None),
    "nothing": (b"", "SCHEMA_UNKNOWN", None),
    "a tombstone": (None, "SCHEMA_UNKNOWN", None),
    "half an event": (BYTES[:-9], "DECODE_FAILED", None),
    "an event and more": (BYTES + b"\x00", "DECODE_FAILED", None),
    "a missing field": (changed(action="update"), "MISSING_FIELD", "supersedes"),
    "a wrong agency": (changed(agency="police"), "AGENCY_MISMATCH", "agency"),
    "an unknown agency": (changed(agency="circus"), "AGENCY_MISMATCH", "agency"),
    "an unknown type": (changed(type="health.concern.whispered"), "UNKNOWN_TYPE", "type"),
    "another type than its schema": (changed(type="health.ed.attended"), "MISSING_FIELD", "data.reason"),
    "a date in the future": (changed(occurred_at=NOW + 6 * MINUTE), "FUTURE_TIME", "occurred_at"),
    "a sender ahead of us": (changed(published_at=NOW + 6 * MINUTE), "FUTURE_TIME", "published_at"),
    "200 kB of text": (changed(summary="x" * 200_000), "TOO_LARGE", None),
    "40 kB of text": (changed(summary="x" * 40_000), "TOO_LARGE", "summary"),
    "a NUL": (changed(summary="Worried\0."), "BAD_TEXT", "summary"),
    "a word nobody knows": (changed(mode="Harrow"), "BAD_VALUE", "mode"),
    "a day before all days": (changed(occurred_at=-(10**14)), "BAD_VALUE", "occurred_at"),
    "a backfill": (changed(mode="backfill"), "BACKFILL_CLOSED", "mode"),
    "no id": (changed(id="Harrow"), "BAD_VALUE", "id"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_quarantined_with_a_reason_and_a_receipt_and_the_stream_goes_on(name: str):
    value, code, field = BAD[name]
    found = outcome(record(BYTES, 0), record(value, 1, headers=(("ce_id", b"one"),)), record(BYTES, 2))
    assert [a["record"]["offset"] for a in found.accepted] == [0, 2]
    (receipt,) = found.receipts
    place = {"topic": HEALTH, "partition": 0, "offset": 1}
    expected = {"agency": "health", "status": "rejected", "code": code, "field": field, "record": place, "at": NOW}
    assert receipt == {"id": GOOD["id"], **expected}
    (kept,) = found.quarantined
    assert (kept["record"], kept["room"], kept["code"], kept["field"]) == (place, "intake", code, field)
    assert (kept["key"], kept["value"], kept["headers"]) == (GOOD["id"].encode(), value, {"ce_id": b"one"})
    assert not any(word in found.beside for word in NAMES)


def test_a_receipt_names_no_event_when_nobody_can_say_which():
    found = outcome(record(b"\xfe\xed", key=b"Harrow"), record(changed(id="Nell Harrow"), 1, key=b""))
    assert [r["id"] for r in found.receipts] == [None, None]
    assert [q["event_id"] for q in found.quarantined] == [None, None]
    assert not any(word in found.beside for word in NAMES)


def test_a_header_without_a_value_is_no_reason_to_stop():
    assert outcome(record(b"\xfe", headers=(("x", None), ("y", b"2")))).quarantined  # as Kafka may deliver it


def test_an_accepted_event_goes_on_as_it_came():
    found = outcome(record(BYTES, 7))
    (accepted,) = found.accepted
    place = {"topic": HEALTH, "partition": 0, "offset": 7}
    assert accepted == {"kind": "event", "clock": NOW, "record": place, "redriven": None, "body": BYTES}
    assert not found.receipts, "identity gives it: it may be a duplicate, or held"


def test_the_clock_is_the_brokers_or_the_events_own():
    assert outcome(record(BYTES)._replace(timestamp=NOW + 1)).accepted[0]["clock"] == NOW + 1
    ahead = record(BYTES)._replace(timestamp=1)
    assert outcome(ahead, room=Intake("events", None)).accepted[0]["clock"] == NOW
    assert not outcome(ahead).accepted, "by the wall, it lies in the future"


def test_an_append_has_a_key_of_its_own():
    room = Intake("wall", frozenset())
    outputs = list(room.handle([record(BYTES, 0), record(BYTES, 1)], Overlay(Rows())))
    assert len({o.key for o in outputs}) == 2


def test_text_goes_into_the_log_in_one_form():
    loose, strict = (changed(summary=normalize(form, "Siân")) for form in ("NFD", "NFC"))
    assert loose != strict
    assert outcome(record(loose)).accepted[0]["body"] == strict


def test_every_size_up_to_the_limit_is_taken():
    rest = len(changed(people=[], case_ref="H", summary=""))
    people = [{**decode_event(BYTES)["people"][0], "ref": f"c{n}", "uprn": "9" * 1200} for n in range(99)]
    size = len(changed(people=people))
    assert rest < size < EVENT_LIMIT
    assert outcome(record(changed(people=people))).accepted


mutations = st.lists(
    st.tuples(st.integers(0, len(BYTES) - 1), st.integers(0, 255), st.sampled_from(["set", "cut", "add"])), max_size=4
)


def mutated(steps: list[tuple[int, int, str]]) -> bytes:
    raw = bytearray(BYTES)
    for at, byte, step in steps:
        at = min(at, len(raw) - 1)
        if step == "set":
            raw[at] = byte
        elif step == "cut" and len(raw) > 1:
            del raw[at]
        else:
            raw.insert(at, byte)
    return bytes(raw)


fields = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(max_size=40) | st.uuids().map(str),
        "type": st.sampled_from(["health.ed.attended", "police.concern.raised", "Harrow", ""]),
        "action": st.sampled_from(["new", "update", "delete", "Harrow"]),
        "supersedes": st.none() | st.uuids().map(str) | st.text(max_size=5),
        "agency": st.sampled_from(["health", "police", "Harrow"]),
        "source": st.none() | st.text(max_size=5),
        "case_ref": st.none() | st.text(max_size=5),
        "occurred_at": st.integers(-(2**63), 2**63 - 1) | st.integers(NOW - MINUTE, NOW + 10 * MINUTE),
        "recorded_at": st.none() | st.integers(-(2**63), 2**63 - 1),
        "published_at": st.none() | st.integers(-(2**63), 2**63 - 1),
        "people": st.lists(st.just(decode_event(BYTES)["people"][0]), max_size=3),
        "sensitivity": st.lists(st.text(max_size=5), max_size=2),
        "basis": st.none() | st.text(max_size=5),
        "mode": st.sampled_from(["live", "backfill", "Harrow"]),
        "summary": st.text(max_size=20) | st.text(min_size=1).map(lambda t: (t * 40_000)[:40_000]),
    },
)
values = st.one_of(
    st.none(),
    st.binary(max_size=60),
    st.binary(max_size=60).map(lambda tail: BYTES[:10] + tail),
    mutations.map(mutated),
    fields.map(lambda some: changed(**some)),
)


@given(st.lists(st.tuples(values, st.binary(max_size=10)), max_size=6), st.sampled_from(["wall", "events"]))
def test_each_record_is_accepted_or_quarantined_with_a_receipt_whatever_it_is(raw: list[Any], clock: Any):
    records = [record(value, offset, key) for offset, (value, key) in enumerate(raw)]
    found = outcome(*records, room=Intake(clock, frozenset()))
    accepted = {a["record"]["offset"]: a["body"] for a in found.accepted}
    quarantined = {q["record"]["offset"]: q["value"] for q in found.quarantined}
    assert [r["record"]["offset"] for r in found.receipts] == list(quarantined)
    assert {**accepted, **quarantined} == {r.offset: r.value for r in records}
    assert len(found.accepted) + len(found.quarantined) == len(records)
    assert not any(word in found.beside for word in NAMES)


@given(values)
def test_what_one_record_becomes_does_not_depend_on_the_others(value: bytes | None):
    alone = outcome(record(value, 1))
    among = outcome(record(BYTES, 0), record(value, 1), record(b"\xfe", 2))
    assert [a for a in among.accepted if a["record"]["offset"] == 1] == alone.accepted
    assert [q for q in among.quarantined if q["record"]["offset"] == 1] == alone.quarantined


def test_a_repeat_of_ours_has_a_key_of_its_own_for_compaction_keeps_the_newest_of_a_key():
    room, state = Intake("wall", frozenset()), Overlay(Rows())
    keys = [output.key for _ in range(2) for output in room.handle([record(BYTES)], state)]
    assert len(set(keys)) == 2
