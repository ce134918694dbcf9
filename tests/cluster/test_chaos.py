"""Rooms are killed, paused, doubled and robbed of their disk, and the broker is killed: nothing lost, counted once.

Here, and not in tests/kafka: a folder of that name would stand before the library. `make chaos` runs this.
"""

import uuid
from pathlib import Path

import pytest

from cluster.chaos import Broker, Chaos, Plan
from cluster.conftest import container, free_port
from safeguarding.cli.topics import create_topics
from safeguarding.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
SEED = 8


def test_a_borough_survives_everything_at_once(tmp_path: Path):
    """About three minutes. `bench/chaos.py` is the long form, fault by fault, with a table."""
    port = free_port()
    with container(port) as started:
        broker = started.get_wrapped_container()
        settings = Settings(
            bootstrap_servers=f"127.0.0.1:{port}",
            topic_prefix=f"chaos-{uuid.uuid4().hex[:6]}.",
            state_dir=tmp_path,
            clock="events",
            partitions=2,
        )
        create_topics(settings)
        plan = Plan(["kill", "edge", "edge", "disk", "zombie", "merge", "terms", "all", "broker"], (2, 6))
        chaos = Chaos(settings, SEED, plan, Broker(broker.kill, broker.start))
        try:
            found = chaos.run(1500, 15)
        finally:
            chaos.close()
    assert found.wrong == []
    assert found.faults.total() >= 5
    assert found.said > 500, "else little would have been compared"
    assert {"accepted", "duplicate", "rejected"} <= found.states.keys()
    assert found.states.total() >= found.sent
