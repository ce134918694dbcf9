"""Keeps a room's rows and their changelog topic together: after a start, after a batch, and after a stranger's rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka import TopicPartition

from safeguarding.runtime.batch import Outcome
from safeguarding.runtime.changelog import Replica, born, rows_of
from safeguarding.runtime.delivery import Delivery, Place
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.logs import log
from safeguarding.runtime.recovery import catch_up, keys_in
from safeguarding.runtime.rows import Rows


class Keeper:
    """The changelog of one room.

    Args:
        room: its name, for logs.
        servers: where Kafka is.
        topic: the changelog topic, with the prefix.
        rows_of: opens the local rows of a partition.
        mends: whether rows may be written outside of a batch (not where batches are transactions).
    """

    def __init__(self, room: str, servers: str, topic: str, rows_of: Callable[[int], Rows], *, mends: bool) -> None:
        self._room, self._servers, self._topic, self._rows_of, self._mends = room, servers, topic, rows_of, mends
        self._replicas: dict[int, Replica] = {}

    def follow(self, topic: str, partition: int, records: Sequence[Any]) -> None:
        """Apply changelog records of a partition that another worker owns (stand-by)."""
        if topic != self._topic:
            return  # input that was fetched before its partition went to another worker
        replica = self._replicas.get(partition)
        if replica is None:
            replica = self._replicas[partition] = Replica(self._rows_of(partition))
        replica.take(records)

    async def catch_up(self, lane: Lane, delivery: Delivery | None) -> None:
        """Apply what stands in the changelog and not yet in the local rows; begin it where there is none."""
        assert lane.rows is not None  # noqa: S101  # only for rooms that keep rows
        unfinished = await catch_up(self._servers, TopicPartition(self._topic, lane.partition), lane.rows)
        self._replicas.pop(lane.partition, None)
        if lane.rows.changelog == 0 and not unfinished and delivery is not None:
            await self._begin(lane.partition, lane.rows, delivery)
        await self._mend(lane, unfinished, delivery)

    async def keep(self, delivery: Delivery, partition: int, outcome: Outcome) -> list[range]:
        """Write what a batch changed; return the offsets that it has now."""
        return await delivery.keep(Place(self._topic, partition), rows_of(outcome.changes, outcome.applied))

    async def repair(self, lane: Lane, strangers: Sequence[range], delivery: Delivery) -> None:
        """A worker that was paused and replaced has written there; compaction might leave nothing but its rows."""
        keys = await keys_in(self._servers, TopicPartition(self._topic, lane.partition), strangers)
        log.warning("rows of another worker in the changelog, writing ours again", room=self._room, keys=len(keys))
        await self._mend(lane, keys, delivery)

    async def _begin(self, partition: int, rows: Rows, delivery: Delivery) -> None:
        """The first record of a changelog says which one it is."""
        name = uuid.uuid4().bytes
        (kept,) = await delivery.keep(Place(self._topic, partition), [born(name)])
        rows.call(name, kept.stop)

    async def _mend(self, lane: Lane, keys: Sequence[bytes], delivery: Delivery | None) -> None:
        """Write rows again that a cut-off batch has overwritten in the changelog."""
        if keys and delivery is not None and self._mends and lane.rows is not None:
            rows, applied = {key: lane.rows.get(key) for key in keys}, lane.rows.applied or 0
            kept = await delivery.keep(Place(self._topic, lane.partition), rows_of(rows, applied))
            lane.rows.write({}, applied, kept[-1].stop)
