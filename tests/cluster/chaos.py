"""A borough's events through the real rooms on a real Kafka while things break; and what must be true afterwards.

Everything is seeded: which fault, which room, when. What came out is compared with the log folded again in memory
(`safeguarding rebuild --verify`), and every record in every agency's topic must have come to exactly one end.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from threading import Thread
from typing import Any, NamedTuple

from cluster.kafka_driver import TESTS, OnKafka
from safeguarding.errors import Refused
from safeguarding.events.acceptance import read
from safeguarding.events.envelope import AGENCIES
from safeguarding.producers import borough
from safeguarding.producers.message import Message, message_of
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import adult, child, event
from safeguarding.wire.codec import decode_as
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic, receipt_topic

ROOMS = ("intake", "identity", "correlation", "routing")
INPUTS = {"intake": [agency_topic(agency) for agency in AGENCIES], "identity": [ACCEPTED],
          "correlation": [FACTS], "routing": [RAISED]}  # fmt: skip
PATIENCE = 240.0
SESSION = 10.0
_ALARMED = 12


class Broker(NamedTuple):
    """How to break the broker, for those who own one."""

    down: Callable[[], Any]
    up: Callable[[], Any]


class Found(NamedTuple):
    """What was found after a run; `said`: alerts, notices, disclosures compared; `wrong` must be empty."""

    sent: int
    states: Counter[str]
    said: int
    faults: Counter[str]
    restarts: int
    settled_s: float
    wrong: list[str]


class Chaos:
    """One run: a stream of events, workers that are killed and come back, and the check at the end."""

    def __init__(self, settings: Settings, environment: dict[str, str], seed: int, broker: Broker | None = None):
        self._settings, self._seed, self._broker = settings, seed, broker
        self._dice = random.Random(seed)  # noqa: S311  # a seed must give the same run
        self._environment = environment | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "services")])}
        self._workers: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self._logs = settings.state_dir / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._said = 0
        self.faults, self.restarts, self.sent = Counter[str](), 0, Counter[str]()
        for room in ROOMS:
            self._start(room)

    def run(self, events: int, a_second: float, kinds: Sequence[str], pause: tuple[float, float]) -> Found:
        """Publish so many events while faults of these kinds happen, one after the other; then let it settle."""
        publishing = Thread(target=self._publish, args=(events, a_second))
        publishing.start()
        while publishing.is_alive():
            self._wait(self._dice.uniform(*pause))
            if publishing.is_alive():
                self._fault(self._dice.choice(kinds))
        publishing.join()
        began = time.monotonic()
        wrong = self._settle()
        settled = time.monotonic() - began
        states = Counter[str]()
        wrong += [] if wrong else [*self._balance(states), *self._verify()]
        return Found(self.sent.total(), states, self._said, self.faults, self.restarts, settled, wrong)

    def close(self) -> None:
        """Stop what is left."""
        for worker in self._workers.values():
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait(20)

    # ---- what happens

    def _fault(self, kind: str) -> None:
        room = self._dice.choice(ROOMS)
        self.faults[kind] += 1
        {"kill": self._kill, "disk": self._disk, "pause": self._pause, "join": self._join, "all": self._all,
         "edge": self._edge, "broker": self._break}[kind](room)  # fmt: skip

    def _kill(self, room: str) -> None:
        self._workers[room, "one"].kill()
        self._workers[room, "one"].wait(20)
        self._start(room)

    def _edge(self, room: str) -> None:
        """Death between sending, keeping and committing; whoever looks after workers then starts an ordinary one."""
        self._workers[room, "one"].kill()
        self._workers[room, "one"].wait(20)
        self._start(room, "one", "cluster.dying_worker", room, str(self._dice.randrange(10**6)))
        self._wait(4)

    def _disk(self, room: str) -> None:
        self._workers[room, "one"].kill()
        self._workers[room, "one"].wait(20)
        shutil.rmtree(self._settings.state_dir / (self._settings.topic_prefix + room) / "one", ignore_errors=True)
        self._start(room)

    def _pause(self, room: str) -> None:
        """A zombie: paused until another worker has its partitions, then awake again."""
        zombie = self._workers[room, "one"]
        zombie.send_signal(signal.SIGSTOP)
        self._start(room, "two")
        self._wait(SESSION + self._dice.uniform(2, 5))
        zombie.send_signal(signal.SIGCONT)
        self._wait(3)
        self._end(room, "two")

    def _join(self, room: str) -> None:
        self._start(room, "two")
        self._wait(self._dice.uniform(3, 6))
        self._end(room, "two")

    def _all(self, _: str) -> None:
        for room in ROOMS:
            self._workers[room, "one"].kill()
        for room in ROOMS:
            self._workers[room, "one"].wait(20)
            self._start(room)

    def _break(self, _: str) -> None:
        assert self._broker is not None
        self._broker.down()
        self._wait(self._dice.uniform(0, 4))
        self._broker.up()

    def _start(self, room: str, name: str = "one", *command: str) -> None:
        with (self._logs / f"{room}-{name}.log").open("ab") as log:
            environment = self._environment | {"SAFEGUARDING_INSTANCE": name}
            command = [sys.executable, "-m", *(command or ("safeguarding", "worker", room))]
            self._workers[room, name] = subprocess.Popen(command, env=environment, stderr=log)

    def _end(self, room: str, name: str) -> None:
        worker = self._workers.pop((room, name))
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(25)
            return
        worker.kill()
        worker.wait(20)

    def _wait(self, seconds: float) -> None:
        """Time passes; a worker that stopped by itself is started again, as Docker or Kubernetes would."""
        end = time.monotonic() + seconds
        while True:
            for (room, name), worker in list(self._workers.items()):
                if worker.poll() is not None:
                    self.restarts += 1
                    self._start(room, name)
            if (left := end - time.monotonic()) <= 0:
                return
            time.sleep(min(0.3, left))

    def _publish(self, count: int, a_second: float) -> None:
        """A borough's events through an outbox; some twice, and nonsense among them."""
        with SafePublisher(self._settings) as publisher:
            began = time.monotonic()
            for number, message in enumerate(islice(self._messages(), count)):
                publisher.send(message)
                self.sent[message.topic] += 1
                time.sleep(max(0.0, began + number / a_second - time.monotonic()))
            assert publisher.flush(PATIENCE), "the outbox is empty at the end"

    def _messages(self) -> Iterator[Message]:
        dice = random.Random(self._seed + 1)  # noqa: S311  # a seed must give the same run
        for number, own in enumerate(_stream(self._seed)):
            with suppress(Refused):  # the borough sends a few that nobody can encode
                message = message_of(read(own))
                yield message
                if number % 50 == 49:
                    yield message._replace(key=b"", value=dice.randbytes(40))
                if number % 20 == 19:
                    yield message

    # ---- what must be true

    def _settle(self) -> list[str]:
        """Every room has nothing left; it would be wrong if that never came."""
        for room in ROOMS:  # none that is about to die
            self._kill(room)
        driver = OnKafka(self._settings, self._environment)
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 3:  # a room that is behind fills the next one's input
            behind = {room: driver.behind(room, INPUTS[room]) for room in ROOMS}
            quiet = 0 if any(behind.values()) else quiet + 1
            if time.monotonic() > end:
                driver.close()
                return [f"not settled: {behind}"]
            self._wait(0.5)
        driver.close()
        return []

    def _balance(self, states: Counter[str]) -> Iterator[str]:
        """Promise 1: each record of an agency has come to one end, and nothing else has."""
        driver = OnKafka(self._settings, self._environment)
        for agency in AGENCIES:
            topic, ends = agency_topic(agency), dict[int, set[str]]()
            for record in driver.records(receipt_topic(agency)):
                receipt = decode_as("record.receipt", record.value)
                state = "test" if receipt["code"] == "TEST" else receipt["status"]
                ends.setdefault(receipt["record"]["offset"], set()).add(state)
            there = {record.offset for record in driver.records(topic)}
            states.update(state for found in ends.values() for state in found)
            if there != ends.keys():
                yield f"{topic}: {len(there - ends.keys())} lost, {len(ends.keys() - there)} invented"
            if several := [offset for offset, found in ends.items() if len(found) > 1]:
                yield f"{topic}: {len(several)} in more than one state"
            if len(there) < self.sent[topic]:
                yield f"{topic}: {self.sent[topic]} were kept in the outbox, {len(there)} arrived"
        driver.close()

    def _verify(self) -> list[str]:
        """Promises 2 to 4: what came out is what the log says, once."""
        command = [sys.executable, "-m", "safeguarding", "rebuild", "--verify"]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=300)
        told = done.stdout.splitlines()[-1:] or [""]
        self._said = int((re.findall("log, ([0-9]+) of", told[0]) or ["0"])[0])
        return [] if done.returncode == 0 else [*done.stdout.splitlines()[:20], *done.stderr.splitlines()[-3:]]


def _stream(seed: int) -> Iterator[dict[str, Any]]:
    """A borough's days; every third event is of a child with a practice and a school whose alert will change again."""
    days = borough.year(seed, 60, date(2017, 9, 1))
    for number, (one, other) in enumerate(zip(days, days, strict=False)):
        yield from (one, other)
        n, at = number % _ALARMED, other["published_at"]
        if number < _ALARMED:
            yield event("health.registration.changed", child(n), at=at, data={"gp_practice": f"A99{n:03}"})
            yield event(
                "education.enrolment.changed", child(n), at=at, data={"school": "999001", "school_nurse_team": "S"}
            )
        data, case = {"tool": "dash", "grade": "high"}, {"record_ref": f"R{number}", "case_ref": f"C{number}"}
        yield event("police.da_form.completed", child(n), adult(n), at=at, data=data, **case)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings for a process."""
    return os.environ | {
        "SAFEGUARDING_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix,
        "SAFEGUARDING_STATE_DIR": str(settings.state_dir),
        "SAFEGUARDING_CLOCK": settings.clock,
        "SAFEGUARDING_PARTITIONS": str(settings.partitions),
    }
