"""Rooms in one process without a broker: the laptop demo, `simulate`, and tests that crash where they like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sortedcontainers import SortedDict

from safeguarding.runtime.batch import Outcome, Quarantine, outcome
from safeguarding.runtime.overlay import within
from safeguarding.runtime.partitions import partition_of
from safeguarding.wire.room import Headers, Record, Room


class _Rows:
    """Rows of one partition of one room."""

    def __init__(self) -> None:
        self.rows: SortedDict = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self.rows.get(key)
        return value

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        for key in within(self.rows, prefix):
            yield key, self.rows[key]

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        row = None
        for row in self.scan(prefix):  # noqa: B007  # the last one is wanted
            pass
        return row

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value


class MemoryRuntime:
    """Topics as lists; rooms are handed their records until none is left, always in the same order.

    Args:
        rooms: the rooms, in the order in which they are asked.
        partitions: number of partitions of each topic.
        batch: most records handed over at once.
        quarantine: makes the record that keeps what a room could not take; None: the exception goes through.
    """

    def __init__(
        self,
        rooms: Sequence[Room],
        partitions: Mapping[str, int],
        *,
        batch: int = 500,
        quarantine: Quarantine | None = None,
    ) -> None:
        self.rooms, self.partitions, self._batch, self._quarantine = list(rooms), dict(partitions), batch, quarantine
        self._logs: dict[str, list[list[Record]]] = {t: [[] for _ in range(n)] for t, n in self.partitions.items()}
        self._next: dict[tuple[str, str, int], int] = {}
        self._state: dict[tuple[str, int], _Rows] = {}
        self._inputs: list[tuple[Room, str, int]] = [
            (room, topic, partition)
            for room in self.rooms
            for topic in room.inputs
            for partition in range(self.partitions[topic])
        ]

    def append(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Headers = (),
        partition: int | None = None,
        timestamp: int = 0,
    ) -> Record:
        """Put a record at the end of a topic and return it."""
        if partition is None:
            partition = partition_of(key, self.partitions[topic])
        log = self._logs[topic][partition]
        record = Record(topic, partition, len(log), key, value, timestamp, headers)
        log.append(record)
        return record

    def records(self, topic: str, partition: int | None = None) -> list[Record]:
        """Records of a topic, of one partition or of all one after the other."""
        logs = self._logs[topic]
        return logs[partition] if partition is not None else [record for log in logs for record in log]

    def run(self) -> int:
        """Hand records over until nothing is left; their number is returned."""
        handled = 0
        moved = True
        while moved:
            moved = False
            for room, topic, partition in self._inputs:
                count = self._step(room, topic, partition)
                handled += count
                moved = moved or count > 0
        return handled

    def forget(self) -> None:
        """Restart every room: what is not durable is gone, rooms that live on the log fold it again."""
        for room in self.rooms:
            if room.memory == "log":
                room.reset()
                for topic in room.inputs:
                    for partition in range(self.partitions[topic]):
                        self._state.pop((room.name, partition), None)
                        done = self._next.get((room.name, topic, partition), 0)
                        if done:
                            self._handle(room, partition, self._logs[topic][partition][:done])

    def _step(self, room: Room, topic: str, partition: int) -> int:
        log = self._logs[topic][partition]
        place = (room.name, topic, partition)
        start = self._next.get(place, 0)
        if start >= len(log):
            return 0
        batch = log[start : start + self._batch]
        for output in self._handle(room, partition, batch).outputs:
            self.append(output.topic, output.key, output.value, output.headers, output.partition, batch[-1].timestamp)
        self._next[place] = start + len(batch)
        return len(batch)

    def _handle(self, room: Room, partition: int, batch: Sequence[Record]) -> Outcome:
        rows = self._state.setdefault((room.name, partition), _Rows())
        made = outcome(room, batch, rows, self._quarantine)
        rows.apply(made.changes)
        return made

    def state(self, room: str, partition: int) -> dict[bytes, Any]:
        """Rows of a room's partition, for tests."""
        rows = self._state.get((room, partition))
        return dict(rows.rows) if rows else {}
