"""Workers as processes of their own: started, killed, paused and told to stop; one that ends is started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from cluster.kafka_driver import TESTS
from safeguarding.settings import Settings

SERVICES = TESTS.parent / "services"


class Workers:
    """The workers of a run, by room and name; a name that begins with an @ is no instance name: any free folder.

    Args:
        settings: where they work.
        environment: the same for a process.
    """

    def __init__(self, settings: Settings, environment: dict[str, str]) -> None:
        self._settings, self._environment = settings, environment
        self._logs = settings.state_dir / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self.processes: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self.sources: dict[str, Path] = {}
        self.restarts = 0

    def start(self, room: str, name: str = "one", *command: str, **more: str) -> None:
        """Start a worker, of the sources that are the room's now."""
        path = os.pathsep.join(map(str, (TESTS, self.sources.get(room, SERVICES))))
        own = {} if name.startswith("@") else {"SAFEGUARDING_INSTANCE": name}
        with (self._logs / f"{room}-{name}.log").open("ab") as log:
            environment = self._environment | {"PYTHONPATH": path} | own | more
            words = [sys.executable, "-m", *(command or ("safeguarding", "worker", room))]
            self.processes[room, name] = subprocess.Popen(words, env=environment, stderr=log)

    def kill(self, room: str, name: str = "one") -> None:
        """kill -9."""
        self.processes[room, name].kill()
        self.processes[room, name].wait(20)

    def end(self, room: str, name: str = "one") -> None:
        """SIGTERM; kill -9 for one that takes too long."""
        worker = self.processes.pop((room, name))
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(25)
            return
        worker.kill()
        worker.wait(20)

    def lose_disk(self, room: str, name: str = "one") -> None:
        """Remove a worker's local state."""
        folder = self._settings.state_dir / (self._settings.topic_prefix + room) / name
        shutil.rmtree(folder, ignore_errors=True)

    def wait(self, seconds: float) -> None:
        """Time passes; a worker that stopped by itself is started again, as Docker or Kubernetes would."""
        end = time.monotonic() + seconds
        while True:
            for (room, name), worker in list(self.processes.items()):
                if worker.poll() is not None:
                    self.restarts += 1
                    self.start(room, name)
            if (left := end - time.monotonic()) <= 0:
                return
            time.sleep(min(0.3, left))

    def close(self) -> None:
        """Stop what is left."""
        for worker in self.processes.values():
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait(20)
