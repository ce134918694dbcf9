"""A room as a Faust app: one consumer group, one table for its rows, nothing that Faust would do behind our back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import faust
from yarl import URL

from safeguarding.runtime.engine import Engine
from safeguarding.runtime.rows import Rows
from safeguarding.runtime.transport import REQUEST_SECONDS, OwnRecovery, Transport
from safeguarding.settings import Settings
from safeguarding.wire.room import Room
from safeguarding.wire.topics import TOPICS, changelog_topic

TICK_SECONDS = 15.0
BEAT_SECONDS = 10.0
WAIT_SECONDS = 1200.0  # for a broker that is away, until a delivery has failed
ALIVE = "alive"  # a file that a working room touches at each heartbeat


class RoomApp(faust.App):  # type: ignore[misc]  # faust ships no types
    """A Faust app that runs one room.

    Attributes:
        engine: runs the room.
        input_topics: the room's input topics, with the prefix.
        tick_seconds: how often time passes; None: the events drive the clock.
        beat_seconds: how often the room says that it lives.
        alive: the file that it touches then.
    """

    engine: Engine
    input_topics: frozenset[str]
    tick_seconds: float | None
    beat_seconds: float = BEAT_SECONDS
    alive: Path


def room_app(room: Room, settings: Settings, folder: Path) -> RoomApp:
    """The Faust app of a room.

    Args:
        room: the room.
        settings: where Kafka is, and how names begin.
        folder: local state of this worker's room.
    """
    partitions = TOPICS[room.inputs[0]].partitions(settings.partitions)
    app = RoomApp(
        settings.topic_prefix + room.name,
        broker=[URL(f"kafka://{server}") for server in settings.bootstrap_servers.split(",")],
        datadir=folder,
        store=URL("safeguarding://"),
        topic_partitions=partitions,
        topic_allow_declare=False,  # `safeguarding topics create` does
        topic_disable_leader=True,
        table_standby_replicas=settings.standbys if room.memory == "state" else 0,
        web_enabled=False,  # it would serve table data on every interface
        processing_guarantee="at_least_once",
        broker_session_timeout=10.0,
        broker_heartbeat_interval=3.0,
        broker_rebalance_timeout=20.0,
        broker_request_timeout=REQUEST_SECONDS,
        broker_commit_interval=0.5,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8 * 1024 * 1024,
        consumer_group_instance_id=f"{settings.instance}-{room.name}" if settings.instance else None,
        producer_max_batch_size=512 * 1024,
        producer_max_request_size=8 * 1024 * 1024,
        producer_request_timeout=WAIT_SECONDS,
        recovery_consistency_check=False,  # the engine checks its own rows
        stream_recovery_delay=0.0,
    )
    app.transport = Transport(app.conf.broker_consumer, app)
    app.producer_transport = Transport(app.conf.broker_producer, app)
    app.tick_seconds = TICK_SECONDS if settings.clock == "wall" else None
    app.alive = folder / ALIVE
    app.input_topics = frozenset(settings.topic_prefix + topic for topic in room.inputs)
    app.engine = Engine(room, settings, _rows_of(app, room, settings, partitions, folder))
    for topic in sorted(app.input_topics):
        app.agent(_raw(app, topic), name=topic, concurrency=1)(_never)
    return app


def _raw(app: faust.App, topic: str) -> Any:
    return app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


async def _never(stream: Any) -> AsyncIterator[None]:
    """Keeps a topic in the subscription; its records go to the engine before Faust would make events of them."""
    async for _ in stream:
        raise AssertionError("a record went past the engine")
    yield


def _rows_of(app: faust.App, room: Room, settings: Settings, partitions: int, folder: Path) -> Any:
    if room.memory != "state":
        return lambda partition: Rows(folder / f"scratch-{partition}", fresh=True)
    name = settings.topic_prefix + changelog_topic(room.name)
    changelog = app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    table = app.Table(
        "rows",
        key_type=bytes,
        value_type=bytes,
        partitions=partitions,
        changelog_topic=changelog,
        recovery_buffer_size=1000,
    )
    app.tables._recovery = OwnRecovery(app, app.tables)
    return lambda partition: table.data.rows(partition)
