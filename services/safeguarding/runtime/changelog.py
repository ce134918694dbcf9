"""A room's rows on their changelog topic, and back: only whole batches count, and never an older row over a newer.

Each row carries the applied offset of its batch, and each batch ends with a marker that says that offset. So a batch
that was cut off by a crash, or rows that a paused worker writes after another one took over, change nothing: the rows
of a batch without its marker wait, and of two rows of one key the one with the higher offset stands.

Compaction knows nothing of that: it would keep a paused worker's late row and drop the right one before it. So the
owner looks for offsets that are not its own (`foreign`), and writes the rows of those keys once more, well before
compaction may come by (min.compaction.lag.ms).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from safeguarding.runtime.rows import APPLIED, BORN, Rows

_SEQ = 8
_HEADER = "seq"  # a tombstone has no value to carry the offset


class Row(NamedTuple):
    """One record for the changelog."""

    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class Changelogged(Protocol):
    """A record read from the changelog (aiokafka's, or a test's)."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


def rows_of(changes: Mapping[bytes, bytes | None], applied: int) -> Iterator[Row]:
    """The changelog records of one batch, its marker last.

    Args:
        changes: rows by key, None for deleted.
        applied: the next input offset after the batch.
    """
    stamp = applied.to_bytes(_SEQ)
    for key, value in changes.items():
        yield Row(key, None, ((_HEADER, stamp),)) if value is None else Row(key, stamp + value, ())
    yield Row(APPLIED, stamp + stamp, ())


def born(name: bytes) -> Row:
    """The first record of a changelog: a name of its own, by which local rows know whose copy they are."""
    return Row(BORN, bytes(_SEQ) + name, ())


def born_name(first: Changelogged) -> bytes | None:
    """The name in a changelog's first record; None: it is from before changelogs had names."""
    return (first.value or b"")[_SEQ:] if first.key == BORN else None


def foreign(start: int, kept: Sequence[range]) -> list[range]:
    """Offsets between an owner's own rows: somebody else has written there.

    Args:
        start: the changelog offset after the owner's last row before.
        kept: offsets of the rows written since, in order.
    """
    ends = [start, *(own.stop for own in kept)]
    return [range(end, own.start) for end, own in zip(ends, kept, strict=False) if own.start > end]


class Replica:
    """Brings local rows up to date from the changelog: for the owner after a start, for a stand-by all the time.

    Args:
        rows: the local rows.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._waiting: dict[bytes, list[tuple[int, bytes | None]]] = {}

    def take(self, records: Iterable[Changelogged]) -> None:
        """Apply records in the order of the changelog; those of an unfinished batch wait for its marker."""
        applied = self._rows.applied or 0
        through, ready = None, dict[bytes, bytes | None]()
        for record in records:
            seq = _seq_of(record)
            if record.key == BORN:
                if not (self._rows.changelog or self._waiting):  # only a first record says whose copy this is
                    self._rows.call(born_name(record) or b"", record.offset + 1)
                continue
            if record.key != APPLIED:
                self._waiting.setdefault(record.key or b"", []).append((seq, record.value))
                continue
            through = record.offset + 1
            if seq > applied:
                for key, rows in self._waiting.items():
                    done = [row for row in rows if applied < row[0] <= seq]
                    if done:
                        ready[key] = max(done, key=lambda row: row[0])[1]
                applied = seq
                ready[APPLIED] = record.value
            self._waiting = {key: left for key, rows in self._waiting.items() if (left := _after(rows, applied))}
        if through is not None:
            self._rows.put(ready, through)

    @property
    def unfinished(self) -> list[bytes]:
        """Keys whose newest changelog row belongs to a batch that was never finished."""
        return list(self._waiting)


def _after(rows: list[tuple[int, bytes | None]], applied: int) -> list[tuple[int, bytes | None]]:
    return [row for row in rows if row[0] > applied]


def _seq_of(record: Changelogged) -> int:
    if record.value is not None:
        return int.from_bytes(record.value[:_SEQ])
    return next((int.from_bytes(value) for name, value in record.headers if name == _HEADER), -1)
