"""The demo's pipeline on a real Kafka: Faust workers of its own, topics of its own, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, Final

from safeguarding.cli.lines import FEEDBACKS, NOTICES, RECEIPTS, lines_of_record
from safeguarding.cli.reader import TopicReader
from safeguarding.cli.rooms import ROOMS
from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.errors import SafeguardingError
from safeguarding.events.acceptance import read
from safeguarding.producers.client import Publisher
from safeguarding.producers.message import message_of
from safeguarding.settings import Settings
from safeguarding.wire.topics import DISCLOSURES, OPERATORS, RAISED, REVIEW

_PATIENCE_S: Final = 90.0  # for the workers to start, or to answer
_QUIET_S: Final = 4.0  # nothing more comes: what fell due has come out
_STOP_S: Final = 20.0
_POLL_S: Final = 0.05  # asking the client costs more than an event

Line = dict[str, Any]


class OnKafka:
    """Topics under a random prefix, a worker for each room, a reader of what comes out.

    Args:
        bootstrap: HOST:PORT of a broker.

    Raises:
        SafeguardingError: no broker, or it refuses; the text says what to do.
    """

    def __init__(self, bootstrap: str) -> None:
        self._new: list[Line] = []
        self._waiting = 0  # sent, and no receipt yet
        self._sender = ""  # whose events have no receipts yet
        self._polled = 0.0
        with ExitStack() as stack:  # what has been made is undone, last first, even if the next step fails
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="safeguarding-demo-")))
            settings = Settings(
                bootstrap_servers=bootstrap, topic_prefix=f"demo-{token_hex(4)}.", state_dir=folder, clock="events"
            )
            create_topics(settings)
            stack.callback(delete_topics, settings)
            self._log = folder / "worker.log"
            self._worker = _start_worker(settings, self._log)
            stack.callback(self._stop_worker)
            self._publisher = stack.enter_context(Publisher(settings))
            topics = (*RECEIPTS, *FEEDBACKS, RAISED, *NOTICES, DISCLOSURES, REVIEW, OPERATORS)
            self._reader = TopicReader(settings, topics, from_start=True, patient=False)
            stack.callback(self._reader.close)
            self._left = stack.pop_all()

    def publish(self, event: Line) -> None:
        """Send one event; when the agency changes, first wait for the receipts, so that the log has this order."""
        # the heartbeats of one day may come in any order, those of the next may not overtake them
        beat = event["type"].endswith(".heartbeat.sent")
        sender = f"heartbeats of {event['published_at'][:10]}" if beat else event["agency"]
        if self._sender not in ("", sender):
            self._settle()
        self._sender = sender
        self._publisher.send(message_of(read(dict(event))))
        self._waiting += 1

    def lines(self) -> list[Line]:
        """What has come out since."""
        if time.monotonic() - self._polled > _POLL_S:
            self._poll(0)
        new, self._new = self._new, []
        return new

    def finish(self) -> Iterator[list[Line]]:
        """Wait for all receipts, then until nothing more comes."""
        self._settle()
        heard = time.monotonic()
        while time.monotonic() - heard < _QUIET_S:
            if new := self.lines():
                heard = time.monotonic()
                yield new
            self._poll(100)

    def close(self) -> None:
        """Stop the workers, delete topics and state."""
        self._left.close()

    def _poll(self, wait_ms: int) -> None:
        self._polled = time.monotonic()
        for record in self._reader.ready(wait_ms):
            lines = list(lines_of_record(record))
            self._waiting -= sum(line["kind"] == "receipt" for line in lines)
            # the alert's record says what is held; operators' items say it again
            self._new += [line for line in lines if line["kind"] != "operators"]

    def _settle(self) -> None:
        self._publisher.flush()
        began = time.monotonic()
        while self._waiting > 0:
            self._poll(200)
            if self._worker.poll() is not None:
                raise SafeguardingError(f"a room stopped by itself; its last words: {self._last_words()}")
            if time.monotonic() - began > _PATIENCE_S:
                raise SafeguardingError(f"the rooms do not answer; their last words: {self._last_words()}")
        self._sender = ""

    def _stop_worker(self) -> None:
        self._worker.terminate()
        try:
            self._worker.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()

    def _last_words(self) -> str:
        words = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return words[-1] if words else "none"


def _start_worker(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    """The four rooms in processes of their own, and out of the reach of this terminal's Ctrl-C: we stop them."""
    own = {
        "SAFEGUARDING_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix,
        "SAFEGUARDING_STATE_DIR": str(settings.state_dir),
        "SAFEGUARDING_CLOCK": settings.clock,
    }
    command = [sys.executable, "-m", "safeguarding", "worker", *ROOMS]
    with log.open("wb") as file:
        return subprocess.Popen(  # noqa: S603  # our own command
            command,
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
