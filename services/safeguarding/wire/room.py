"""The door of a room: records in, outputs out, state beside. All that runtime/ knows of a room.

A room is written once against these types. `runtime.memory` runs it in one process without a broker,
`runtime` on Faust runs it on Kafka; neither knows what the records are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class Record(NamedTuple):
    """One record of an input topic.

    Attributes:
        topic: name in the catalogue, without the prefix.
        partition: partition of the topic.
        offset: offset in that partition.
        key: key bytes as sent, or None.
        value: value bytes as sent, or None.
        timestamp: append time, milliseconds since 1970 UTC.
        headers: as sent.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Headers = ()


class Output(NamedTuple):
    """One record for a topic of the catalogue.

    Attributes:
        topic: name in the catalogue, without the prefix.
        key: key bytes; murmur2 of it chooses the partition unless `partition` is given.
        value: value bytes.
        headers: sent as they are.
        partition: explicit partition, or None.
    """

    topic: str
    key: bytes
    value: bytes
    headers: Headers = ()
    partition: int | None = None


class State(Protocol):
    """Ordered key-value state of one input partition; writes are seen at once and kept when the batch is."""

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set `key`; an empty value is a value."""

    def delete(self, key: bytes) -> None:
        """Remove `key`; absent is fine."""

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order; writes during the scan may or may not be seen."""

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The row with the greatest key that starts with `prefix`, or None."""


class Room(Protocol):
    """One room of the pipeline, for one worker.

    Attributes:
        name: `intake`, `identity`, `correlation` or `routing`; also the consumer group's name.
        inputs: co-partitioned input topics of the catalogue.
        memory: what the room remembers. `none`: nothing. `state`: rows in `State`, kept with the applied
            offset (changelog on Kafka). `log`: its own memory, rebuilt by folding the input from offset 0
            after every assignment, outputs of records below the committed offset discarded.
        transactional: outputs, state and offsets of a batch are one Kafka transaction.
        ticks: topic to which `tick` outputs go and whose owner makes them; None for rooms without a clock.
    """

    name: str
    inputs: tuple[str, ...]
    memory: Literal["none", "state", "log"]
    transactional: bool

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        """Outputs of a batch of one input partition (records of its inputs, each topic in offset order).

        No input or output of its own, no await, no clock. The result depends on records and state only,
        not on where a batch ends. An exception means: nothing of this batch happened.

        A `log` room is handed the records of one batch one by one, with the same `state`: what it has read it may
        remember as long as that is so, for nobody else writes there.
        """

    def reset(self) -> None:
        """Forget everything remembered outside `State` (called when a `log` room starts to fold from offset 0)."""

    def tick(self, now: int | None) -> Output | None:
        """The record by which time passes, for the one room that owns the clock; None: no tick wanted.

        Args:
            now: milliseconds since 1970 UTC (clock=wall), or None when the log itself has fallen quiet
                (clock=events: the tick stands at the last clock of the log).
        """
