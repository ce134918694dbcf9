"""How long a room is behind after kill -9 of its worker, while events go on coming.

    python bench/after_kill.py --bootstrap localhost:9092 --rate 500 --repeats 3

Events of an invented borough come at a steady rate. Each room in turn is killed with -9 and started again at once, as
whoever looks after workers would; measured until it has committed again, and no more than the last second's events
are left to do. With an instance name (as in docker-compose.yml) a worker is back
without waiting for its old session to end. One JSON line a repeat; at the end every room must have nothing left.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from datetime import date
from itertools import count, islice
from threading import Event, Thread

from four_rooms import ROOMS, FourRooms, four_rooms
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from safeguarding.cli.lag import committed
from safeguarding.errors import Refused
from safeguarding.events.acceptance import read
from safeguarding.events.envelope import AGENCIES
from safeguarding.producers import borough
from safeguarding.producers.message import Message, message_of
from safeguarding.settings import Settings
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic

INPUTS = {"intake": [agency_topic(agency) for agency in AGENCIES], "identity": [ACCEPTED],
          "correlation": [FACTS], "routing": [RAISED]}  # fmt: skip
PATIENCE = 60.0
LONGEST = 240.0  # seconds of load


def messages() -> Iterator[Message]:
    """Without end."""
    for seed in count(1):
        for event in borough.year(seed, 400, date(2017, 9, 1)):
            try:
                yield message_of(read(event))
            except Refused:  # the borough sends a few that nobody can encode
                continue


class Load(Thread):
    """Sends at a steady rate until told to stop."""

    def __init__(self, settings: Settings, rate: float) -> None:
        super().__init__(daemon=True)
        self._settings, self._rate, self.stop, self.sent = settings, rate, Event(), 0
        self._messages = list(islice(messages(), int(rate * LONGEST)))  # made before, or they would come too slowly

    def run(self) -> None:
        producer = KafkaProducer(bootstrap_servers=self._settings.bootstrap_servers, linger_ms=20)
        began = time.monotonic()
        for message in self._messages:
            if self.stop.is_set():
                break
            producer.send(self._settings.topic_prefix + message.topic, message.value, message.key)
            self.sent += 1
            time.sleep(max(0.0, began + self.sent / self._rate - time.monotonic()))
        producer.flush()


class Lag:
    """How many records a room's group has not committed."""

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.topic_prefix
        self._admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
        self._reader = KafkaConsumer(bootstrap_servers=settings.bootstrap_servers)

    def done(self, room: str) -> int:
        return sum(committed(self._admin, self._prefix + room).values())

    def of(self, room: str) -> int:
        names = [self._prefix + topic for topic in INPUTS[room]]
        places = [TopicPartition(n, p) for n in names for p in self._reader.partitions_for_topic(n) or ()]
        return sum(self._reader.end_offsets(places).values()) - self.done(room)

    def until(self, room: str, most: int, done: int = 0) -> float:
        """Seconds until no more than so many are left, and at least so many are done."""
        began = time.monotonic()
        while self.of(room) > most or self.done(room) < done:
            if time.monotonic() - began > PATIENCE:
                return float("inf")
            time.sleep(0.1)
        return time.monotonic() - began


def run(rooms: FourRooms, rate: float) -> dict[str, object]:
    rooms.start()
    lag, load = Lag(rooms.settings), Load(rooms.settings, rate)
    load.start()
    time.sleep(10)
    found: dict[str, object] = {}
    for room in ROOMS:
        lag.until(room, round(rate))
        rooms.kill_and_start(room)
        found[room] = round(lag.until(room, round(rate), lag.done(room) + 1), 1)  # it cannot have committed yet
    load.stop.set()
    load.join()
    settled = [round(lag.until(room, 0), 1) for room in ("intake", "identity", "correlation", "routing")]
    return {**found, "sent": load.sent, "then_nothing_left_s": sum(settled), "load": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--rate", type=float, default=500.0, help="events a second")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--anonymous", action="store_true", help="workers without an instance name")
    args = parser.parse_args()
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count(), "rate": args.rate}))
    for _ in range(args.repeats):
        with four_rooms(args.bootstrap, named=not args.anonymous) as rooms:
            print(json.dumps(run(rooms, args.rate)), flush=True)


if __name__ == "__main__":
    main()
