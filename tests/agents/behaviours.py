"""What every runtime must do with a room, written once and run on each: in memory, and on Faust with Kafka.

A binding is a test class that inherits `Behaviours` and gives the fixture `runtime`, a fresh `Driver`:

    class TestInMemory(Behaviours):
        @pytest.fixture
        def runtime(self) -> Driver: ...
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

import pytest

from agents.rooms import SOURCES, TOLD
from safeguarding.wire.codec import decode_as
from safeguarding.wire.room import Headers, Record
from safeguarding.wire.topics import ACCEPTED, FACTS, QUARANTINED, RAISED

CHILDREN = 4  # partitions of per-child topics


class Driver(Protocol):
    """The few things that a behaviour asks of a runtime. Every topic of the catalogue exists, empty, with
    `CHILDREN` partitions where it is spread by child, else one. All calls return when what they say is so."""

    def start(self, *rooms: str, batch: int = 500) -> None:
        """Start a worker with new instances of these rooms of `agents.rooms.ROOMS`, on what earlier workers of this
        driver left behind. `batch`: most records handed over at once; a runtime that cannot say so takes it as advice.
        """

    def append(self, topic: str, value: bytes, key: bytes = b"", partition: int = 0) -> None:
        """Put a record at the end of a partition, as somebody outside of the rooms; a worker may run or not."""

    def settle(self) -> None:
        """Wait until the worker has handled all there is and kept its state (and offsets, where there are any)."""

    def stop(self) -> None:
        """Stop the worker in good order."""

    def crash(self, after: int) -> None:
        """Let the worker work and die without grace when it has sent about `after` outputs (counted over its rooms),
        wherever that is between an output, its state and its offset; where that cannot be counted: whenever."""

    def records(self, topic: str, partition: int | None = None) -> Sequence[Record]:
        """What a `read_committed` reader finds in a topic: one partition, or all of them one after the other."""

    def state(self, room: str, partition: int = 0) -> dict[bytes, bytes]:
        """The room's own rows of a partition, without what the runtime keeps beside them; settled or stopped."""


def command(*words: str) -> bytes:
    return json.dumps(words).encode()


def obeyed(commands: Sequence[Sequence[str]]) -> list[list[Any]]:
    """The outputs of a keeping room, from a dict: [offset, place, what]."""
    rows: dict[str, str] = {}
    out: list[list[Any]] = []
    for offset, (verb, name, *value) in enumerate(commands):
        found = sorted([key, rows[key]] for key in rows if key.startswith(name))
        if verb == "put":
            rows[name] = value[0]
        elif verb == "delete":
            rows.pop(name, None)
        elif verb == "count":
            rows[name] = str(int(rows.get(name, 0)) + 1)
            out.append([offset, 0, int(rows[name])])
        elif verb != "fail":  # which leaves nothing behind
            seen = {"get": rows.get(name), "newest": found[-1] if found else None, "scan": found}
            out.append([offset, 0, seen[verb]])
    return out


COMMANDS = [
    ("put", "b", "1"),
    ("put", "a", ""),
    ("get", "a"),
    ("get", "nothing"),
    ("scan", ""),
    ("newest", ""),
    ("put", "ba", "2"),
    ("put", "c", "3"),
    ("scan", "b"),
    ("newest", "b"),
    ("delete", "ba"),
    ("delete", "never there"),
    ("scan", "b"),
    ("put", "b", "4"),
    ("fail", "b"),
    ("get", "b"),
    ("fail", "bz"),
    ("newest", "b"),
    ("delete", "b"),
    ("newest", "b"),
    ("scan", "b"),
    ("fail", "d"),
    ("scan", ""),
]
COUNTS = [("count", name) for name in "aabacbabca"]


class Behaviours:
    """Run by a binding, each on a fresh `runtime`."""

    def test_outputs_stand_in_the_order_of_their_inputs(self, runtime: Driver):
        runtime.start("intake")
        for number in range(20):
            runtime.append(SOURCES[0], b"%d" % number)
        runtime.settle()
        assert [r.value for r in runtime.records(ACCEPTED)] == [b"%d" % (n // 2) for n in range(40)]

    def test_every_input_topic_is_read_each_in_its_own_order(self, runtime: Driver):
        for number in range(6):
            runtime.append(SOURCES[number % 2], b"%d" % number)
        runtime.start("intake")
        runtime.settle()
        found = [int(r.value or b"") for r in runtime.records(ACCEPTED)]
        assert [n for n in found if n % 2 == 0] == [0, 0, 2, 2, 4, 4]
        assert [n for n in found if n % 2] == [1, 1, 3, 3, 5, 5]

    def test_key_value_and_headers_arrive_as_they_were_given(self, runtime: Driver):
        runtime.start("intake")
        runtime.append(SOURCES[0], b"\x00\xff")
        runtime.settle()
        first, second = runtime.records(ACCEPTED)
        headers: Headers = (("from", SOURCES[0].encode()),)
        assert (first.key, first.value, first.headers) == (f"{SOURCES[0]}|0|0".encode(), b"\x00\xff", headers)
        assert (second.key, second.value, second.headers) == (f"{SOURCES[0]}|0|1".encode(), b"\x00\xff", ())

    def test_the_key_chooses_the_partition_as_kafkas_own_clients_do(self, runtime: Driver):
        """Murmur2, with values of Kafka's own test of it."""
        published = {
            b"21": -973932308,
            b"foobar": -790332482,
            b"abc": 479470107,
            b"a-little-bit-long-string": -985981536,
        }
        runtime.start("correlation")
        for key in published:
            runtime.append(FACTS, command("get", "a"), key)
        runtime.settle()
        found = {record.key: record.partition for record in runtime.records(RAISED)}
        assert found == {key: (value & 0x7FFFFFFF) % CHILDREN for key, value in published.items()}

    def test_a_partition_that_is_named_is_kept(self, runtime: Driver):
        runtime.start("identity")
        for word in (b"even", b"odd", b"even"):
            runtime.append(ACCEPTED, word)
        runtime.settle()
        assert [r.value for r in runtime.records(FACTS, 0)] == [b'[0, 0, ["even", 1]]', b'[2, 0, ["even", 2]]']
        assert [r.value for r in runtime.records(FACTS, 1)] == [b'[1, 0, ["odd", 1]]']

    @pytest.mark.parametrize("batch", [1, 2, 7, 500])
    @pytest.mark.parametrize(("room", "source", "sink"), [("correlation", FACTS, RAISED), ("routing", RAISED, TOLD)])
    def test_where_a_batch_ends_does_not_matter(self, runtime: Driver, room: str, source: str, sink: str, batch: int):
        for words in COMMANDS:
            runtime.append(source, command(*words))
        runtime.start(room, batch=batch)
        runtime.settle()
        assert [json.loads(r.value or b"") for r in runtime.records(sink)] == obeyed(COMMANDS)
        assert runtime.state(room) == {b"a": b"", b"c": b"3"}

    def test_each_partition_has_its_own_state(self, runtime: Driver):
        runtime.start("correlation")
        for partition in (0, 1, 0, 2):
            runtime.append(FACTS, command("count", "a"), partition=partition)
        runtime.settle()
        assert [runtime.state("correlation", n) for n in range(CHILDREN)] == [
            {b"a": b"2"},
            {b"a": b"1"},
            {b"a": b"1"},
            {},
        ]

    @pytest.mark.parametrize("batch", [1, 3, 500])
    def test_a_record_that_raises_is_quarantined_alone_and_whole(self, runtime: Driver, batch: int):
        for word in (b"one", b"fail", b"two", b"fail", b"three"):
            runtime.append(SOURCES[0], word, key=b"key of " + word)
        runtime.start("intake", batch=batch)
        runtime.settle()
        assert [r.value for r in runtime.records(ACCEPTED)] == [b"one", b"one", b"two", b"two", b"three", b"three"]
        kept = [decode_as("record.quarantined", r.value) for r in runtime.records(QUARANTINED)]
        assert [k["record"]["offset"] for k in kept] == [1, 3]
        for found in kept:
            assert (found["record"]["topic"], found["room"], found["code"]) == (SOURCES[0], "intake", "Broken")
            assert (found["key"], found["value"]) == (b"key of fail", b"fail")

    @pytest.mark.parametrize("batch", [1, 3, 500])
    def test_a_room_that_lives_on_the_log_forgets_what_a_bad_record_did_to_it(self, runtime: Driver, batch: int):
        for word in (b"word", b"fail word", b"word", b"fail word", b"word"):
            runtime.append(ACCEPTED, word)
        runtime.start("identity", batch=batch)
        runtime.settle()
        assert [json.loads(r.value or b"")[2] for r in runtime.records(FACTS)] == [["word", n] for n in (1, 2, 3)]

    def test_a_bad_record_is_still_forgotten_after_a_restart(self, runtime: Driver):
        for word in (b"word", b"fail word"):
            runtime.append(ACCEPTED, word)
        runtime.start("identity")
        runtime.settle()
        runtime.stop()
        runtime.append(ACCEPTED, b"word")
        runtime.start("identity")
        runtime.settle()
        assert [json.loads(r.value or b"")[2] for r in runtime.records(FACTS)] == [["word", 1], ["word", 2]]
        assert len(runtime.records(QUARANTINED)) == 1

    @pytest.mark.parametrize("room", ["identity", "correlation", "routing"])
    def test_a_restart_in_good_order_repeats_nothing_and_loses_nothing(self, runtime: Driver, room: str):
        source, sink, inputs, expected = _counting(room)
        for place, value in enumerate(inputs):
            if place in (0, 3, 4):
                runtime.start(room)
            runtime.append(source, value)
            if place in (2, 3):
                runtime.settle()
                runtime.stop()
        runtime.settle()
        assert [json.loads(r.value or b"") for r in runtime.records(sink)] == expected

    @pytest.mark.parametrize("after", range(0, 12, 2))
    @pytest.mark.parametrize("room", ["identity", "correlation"])
    def test_after_a_crash_outputs_may_come_again_but_are_the_same(self, runtime: Driver, room: str, after: int):
        source, sink, inputs, expected = _counting(room)
        for value in inputs:
            runtime.append(source, value)
        runtime.start(room, batch=3)
        runtime.crash(after)
        runtime.start(room, batch=3)
        runtime.settle()
        found = [json.loads(r.value or b"") for r in runtime.records(sink)]
        assert list({said[0]: said for said in found}.values()) == expected
        assert all(said in expected for said in found)

    @pytest.mark.parametrize("after", range(0, 12, 2))
    def test_after_a_crash_a_transactional_room_has_said_everything_once(self, runtime: Driver, after: int):
        source, sink, inputs, expected = _counting("routing")
        for value in inputs:
            runtime.append(source, value)
        runtime.start("routing", batch=3)
        runtime.crash(after)
        runtime.start("routing", batch=3)
        runtime.settle()
        assert [json.loads(r.value or b"") for r in runtime.records(sink)] == expected

    def test_a_record_that_raises_is_kept_after_a_crash_too(self, runtime: Driver):
        for word in (b"one", b"fail", b"two"):
            runtime.append(SOURCES[0], word)
        runtime.start("intake")
        runtime.crash(3)
        runtime.start("intake")
        runtime.settle()
        assert {r.value for r in runtime.records(ACCEPTED)} == {b"one", b"two"}
        kept = [decode_as("record.quarantined", r.value) for r in runtime.records(QUARANTINED)]
        assert {k["record"]["offset"] for k in kept} == {1}

    def test_a_chain_of_rooms_settles_when_the_last_has(self, runtime: Driver):
        runtime.start("intake", "identity")
        for word in (b"even", b"odd", b"even"):
            runtime.append(SOURCES[0], word)
        runtime.settle()
        assert len(runtime.records(FACTS)) == 6
        assert max(json.loads(r.value or b"")[2] for r in runtime.records(FACTS, 0)) == ["even", 4]

    def test_a_worker_without_anything_to_do_settles_and_says_nothing(self, runtime: Driver):
        runtime.start("intake", "identity", "correlation", "routing")
        runtime.settle()
        for topic in (ACCEPTED, FACTS, RAISED, TOLD, QUARANTINED):
            assert not runtime.records(topic)


def _counting(room: str) -> tuple[str, str, list[bytes], list[list[Any]]]:
    """Source, sink, inputs and expected outputs for a room that counts, in a single partition of the sink."""
    if room == "identity":
        words = [name for _, name in COUNTS]
        counted = [[n, 0, [word, words[: n + 1].count(word)]] for n, word in enumerate(words)]
        return ACCEPTED, FACTS, [word.encode() for word in words], counted
    source, sink = (FACTS, RAISED) if room == "correlation" else (RAISED, TOLD)
    return source, sink, [command(*words) for words in COUNTS], obeyed(COUNTS)
