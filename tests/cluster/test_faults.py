"""Workers that come, go, pause, and lose their disk under a backlog: nothing is lost, nothing counted twice."""

import asyncio
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import crc32c
import pytest
from aiokafka import AIOKafkaProducer

from agents.behaviours import CHILDREN, command
from agents.rooms import SOURCES, TOLD
from cluster.conftest import container, free_port
from cluster.kafka_driver import OnKafka, until
from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.runtime.changelog import rows_of
from safeguarding.runtime.rows import APPLIED, BORN
from safeguarding.runtime.worker import is_alive
from safeguarding.settings import Settings
from safeguarding.wire.topics import ACCEPTED, FACTS, QUARANTINED, RAISED, changelog_topic

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
BACKLOG = 30_000
NAMES = 50


@pytest.fixture
def kafka(settings: Settings, environment: dict[str, str]) -> Iterator[OnKafka]:
    driver = OnKafka(settings, environment)
    yield driver
    driver.close()


def backlog(kafka: OnKafka, topic: str, count: int = BACKLOG) -> None:
    """Counting commands, spread over all partitions; each partition counts for itself."""
    kafka.append_all(topic, [(number % CHILDREN, command("count", f"n{number % NAMES}")) for number in range(count)])


def counted(kafka: OnKafka, count: int = BACKLOG) -> None:
    """Every partition's rows say how often each name was there."""
    for partition in range(CHILDREN):
        names = [f"n{number % NAMES}".encode() for number in range(count) if number % CHILDREN == partition]
        assert kafka.state("correlation", partition) == {name: b"%d" % names.count(name) for name in set(names)}


def test_a_worker_that_joins_and_leaves_under_a_backlog_costs_nothing(kafka: OnKafka):
    backlog(kafka, FACTS)
    first = kafka.worker("correlation")
    until(lambda: kafka.lag("correlation") < BACKLOG, "the first worker has begun")
    second = kafka.worker("correlation")
    until(lambda: len(kafka.members("correlation")) == 2, "the second worker has joined")
    kafka.end(second)
    until(lambda: kafka.lag("correlation") == 0, "the backlog is done")
    kafka.end(first)
    counted(kafka)


def test_kill_9_in_the_middle_and_a_lost_disk_change_nothing(kafka: OnKafka):
    rounds = 3
    for number in range(rounds):
        backlog(kafka, FACTS, BACKLOG // rounds)
        there = kafka.lag("correlation")
        worker = kafka.worker("correlation", SAFEGUARDING_INSTANCE="one")
        until(lambda there=there: kafka.lag("correlation") < there, "the worker has done something")
        worker.send_signal(signal.SIGKILL)
        worker.wait(20)
        if number == 1:
            shutil.rmtree(kafka.settings.state_dir)
    worker = kafka.worker("correlation", SAFEGUARDING_INSTANCE="one")
    until(lambda: kafka.lag("correlation") == 0, "the backlog is done")
    kafka.end(worker)
    for partition in range(CHILDREN):
        names = [n % NAMES for n in range(BACKLOG // rounds) if n % CHILDREN == partition] * rounds
        wanted = {f"n{name}".encode(): b"%d" % names.count(name) for name in set(names)}
        assert kafka.state("correlation", partition) == wanted


def test_what_a_worker_writes_after_it_was_paused_and_replaced_changes_nothing(kafka: OnKafka):
    backlog(kafka, FACTS, 2 * BACKLOG)
    zombie = kafka.worker("correlation")
    until(lambda: kafka.lag("correlation") < 2 * BACKLOG, "the worker has begun")
    zombie.send_signal(signal.SIGSTOP)
    heir = kafka.worker("correlation")
    until(lambda: kafka.lag("correlation") == 0, "another worker took over and did the rest")
    zombie.send_signal(signal.SIGCONT)
    until(
        lambda: len(kafka.members("correlation")) == 2 or zombie.poll() is not None, "the paused one is back, or ended"
    )
    for worker in (zombie, heir):
        worker.terminate()
        worker.wait(20)
    counted(kafka, 2 * BACKLOG)


def test_a_stand_by_has_the_rows_when_the_owner_dies(kafka: OnKafka):
    backlog(kafka, FACTS)
    workers = [kafka.worker("correlation", SAFEGUARDING_STANDBYS="1") for _ in range(2)]
    until(lambda: kafka.lag("correlation") == 0, "the backlog is done")
    workers[0].send_signal(signal.SIGKILL)
    workers[0].wait(20)
    until(lambda: len(kafka.members("correlation")) == 1, "the dead worker is out of the group")
    kafka.append_all(FACTS, [(p, command("count", "n0")) for p in range(CHILDREN)])
    until(lambda: kafka.lag("correlation") == 0, "the other worker goes on")
    kafka.end(workers[1])
    for partition in range(CHILDREN):
        found = sum(int(value) for value in kafka.state("correlation", partition).values())
        assert found == BACKLOG // CHILDREN + 1


def test_a_room_with_transactions_says_everything_once_through_kill_9_and_rebalance(kafka: OnKafka):
    count = 4000
    kafka.append_all(RAISED, [(n % CHILDREN, command("count", f"n{n % NAMES}")) for n in range(count)])
    worker = kafka.worker("routing")
    until(lambda: kafka.lag("routing") < count, "the worker has begun")
    worker.send_signal(signal.SIGKILL)
    other = kafka.worker("routing")
    until(lambda: kafka.lag("routing") == 0, "another worker did the rest")
    kafka.end(other)
    found = [json.loads(record.value or b"") for record in kafka.records(TOLD)]
    assert len(found) == count


def test_a_worker_that_was_fenced_begins_again_by_itself(kafka: OnKafka):
    """As after a pause that its transaction did not survive; and nobody is there to start it again."""

    async def fence() -> None:
        name = f"{kafka.settings.topic_prefix}routing-0"
        producer = AIOKafkaProducer(bootstrap_servers=kafka.settings.bootstrap_servers, transactional_id=name)
        await producer.start()
        await producer.stop()

    kafka.append_all(RAISED, [(0, command("count", "before"))] * 3)
    worker = kafka.worker("routing")
    until(lambda: kafka.lag("routing") == 0, "the worker works")
    asyncio.run(fence())
    kafka.append_all(RAISED, [(0, command("count", "after"))] * 3)
    until(lambda: kafka.lag("routing") == 0, "it did the rest")
    kafka.end(worker)
    assert [json.loads(record.value or b"")[2] for record in kafka.records(TOLD)] == [1, 2, 3] * 2


def test_kill_9_of_whoever_started_the_rooms_leaves_no_room_behind(kafka: OnKafka, environment: dict[str, str]):
    words = [sys.executable, "-m", "safeguarding", "worker", "intake", "routing"]
    parent = subprocess.Popen(words, env=environment)
    until(lambda: len(kafka.members("intake")) == len(kafka.members("routing")) == 1, "the rooms work")
    parent.kill()
    parent.wait(20)
    until(lambda: not kafka.members("intake") and not kafka.members("routing"), "they have left")


@pytest.mark.parametrize("room", ["identity", "routing"])
def test_a_worker_that_is_told_to_stop_stops_while_the_broker_is_away(tmp_path: Path, room: str):
    port = free_port()
    away = Settings(bootstrap_servers=f"127.0.0.1:{port}", state_dir=tmp_path, clock="wall")
    words = {"SAFEGUARDING_BOOTSTRAP_SERVERS": away.bootstrap_servers, "SAFEGUARDING_STATE_DIR": str(tmp_path)}
    with container(port):
        create_topics(away)
        worker = subprocess.Popen([sys.executable, "-m", "safeguarding", "worker", room], env=os.environ | words)
        until(lambda: is_alive(room, away), "the worker works")
    worker.terminate()
    assert worker.wait(12) == 0


def test_the_owner_writes_again_over_what_a_replaced_worker_wrote_late(kafka: OnKafka):
    """Before compaction comes by: of each key the newest row in the changelog is the owner's."""
    kafka.append_all(FACTS, [(0, command("count", name)) for name in ("a", "b", "a")])
    owner = kafka.worker("correlation")
    until(lambda: kafka.lag("correlation") == 0, "the owner has begun")
    for row in rows_of({b"a": b"1"}, 1):
        kafka.append(changelog_topic("correlation"), row.value, row.key)
    kafka.append_all(FACTS, [(0, command("count", "c"))])
    until(lambda: kafka.lag("correlation") == 0, "the owner has gone on")
    kafka.end(owner)
    records = kafka.records(changelog_topic("correlation"), 0)
    newest = {record.key: record.value[8:] for record in records if record.key not in (APPLIED, BORN)}
    assert newest == {b"a": b"2", b"b": b"1", b"c": b"1"}
    assert kafka.state("correlation") == newest


def test_local_rows_of_another_cluster_are_set_aside(kafka: OnKafka, settings: Settings, tmp_path: Path):
    """Same names, other topics: a cluster that was made anew, or a disk that came from somewhere else."""
    kafka.append_all(FACTS, [(0, command("count", "a"))] * 5)
    kafka.start("correlation")
    kafka.settle()
    kafka.stop()
    delete_topics(settings)
    until(lambda: not kafka.topics(), "the topics are gone")
    create_topics(settings)
    kafka.append_all(FACTS, [(0, command("count", "a"))] * 7)
    kafka.start("correlation")
    kafka.settle()
    kafka.stop()
    assert kafka.state("correlation") == {b"a": b"7"}
    assert len(list(tmp_path.glob("state/**/rows-0-aside-*"))) == 1


def test_what_identity_could_not_take_stays_out_when_it_is_mended_and_counts_when_it_comes_again(kafka: OnKafka):
    for word in (b"word", b"fail word", b"word"):
        kafka.append(ACCEPTED, word)
    kafka.start("identity")
    kafka.settle()
    kafka.stop()
    kafka.append(ACCEPTED, b"fail word")
    mended = kafka.worker("mended identity")
    until(lambda: kafka.lag("identity") == 0, "the mended room did the rest")
    kafka.end(mended)
    assert [json.loads(record.value or b"")[2] for record in kafka.records(FACTS)] == [["word", n] for n in (1, 2, 3)]
    assert len(kafka.records(QUARANTINED)) == 1


def test_a_header_whose_name_is_no_text_stops_nobody(kafka: OnKafka):
    """Brokers take it, and aiokafka alone would stumble over it at every fetch, for ever."""
    topic = kafka.settings.topic_prefix + SOURCES[0]

    async def send() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=kafka.settings.bootstrap_servers)
        await producer.start()
        batch = producer.create_batch()
        batch.append(key=b"", value=b"odd", timestamp=1, headers=[("QQQQ", b"")])
        batch.close()
        build = batch._build
        batch._build = lambda: bytearray(spoilt(bytes(build())))
        await (await producer.send_batch(batch, topic, partition=0))
        await producer.stop()

    asyncio.run(send())
    kafka.append(SOURCES[0], b"next")
    kafka.start("intake")
    kafka.settle()
    assert [record.value for record in kafka.records(ACCEPTED)] == [b"odd", b"odd", b"next", b"next"]


def spoilt(data: bytes) -> bytes:
    changed = bytearray(data.replace(b"QQQQ", b"\xff\xfe\xc0\x80"))
    struct.pack_into(">I", changed, 17, crc32c.crc32c(bytes(changed[21:])))
    return bytes(changed)
