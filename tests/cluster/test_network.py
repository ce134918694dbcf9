"""A network that fails in ways a broker does not: what nobody answers and nobody closes."""

from pathlib import Path

import pytest

from cluster.chaos import environment_of
from cluster.conftest import container, free_port
from cluster.kafka_driver import OnKafka, until
from cluster.ledger import INPUTS
from cluster.proxy import Proxy
from cluster.workers import Workers
from safeguarding.cli.topics import create_topics
from safeguarding.producers.client import Publisher
from safeguarding.runtime.worker import is_alive
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_connections_that_nobody_answers_are_given_up(tmp_path: Path):
    """All that intake has are half open, for good; new ones work."""
    near, far = free_port(), free_port()
    changed = {
        "LISTENERS": f"PLAINTEXT://:{near},FAR://:{near + 1},CONTROLLER://:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{near},FAR://127.0.0.1:{far}",
        "LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,FAR:PLAINTEXT",
        "INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
    }
    broker = container(near).with_bind_ports(near + 1, near + 1)
    for name, value in changed.items():
        broker = broker.with_env(f"KAFKA_{name}", value)
    with broker, Proxy(far, near + 1) as proxy:
        settings = Settings(bootstrap_servers=f"127.0.0.1:{near}", state_dir=tmp_path, clock="events")
        create_topics(settings)
        through = environment_of(settings.model_copy(update={"bootstrap_servers": f"127.0.0.1:{far}"}))
        workers, driver = Workers(settings, through), OnKafka(settings, through)
        workers.start("intake")
        until(lambda: is_alive("intake", settings), "intake works")
        proxy.half_open()
        with Publisher(settings) as publisher:
            publisher.publish(event("police.concern.raised", child(1)))
        until(lambda: driver.behind("intake", INPUTS["intake"]) == 0, "intake has found another way")
        assert workers.processes["intake", "one"].poll() is None
        workers.close()
        driver.close()
