"""Reads a log behind the worker that owns it, for one that stands by; no group of Kafka's knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

_WAIT_MS = 250
_MOST = 500  # records at once: whoever stands by must be ready to take over


class Behind:
    """A reader of one partition, made when it is first needed.

    Args:
        servers: where Kafka is.
    """

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._reader: AIOKafkaConsumer | None = None

    async def read(self, place: TopicPartition, start: int, end: int) -> Sequence[Any]:
        """The next records from `start` on and before `end`, as many as are there at once.

        Args:
            place: the partition.
            start: the first offset wanted.
            end: the first offset not wanted.
        """
        if self._reader is None:
            reader = AIOKafkaConsumer(
                bootstrap_servers=self._servers,
                isolation_level="read_committed",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            )
            await reader.start()
            reader.assign([place])
            self._reader = reader
        if await self._reader.position(place) != start:
            self._reader.seek(place, start)
        found = await self._reader.getmany(place, timeout_ms=_WAIT_MS, max_records=_MOST)
        return [record for record in found.get(place, ()) if record.offset < end]

    async def stop(self) -> None:
        """Read no more; a second time is fine."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.stop()
