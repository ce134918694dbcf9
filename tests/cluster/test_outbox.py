"""An outbox on a real Kafka: what was kept arrives, in order, whoever is killed and whether the broker is there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cluster.kafka_driver import until
from cluster.test_publish import ids, run
from safeguarding.producers.outbox import Outbox, outbox_file
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event
from safeguarding.wire.topics import agency_topic

pytestmark = pytest.mark.kafka
POLICE = agency_topic("police")
KEEPS = """
import os
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event
with SafePublisher(Settings()) as publisher:
    for number in range(100_000):
        own = event("police.concern.raised", child(number % 9), summary=f"{os.getpid()} {number}")
        publisher.publish(own)
        print(own["id"], flush=True)
"""


def waiting(settings: Settings) -> int:
    with Outbox(outbox_file(settings)) as outbox:
        return sum(outbox.status().waiting.values())


def first_of_each(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))


def test_events_kept_while_no_broker_was_there_arrive_when_it_is(settings: Settings, environment: dict[str, str]):
    nowhere = settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    events = [event("police.concern.raised", child(n)) for n in range(20)]
    with SafePublisher(nowhere) as publisher:
        for own in events:
            publisher.publish(own)
    told = run(environment, "outbox", "status", "--json")
    assert json.loads(told.stdout)["topics"] == {POLICE: 20}
    away = run(environment | {"SAFEGUARDING_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "outbox", "flush", "--patience", "2")
    assert away.returncode == 1
    assert "20 events still wait" in away.stderr.splitlines()[-1]
    done = run(environment, "outbox", "flush")
    assert (done.returncode, done.stdout) == (0, "20 events sent, none waits\n")
    assert ids(settings, POLICE) == [own["id"] for own in events]
    assert waiting(settings) == 0


def test_a_thread_sends_as_events_come(settings: Settings):
    with SafePublisher(settings) as publisher:
        for number in range(3):
            own = event("police.concern.raised", child(number))
            publisher.publish(own)
            assert publisher.flush(30)
            assert ids(settings, POLICE)[-1] == own["id"]


@pytest.mark.timeout(240)
def test_kill_9_while_it_sends_loses_nothing_and_changes_no_order(settings: Settings, environment: dict[str, str]):
    """Killed three times at other moments; what was sent and not yet forgotten is sent again under the same id."""
    tests = Path(__file__).parents[1]
    path = os.pathsep.join([str(tests), str(tests.parent / "services")])
    said: list[str] = []
    for number in range(1, 4):
        with subprocess.Popen(
            [sys.executable, "-c", KEEPS], env=environment | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
        ) as process:
            goal = len(ids(settings, POLICE)) + 40 * number
            end = time.monotonic() + 60
            while len(ids(settings, POLICE)) < goal:
                assert time.monotonic() < end
                said += [process.stdout.readline().strip() for _ in range(100)]
            process.send_signal(signal.SIGKILL)
            said += [line.strip() for line in process.stdout if line.endswith("\n")]
    assert run(environment, "outbox", "flush").returncode == 0
    until(lambda: waiting(settings) == 0, "nothing waits")
    found = first_of_each(ids(settings, POLICE))
    assert [name for name in found if name in set(said)] == said
    assert len(found) <= len(said) + 3, "at most the one of each process that was kept and not yet told"
