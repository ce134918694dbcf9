"""The behaviours of a runtime, in memory; and that no moment of dying changes anything."""

import json
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.behaviours import CHILDREN, Behaviours, Driver, command, obeyed
from agents.rooms import ROOMS, Broken
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Record
from safeguarding.wire.topics import FACTS, RAISED, partition_counts


class Died(BaseException):
    """The worker is gone, in the middle of something."""


class InMemory:
    """`agents.behaviours.Driver` on the runtime without a broker."""

    def __init__(self) -> None:
        self._runtime = MemoryRuntime([], partition_counts(CHILDREN), quarantine=quarantined)

    def start(self, *rooms: str, batch: int = 500) -> None:
        self._runtime.restart([ROOMS[name]() for name in rooms], batch=batch)

    def append(self, topic: str, value: bytes, key: bytes = b"", partition: int = 0) -> None:
        self._runtime.append(topic, key, value, partition=partition)

    def settle(self) -> None:
        self._runtime.run()

    def stop(self) -> None:
        self._runtime.run()

    def crash(self, after: int) -> None:
        steps = iter(range(after))

        def edge() -> None:
            if next(steps, None) is None:
                raise Died

        self._runtime.edge = edge
        with suppress(Died):
            self._runtime.run()
        self._runtime.edge = lambda: None

    def records(self, topic: str, partition: int | None = None) -> Sequence[Record]:
        return self._runtime.records(topic, partition)

    def state(self, room: str, partition: int = 0) -> dict[bytes, bytes]:
        return self._runtime.state(room, partition)


class TestInMemory(Behaviours):
    @pytest.fixture
    def runtime(self) -> Driver:
        return InMemory()


names = st.text("ab", max_size=2)
commands = st.lists(
    st.one_of(
        st.tuples(st.just("put"), names, names),
        st.tuples(st.sampled_from(["delete", "get", "scan", "newest", "fail"]), names),
    ),
    max_size=25,
)


@given(commands, st.integers(1, 30), st.lists(st.integers(0, 12), max_size=4))
def test_batches_and_deaths_change_nothing(words: list[tuple[str, ...]], batch: int, deaths: list[int]):
    runtime = InMemory()
    for each in words:
        runtime.append(FACTS, command(*each))
    for after in deaths:
        runtime.start("correlation", batch=batch)
        runtime.crash(after)
    runtime.start("correlation", batch=batch)
    runtime.settle()
    found = [json.loads(record.value or b"") for record in runtime.records(RAISED)]
    assert list({said[0]: said for said in found}.values()) == obeyed(words)
    assert all(said in obeyed(words) for said in found)


@given(commands)
def test_without_quarantine_an_exception_goes_through_and_nothing_is_kept(words: list[tuple[str, ...]]):
    runtime = MemoryRuntime([ROOMS["correlation"]()], partition_counts(CHILDREN))
    for each in [*words, ("fail", "a")]:
        runtime.append(FACTS, b"", command(*each), partition=0)
    with pytest.raises(Broken):
        runtime.run()
    assert not runtime.records(RAISED)
    assert not runtime.state("correlation", 0)
