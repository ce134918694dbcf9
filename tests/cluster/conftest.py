"""A real Kafka for the tests that need one: in a container, or the one that SAFEGUARDING_TEST_BOOTSTRAP names."""

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.settings import Settings

IMAGE = "apache/kafka:4.3.1"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def container(port: int) -> DockerContainer:
    """A broker of its own on a port; a context manager that returns when it is ready."""
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    broker = DockerContainer(IMAGE).with_bind_ports(port, port)
    for name, value in settings.items():
        broker = broker.with_env(name, value)
    return broker.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(90))


@pytest.fixture(scope="session")
def bootstrap() -> Iterator[str]:
    """Address of a broker."""
    given = os.environ.get("SAFEGUARDING_TEST_BOOTSTRAP")
    if given:
        yield given
        return
    port = free_port()
    with container(port):
        yield f"127.0.0.1:{port}"


@pytest.fixture
def settings(bootstrap: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings with topics of this test's own."""
    prefix = f"test-{uuid.uuid4().hex[:8]}."
    own = Settings(bootstrap_servers=bootstrap, topic_prefix=prefix, state_dir=tmp_path / "state", clock="events")
    create_topics(own)
    yield own
    delete_topics(own)


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The same settings for a process."""
    return os.environ | {
        "SAFEGUARDING_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix,
        "SAFEGUARDING_STATE_DIR": str(settings.state_dir),
        "SAFEGUARDING_CLOCK": settings.clock,
    }


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the behaviours with many values, a few are enough on Kafka: it chooses batches itself, and starts slowly."""
    enough = {"batch": {500}, "after": {0, 4, 10}}
    left_out = [
        item
        for item in items
        if "cluster/test_behaviours" in item.nodeid and hasattr(item, "callspec")
        if any(value not in enough.get(name, {value}) for name, value in item.callspec.params.items())
    ]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
