"""`agents.behaviours.Driver` on Faust with a real Kafka: a process for each room, killed with -9."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from agents.rooms import ROOMS
from safeguarding.cli.lag import committed
from safeguarding.runtime.changelog import Replica
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.room import Record
from safeguarding.wire.topics import changelog_topic

TESTS = Path(__file__).parents[1]
DEADLINE = 60.0


def until(true: Callable[[], bool], what: str) -> None:
    """Ask again until it is so; a broker has no way to tell us."""
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end, f"not within {DEADLINE:.0f} s: {what}"
        time.sleep(0.1)


class OnKafka:
    """Runs workers of toy rooms on topics with a prefix of their own."""

    def __init__(self, settings: Settings, environment: dict[str, str]) -> None:
        self.settings, self._environment = settings, environment
        self.workers: dict[str, subprocess.Popen] = {}
        self._rooms: list[str] = []
        self._started: list[subprocess.Popen] = []
        self._producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)
        self._admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)

    def start(self, *rooms: str, batch: int = 500) -> None:
        self.stop()
        self._rooms = list(rooms)
        for room in rooms:
            self.workers[room] = self.worker(room, SAFEGUARDING_INSTANCE="one")

    def worker(self, room: str, **more: str) -> subprocess.Popen:
        """One more worker of a room."""
        path = os.pathsep.join([str(TESTS), str(TESTS.parent / "services")])
        environment = self._environment | {"PYTHONPATH": path} | more
        started = subprocess.Popen([sys.executable, "-m", "cluster.toy_worker", room], env=environment, cwd=TESTS)
        self._started.append(started)
        return started

    def append(self, topic: str, value: bytes, key: bytes = b"", partition: int = 0) -> None:
        self._producer.send(self.settings.topic_prefix + topic, key=key, value=value, partition=partition).get(30)

    def append_all(self, topic: str, records: Sequence[tuple[int, bytes]]) -> None:
        """Many records: partition and value."""
        name = self.settings.topic_prefix + topic
        sent = [self._producer.send(name, key=b"", value=value, partition=place) for place, value in records]
        for future in sent:
            future.get(30)

    def topics(self) -> set[str]:
        """Topics of ours that the broker knows."""
        return {name for name in self._admin.list_topics() if name.startswith(self.settings.topic_prefix)}

    def members(self, room: str) -> list:
        """Workers in a room's group."""
        group = self.settings.topic_prefix + room
        return self._admin.describe_groups([group])[group]["members"]

    def settle(self) -> None:
        for room in self._rooms:
            until(lambda room=room: self.lag(room) == 0, f"{room} has nothing left to do")

    def lag(self, room: str) -> int:
        """Records that a room's group has not committed."""
        return self.behind(room, ROOMS[room]().inputs)

    def behind(self, room: str, inputs: Sequence[str]) -> int:
        """The same for a room with these inputs."""
        done, ends = committed(self._admin, self.settings.topic_prefix + room), self._ends(inputs)
        return sum(end - done.get(place, 0) for place, end in ends.items())

    def ends(self, topics: Sequence[str]) -> dict[str, int]:
        """Where topics end, by name and partition, as heartbeats name them."""
        found = self._ends(topics).items()
        return {f"{p.topic.removeprefix(self.settings.topic_prefix)}-{p.partition}": end for p, end in found}

    def forget_offsets(self, room: str, inputs: Sequence[str]) -> None:
        """Set the committed offsets of a room back to the beginning; nobody may be in its group."""
        zero = {place: OffsetAndMetadata(0, "", -1) for place in self._ends(inputs)}
        self._admin.alter_group_offsets(self.settings.topic_prefix + room, zero)

    def _ends(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        names = [self.settings.topic_prefix + topic for topic in topics]
        with self._reader() as reader:
            places = [TopicPartition(n, p) for n in names for p in reader.partitions_for_topic(n) or ()]
            return dict(reader.end_offsets(places))

    def stop(self) -> None:
        for worker in self.workers.values():
            worker.terminate()
        for worker in self.workers.values():
            assert worker.wait(20) == 0
        self.workers = {}

    @staticmethod
    def end(worker: subprocess.Popen) -> None:
        """Stop a worker in good order; one that had not yet begun may end without."""
        worker.terminate()
        assert worker.wait(20) in (0, -signal.SIGTERM)

    def crash(self, after: int) -> None:
        """Kill when about that many outputs are there."""
        sinks = {"intake": "events.accepted.v1", "identity": "facts.accepted.v1", "correlation": "alerts.raised.v1"}
        sinks["routing"] = "alerts.gp.v1"
        topics = [sinks[room] for room in self._rooms]
        until(lambda: sum(self._end(topic) for topic in topics) >= after, f"{after} outputs")
        self.kill()

    def kill(self) -> None:
        """kill -9."""
        for worker in self._started:
            worker.send_signal(signal.SIGKILL)
            worker.wait(20)
        self.workers = {}

    def records(self, topic: str, partition: int | None = None) -> Sequence[Record]:
        with self._reader() as reader:
            name = self.settings.topic_prefix + topic
            numbers = reader.partitions_for_topic(name) or set()
            places = [TopicPartition(name, p) for p in sorted(numbers) if partition in (None, p)]
            found = [record for place in places for record in self._read(reader, place)]
        return [Record(topic, r.partition, r.offset, r.key, r.value, r.timestamp, tuple(r.headers)) for r in found]

    def state(self, room: str, partition: int = 0) -> dict[bytes, bytes]:
        """What a worker that takes over would find: the rows that its changelog brings back."""
        place = TopicPartition(self.settings.topic_prefix + changelog_topic(room), partition)
        with tempfile.TemporaryDirectory() as folder, self._reader() as reader:
            rows = Rows(Path(folder) / "rows", fresh=True)
            Replica(rows).take(self._read(reader, place))
            found = dict(rows.scan(b""))
            rows.close()
        return found

    def close(self) -> None:
        self.kill()
        self._producer.close()
        self._admin.close()

    def _reader(self) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self.settings.bootstrap_servers,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )

    def _end(self, topic: str) -> int:
        with self._reader() as reader:
            name = self.settings.topic_prefix + topic
            return sum(
                reader.end_offsets([TopicPartition(name, p) for p in reader.partitions_for_topic(name)]).values()
            )

    @staticmethod
    def _read(reader: KafkaConsumer, place: TopicPartition) -> list:
        reader.assign([place])
        reader.seek_to_beginning(place)
        end = reader.end_offsets([place])[place]
        found: list = []
        while reader.position(place) < end:
            found += reader.poll(timeout_ms=200).get(place, [])
        return found
