"""What stock Faust 0.15.3 does behind one's back, and ours does not: each test is to fail on Faust's own class.

An upgrade that mends a trap makes `xfail(strict=True)` fail here, and tells us that our part may go.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka.errors import KafkaConnectionError
from faust.stores.memory import Store as MemoryStore
from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer
from faust.types import TP

from agents.rooms import ROOMS, SOURCES
from safeguarding.errors import StateError
from safeguarding.runtime.app import room_app
from safeguarding.runtime.changelog import Replica, rows_of
from safeguarding.runtime.delivery import Delivery
from safeguarding.runtime.engine import Engine
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.rows import Rows
from safeguarding.runtime.store import Store
from safeguarding.settings import Settings
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import ACCEPTED, FACTS, QUARANTINED, partition_counts

TRAP = pytest.mark.xfail(strict=True, reason="faust-streaming 0.15.3", raises=AssertionError)
each = pytest.mark.parametrize("whose", [pytest.param("stock", marks=TRAP), "ours"])
HERE = TP(SOURCES[0], 0)
BAD = b"{no json"


def app_of(whose: str, folder: Path, room: str = "intake") -> faust.App:
    """An app that has not been started: nothing listens where its broker should be."""
    if whose == "ours":
        return room_app(ROOMS[room](), Settings(bootstrap_servers="127.0.0.1:1"), folder)
    return faust.App("stock", broker="kafka://127.0.0.1:1", datadir=folder)


def consumer_of(app: faust.App, committed: list[Mapping[TP, int]]) -> Any:
    """Its consumer, with the network cut off: what it would commit is written down."""
    consumer = app.transport.create_consumer(
        callback=app.topics.on_message,
        on_partitions_revoked=app._on_partitions_revoked,
        on_partitions_assigned=app._on_partitions_assigned,
    )
    app.consumer = consumer
    app.producer.flush = _nothing
    consumer._thread = SimpleNamespace(assignment=lambda: {HERE})

    async def commit(offsets: Mapping[TP, int]) -> bool:
        committed.append(offsets)
        return True

    consumer._commit = commit
    return consumer


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it, and clear away at once what Faust leaves unclosed: its complaints disturb pytest's own report."""
    try:
        return asyncio.run(work)
    finally:
        gc.collect()


async def _nothing(*_: object) -> None:
    """Done."""


@each
def test_no_offset_is_committed_past_a_record_that_is_not_done(whose: str, tmp_path: Path):
    async def next_offset() -> int | None:
        consumer = consumer_of(app_of(whose, tmp_path), [])
        consumer._committed_offset[HERE] = 10
        consumer._acked[HERE].append(11)  # Faust's own book: record 10 is in flight, 11 has been acknowledged
        if whose == "ours":
            consumer._kept[HERE] = 10
        return consumer._new_offset(HERE)

    assert run(next_offset()) in (None, 10)


@each
def test_what_is_done_is_committed_when_a_rebalance_takes_the_partition_away(whose: str, tmp_path: Path):
    committed: list[Mapping[TP, int]] = []

    async def revoke() -> None:
        consumer = consumer_of(app_of(whose, tmp_path), committed)
        consumer._committed_offset[HERE] = 0
        consumer._acked[HERE] += [1, 2]
        if whose == "ours":
            consumer._kept[HERE] = 3
        await consumer.on_partitions_revoked({HERE})

    run(revoke())
    assert {HERE: 3} in committed


class SlowBroker:
    """aiokafka's producer as far as deliveries use it; acknowledgements come when they are set."""

    def __init__(self) -> None:
        self.acks: list[asyncio.Future[Any]] = []

    def create_batch(self) -> Any:
        return SimpleNamespace(append=lambda **_: True, record_count=lambda: 1)

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> asyncio.Future[Any]:
        self.acks.append(asyncio.get_running_loop().create_future())
        return self.acks[-1]


async def _flushed(whose: str, folder: Path, fate: Callable[[asyncio.Future[Any]], None] | None) -> Awaitable[Any]:
    """Begin to send one output; hand back what waits until it is safe to commit."""
    broker = SlowBroker()
    if whose == "ours":
        waiting = asyncio.ensure_future(
            Delivery(broker, partition_counts(1), "").send([Output(ACCEPTED, b"key", b"value")])
        )
        await asyncio.sleep(0)
    else:
        app = app_of(whose, folder)
        topic, message = app.topic("out"), SimpleNamespace(channel=None)
        broker.acks.append(asyncio.get_running_loop().create_future())
        future: Any = asyncio.get_running_loop().create_future()
        future.message = message
        message.channel = topic
        buffer = ProducerBuffer()
        buffer.app, buffer._started = app, _set()
        buffer.put(future)
        broker.acks[0].add_done_callback(
            lambda ack: topic._on_published(ack, message=future, producer=app.producer, state=None)
        )
        waiting = asyncio.ensure_future(buffer.flush())
    if fate is not None:
        await asyncio.sleep(0)
        fate(broker.acks[0])
    return waiting


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@each
def test_nobody_believes_a_delivery_done_while_the_broker_is_silent(whose: str, tmp_path: Path):
    async def believed() -> bool:
        waiting = await _flushed(whose, tmp_path, None)
        done, _ = await asyncio.wait([waiting], timeout=0.5)
        if not done:
            waiting.cancel()
        return bool(done)

    assert not run(believed())


@each
def test_a_refused_delivery_stops_what_wanted_to_commit(whose: str, tmp_path: Path):
    async def stopped() -> bool:
        waiting = await _flushed(whose, tmp_path, lambda ack: ack.set_exception(KafkaConnectionError()))
        try:
            await asyncio.wait_for(waiting, 1)
        except KafkaConnectionError:
            return True
        return False

    assert run(stopped())


@each
def test_bytes_that_cannot_be_read_are_kept_before_they_are_done_with(whose: str, tmp_path: Path):
    """Faust acknowledges them before anybody is told."""
    if whose == "ours":
        room = ROOMS["intake"]()
        room.handle = _raises  # whatever a room may raise
        made = Lane(room, SOURCES[0], 0, None, quarantined).handle([Record(SOURCES[0], 0, 0, b"", BAD, 0)])
        assert made.outputs[0].topic == QUARANTINED
        return

    async def acknowledged() -> bool:
        app = app_of(whose, tmp_path)
        consumer = consumer_of(app, [])
        topic = app.topic(SOURCES[0], value_serializer="json", value_type=dict)
        topic.on_value_decode_error = _nothing  # where somebody would be told
        app.flow_control.resume()
        app.topics._acking_topics.add(SOURCES[0])
        message = driver.ConsumerMessage(SOURCES[0], 0, 0, 0.0, 0, [], None, BAD, None, 0, 8, None)
        consumer.track_message(message)
        await app.topics._compiler.build(app.topics, HERE, {topic})(message)
        return bool(message.acked)

    assert not run(acknowledged())


def _raises(*_: object) -> Any:
    raise ValueError


@each
def test_the_producer_is_idempotent_and_asks_all_replicas(whose: str, tmp_path: Path):
    app = app_of(whose, tmp_path)
    settings = app.producer_transport.Producer(app.producer_transport)._settings_extra()
    assert settings == {"acks": "all", "enable_idempotence": True}


@each
def test_rows_of_an_aborted_transaction_are_not_read(whose: str, tmp_path: Path):
    async def level() -> str:
        app = app_of(whose, tmp_path)
        thread = consumer_of_thread(app)
        thread._assignor = app.assignor
        return str(thread._create_worker_consumer(app.transport)._isolation_level)

    assert run(level()) == "read_committed"


def consumer_of_thread(app: faust.App) -> Any:
    consumer = app.transport.create_consumer(
        callback=app.topics.on_message, on_partitions_revoked=_nothing, on_partitions_assigned=_nothing
    )
    return consumer._new_consumer_thread()


@each
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("web_enabled", False),  # it serves table data on every interface
        ("broker_session_timeout", 10.0),  # after kill -9 partitions stand still that long
        ("topic_allow_declare", False),  # topics have owners and settings: `safeguarding topics create`
        ("topic_disable_leader", True),
    ],
)
def test_a_setting_is_safe(whose: str, name: str, wanted: object, tmp_path: Path):
    assert getattr(app_of(whose, tmp_path).conf, name) == wanted


@each
def test_an_empty_value_is_a_value_after_recovery(whose: str, tmp_path: Path):
    if whose == "ours":
        rows = Rows(tmp_path / "rows", fresh=True)
        changes = [dict.fromkeys([b"a"]), {b"a": b""}]
        log = [row for applied, change in enumerate(changes, 1) for row in rows_of(change, applied)]
        Replica(rows).take([SimpleNamespace(offset=offset, **row._asdict()) for offset, row in enumerate(log)])
        assert rows.get(b"a") == b""
        rows.close()
        return
    store = MemoryStore("memory://", app_of(whose, tmp_path), SimpleNamespace(name="table"))
    events = [SimpleNamespace(key=b"a", value=v, message=SimpleNamespace(value=v, partition=0)) for v in (None, b"")]
    store.apply_changelog_batch(events, bytes, lambda value: value)
    assert store.data.get(b"a") == b""


def test_records_that_are_read_behind_a_hole_are_not_taken(tmp_path: Path):
    """A rebalance clears Faust's stream buffers and goes on behind them; the engine asks again, and then stops."""
    engine = Engine(ROOMS["correlation"](), Settings(), lambda _: Rows(tmp_path / "rows", fresh=True))
    here = TP(FACTS, 0)
    lane = engine._open(here)
    lane.next = 5
    behind = {here: [SimpleNamespace(offset=7, key=b"", value=b"", timestamp=0, headers=())]}
    assert run(engine.turn(behind)) == {here: 5}
    with pytest.raises(StateError, match="record 5 of partition 0 is missing"):
        run(engine.turn(behind))
    run(engine.close())


def test_changelog_records_that_faust_has_for_us_stop_the_worker(tmp_path: Path):
    store = Store("safeguarding://", app_of("ours", tmp_path), SimpleNamespace(name="rows"))
    with pytest.raises(StateError):
        store.apply_changelog_batch([SimpleNamespace()], bytes, bytes)
