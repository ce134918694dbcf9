"""Publishing on a real Kafka: every event acknowledged, in order, and a broker that is away costs nothing but time."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from cluster.conftest import container, free_port
from cluster.kafka_driver import until
from safeguarding.cli.topics import create_topics
from safeguarding.errors import PublishError
from safeguarding.events.times import MINUTE, parse_instant, rfc3339
from safeguarding.producers.borough import rows, year
from safeguarding.producers.client import Publisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event
from safeguarding.wire.codec import decode_as, decode_event
from safeguarding.wire.topics import ACCEPTED, HEARTBEAT, agency_topic

pytestmark = pytest.mark.kafka
COMMAND = [sys.executable, "-c", "from safeguarding.cli import main; main()"]


def records(settings: Settings, topic: str) -> list[Any]:
    """All records of a topic of one partition."""
    place = TopicPartition(settings.topic_prefix + topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False)
    consumer.assign([place])
    end, found = consumer.end_offsets([place])[place], list[Any]()
    consumer.seek_to_beginning(place)
    while consumer.position(place) < end:
        found += consumer.poll(timeout_ms=500).get(place, [])
    consumer.close()
    return found


def ids(settings: Settings, topic: str) -> list[str]:
    return [record.key.decode() for record in records(settings, topic)]


def run(environment: dict[str, str], *words: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)], env=environment, input=stdin, capture_output=True, text=True, timeout=120
    )


def written(folder: Path, lines: list[dict[str, Any]]) -> Path:
    file = folder / "events.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return file


def one_of_each() -> list[dict[str, Any]]:
    kinds = ("police.concern.raised", "health.ed.attended", "hub.status.changed", "yos.appointment.missed")
    return [event(kind, child(n)) for n, kind in enumerate(kinds)]


def test_each_event_stands_in_its_agencys_topic_under_its_id(
    settings: Settings, environment: dict[str, str], tmp_path: Path
):
    events = one_of_each()
    done = run(environment | {"SAFEGUARDING_CLOCK": "wall"}, "publish", written(tmp_path, events))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "published 4 events: health 1, hub 1, police 1, yos 1\n"
    for own in events:
        (record,) = records(settings, agency_topic(own["agency"]))
        assert record.key.decode() == own["id"]
        assert dict(record.headers)["ce_type"].decode() == own["type"]
        assert decode_event(record.value)["people"][0]["date_of_birth"] is not None


def test_a_stream_sends_what_is_right_and_says_what_is_not(settings: Settings, environment: dict[str, str]):
    one, two = event("police.concern.raised", child(1)), event("police.concern.raised", child(2))
    done = run(environment, "publish", "--agency", "police", "-", stdin=f"{json.dumps(one)}\n{{\n{json.dumps(two)}\n")
    assert done.returncode == 1
    assert done.stderr.startswith("line 2, column 2: DECODE_FAILED")
    assert ids(settings, agency_topic("police")) == [one["id"], two["id"]]


def test_no_check_sends_what_intake_must_reject(settings: Settings, environment: dict[str, str], tmp_path: Path):
    wrong = event("health.concern.raised", child(1), data={"category": "nonsense", "level": "low"})
    done = run(environment, "publish", "--no-check", "--agency", "police", written(tmp_path, [wrong]))
    assert done.returncode == 0
    (record,) = records(settings, agency_topic("police"))
    assert decode_event(record.value)["data"]["category"] == "nonsense"


def test_an_export_of_records_is_published_as_events(settings: Settings, environment: dict[str, str], tmp_path: Path):
    told = [row for _, row in rows("police", 1, 30, date(2017, 9, 1))][:40]
    done = run(environment, "publish", "--agency", "police", "--records", written(tmp_path, told))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(ids(settings, agency_topic("police"))) == 40


def test_a_topic_that_was_only_just_created_is_found(settings: Settings):
    away = settings.model_copy(update={"topic_prefix": settings.topic_prefix + "late."})
    own = one_of_each()[0]
    with closing(KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)) as admin, Publisher(away) as publisher:
        sending = threading.Thread(target=publisher.publish, args=(own,))
        sending.start()
        # one topic only: it is there long before the publisher gives up, and not before its first look
        admin.create_topics([NewTopic(away.topic_prefix + agency_topic(own["agency"]), 1, 1)])
        sending.join()
        assert publisher.flush() == 1


def test_a_topic_that_is_missing_is_told_and_not_created(
    settings: Settings, environment: dict[str, str], tmp_path: Path
):
    done = run(
        environment | {"SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix + "none."},
        "publish",
        written(tmp_path, [event("police.concern.raised")]),
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.endswith(f"has no topic {settings.topic_prefix}none.events.police.v1; run: safeguarding topics create")


@pytest.fixture
def rooms(environment: dict[str, str]) -> Iterator[None]:
    """Intake and identity at work."""
    worker = subprocess.Popen([*COMMAND, "worker", "intake", "identity"], env=environment, stderr=subprocess.DEVNULL)
    yield
    worker.terminate()
    worker.wait(timeout=60)


def test_with_the_events_clock_the_log_has_the_order_of_the_file(
    settings: Settings, environment: dict[str, str], rooms: None, tmp_path: Path
):
    events = [
        event(own["type"], child(n), summary=f"Round {turn}.")
        for turn in range(5)
        for n, own in enumerate(one_of_each())
    ]
    done = run(environment, "publish", written(tmp_path, events))
    assert (done.returncode, done.stderr) == (0, "")
    limit, found = time.monotonic() + 30, list[str]()
    while len(found) < len(events) and time.monotonic() < limit:
        appended = [decode_as("log.accepted", record.value) for record in records(settings, ACCEPTED)]
        found = [decode_event(row["body"])["id"] for row in appended if row["kind"] == "event"]
    assert found == [own["id"] for own in events]


def test_without_rooms_the_wait_for_a_receipt_ends_with_a_clear_line(settings: Settings):
    from safeguarding.producers.receipts import Receipts

    with Receipts(settings, ["police"], patience=1) as receipts, pytest.raises(PublishError) as problem:
        receipts.wait(agency_topic("police"), 0)
    assert "safeguarding worker intake identity" in str(problem.value)


def test_a_broker_that_goes_away_and_comes_back_costs_nothing_but_time(tmp_path: Path):
    port = free_port()
    with container(port) as broker:
        settings = Settings(bootstrap_servers=f"127.0.0.1:{port}", state_dir=tmp_path)
        create_topics(settings)
        said: list[str] = []
        events = [event("police.concern.raised", child(n)) for n in range(150)]
        with Publisher(settings, patience=90, say=said.append) as publisher:
            for own in events[:50]:
                publisher.publish(own)
            assert publisher.flush() == 50
            broker.get_wrapped_container().stop(timeout=10)
            for own in events[50:]:
                publisher.publish(own)
            comes_back = threading.Timer(6, broker.get_wrapped_container().start)
            comes_back.start()
        comes_back.join()
        assert publisher.acknowledged == 150
        assert said == [f"Kafka at 127.0.0.1:{port} has not acknowledged; waiting for up to 90 s"]
        assert ids(settings, agency_topic("police")) == [own["id"] for own in events]


def test_a_broker_that_stays_away_is_an_error_that_says_how_to_go_on(tmp_path: Path):
    port = free_port()
    with container(port) as broker:
        settings = Settings(bootstrap_servers=f"127.0.0.1:{port}", state_dir=tmp_path)
        create_topics(settings)
        publisher = Publisher(settings, patience=6, say=lambda _: None).__enter__()
        publisher.publish(event("police.concern.raised", child(1)))
        publisher.flush()
        broker.get_wrapped_container().stop(timeout=10)
        publisher.publish(event("police.concern.raised", child(2)))
        with pytest.raises(PublishError) as problem:
            publisher.__exit__(None, None, None)
        assert "after 1 events; send the same again when it is back: what has arrived counts once" in str(problem.value)


def test_no_broker_is_one_clear_line_and_an_error_that_says_what_to_do():
    said: list[str] = []
    nowhere = Settings(bootstrap_servers="127.0.0.1:1")
    with pytest.raises(PublishError) as problem, Publisher(nowhere, patience=8, say=said.append):
        pass
    assert said == ["Kafka at 127.0.0.1:1 does not answer; trying for 8 s"]
    assert str(problem.value) == "Kafka at 127.0.0.1:1 does not answer; start it, or set SAFEGUARDING_BOOTSTRAP_SERVERS"


def test_a_stand_in_that_is_started_again_goes_on_where_it_was(settings: Settings, environment: dict[str, str]):
    heard = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)  # a story begins when the rooms are heard of
    heard.send(settings.topic_prefix + HEARTBEAT, b"", key=b"intake").get(30)
    heard.close()
    words = ["stand-in", "police", "--children", "30", "--speed", "60"]
    first = subprocess.Popen([*COMMAND, *words], env=environment, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60
    while len(ids(settings, agency_topic("police"))) < 30 and time.monotonic() < limit:
        pass  # reading takes its time
    first.terminate()
    assert first.wait(timeout=30) == 0
    assert "stopped" in first.stderr.read()
    part = len(ids(settings, agency_topic("police")))
    again = run(environment, *words[:-1], "0")
    assert again.returncode == 0
    assert "going on from" in again.stderr
    expected = [own["id"] for own in year(1, 30, date(2017, 9, 1)) if own["agency"] == "police"]
    assert 30 <= part < len(expected)
    assert ids(settings, agency_topic("police")) == expected


def test_a_stand_in_that_was_stopped_alone_catches_up_with_the_others(
    settings: Settings, environment: dict[str, str], tmp_path: Path
):
    story = [own for own in year(1, 30, date(2017, 9, 1)) if own["agency"] == "police"]
    others = parse_instant(story[25]["published_at"])
    with Publisher(settings) as publisher:
        publisher.publish(story[0])
        publisher.publish(event("health.concern.raised", child(1), at=rfc3339(others - 5 * MINUTE)))
    slowly = subprocess.Popen([*COMMAND, "stand-in", "police", "--children", "30", "--speed", "0.001"], env=environment)
    until(lambda: len(ids(settings, agency_topic("police"))) >= 26, "it is where the others are")
    slowly.terminate()
    assert slowly.wait(30) == 0
    expected = [own["id"] for own in story if parse_instant(own["published_at"]) <= others]
    assert ids(settings, agency_topic("police")) == expected
