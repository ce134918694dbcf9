"""Rows of one partition on local disk: RocksDB, ordered, written in atomic batches, memory bounded."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteBatch, WriteOptions

from safeguarding.runtime.overlay import after

_SEQ = 8  # every value begins with the applied offset of the batch that wrote it
_WRITE_BUFFER = 8 * 1024 * 1024
_BLOCK_CACHE = 16 * 1024 * 1024
APPLIED = b"\x00applied"
BORN = b"\x00born"
_FIRST = b"\x01"  # keys before it are our own
_CHANGELOG = b"\x00changelog"


class Rows:
    """A backing store for an overlay (`runtime.overlay.Backing`), with the position up to which it is true.

    Args:
        folder: where the rows are kept; made when it is missing.
        fresh: begin empty, without a write-ahead log: rows that are made again after every start.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self._folder = folder
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._rows = Rdict(str(folder), options=_options())
        self._closed = False
        self._write = WriteOptions()
        self._write.disable_wal = fresh

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""
        value: bytes | None = self._rows.get(key)
        return None if value is None else value[_SEQ:]

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order, as they stand when it begins; never our own."""
        rows = self._rows.iter()
        rows.seek(max(prefix, _FIRST))
        while rows.valid():
            key = rows.key()
            if not key.startswith(prefix):
                return
            yield key, rows.value()[_SEQ:]
            rows.next()

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The row with the greatest key that starts with `prefix`."""
        rows = self._rows.iter()
        end = after(prefix)
        if end is None:
            rows.seek_to_last()
        else:
            rows.seek_for_prev(end)
            if rows.valid() and rows.key() == end:
                rows.prev()
        if not rows.valid() or rows.key() < _FIRST or not rows.key().startswith(prefix):
            return None
        return rows.key(), rows.value()[_SEQ:]

    @property
    def applied(self) -> int | None:
        """The next input offset: everything before it is in the rows. None: nothing yet."""
        value = self.get(APPLIED)
        return None if value is None else int.from_bytes(value)

    @property
    def changelog(self) -> int:
        """The next changelog offset: everything before it is in the rows."""
        value = self.get(_CHANGELOG)
        return 0 if value is None else int.from_bytes(value)

    @property
    def copy_of(self) -> bytes | None:
        """The name of the changelog that these rows are a copy of; None: it has none, or there are no rows yet."""
        return self.get(BORN)

    def call(self, name: bytes, changelog: int) -> None:
        """Say whose copy these rows are."""
        self.put({BORN: bytes(_SEQ) + name}, changelog)

    def write(self, changes: Mapping[bytes, bytes | None], applied: int, changelog: int) -> None:
        """Apply one batch with its position, all or nothing.

        Args:
            changes: rows by key, None for deleted.
            applied: the next input offset.
            changelog: the next changelog offset.
        """
        stamp = applied.to_bytes(_SEQ)
        rows = {key: None if value is None else stamp + value for key, value in changes.items()}
        rows[APPLIED] = stamp + stamp
        self.put(rows, changelog)

    def put(self, rows: Mapping[bytes, bytes | None], changelog: int) -> None:
        """Apply rows whose values already begin with their offset.

        Args:
            rows: rows by key, None for deleted.
            changelog: the next changelog offset.
        """
        batch = WriteBatch(raw_mode=True)
        for key, value in rows.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(_CHANGELOG, bytes(_SEQ) + changelog.to_bytes(_SEQ))
        self._rows.write(batch, self._write)

    def clear(self) -> None:
        """Forget everything."""
        self._rows.close()
        shutil.rmtree(self._folder)
        self._rows = Rdict(str(self._folder), options=_options())

    def set_aside(self) -> Path:
        """Begin empty; what was there is kept beside, for a person to remove."""
        self._rows.close()
        aside = self._folder.with_name(f"{self._folder.name}-aside-{uuid.uuid4().hex[:8]}")
        self._folder.rename(aside)
        self._rows = Rdict(str(self._folder), options=_options())
        return aside

    def close(self) -> None:
        """Give the folder free; a second time is fine."""
        if not self._closed:
            self._closed = True
            self._rows.close()


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(_WRITE_BUFFER)
    options.set_max_write_buffer_number(2)
    table = BlockBasedOptions()
    table.set_block_cache(Cache(_BLOCK_CACHE))
    table.set_bloom_filter(10, False)
    options.set_block_based_table_factory(table)
    return options
