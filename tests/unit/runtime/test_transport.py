"""How Kafka is asked for records. What needs a broker is in tests/cluster."""

import asyncio
import gc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from agents.rooms import ROOMS
from safeguarding.runtime import transport
from safeguarding.runtime.app import room_app
from safeguarding.settings import Settings


def test_a_request_for_records_is_short_only_while_a_turn_takes_long(tmp_path: Path, monkeypatch: Any):
    """A request leaves out partitions whose records wait for the end of a long turn: it must be over soon after."""
    monkeypatch.setattr(transport, "_LONG", 0.01)

    async def asked() -> list[int]:
        thread = thread_of(tmp_path)
        thread.thread_loop.close()  # one loop is enough here
        thread.thread_loop = asyncio.get_running_loop()
        client, seen = SimpleNamespace(_fetcher=SimpleNamespace()), []
        for turn in (0.0, 0.1, 0.0):
            await thread._fetch_records(client, set())
            await asyncio.sleep(turn)
            seen.append(client._fetcher._fetch_max_wait_ms)
        return seen

    assert asyncio.run(asked()) == [transport._IDLE_MS, transport._BUSY_MS, transport._IDLE_MS]
    gc.collect()  # Faust's complaints of what it left unclosed disturb pytest's own report


def thread_of(folder: Path) -> Any:
    """A consumer's thread that has not been started."""
    app = room_app(ROOMS["intake"](), Settings(bootstrap_servers="127.0.0.1:1"), folder)
    consumer = app.transport.create_consumer(
        callback=app.topics.on_message, on_partitions_revoked=None, on_partitions_assigned=None
    )
    consumer.flow_active = False  # then it asks nobody, and takes nothing
    return consumer._new_consumer_thread()
