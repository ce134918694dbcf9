"""Reads what a start needs: rows from their changelog, keys that a stranger wrote, places left out of the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from safeguarding.errors import StateError
from safeguarding.runtime.changelog import Replica, born_name
from safeguarding.runtime.logs import log
from safeguarding.runtime.rows import APPLIED, BORN, Rows
from safeguarding.wire.quarantine import left_out
from safeguarding.wire.topics import QUARANTINED


async def catch_up(servers: str, place: TopicPartition, rows: Rows) -> list[bytes]:
    """Apply what stands in the changelog and not yet in the local rows.

    Returns:
        Keys whose newest row there belongs to a batch that was never finished.

    Raises:
        StateError: the rows know of more than the changelog holds.
    """
    async with _reading(servers, place) as reader:
        end = (await reader.end_offsets([place]))[place]
        if rows.changelog and rows.copy_of != await _name(reader, place, end):
            aside = rows.set_aside()
            log.warning("local rows are of another cluster or topic: set aside, recovering", folder=aside.name)
        replica = Replica(rows)
        if rows.changelog > end:
            raise StateError(f"{place.topic}: local rows are ahead of their changelog; remove the state folder")
        async for records in _from_to(reader, place, range(rows.changelog, end)):
            replica.take(records)
    return replica.unfinished


async def _name(reader: AIOKafkaConsumer, place: TopicPartition, end: int) -> bytes | None:
    """The changelog's own name; None: it is empty, or from before changelogs had names."""
    async for records in _from_to(reader, place, range(end)):
        for first in records[:1]:
            return born_name(first)
    return None


async def keys_in(servers: str, place: TopicPartition, stretches: Sequence[range]) -> list[bytes]:
    """Keys of the rows at some offsets, markers left out."""
    keys = dict[bytes, None]()
    async with _reading(servers, place) as reader:
        for stretch in stretches:
            async for records in _from_to(reader, place, stretch):
                keys.update((r.key, None) for r in records if r.offset < stretch.stop and r.key not in (APPLIED, BORN))
    return list(keys)


async def left_out_of(servers: str, prefix: str, room: str) -> frozenset[int]:
    """Places in the log that a room which folds it has put into quarantine."""
    place = TopicPartition(prefix + QUARANTINED, 0)
    found = frozenset[int]()
    async with _reading(servers, place) as reader:
        begin, end = (await reader.beginning_offsets([place]))[place], (await reader.end_offsets([place]))[place]
        async for records in _from_to(reader, place, range(begin, end)):
            found |= left_out(records, room)
    return found


@asynccontextmanager
async def _reading(servers: str, place: TopicPartition) -> AsyncIterator[AIOKafkaConsumer]:
    reader = AIOKafkaConsumer(
        bootstrap_servers=servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await reader.start()
    try:
        reader.assign([place])
        yield reader
    finally:
        await reader.stop()


async def _from_to(reader: AIOKafkaConsumer, place: TopicPartition, stretch: range) -> AsyncIterator[Sequence[Any]]:
    """The records at some offsets, and perhaps a few after them."""
    reader.seek(place, stretch.start)
    while await reader.position(place) < stretch.stop:
        yield (await reader.getmany(place, timeout_ms=500)).get(place, [])
