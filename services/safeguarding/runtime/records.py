"""Reads fetched records although a header's name is no UTF-8: brokers let it through, and aiokafka stumbles for ever.

One such record in one agency's topic would stop intake for all of them: aiokafka 0.14 raises at it, at every fetch
again. Here its name is read with escapes in place of what cannot be; key and value are bytes anyway.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LENGTH = struct.Struct(">qi")  # base offset, length of what follows


class Records:
    """`aiokafka.record.memory_records.MemoryRecords`, as far as a fetcher uses it.

    Args:
        data: record batches, one after the other, the last of them perhaps cut off.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._place, self._batches = data, 0, MemoryRecords(data)

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._batches.has_next())

    def size_in_bytes(self) -> int:
        """Length of the data."""
        return int(self._batches.size_in_bytes())

    def next_batch(self) -> _Batch:
        """The next batch."""
        start = self._place
        self._place += _LENGTH.size + _LENGTH.unpack_from(self._data, start)[1]
        return _Batch(self._batches.next_batch(), self._data[start : self._place])


class _Batch:
    """A batch that is read by aiokafka's fast reader, and once more, with patience, when that one stumbles."""

    def __init__(self, batch: Any, data: bytes) -> None:
        self._batch, self._data = batch, data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            patient = _DefaultRecordBatchPy(self._data)
            patient._maybe_uncompress()
            patient._buffer = _Lenient(patient._buffer)
            return iter(patient)


class _Lenient(bytearray):
    """Bytes whose text is shown with escapes rather than refused."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Lenient(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        """The text."""
        return super().decode(encoding, errors)


def install() -> None:
    """Let aiokafka's fetchers in this process read in this way."""
    fetcher.MemoryRecords = Records
