"""How many events a second go through the four rooms on a real Kafka, one worker each, and what that costs.

    python bench/rooms.py --bootstrap localhost:9092 --events 20000 --repeats 3

Events of an invented borough, of the year that ends now, are put into the agencies' topics first; then the workers
start, intake last: a year's backlog after an outage. Measured from intake's first turn until no room has anything left
to do: wall seconds, and CPU seconds of each worker. With --pairs correlation and routing have two each. One JSON line a
run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import islice
from typing import Any

from four_rooms import four_rooms
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from safeguarding.cli.lag import committed
from safeguarding.events.acceptance import read
from safeguarding.events.envelope import AGENCIES
from safeguarding.producers import borough
from safeguarding.settings import Settings
from safeguarding.wire.codec import encode
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic

INPUTS = {
    "intake": [agency_topic(agency) for agency in AGENCIES],
    "identity": [ACCEPTED],
    "correlation": [FACTS],
    "routing": [RAISED],
}


def load(settings: Settings, count: int, children: int) -> int:
    """Publish the borough's first events; how many."""
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, linger_ms=20, batch_size=256 * 1024)
    sent = 0
    for event in islice(borough.year(1, children, datetime.now(UTC).date() - timedelta(days=366)), count):
        try:
            known = read(event)
        except Exception:  # the borough sends a few that nobody can encode
            continue
        topic = settings.topic_prefix + agency_topic(known["agency"])
        producer.send(topic, key=known["id"].encode(), value=encode(known["type"], known))
        sent += 1
    producer.flush()
    producer.close()
    return sent


class Lag:
    """What each room has still to do."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
        self._reader = KafkaConsumer(bootstrap_servers=settings.bootstrap_servers, isolation_level="read_committed")

    def of(self, room: str) -> tuple[int, int]:
        """Records committed and records there."""
        names = [self._settings.topic_prefix + topic for topic in INPUTS[room]]
        places = [TopicPartition(n, p) for n in names for p in self._reader.partitions_for_topic(n) or ()]
        kept = committed(self._admin, self._settings.topic_prefix + room)
        done = sum(kept.get(place, 0) for place in places)
        return done, sum(self._reader.end_offsets(places).values())


def run(bootstrap: str, count: int, children: int, *, pairs: bool) -> dict[str, Any]:
    with four_rooms(bootstrap, pairs=pairs) as rooms:
        sent = load(rooms.settings, count, children)
        lag = Lag(rooms.settings)
        rooms.start()
        began, first = time.monotonic(), rooms.cpu()
        while lag.of("intake")[0] < sent or any(done < there for done, there in map(lag.of, INPUTS)):
            time.sleep(0.1)
        wall, last = time.monotonic() - began, rooms.cpu()
    spent = {room: last[room] - first[room] for room in last}
    return {
        "events": sent,
        "wall_s": round(wall, 2),
        "events_per_s": round(sent / wall),
        "cpu_s": {room: round(seconds, 2) for room, seconds in spent.items()},
        "cpu_s_per_100k": round(sum(spent.values()) / sent * 100_000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--children", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--pairs", action="store_true", help="two workers of correlation and of routing")
    args = parser.parse_args()
    about = {name: version(name) for name in ("faust-streaming", "aiokafka", "fastavro", "rocksdict")}
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count(), **about}))
    for _ in range(args.repeats):
        print(json.dumps(run(args.bootstrap, args.events, args.children, pairs=args.pairs)), flush=True)


if __name__ == "__main__":
    main()
