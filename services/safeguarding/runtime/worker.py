"""Runs rooms until somebody says stop, a process each. SIGTERM ends well, what passes is begun again, else exit 1."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mode.loop
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from safeguarding.errors import ConfigurationError, SafeguardingError
from safeguarding.runtime.app import ALIVE, RoomApp, room_app
from safeguarding.runtime.logs import configure, log
from safeguarding.settings import Settings
from safeguarding.wire.room import Room
from safeguarding.wire.topics import changelog_topic, partition_counts

_PASSES = (KafkaError, OSError, AssertionError)  # the last: aiokafka's, of a producer that somebody has fenced
_PAUSE_SECONDS = 1.0
_GARBAGE = 50_000  # objects before cycles are looked for: a batch makes many, and hardly one in a cycle
_STOP_SECONDS = 8.0  # then without Kafka's consent: what is not acknowledged is done again


def run(room: Room, settings: Settings) -> None:
    """Run one room in this process until SIGTERM or SIGINT.

    Raises:
        ConfigurationError: the cluster's topics are not those of the catalogue.
    """
    configure()
    gc.freeze()  # what is imported stays
    gc.set_threshold(_GARBAGE, 20, 100)
    mode.loop.use("uvloop")  # of a turn of one record most is the loop's and the sockets' work
    with _folder(settings, room.name) as folder:
        asyncio.run(_run(room, settings, folder))


def run_each(names: Sequence[str]) -> int:
    """Run several rooms, each in a process of its own; the first that stops stops the others.

    Returns:
        The exit code: 0 when all stopped because they were told to.
    """
    configure()
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            child.terminate()

    command = [sys.executable, "-m", "safeguarding", "worker"]
    children: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for name in names:
        if not stopping:
            children.append(subprocess.Popen([*command, name], preexec_fn=_end_with_parent))  # noqa: S603  # our own
    if stopping:  # while the last of them was being made
        stop()
    code = 0
    left = list(children)
    while left:
        for child in list(left):
            try:
                ended = child.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
            left.remove(child)
            if not stopping:
                code = code or ended or 1
                log.error("room stopped by itself", pid=child.pid, code=ended)
                stop()
            code = code or max(ended, 0)
    return code


def _end_with_parent() -> None:
    """Ask Linux for a SIGTERM when the process that started this one dies: kill -9 of it must leave nobody behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def is_alive(room: str, settings: Settings, seconds: float = 45.0) -> bool:
    """Whether a worker on this machine runs a room and has had its turn lately."""
    files = (settings.state_dir / (settings.topic_prefix + room)).glob(f"*/{ALIVE}")
    return any(time.time() - file.stat().st_mtime < seconds for file in files)


@contextmanager
def _folder(settings: Settings, room: str) -> Iterator[Path]:
    """A folder of this worker's own: its instance's, else the first that no other worker holds."""
    names = [settings.instance] if settings.instance else [f"worker-{number}" for number in range(1, 100)]
    for name in names:
        folder = settings.state_dir / (settings.topic_prefix + room) / name
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            (folder / ALIVE).unlink(missing_ok=True)
            yield folder
            return
    raise ConfigurationError(
        f"{settings.state_dir}: another worker holds this folder; set SAFEGUARDING_INSTANCE or SAFEGUARDING_STATE_DIR"
    )


async def _run(room: Room, settings: Settings, folder: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if not await _topics_fit(room, settings, stop):
        return
    app = room_app(room, settings, folder)
    log.info("starting", room=room.name, kafka=settings.bootstrap_servers)
    failure: BaseException | None = None
    try:
        await _first(_work(app), stop.wait())
        failure = app.crash_reason if app.crashed else None
    except Exception as problem:
        failure = problem
    stopped = await _stop(app)
    if failure is not None:
        reason = str(failure) if isinstance(failure, SafeguardingError) else type(failure).__name__
        if isinstance(failure, _PASSES) and not stop.is_set():
            log.error("stopped by itself; nothing is lost, beginning again", room=room.name, reason=reason)
            time.sleep(_PAUSE_SECONDS)
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # nothing of this one is left
        log.error("stopped by itself; nothing is lost, start the worker again", room=room.name, reason=reason)
        os._exit(1)  # threads that Faust left running must not keep half a worker alive
    if not stopped:
        log.warning("stopped without Kafka, which does not answer; nothing is lost", room=room.name)
        os._exit(0)
    log.info("stopped", room=room.name, handled=app.engine.handled)


async def _work(app: RoomApp) -> None:
    """Run until it crashes."""
    await app.start()
    await app._crashed.wait()


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Return when the first is done, and raise what it raised."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()


async def _stop(app: RoomApp) -> bool:
    """Stop in good order; False when that takes too long: clients wait for a broker that is away, cancelled or not."""

    async def orderly() -> None:
        await app.stop()
        await app.engine.close()

    done, _ = await asyncio.wait([asyncio.ensure_future(orderly())], timeout=_STOP_SECONDS)
    for task in done:
        task.result()
    return bool(done)


async def _topics_fit(room: Room, settings: Settings, stop: asyncio.Event) -> bool:
    """Wait for the cluster and look at its topics; False when told to stop meanwhile.

    Raises:
        ConfigurationError: a topic is missing or has another number of partitions.
    """

    def say(state: RetryCallState) -> None:
        log.warning("Kafka does not answer, trying again", kafka=settings.bootstrap_servers, tries=state.attempt_number)

    attempts = AsyncRetrying(
        wait=wait_exponential(max=5),
        retry=retry_if_exception_type((KafkaError, OSError)),
        stop=lambda _: stop.is_set(),
        before_sleep=say,
        reraise=True,
    )
    try:
        found: dict[str, int] = await attempts(_partitions_on, settings)
    except (KafkaError, OSError):
        return False
    wanted = partition_counts(settings.partitions)
    if room.memory == "state":
        wanted = {**wanted, changelog_topic(room.name): wanted[room.inputs[0]]}
    for name, count in wanted.items():
        topic = settings.topic_prefix + name
        if topic not in found:
            raise ConfigurationError(f"topic {topic} is missing; run `safeguarding topics create`")
        if found[topic] != count:
            raise ConfigurationError(
                f"topic {topic} has {found[topic]} partitions, not {count}; "
                "set SAFEGUARDING_PARTITIONS to what it was created with"
            )
    return True


async def _partitions_on(settings: Settings) -> dict[str, int]:
    client = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        await client.start()
        return {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
    finally:
        await client.close()
