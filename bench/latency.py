"""How long it takes from an agency's acknowledged event to the notice that it causes, through all four rooms.

    python bench/latency.py --bootstrap localhost:9092 --rate 200 --seconds 30

Every child is registered with a surgery first. Then events come at a steady rate: every third is a high-risk form about
a child of whom nothing was known, which must reach that surgery at once; the others are attendance and visits. Measured
for each form: from the broker's acknowledgement until a reader of committed notices has it. One JSON line a run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from statistics import median
from threading import Thread
from typing import Any

from four_rooms import four_rooms
from kafka import KafkaConsumer, KafkaProducer

from safeguarding.events.acceptance import read
from safeguarding.events.times import MINUTE, SECOND, rfc3339
from safeguarding.producers.borough.numbers import nhs_numbers
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.topics import agency_topic, audience_topic

FIRST_BIRTH = date(2004, 1, 1)
BEGIN = int(time.time()) * 1000 - 60 * MINUTE


def event(kind: str, number: str, at: int, data: dict[str, Any], case: str | None = None) -> dict[str, Any]:
    """One event about the child with this NHS number."""
    raw = {
        "type": kind,
        "id": str(uuid.uuid4()),
        "agency": kind.partition(".")[0],
        "occurred_at": rfc3339(at),
        "people": [
            {
                "ref": "c1",
                "role": "child",
                "identifiers": {"nhs_number": number},
                "name": {"given": "Tarn", "family": "Oakley"},
                "date_of_birth": str(FIRST_BIRTH + timedelta(days=int(number) % 6500)),  # namesakes would be held
            }
        ],
        "basis": "children_act_2004_s11",
        "summary": "A few words, as staff write them down.",
        "data": data,
    }
    return read(raw | ({"case_ref": case} if case else {}))


def stream(numbers: list[str]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Events of the steady stream; of a form the number of its child."""
    lessons = {"sessions_possible": 10, "sessions_absent": 0, "term": "2018-spring"}
    for n, number in enumerate(numbers):
        at = BEGIN + n * SECOND
        yield number, event("police.da_form.completed", number, at, {"tool": "dash", "grade": "high"}, f"CLV-{n}")
        yield None, event("education.attendance.recorded", number, at, lessons)
        yield None, event("health.appointment.attended", number, at, {"service": "dental"})


class Sender:
    """Publishes events as agencies do: acknowledged by all replicas."""

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.topic_prefix
        self._producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, acks="all", linger_ms=5)
        self.acked: dict[str, float] = {}

    def send(self, number: str | None, made: dict[str, Any]) -> None:
        """Send one; when it is acknowledged is kept under the child's number."""
        topic, value = self._prefix + agency_topic(made["agency"]), encode(made["type"], made)
        future = self._producer.send(topic, key=made["id"].encode(), value=value)
        if number is not None:
            future.add_callback(lambda _: self.acked.setdefault(number, time.monotonic()))

    def flush(self) -> None:
        """Wait for every acknowledgement."""
        self._producer.flush()


class Surgery(Thread):
    """Reads the committed notices of all surgeries; when each child's came."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._reader = KafkaConsumer(
            settings.topic_prefix + audience_topic("gp"),
            bootstrap_servers=settings.bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
        )
        self.seen: dict[str, float] = {}

    def run(self) -> None:
        """Read until the process ends."""
        for record in self._reader:
            now = time.monotonic()
            child = decode(record.value)[1]["child"]
            self.seen.setdefault(child["identifiers"]["nhs_number"], now)


def run(bootstrap: str, rate: int, seconds: int) -> dict[str, Any]:
    with four_rooms(bootstrap) as rooms:
        numbers = list(islice(nhs_numbers(), rate * seconds // 3))
        warm, rest = numbers[:50], numbers[50:]
        sender, surgery = Sender(rooms.settings), Surgery(rooms.settings)
        for number in numbers:
            data = {"gp_practice": "Y99001", "health_visitor_team": "HV-1", "named_gp": None}
            sender.send(None, event("health.registration.changed", number, BEGIN - MINUTE, data))
        sender.flush()
        rooms.start()
        surgery.start()
        for number, made in stream(warm):
            sender.send(number, made)
        while len(surgery.seen) < len(warm):
            time.sleep(0.1)
        before, began = rooms.cpu(), time.monotonic()
        for n, (number, made) in enumerate(stream(rest)):
            time.sleep(max(0.0, began + n / rate - time.monotonic()))
            sender.send(number, made)
        sender.flush()
        until = time.monotonic() + 30
        while len(surgery.seen) < len(numbers) and time.monotonic() < until:
            time.sleep(0.1)
        spent = {room: round(after - before[room], 2) for room, after in rooms.cpu().items()}
    waits = sorted((surgery.seen[number] - sender.acked[number]) * 1000 for number in rest if number in surgery.seen)
    return {
        "rate": rate,
        "notices": len(waits),
        "missing": len(rest) - len(waits),
        "p50_ms": round(median(waits), 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
        "max_ms": round(waits[-1], 1),
        "cpu_s": spent,
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count()}))
    for _ in range(args.repeats):
        print(json.dumps(run(args.bootstrap, args.rate, args.seconds)), flush=True)


if __name__ == "__main__":
    main()
