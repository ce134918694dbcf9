"""Identity has one owner: stand-bys, zombies and crashes in the middle of a re-emission change no fact of the log.

What is expected is always the same: the pure room, folded over the log as it stands on Kafka in the end.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from building import child, event, wire
from cluster.kafka_driver import OnKafka, until
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import read_json
from safeguarding.events.times import MINUTE, parse_instant, rfc3339
from safeguarding.identity.agent import Identity
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as, encode
from safeguarding.wire.room import Record, Room
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic, partition_counts

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
START = parse_instant("2017-08-01T09:00:00+01:00")
FAMILIES = 40
Start = Callable[..., subprocess.Popen]


@pytest.fixture
def kafka(settings: Settings, environment: dict[str, str]) -> Iterator[OnKafka]:
    driver = OnKafka(settings, environment)
    yield driver
    driver.close()


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts a worker of a real room; all are killed at the end."""
    started: list[subprocess.Popen] = []

    def begin(room: str, says: Path | None = None) -> subprocess.Popen:
        words = [sys.executable, "-m", "safeguarding", "worker", room]
        with says.open("wb") if says else nullcontext() as out:
            started.append(subprocess.Popen(words, env=environment, stdout=out, stderr=out))
        return started[-1]

    yield begin
    for worker in started:
        kill(worker)


def kill(worker: subprocess.Popen) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait(20)


class Log:
    """What intake would append, on Kafka."""

    def __init__(self, kafka: OnKafka) -> None:
        self._kafka, self._count, self._places = kafka, 0, dict[str, int]()

    def append(self, *made: dict[str, Any]) -> None:
        """Put events at the end of the total order, a minute after each other."""
        values = []
        for one in made:
            at = rfc3339(START + self._count * MINUTE)
            self._count += 1
            one = one | {"occurred_at": at, "published_at": at}
            topic = agency_topic(one["agency"])
            place = {"topic": topic, "partition": 0, "offset": self._places.setdefault(topic, 0)}
            self._places[topic] += 1
            clock = read_json(json.dumps(one))["published_at"]
            values.append(encode("log.accepted", {"kind": "event", "clock": clock, "record": place, "body": wire(one)}))
        self._kafka.append_all(ACCEPTED, [(0, value) for value in values])


def concern(who: dict[str, Any], number: int) -> dict[str, Any]:
    agency = ("police", "health", "education")[number % 3]
    data = {"category": "physical", "level": "low"}
    return event(f"{agency}.concern.raised", rfc3339(START), who, data=data, record_ref=str(number))


def known_by_name(n: int) -> dict[str, Any]:
    """The same child as another agency knows it: by name, birth and postcode of the first."""
    return child(n, identifiers=None, name=one_of_many(n)["name"])


def one_of_many(n: int) -> dict[str, Any]:
    return child(n, name={"given": f"Nell{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10]}", "family": "Harrow"})


def told(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Events of many children, by number and by name, and of some who are held."""
    made = []
    for number in range(first, first + count):
        n = number % FAMILIES
        who = known_by_name(n) if number % 2 else one_of_many(n)
        made.append(concern(who | ({"postcode": None} if number % 17 == 3 else {}), number))
    return made


def model(kafka: OnKafka, *rooms: Room) -> MemoryRuntime:
    """Pure rooms over the log as it stands on Kafka."""
    made = MemoryRuntime(rooms or [Identity(4, eager_ticks=True)], partition_counts(4))
    for record in kafka.records(ACCEPTED):
        made.append(ACCEPTED, record.key or b"", record.value, timestamp=record.timestamp)
    made.run()
    return made


def heard(records: list[Record]) -> list[bytes]:
    """What a reader takes that keeps the highest position; what it drops must be the same bytes again."""
    taken: dict[tuple[int, int], bytes] = {}
    for record in records:
        fact = decode_as("log.fact", record.value)
        place = fact["seq"], fact["index"]
        if taken and place <= max(taken):
            assert taken[place] == record.value, "a repeat is the same bytes"
        else:
            taken[place] = record.value
    return list(taken.values())


def facts_are_those_of_the_log(kafka: OnKafka) -> None:
    expected = model(kafka)
    for partition in range(4):
        found = heard(list(kafka.records(FACTS, partition)))
        assert found == [record.value for record in expected.records(FACTS, partition)]
    assert expected.records(FACTS)


def done(kafka: OnKafka) -> None:
    until(lambda: kafka.lag("identity") == 0, "identity has nothing left to do")


def test_a_stand_by_takes_over_after_kill_9_and_knows_all_from_the_log(kafka: OnKafka, start: Start):
    log = Log(kafka)
    owner = start("identity")
    log.append(*told(300))
    done(kafka)
    stand_by = start("identity")
    until(lambda: len(kafka.members("identity")) == 2, "the stand-by has joined")
    log.append(*told(600, 300))
    kill(owner)
    done(kafka)
    third = start("identity")
    until(lambda: len(kafka.members("identity")) == 2, "the dead one is out, a third is in")
    log.append(*told(600, 900))
    kill(stand_by)
    done(kafka)
    shutil.rmtree(kafka.settings.state_dir)
    kill(third)
    last = start("identity")
    log.append(*told(60, 1500))
    done(kafka)
    kill(last)
    facts_are_those_of_the_log(kafka)


def test_a_stand_by_has_folded_the_log_before_the_owner_dies(kafka: OnKafka, start: Start, tmp_path: Path):
    log, says = Log(kafka), [tmp_path / "one", tmp_path / "other"]
    workers = [start("identity", says[0])]
    log.append(*told(1000))
    done(kafka)
    workers.append(start("identity", says[1]))
    until(lambda: any(b"standing by" in file.read_bytes() for file in says), "somebody stands by")
    stand_by = 0 if b"standing by" in says[0].read_bytes() else 1  # Kafka says which of them
    log.append(*told(200, 1000))
    done(kafka)
    kill(workers[1 - stand_by])
    log.append(*told(200, 1200))
    done(kafka)
    kill(workers[stand_by])
    begun = re.findall(rb"offset=(\d+) event=ready", says[stand_by].read_bytes())
    assert int(begun[-1]) >= 1000, "it goes on, it does not begin again"
    facts_are_those_of_the_log(kafka)


def test_what_a_paused_owner_writes_after_it_was_replaced_is_harmless(kafka: OnKafka, start: Start):
    log = Log(kafka)
    log.append(*told(100))
    zombie = start("identity")
    done(kafka)
    log.append(*told(5000, 100))
    until(lambda: 0 < kafka.lag("identity") < 5000, "it is in the middle of a backlog")
    zombie.send_signal(signal.SIGSTOP)
    heir = start("identity")
    done(kafka)  # the session has run out, the heir has folded the log and done the rest
    log.append(*told(20, 5100))
    zombie.send_signal(signal.SIGCONT)
    until(
        lambda: len(kafka.members("identity")) == 2 or zombie.poll() is not None, "the paused one is back, or has ended"
    )
    log.append(*told(20, 5120))
    done(kafka)
    kill(zombie)
    kill(heir)
    facts_are_those_of_the_log(kafka)


def test_a_crash_in_the_middle_of_a_re_emission_ends_right_although_correlation_was_down(
    kafka: OnKafka, start: Start, tmp_path: Path
):
    log = Log(kafka)
    log.append(*told(1200))
    correlation = start("correlation")
    owner = start("identity")
    done(kafka)
    until(lambda: len(kafka.records(RAISED)) > 0, "alerts are raised")
    kill(correlation)
    ends = [len(kafka.records(FACTS))]
    merged = [("merged", n) for n in range(0, FAMILIES, 2)]
    for number, (what, n) in enumerate([*merged, *(("separated", n) for n in range(0, FAMILIES, 8))]):
        pair = [one_of_many(n), one_of_many(n + 1) | {"ref": "p2"}]
        log.append(event(f"hub.identity.{what}", rfc3339(START), *pair, data={}, record_ref=str(n)))
        if number % 6 == 0:
            until(lambda: len(kafka.records(FACTS)) > ends[-1], "a history is being told anew")
            kill(owner)
            owner = start("identity")
            ends.append(len(kafka.records(FACTS)))
    done(kafka)
    correlation = start("correlation")
    log.append(*told(40, 1200))
    done(kafka)
    until(lambda: kafka.lag("correlation") == 0, "correlation has caught up")
    kill(owner)
    kill(correlation)
    facts_are_those_of_the_log(kafka)
    expected = model(kafka, Identity(4, eager_ticks=True), Correlation(built_in()))
    for partition in range(4):
        found = {record.value for record in kafka.records(RAISED, partition)}
        assert found == {record.value for record in expected.records(RAISED, partition)}
