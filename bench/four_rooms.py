"""Four rooms, one worker each or two, on topics of their own on a real Kafka: what benches of all rooms stand on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.runtime.worker import is_alive
from safeguarding.settings import Settings

ROOMS = ("identity", "correlation", "routing", "intake")
SHARED = ("correlation", "routing")  # rooms whose partitions two workers may share
TICKS = os.sysconf("SC_CLK_TCK")


class FourRooms(NamedTuple):
    """Topics, and the workers once they are started."""

    settings: Settings
    workers: dict[str, subprocess.Popen[bytes]]
    named: bool = False
    pairs: bool = False

    def start(self) -> None:
        """Start the workers, intake last, each when the one before it has its turn."""
        for room in ROOMS:
            self._start(room)
            if self.pairs and room in SHARED:
                self._start(room, "another")
            while not is_alive(room, self.settings):
                time.sleep(0.01)

    def kill_and_start(self, room: str) -> None:
        """kill -9, and another at once."""
        self.workers[room].kill()
        self.workers[room].wait()
        self._start(room)

    def _start(self, room: str, other: str = "") -> None:
        environment = os.environ | {
            "SAFEGUARDING_BOOTSTRAP_SERVERS": self.settings.bootstrap_servers,
            "SAFEGUARDING_TOPIC_PREFIX": self.settings.topic_prefix,
            "SAFEGUARDING_STATE_DIR": str(self.settings.state_dir / other),
            "SAFEGUARDING_CLOCK": "wall",
        }
        name = {"SAFEGUARDING_INSTANCE": room} if self.named else {}
        command = [sys.executable, "-m", "safeguarding", "worker", room]
        self.workers[f"{room} {other}".strip()] = subprocess.Popen(
            command, env=environment | name, stderr=subprocess.DEVNULL
        )

    def cpu(self) -> dict[str, float]:
        """User and system seconds of each worker."""
        return {room: _cpu(worker.pid) for room, worker in self.workers.items()}


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def four_rooms(bootstrap: str, *, named: bool = False, pairs: bool = False) -> Iterator[FourRooms]:
    """Fresh topics and state, gone afterwards; `named`: workers that come back under a name; `pairs`: two of some."""
    with tempfile.TemporaryDirectory() as state:
        settings = Settings(bootstrap_servers=bootstrap, topic_prefix=f"bench-{uuid.uuid4().hex[:6]}.", state_dir=state)
        create_topics(settings)
        rooms = FourRooms(settings, {}, named, pairs)
        try:
            yield rooms
        finally:
            for worker in rooms.workers.values():
                worker.terminate()
            for worker in rooms.workers.values():
                worker.wait(20)
            delete_topics(settings)
