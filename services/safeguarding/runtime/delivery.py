"""Sends records and waits until the broker has them: batches per partition, in order, and no doubt afterwards."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer

from safeguarding.runtime.changelog import Row
from safeguarding.runtime.partitions import partition_of
from safeguarding.wire.room import Output


class Place(NamedTuple):
    """A partition of a topic, with its name on the cluster."""

    topic: str
    partition: int


class Delivery:
    """Sends through one producer.

    Args:
        producer: started, idempotent; within a transaction when it has a transactional id.
        partitions: number of partitions of each topic of the catalogue.
        prefix: put before every topic.
    """

    def __init__(self, producer: AIOKafkaProducer, partitions: Mapping[str, int], prefix: str) -> None:
        self._producer, self._partitions, self._prefix = producer, partitions, prefix

    async def send(self, outputs: Iterable[Output]) -> None:
        """Return when the broker has acknowledged every output.

        Raises:
            aiokafka.errors.KafkaError: one of them was refused.
        """
        by_place: dict[Place, list[Row]] = {}
        for output in outputs:
            partition = output.partition
            if partition is None:
                partition = partition_of(output.key, self._partitions[output.topic])
            place = Place(self._prefix + output.topic, partition)
            by_place.setdefault(place, []).append(Row(output.key, output.value, output.headers))
        posted = [sent for place, rows in by_place.items() for sent in await self._post(place, rows)]
        for ack, _ in posted:
            await ack

    async def keep(self, place: Place, rows: Iterable[Row]) -> list[range]:
        """Write at least one row to a changelog partition; return the offsets that they have now.

        Raises:
            aiokafka.errors.KafkaError: one of them was refused.
        """
        kept = []
        for ack, count in await self._post(place, rows):
            first = (await ack).offset
            kept.append(range(first, first + count))
        return kept

    async def _post(self, place: Place, rows: Iterable[Row]) -> list[tuple[Awaitable[Any], int]]:
        """Hand batches to the producer; each with its acknowledgement and its number of records."""
        posted: list[tuple[Awaitable[Any], int]] = []
        now = int(time.time() * 1000)
        batch = self._producer.create_batch()
        for row in rows:
            if self._append(batch, row, now) is None:
                posted.append(await self._hand_over(batch, place))
                batch = self._producer.create_batch()
                self._append(batch, row, now)
        posted.append(await self._hand_over(batch, place))
        return posted

    async def _hand_over(self, batch: Any, place: Place) -> tuple[Awaitable[Any], int]:
        count = batch.record_count()
        return await self._producer.send_batch(batch, place.topic, partition=place.partition), count

    @staticmethod
    def _append(batch: Any, row: Row, now: int) -> Any:
        return batch.append(key=row.key, value=row.value, timestamp=now, headers=list(row.headers))
