"""Sends what waits in an outbox whenever the broker is there: in order, one sender a file, until nothing is left."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, Self

from safeguarding.errors import PublishError
from safeguarding.producers.client import Publisher
from safeguarding.producers.message import Message, checked, message_of
from safeguarding.producers.outbox import Outbox, outbox_file
from safeguarding.settings import Settings

_BATCH: Final = 500
_IDLE: Final = 0.2  # seconds until the file is looked at again
_PATIENCE: Final = 20.0  # seconds for one batch before a new connection is tried


class SafePublisher:
    """A context manager whose `publish` returns when the event is on disk; a thread sends it when the broker is there.

    Leaving the context does not wait for the broker: what is not sent goes out the next time, or with
    ``safeguarding outbox flush``.

    Args:
        settings: where Kafka is, and where this machine keeps its files.
        say: takes one line for a person when the broker does not answer.

    Attributes:
        outbox: what waits.
    """

    def __init__(self, settings: Settings, *, say: Callable[[str], None] | None = None) -> None:
        self._file = outbox_file(settings)
        self.outbox = Outbox(self._file)
        self._settings, self._say, self._stop, self._more = settings, say, Event(), Event()
        self._thread = Thread(target=self._send, name="outbox", daemon=True)

    def __enter__(self) -> Self:
        """Begin to send what waits from before."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop sending; what waits is safe."""
        self._stop.set()
        self._more.set()
        self._thread.join(1)  # one that waits for a broker ends by itself
        self.outbox.close()

    def publish(self, event: Mapping[str, Any]) -> None:
        """Check an event in the contract's JSON form, and return when it is on disk.

        Raises:
            Refused: intake would refuse it; nothing is kept.
            StateError: the disk did not take it.
        """
        self.send(message_of(checked(event)))

    def send(self, message: Message) -> None:
        """Return when a message is on disk.

        Raises:
            StateError: the disk did not take it.
        """
        self.outbox.keep([message])
        self._more.set()

    def flush(self, patience: float) -> bool:
        """Wait until the broker has everything; False when it has not within some seconds."""
        end = monotonic() + patience
        while self.outbox.oldest(1):
            if monotonic() > end:
                return False
            self._stop.wait(_IDLE)
        return True

    def _send(self) -> None:
        with _only_sender(self._file, self._stop) as mine, Outbox(self._file) as outbox:
            while mine and not self._stop.is_set():
                try:
                    self._send_until_stopped(outbox)
                except Exception as problem:  # whatever it was: what waits must not wait for ever
                    if self._say is not None:
                        self._say(str(problem) if isinstance(problem, PublishError) else type(problem).__name__)
                    self._stop.wait(1)

    def _send_until_stopped(self, outbox: Outbox) -> None:
        """Send batch after batch; a new connection after each failure, and again from the first that is not sure."""
        with self._publisher() as publisher:
            while not self._stop.is_set():
                self._more.clear()
                batch = outbox.oldest(_BATCH)
                for kept in batch:
                    publisher.send(kept.message)
                publisher.flush()
                if batch:
                    outbox.forget(batch[-1].place)
                else:
                    self._more.wait(_IDLE)

    def _publisher(self) -> Publisher:
        quiet = self._say if self._say is not None else lambda _: None
        return Publisher(self._settings, patience=_PATIENCE, say=quiet)


@contextmanager
def _only_sender(file: Path, stop: Event) -> Iterator[bool]:
    """Wait until no other process or thread sends from this file; False when stopped before."""
    with file.with_suffix(".lock").open("w") as lock:
        while not stop.is_set():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                stop.wait(_IDLE)
                continue
            yield True
            return
        yield False
