"""Our transport on the job that the peers are measured with: a contender for their harness, nothing of children in it.

    python bench.py drain --spec ours.json --dataset base ours      # in the harness' folder

The harness starts it with its BENCH_ variables; the job itself (`common.process`) is the harness' own, so that only the
engines differ: Faust app, batch transport, RocksDB rows, changelog, commits are what every room here runs on.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from safeguarding.runtime import worker
from safeguarding.settings import Settings
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import HEARTBEAT, TOPICS, Topic, changelog_topic

sys.path.insert(0, sys.argv[1])
common: Any = importlib.import_module("common")


class Job:
    """The peers' job as a room (see `wire.room.Room`)."""

    name = common.Env.group
    inputs: tuple[str, ...] = (common.Env.inp,)
    memory: Literal["none", "state", "log"] = "state"
    transactional = False

    def handle(self, batch: Sequence[Record], state: State) -> list[Output]:
        """One changelog row for each child that changes, one output for each alert."""
        common.mark_first()
        blobs: dict[bytes, bytes | None] = {}
        changed, out = dict[bytes, bytes](), list[Output]()
        for record in batch:
            key = record.key or b""
            if key not in blobs:
                blobs[key] = state.get(key)
            new, alert = common.process(blobs[key], key, record.value)
            if new is not None:
                blobs[key] = changed[key] = new
            if alert is not None:
                out.append(Output(common.Env.out, key, alert))
        for key, blob in changed.items():
            state.put(key, blob)
        return out

    def reset(self) -> None:
        """Nothing is remembered outside `State`."""

    def tick(self, now: int | None) -> Output | None:  # this room has no clock
        """No clock."""
        return None


async def topics(names: Sequence[Topic], settings: Settings) -> None:
    """Create what the harness does not."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    for name in names:
        try:
            config = dict(name.config)
            await admin.create_topics(
                [NewTopic(name.name, name.partitions(settings.partitions), 1, topic_configs=config)]
            )
        except TopicAlreadyExistsError:
            continue
    await admin.close()


def main() -> None:
    settings = Settings(
        bootstrap_servers=common.Env.boot,
        partitions=common.Env.partitions,
        state_dir=Path(common.Env.state),
        topic_prefix="",
        clock="events",
    )
    heartbeat = TOPICS[HEARTBEAT]
    ours = Topic(changelog_topic(Job.name), "children", "child", "job", "job", {"cleanup.policy": "compact"})
    TOPICS.clear()
    TOPICS[HEARTBEAT] = heartbeat
    for name in (common.Env.inp, common.Env.out):
        TOPICS[name] = Topic(name, "children", "child", "harness", "harness")
    asyncio.run(topics([heartbeat, ours], settings))
    worker.run(Job(), settings)


if __name__ == "__main__":
    main()
