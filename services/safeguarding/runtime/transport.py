"""The hardened transport: Faust's own extension points, so that no event is acknowledged before it is done.

Faust keeps what it is good at (groups, assignment, stand-by copies, start and stop). What it does behind one's back is
taken out of its hands: buffers that a rebalance clears, acknowledgements of events that raised, commits that overtake,
deliveries that are only logged, recovery that forgets. Whole lists of records go to `runtime.engine`, and what the
engine has kept is what may be committed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from safeguarding.runtime import records as reading
from safeguarding.runtime.engine import Start
from safeguarding.runtime.logs import log

if TYPE_CHECKING:
    from safeguarding.runtime.engine import Engine

_POLL = 0.5  # seconds to wait for records before looking after the clock
REQUEST_SECONDS = 25.0  # then a connection is held to be dead, and another is made; longer than a rebalance takes
_STAND_BY = 1.0  # seconds for which a stand-by may fold before anything else may run
# How long a broker may keep a request for records open (Faust has 1500 ms). One at a time is open to each broker, and
# none is made while records wait for a turn, but for 100 ms only: then it leaves their partitions out, and what comes
# there next waits until it is over. So it is a short one when a turn is long.
_IDLE_MS, _BUSY_MS = 250, 5
_LONG = 0.05  # seconds of a turn


class Producer(driver.Producer):  # type: ignore[misc]  # faust ships no types
    """Faust's producer, idempotent under every guarantee."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    def _new_producer(self) -> Any:
        producer = super()._new_producer()
        producer.client._request_timeout_ms = int(REQUEST_SECONDS * 1000)  # not until it gives a batch up
        return producer


class _Thread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # faust ships no types
    """Faust's consumer thread, with settings that Faust has no name for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._long: asyncio.TimerHandle | None = None

    def _create_worker_consumer(self, transport: Any) -> Any:
        reading.install()
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _IDLE_MS
        consumer._isolation_level = "read_committed"  # a stand-by must not apply rows of an aborted transaction
        return consumer

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> Any:
        """Faust's, in the thread; it takes all that has come. What runs from then on to the next call is a turn."""
        if self._long is not None:
            self._long.cancel()
        fetcher = consumer._fetcher
        fetcher._fetch_max_wait_ms = _IDLE_MS
        try:
            return await super()._fetch_records(consumer, *args, **kwargs)
        finally:
            self._long = self.thread_loop.call_later(_LONG, setattr, fetcher, "_fetch_max_wait_ms", _BUSY_MS)


class Consumer(driver.Consumer):  # type: ignore[misc]  # faust ships no types
    """Hands fetched records to the engine, one turn after the other, and commits what it has kept."""

    def __post_init__(self, *args: Any, **kwargs: Any) -> None:
        super().__post_init__(*args, **kwargs)
        self._turn = asyncio.Lock()
        self._ready: set[TP] = set()
        self._kept: dict[TP, int] = {}
        self._ticked = self._beaten = 0.0
        self._warm = False

    @property
    def _engine(self) -> Engine:
        engine: Engine = self.app.engine
        return engine

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish the turn that runs, commit it, and let go."""
        self.stop_flow()
        async with self._turn:
            self._ready.clear()
            await super().on_partitions_revoked(revoked)
            self._kept.clear()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Let go for good of what another worker has now."""
        await super().on_partitions_assigned(assigned, generation_id)
        await self._engine.release(set(self._engine.lanes) - assigned)

    def _filter_tps_with_pending_acks(self, topics: Iterable[Any] | None = None) -> Iterator[TP]:
        return (tp for tp in list(self._kept) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        return self._kept.get(tp)

    async def _drain_messages(self, fetcher: Any) -> None:
        """What Faust's fetcher runs: poll, prepare what is new, one turn; until somebody stops."""
        self._engine.use(self.app.producer._producer)
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                records, _ = await self._wait_next_records(_POLL)
                if self.flow_active and not self.app.rebalancing:
                    await self._finish(self._take(records or {}))
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            raise
        except Exception as problem:
            log.error("stopping", room=self._engine.room.name, error=type(problem).__name__)
            await self.app.crash(problem)
            raise

    async def _finish(self, work: Any) -> None:
        """Run work to its end even when we are cancelled: half a turn is none."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                await task
            raise

    async def _take(self, records: Mapping[TP, Any]) -> None:
        async with self._turn:
            if not self.flow_active or self.app.rebalancing:
                return  # a rebalance came first; the records are read again
            fetched = {TP(*tp): found for tp, found in records.items()}
            mine = self._inputs()
            if not mine and self._engine.room.memory == "log":
                await self._stand_by()
            new = mine - self._ready
            if new:
                await self._prepare(new)
                fetched = {tp: found for tp, found in fetched.items() if tp not in new}
            for tp in [tp for tp in fetched if tp not in mine]:
                self._engine.follow(tp, fetched.pop(tp))
            again = await self._engine.turn({tp: found for tp, found in fetched.items() if found})
            if not self._engine.room.transactional:
                self._kept.update({tp: self._engine.lanes[tp].done for tp in mine})
            if again:
                await self.seek_wait(again)
            await self._look_after_the_clock(idle=not any(fetched.values()))

    def _inputs(self) -> set[TP]:
        names = self.app.input_topics
        return {tp for tp in self._get_active_partitions() if tp.topic in names}

    async def _prepare(self, new: set[TP]) -> None:
        kafka, call = self._thread._ensure_consumer(), self._thread.call_thread
        beginnings = await self.earliest_offsets(*new)
        starts = {}
        for tp in sorted(new):
            committed = await call(kafka.committed, driver.TopicPartition(*tp))
            start = Start(committed, beginnings[tp], await self._engine.quarantined())
            starts[tp] = await self._engine.prepare(tp, start)
            log.info("ready", room=self._engine.room.name, topic=tp.topic, partition=tp.partition, offset=starts[tp])
        await self.seek_wait(starts)
        self._ready |= new

    async def _stand_by(self) -> None:
        """For a while, fold what the worker that owns the room's log has done."""
        kafka, call, until = self._thread._ensure_consumer(), self._thread.call_thread, time.monotonic() + _STAND_BY
        (topic,) = self.app.input_topics  # a log is one partition
        tp = TP(topic, 0)
        try:
            committed = await call(kafka.committed, driver.TopicPartition(*tp))
            bad = frozenset[int]() if tp in self._engine.lanes else await self._engine.quarantined()
            start = Start(committed, (await self.earliest_offsets(tp))[tp], bad)
            while await self._engine.stand_by(tp, start):
                if self.app.rebalancing or time.monotonic() > until:
                    return
        except KafkaError as problem:
            log.warning("cannot stand by, trying again", room=self._engine.room.name, error=type(problem).__name__)
            return
        if not self._warm:
            self._warm = True
            log.info("standing by", room=self._engine.room.name, topic=topic, offset=committed or 0)

    async def _look_after_the_clock(self, *, idle: bool) -> None:
        now = time.monotonic()
        if now - self._beaten >= self.app.beat_seconds:
            self._beaten = now
            self.app.alive.touch()
            await self._engine.beat(int(time.time() * 1000))
        if self.app.tick_seconds is None:
            if idle:
                await self._engine.pass_time(None)
        elif now - self._ticked >= self.app.tick_seconds:
            self._ticked = now
            await self._engine.pass_time(int(time.time() * 1000))


class OwnRecovery(Recovery):  # type: ignore[misc]  # faust ships no types
    """The engine brings its rows up to date itself, when a partition is prepared: nothing is left for Faust to do."""

    def need_recovery(self) -> bool:
        """Nothing, as far as Faust is concerned."""
        return False

    async def _seek_offsets(self, consumer: Any, tps: set[TP], offsets: Any, title: str) -> None:
        """Stand-by partitions are read from where their rows are; active ones are read by the engine."""
        if title == "standby":
            await consumer.seek_wait({tp: offsets[tp] + 1 for tp in tps})


class Transport(driver.Transport):  # type: ignore[misc]  # faust ships no types
    """Our consumer and producer in Faust's transport."""

    Consumer = Consumer
    Producer = Producer
