"""`safeguarding watch` on a real broker: the same lines as `simulate`, then it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from safeguarding.cli.embedded import PARTITIONS, Embedded
from safeguarding.cli.rooms import rule_pack
from safeguarding.wire.topics import QUARANTINED, audience_topic, partition_counts, receipt_topic

pytestmark = pytest.mark.kafka
WATCHED = [*map(audience_topic, ("hub", "gp", "worker")), receipt_topic("police"), QUARANTINED]


def event(number: int, agency: str, day: int) -> dict[str, Any]:
    at = f"2018-03-{day:02}T10:00:00+00:00"
    child = {
        "ref": "c1",
        "role": "child",
        "identifiers": {"nhs_number": "9990000018"},
        "name": {"given": "Robin", "family": "Calder"},
    }
    return {
        "type": f"{agency}.concern.raised",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "agency": agency,
        "occurred_at": at,
        "people": [child],
        "basis": "children_act_2004_s11",
        "summary": "Hungry again.",
        "data": {"category": "neglect", "level": "low"},
    }


def registered() -> dict[str, Any]:
    return {**event(1, "health", 1), "type": "health.registration.changed", "data": {"gp_practice": "A99001"}}


@pytest.fixture(scope="module")
def pipeline() -> Embedded:
    return Embedded(rule_pack(None))


@pytest.fixture(scope="module")
def simulated(pipeline: Embedded) -> list[dict[str, Any]]:
    """What `simulate` prints of one child whom four agencies see."""
    events = [registered(), event(2, "police", 2), event(3, "education", 3), event(4, "yos", 4), event(5, "police", 5)]
    return [line for e in events for line in pipeline.publish_text(json.dumps(e))]


@pytest.fixture(scope="module")
def environment(bootstrap: str, pipeline: Embedded, simulated: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """The records of a simulation on a real broker, each in a transaction of its own, one transaction given up."""
    prefix = f"watch-{uuid4().hex[:8]}."
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    counts = partition_counts(PARTITIONS)
    admin.create_topics([NewTopic(prefix + t, num_partitions=counts[t], replication_factor=1) for t in WATCHED])
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=prefix + "test")
    producer.init_transactions()
    for topic in WATCHED:
        for record in pipeline.runtime.records(topic):
            producer.begin_transaction()
            place = {"partition": record.partition, "key": record.key, "headers": list(record.headers)}
            producer.send(prefix + topic, record.value, **place)
            producer.commit_transaction()
    producer.begin_transaction()
    for partition in range(PARTITIONS):
        producer.send(prefix + audience_topic("hub"), b"given up", partition=partition)
    producer.abort_transaction()
    producer.close()
    yield {"SAFEGUARDING_BOOTSTRAP_SERVERS": bootstrap, "SAFEGUARDING_TOPIC_PREFIX": prefix}
    admin.delete_topics([prefix + topic for topic in WATCHED])
    admin.close()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from safeguarding.cli import main; main()", "watch", *arguments]


def watch(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env={**os.environ, **environment}, text=True, capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ("hub", {"kind": "alert"}),
        ("gp", {"kind": "notice", "audience": "gp"}),
        (receipt_topic("police"), {"kind": "receipt", "agency": "police"}),
    ],
)
def test_what_is_watched_equals_what_is_simulated(environment, simulated, audience, words):
    done = watch(environment, audience, "--from-start", "--until-end", "--json")
    assert done.returncode == 0, done.stderr
    expected = [line for line in simulated if all(line.get(name) == word for name, word in words.items())]
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected != []


def test_an_empty_topic_ends_at_once_with_nothing(environment):
    done = watch(environment, "worker", "--from-start", "--until-end", "--json")
    assert (done.returncode, done.stdout) == (0, "")


def test_without_from_start_nothing_old_is_shown(environment):
    done = watch(environment, "hub", "--until-end")
    assert (done.returncode, done.stdout) == (0, "")


def test_people_see_no_name_unless_they_ask(environment):
    assert "Calder" not in watch(environment, "hub", "--from-start", "--until-end").stdout
    shown = watch(environment, "hub", "--from-start", "--until-end", "--show-sensitive").stdout
    assert "Robin Calder" in shown
    assert "\x1b" not in shown


def test_a_follower_shows_what_is_there_and_ends_cleanly_when_interrupted(environment):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    watching = subprocess.Popen(command("hub", "--from-start"), env={**os.environ, **environment}, **streams)
    assert "cumulative-concern" in next(watching.stdout)
    watching.send_signal(signal.SIGINT)
    _, errors = watching.communicate(timeout=15)
    assert (watching.returncode, errors) == (0, "")


def test_a_missing_topic_is_one_line_that_says_what_to_do(environment):
    done = watch({**environment, "SAFEGUARDING_TOPIC_PREFIX": "nowhere."}, "hub", "--until-end")
    assert done.returncode == 1
    assert "safeguarding topics create" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_broker_that_is_down_is_one_line_for_each_attempt():
    done = watch({"SAFEGUARDING_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "hub", "--until-end")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 3
    assert all("no broker answers at 127.0.0.1:1" in line for line in done.stderr.splitlines())
