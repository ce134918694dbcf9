"""The outbox: events wait on the agency's own disk until the broker has them. SQLite, one file, in order.

What `keep` has returned from survives kill -9, and a power cut as far as the disk keeps its word: each commit is in the
write-ahead log, and that log synced (`synchronous=FULL`), before `keep` returns. What the broker has acknowledged is
overwritten (`secure_delete`) and gone. A crash between the two sends the same record again: its id counts once.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Self

from safeguarding.errors import StateError
from safeguarding.producers.message import Message
from safeguarding.settings import Settings

_TABLE = """create table if not exists waiting (
    place integer primary key autoincrement, kept_at integer not null,
    topic text not null, key blob not null, value blob not null, headers text not null)"""
_PATIENCE = 30.0  # seconds to wait for another process that writes


class Kept(NamedTuple):
    """A message that waits.

    Attributes:
        place: its place in the order.
        message: what is to be sent.
    """

    place: int
    message: Message


class Status(NamedTuple):
    """How full the outbox is.

    Attributes:
        waiting: how many messages wait, by topic.
        oldest: since when the oldest waits, milliseconds since 1970 UTC; None: none waits.
    """

    waiting: dict[str, int]
    oldest: int | None


def outbox_file(settings: Settings) -> Path:
    """Where this machine's outbox is."""
    return settings.state_dir / f"{settings.topic_prefix}outbox" / "outbox.sqlite"


class Outbox:
    """Messages on disk, in the order in which they were kept. Any thread and any process may add to one file.

    Args:
        file: made, readable by its owner only, when it is missing.

    Raises:
        StateError: the file cannot be used.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, Lock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._rows = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._rows.execute(_TABLE)  # in a rollback journal, so that the new file itself is synced
            self._rows.execute("pragma journal_mode=wal")
            self._rows.execute("pragma synchronous=full")
            self._rows.execute("pragma secure_delete=on")
        except (OSError, sqlite3.Error) as problem:
            raise StateError(f"{file}: cannot keep events there: {type(problem).__name__}") from None

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def keep(self, messages: Iterable[Message]) -> None:
        """Return when all of these messages are on disk, in their order; or none is.

        Raises:
            StateError: the disk did not take them.
        """
        now = int(time.time() * 1000)
        rows = [(now, m.topic, m.key, m.value, _text(m.headers)) for m in messages]
        with self._lock:
            try:
                self._rows.execute("begin immediate")
                self._rows.executemany(
                    "insert into waiting (kept_at, topic, key, value, headers) values (?, ?, ?, ?, ?)", rows
                )
                self._rows.execute("commit")
            except sqlite3.Error as problem:
                if self._rows.in_transaction:
                    self._rows.execute("rollback")
                raise StateError(f"{self._file}: not kept, nothing was sent: {type(problem).__name__}") from None

    def oldest(self, most: int) -> list[Kept]:
        """The messages that have waited longest, oldest first."""
        with self._lock:
            found = self._rows.execute(
                "select place, topic, key, value, headers from waiting order by place limit ?", (most,)
            ).fetchall()
        return [Kept(place, Message(topic, key, value, _headers(text))) for place, topic, key, value, text in found]

    def forget(self, last: int) -> None:
        """Everything up to this place is acknowledged by the broker."""
        with self._lock:
            self._rows.execute("delete from waiting where place <= ?", (last,))

    def status(self) -> Status:
        """How many messages wait, and since when."""
        with self._lock:
            counts = dict(self._rows.execute("select topic, count(*) from waiting group by topic order by topic"))
            (oldest,) = self._rows.execute("select min(kept_at) from waiting").fetchone()
        return Status(counts, oldest)

    def close(self) -> None:
        """Close the file; sent messages are wiped from its log as well."""
        with self._lock:
            self._rows.execute("pragma wal_checkpoint(truncate)")
            self._rows.close()


def _text(headers: list[tuple[str, bytes]]) -> str:
    return json.dumps([(name, value.decode("latin-1")) for name, value in headers])


def _headers(text: str) -> list[tuple[str, bytes]]:
    return [(name, value.encode("latin-1")) for name, value in json.loads(text)]
