"""Runs a room on Kafka: what was handled is sent, acknowledged, kept, and only then done. Knows nothing of Faust.

The order is the promise. Outputs are acknowledged before state is; state is acknowledged before it is kept on disk with
the offset it stands for; and only an offset that is kept may be committed. Whatever dies in between is done again, and
again gives the same. A transactional room has outputs, state and offset in one Kafka transaction instead.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer import sender

from safeguarding.errors import StateError
from safeguarding.runtime.batch import Outcome
from safeguarding.runtime.behind import Behind
from safeguarding.runtime.changelog import foreign
from safeguarding.runtime.delivery import Delivery
from safeguarding.runtime.keeper import Keeper
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.pace import FIRST, paced
from safeguarding.runtime.recovery import left_out_of
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.codec import encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Output, Record, Room
from safeguarding.wire.topics import ACCEPTED, HEARTBEAT, changelog_topic, partition_counts

# A transaction can begin when the broker has written the markers of the one before: aiokafka asks every 20 ms.
sender.BACKOFF_OVERRIDE = 0.005
_MAY_HAVE_GAPS = ("events.",)  # compacted, or written by agencies' own transactions


class Start(NamedTuple):
    """What the cluster says of an input partition when it is assigned.

    Attributes:
        committed: the group's committed offset, None when there is none.
        beginning: the first offset that is still there.
        quarantined: offsets of records that this room put into quarantine, for a room that lives on the log.
    """

    committed: int | None
    beginning: int
    quarantined: frozenset[int] = frozenset()


class Engine:
    """One room of one worker.

    Args:
        room: the room.
        settings: where Kafka is, and what is put before each topic.
        rows_of: opens the local rows of a partition.
    """

    def __init__(self, room: Room, settings: Settings, rows_of: Callable[[int], Rows]) -> None:
        self.room = room
        self.group = settings.topic_prefix + room.name
        self.lanes: dict[TopicPartition, Lane] = {}
        self._owned: set[TopicPartition] = set()  # a lane outlives its assignment: its memory may be wanted again
        self.handled = 0
        self._most = FIRST
        self._started = int(time.time() * 1000)
        self._settings, self._rows_of = settings, rows_of
        self._partitions = partition_counts(settings.partitions)
        changelog = settings.topic_prefix + changelog_topic(room.name)
        servers, mends = settings.bootstrap_servers, not room.transactional
        self._keeper = Keeper(room.name, servers, changelog, rows_of, mends=mends)
        self._producers: dict[int, AIOKafkaProducer] = {}
        self._suspect: dict[TopicPartition, int] = {}
        self._delivery: Delivery | None = None
        self._behind = Behind(settings.bootstrap_servers)

    def use(self, producer: AIOKafkaProducer) -> None:
        """Send through this producer (not within transactions)."""
        self._delivery = Delivery(producer, self._partitions, self._settings.topic_prefix)

    async def prepare(self, tp: TopicPartition, start: Start) -> int:
        """Bring a partition that has just been assigned up to date.

        Returns:
            The offset from which the input is to be read.

        Raises:
            StateError: the rows are lost, or input that was not yet handled is.
        """
        lane = self.lanes.get(tp) or self._open(tp)
        committed, lane.beginning = start.committed or 0, start.beginning
        if self.room.transactional:
            await self._fence(tp.partition)
        if self.room.memory == "state":
            await self._keeper.catch_up(lane, self._delivery)
            if lane.rows is None or (lane.rows.applied is None and committed > 0):
                raise StateError(
                    f"{self.group}: partition {tp.partition}: its changelog is empty; rebuild from the log"
                )
            lane.next = start.beginning if lane.rows.applied is None else lane.rows.applied
        elif self.room.memory == "log":
            await self._behind.stop()
            lane.silent_until = committed
            lane.leave_out(start.quarantined)
        else:
            lane.next = start.beginning if start.committed is None else committed
        if lane.next < start.beginning:
            raise StateError(f"{tp.topic}: records from {lane.next} on are gone before they were handled; restore them")
        self._owned.add(tp)
        return lane.next

    async def quarantined(self) -> frozenset[int]:
        """Places in the log that this room could not take, if it lives on the log."""
        if self.room.memory != "log":
            return frozenset()
        return await left_out_of(self._settings.bootstrap_servers, self._settings.topic_prefix, self.room.name)

    async def turn(self, fetched: Mapping[TopicPartition, Sequence[Any]]) -> dict[TopicPartition, int]:
        """Handle fetched records of prepared partitions.

        Returns:
            Partitions whose records have a hole, and the offset from which to read them again.

        Raises:
            StateError: an input topic that has no holes has one.
            aiokafka.errors.KafkaError: the broker refused an output; nothing of that batch is kept.
        """
        again: dict[TopicPartition, int] = {}
        queues: dict[TopicPartition, list[Record]] = {}
        for tp, records in fetched.items():
            lane = self.lanes[tp]
            known = [lane.record(record) for record in records if record.offset >= lane.next]
            if known and known[0].offset != lane.next and not self._is_real_gap(tp, lane):
                again[tp] = lane.next
            elif known:
                queues[tp] = known
        while queues:
            batches = {tp: self.lanes[tp].split(queue, self._most) for tp, queue in queues.items()}
            began = time.perf_counter()
            made = {tp: self.lanes[tp].handle(batch) for tp, batch in batches.items()}
            self._most = paced(self._most, max(map(len, batches.values())), time.perf_counter() - began)
            await self._finish(made)
            self.handled += sum(len(batch) for batch in batches.values())
            queues = {tp: queue[len(batches[tp]) :] for tp, queue in queues.items() if len(queue) > len(batches[tp])}
            for tp, bad in [(tp, outcome.bad) for tp, outcome in made.items() if outcome.bad is not None]:
                self.lanes[tp].fold_again(bad)
                again[tp] = self.lanes[tp].next
                queues.pop(tp, None)
        return again

    async def stand_by(self, tp: TopicPartition, start: Start) -> bool:
        """Fold what the owner of a log has done, so that whoever takes over need not begin at its beginning.

        Returns:
            Whether there may be more to fold.
        """
        lane = self.lanes.get(tp) or self._open(tp)
        done, lane.beginning = start.committed or 0, start.beginning
        lane.leave_out(start.quarantined)
        if max(lane.next, start.beginning) >= done:
            return False
        records = await self._behind.read(TopicPartition(*tp), max(lane.next, start.beginning), done)
        lane.fold([lane.record(record) for record in records], done)
        return bool(records)

    def follow(self, tp: TopicPartition, records: Sequence[Any]) -> None:
        """Apply changelog records of a partition that another worker owns (stand-by)."""
        self._keeper.follow(tp.topic, tp.partition, records)

    async def pass_time(self, now: int | None) -> None:
        """Let time pass, if this room has the clock and owns its partition.

        Args:
            now: milliseconds since 1970 UTC; None: the log has fallen quiet, and the events drive the clock.
        """
        if not any(tp.topic.endswith(ACCEPTED) for tp in self._owned):
            return
        output = self.room.tick(now)
        if output is not None and self._delivery is not None:
            await self._delivery.send([output])

    async def beat(self, now: int) -> None:
        """Say that this room lives, and how far it is (system.heartbeat.v1)."""
        assert self._delivery is not None  # noqa: S101  # use() comes with the transport
        beat = {
            "room": self.room.name,
            "instance": self._settings.instance or socket.gethostname(),
            "at": now,
            "started_at": self._started,
            "handled": self.handled,
            "positions": {f"{self.lanes[tp].topic}-{tp.partition}": self.lanes[tp].next for tp in self._owned},
        }
        await self._delivery.send([Output(HEARTBEAT, self.room.name.encode(), encode("record.heartbeat", beat))])

    async def release(self, partitions: set[TopicPartition]) -> None:
        """Partitions are assigned to another worker: stop their producers, close what only an owner needs."""
        self._owned -= partitions
        for tp in partitions:
            producer = self._producers.pop(tp.partition, None)
            if producer is not None:
                await producer.stop()

    async def close(self) -> None:
        """Stop everything."""
        await self._behind.stop()
        await self.release(set(self.lanes))
        for lane in self.lanes.values():
            if lane.rows is not None:
                lane.rows.close()
        self.lanes.clear()

    def _open(self, tp: TopicPartition) -> Lane:
        rows = None if self.room.memory == "none" else self._rows_of(tp.partition)
        if self.room.memory == "log":
            self.room.reset()
        name = tp.topic.removeprefix(self._settings.topic_prefix)
        lane = self.lanes[tp] = Lane(self.room, name, tp.partition, rows, quarantined)
        return lane

    def _is_real_gap(self, tp: TopicPartition, lane: Lane) -> bool:
        """Whether a hole in the records is one of the topic's: it is, if it is there again after another read."""
        if self._suspect.get(tp) != lane.next:
            self._suspect[tp] = lane.next
            return False
        if not lane.topic.startswith(_MAY_HAVE_GAPS):
            raise StateError(f"{tp.topic}: record {lane.next} of partition {tp.partition} is missing; stopping")
        return True

    async def _finish(self, made: Mapping[TopicPartition, Outcome]) -> None:
        if self.room.transactional:
            await _together(self._commit(tp, outcome) for tp, outcome in made.items())
            return
        assert self._delivery is not None  # noqa: S101  # use() comes with the transport
        await self._delivery.send(output for outcome in made.values() for output in outcome.outputs)
        kept: list[list[range]] = [[range(0)] for _ in made]
        if self.room.memory == "state":
            kept = await _together(self._keeper.keep(self._delivery, tp.partition, made[tp]) for tp in made)
        for (tp, outcome), own in zip(made.items(), kept, strict=True):
            lane = self.lanes[tp]
            strangers = foreign(lane.rows.changelog, own) if self.room.memory == "state" and lane.rows else []
            lane.keep(outcome, own[-1].stop)
            if strangers:
                await self._keeper.repair(lane, strangers, self._delivery)

    async def _commit(self, tp: TopicPartition, outcome: Outcome) -> None:
        """Outputs, rows and offset of a batch in one transaction.

        They are on their way together, for nobody sees one of them before the commit; each delivery is awaited before
        it, since aiokafka commits although one was refused.
        """
        producer = self._producers[tp.partition]
        delivery = Delivery(producer, self._partitions, self._settings.topic_prefix)
        await producer.begin_transaction()
        _, kept, _ = await _together(
            [
                delivery.send(outcome.outputs),
                self._keeper.keep(delivery, tp.partition, outcome),
                producer.send_offsets_to_transaction({TopicPartition(*tp): outcome.applied}, self.group),
            ]
        )
        await producer.commit_transaction()
        self.lanes[tp].keep(outcome, kept[-1].stop)

    async def _fence(self, partition: int) -> None:
        """Become the only one who may write for a partition; an owner before us can write no more."""
        if partition in self._producers:
            return
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.bootstrap_servers,
            transactional_id=f"{self.group}-{partition}",
            transaction_timeout_ms=10_000,
            request_timeout_ms=20_000,
            retry_backoff_ms=20,  # not 100: a turn waits for it when the last markers are not yet written
            max_batch_size=512 * 1024,
            max_request_size=8 * 1024 * 1024,
        )
        await producer.start()
        self._producers[partition] = producer


async def _together(work: Any) -> list[Any]:
    """All of it at once; the first that fails fails it all."""
    tasks: list[Awaitable[Any]] = [asyncio.ensure_future(one) for one in work]
    return list(await asyncio.gather(*tasks))
