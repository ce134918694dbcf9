"""Rooms in one process without a broker: the laptop demo, `simulate`, and tests that crash where they like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sortedcontainers import SortedDict

from safeguarding.runtime.batch import Outcome, Quarantine, outcome
from safeguarding.runtime.overlay import within
from safeguarding.runtime.partitions import partition_of
from safeguarding.wire.room import Headers, Output, Record, Room

_Place = tuple[str, str, int]  # room, topic, partition


class Rows:
    """Rows of one partition of one room, in memory."""

    def __init__(self) -> None:
        self.rows: SortedDict = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""
        value: bytes | None = self.rows.get(key)
        return value

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order."""
        for key in within(self.rows, prefix):
            yield key, self.rows[key]

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The row with the greatest key that starts with `prefix`."""
        row = None
        for row in self.scan(prefix):  # noqa: B007  # the last one is wanted
            pass
        return row

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Keep what a batch has written; None for deleted."""
        for key, value in changes.items():
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value


def _never() -> None:
    """Nobody dies."""


class MemoryRuntime:
    """Topics as lists; rooms are handed their records until none is left, always in the same order.

    Args:
        rooms: the rooms, in the order in which they are asked.
        partitions: number of partitions of each topic.
        batch: most records handed over at once.
        quarantine: makes the record that keeps what a room could not take; None: the exception goes through.

    Attributes:
        edge: called where a process may die: before each output, and before state and position are kept.
            What it raises goes through, and `restart` goes on from what was kept.
    """

    def __init__(
        self,
        rooms: Sequence[Room],
        partitions: Mapping[str, int],
        *,
        batch: int = 500,
        quarantine: Quarantine | None = None,
    ) -> None:
        self.partitions, self._quarantine = dict(partitions), quarantine
        self.edge: Callable[[], None] = _never
        self._logs: dict[str, list[list[Record]]] = {t: [[] for _ in range(n)] for t, n in self.partitions.items()}
        self._next: dict[_Place, int] = {}
        self._bad: dict[_Place, set[int]] = {}
        self._state: dict[tuple[str, int], Rows] = {}
        self.restart(rooms, batch=batch)

    def restart(self, rooms: Sequence[Room], *, batch: int = 500) -> None:
        """Go on with new rooms from what was kept; those that live on the log fold it again."""
        self.rooms, self._batch = list(rooms), batch
        self._inputs = [
            (room, (room.name, topic, partition))
            for room in self.rooms
            for topic in room.inputs
            for partition in range(self.partitions[topic])
        ]
        for room in self.rooms:
            self._fold_again(room)

    def append(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
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
            for room, place in self._inputs:
                count = self._step(room, place)
                handled += count
                moved = moved or count > 0
        return handled

    def _step(self, room: Room, place: _Place) -> int:
        _, topic, partition = place
        start = self._next.get(place, 0)
        batch = self._logs[topic][partition][start : start + self._batch]
        if not batch:
            return 0
        made = outcome(room, batch, self._rows(room, partition), self._quarantine)
        self._keep(room, place, made, batch[-1].timestamp)
        if made.bad is not None:
            self._bad.setdefault(place, set()).add(made.bad)
            self._fold_again(room)
        return made.applied - start

    def _rows(self, room: Room, partition: int) -> Rows:
        return self._state.setdefault((room.name, partition), Rows())

    def _keep(self, room: Room, place: _Place, made: Outcome, timestamp: int) -> None:
        """Outputs first, then state and position together; of a transactional room all of it together."""
        for output in made.outputs:
            self.edge()
            if not room.transactional:
                self._send(output, timestamp)
        self.edge()
        for output in made.outputs if room.transactional else ():
            self._send(output, timestamp)
        self._rows(room, place[2]).apply(made.changes)
        self._next[place] = made.applied

    def _send(self, output: Output, timestamp: int) -> None:
        self.append(output.topic, output.key, output.value, output.headers, output.partition, timestamp)

    def _fold_again(self, room: Room) -> None:
        """Give a room that lives on the log its memory of what was kept; what it says meanwhile was said before."""
        if room.memory != "log":
            return
        room.reset()
        for _, place in [entry for entry in self._inputs if entry[0] is room]:
            _, topic, partition = place
            self._state.pop((room.name, partition), None)
            bad = self._bad.get(place, ())
            done = self._logs[topic][partition][: self._next.get(place, 0)]
            kept = [record for record in done if record.offset not in bad]
            if kept:
                rows = self._rows(room, partition)
                rows.apply(outcome(room, kept, rows, None).changes)

    def state(self, room: str, partition: int) -> dict[bytes, Any]:
        """Rows of a room's partition, for tests."""
        rows = self._state.get((room, partition))
        return dict(rows.rows) if rows else {}
