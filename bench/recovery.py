"""How soon the correlation room is back after kill -9, with its local state and without, and what its state weighs.

    python bench/recovery.py --bootstrap localhost:9092 --children 200000

Every child gets one concern, straight into facts.accepted.v1, and a worker folds them. Then it is killed, and started
again twice: over its local rows, and with its disk lost, from the changelog alone. Measured: from the start of the
process until the alert of a child that was seen for the first time before, and for the second and third time now, is
there. One JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from safeguarding.cli.lag import committed
from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.events.acceptance import read
from safeguarding.events.times import DAY_ZERO, MINUTE, parse_instant, rfc3339
from safeguarding.settings import Settings
from safeguarding.wire.codec import encode
from safeguarding.wire.topics import FACTS, RAISED, changelog_topic

BEGIN = parse_instant("2018-03-01T09:00:00+00:00")
KNOWN = {
    "identifiers": dict.fromkeys(("nhs_number", "upn", "la_child_id", "pnc_id", "agency_ref")),
    "name": {"given": "Tarn", "family": "Oakley"},
    "date_of_birth": 733_000 - DAY_ZERO,
    "expected_date_of_birth": None,
}


def fact(subject: str, seq: int, agency: str, at: int) -> bytes:
    """A concern about a child, as identity writes it."""
    event = read(
        {
            "type": f"{agency}.concern.raised",
            "id": str(uuid.UUID(int=seq)),
            "agency": agency,
            "occurred_at": rfc3339(at),
            "people": [{"ref": "c1", "role": "child", "name": {"given": "Tarn", "family": "Oakley"}}],
            "basis": "children_act_2004_s11",
            "summary": "A few words, as staff write them down.",
            "data": {"category": "other", "level": "low"},
        }
    )
    value: dict[str, Any] = {"kind": "event", "seq": seq, "index": 0, "clock": at, "gen": 0, "subject": subject}
    value |= dict.fromkeys(
        ("then_seq", "then_clock", "ref", "via_adult", "via_link", "root", "source", "note", "counts")
    )
    value |= {"about": "child", "via_case": False, "before": False, "live": True, "adults": [], "child": KNOWN}
    return encode("log.fact", value | {"body": encode(event["type"], event)})


class Worker:
    """One correlation worker."""

    def __init__(self, settings: Settings) -> None:
        environment = os.environ | {
            "SAFEGUARDING_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix,
            "SAFEGUARDING_STATE_DIR": str(settings.state_dir),
            "SAFEGUARDING_INSTANCE": "one",
            "SAFEGUARDING_CLOCK": "events",
        }
        command = [sys.executable, "-m", "safeguarding", "worker", "correlation"]
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def memory(self) -> int:
        """Resident MB."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))

    def kill(self) -> None:
        """kill -9."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Bench:
    """Topics, a producer and readers of one run."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self._seq = settings, 0
        servers = settings.bootstrap_servers
        self._producer = KafkaProducer(bootstrap_servers=servers, linger_ms=20, batch_size=256 * 1024)
        self._admin, self._reader = (
            KafkaAdminClient(bootstrap_servers=servers),
            KafkaConsumer(bootstrap_servers=servers),
        )

    def send(self, subject: str, agency: str) -> None:
        """A concern about a child."""
        self._seq += 1
        value = fact(subject, self._seq, agency, BEGIN + self._seq * MINUTE // 600)
        self._producer.send(self.settings.topic_prefix + FACTS, key=subject.encode(), value=value)

    def flush(self) -> None:
        """Wait for the broker."""
        self._producer.flush()

    def end(self, topic: str) -> int:
        """Records in a topic."""
        name = self.settings.topic_prefix + topic
        places = [TopicPartition(name, n) for n in self._reader.partitions_for_topic(name) or ()]
        return sum(self._reader.end_offsets(places).values())

    def done(self) -> int:
        """Facts that the worker has committed."""
        return sum(committed(self._admin, self.settings.topic_prefix + "correlation").values())


def back(bench: Bench, subject: str) -> tuple[float, Worker]:
    """Start a worker and tell of a child again; seconds until there is an alert."""
    before = bench.end(RAISED)
    bench.send(subject, "health")
    bench.send(subject, "education")
    bench.flush()
    began = time.monotonic()
    worker = Worker(bench.settings)
    while bench.end(RAISED) == before:
        time.sleep(0.02)
    return time.monotonic() - began, worker


def run(bootstrap: str, children: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as state:
        settings = Settings(bootstrap_servers=bootstrap, topic_prefix=f"bench-{uuid.uuid4().hex[:6]}.", state_dir=state)
        create_topics(settings)
        bench = Bench(settings)
        worker = Worker(settings)
        try:
            for n in range(children):
                bench.send(str(uuid.UUID(int=n + 1)), "police")
            bench.flush()
            while bench.done() < children:
                time.sleep(0.5)
            rows, memory = bench.end(changelog_topic("correlation")), worker.memory()
            disk = sum(file.stat().st_size for file in Path(state).rglob("*") if file.is_file())
            worker.kill()
            local, worker = back(bench, str(uuid.UUID(int=1)))
            memory_after = worker.memory()
            worker.kill()
            shutil.rmtree(Path(state) / f"{settings.topic_prefix}correlation")
            lost, worker = back(bench, str(uuid.UUID(int=2)))
        finally:
            worker.kill()
            delete_topics(settings)
    return {
        "children": children,
        "changelog_records": rows,
        "memory_mb": memory,
        "memory_after_restart_mb": memory_after,
        "disk_mb": disk // 2**20,
        "ready_local_s": round(local, 2),
        "ready_from_changelog_s": round(lost, 2),
        "changelog_records_per_s": round(rows / lost),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--children", type=int, nargs="+", default=[200_000])
    parser.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count()}))
    for children in args.children:
        for _ in range(args.repeats):
            print(json.dumps(run(args.bootstrap, children)), flush=True)


if __name__ == "__main__":
    main()
