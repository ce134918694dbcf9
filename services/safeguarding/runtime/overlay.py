"""State with writes held back until the batch has succeeded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from heapq import merge
from typing import Protocol

from sortedcontainers import SortedList


class Backing(Protocol):
    """Ordered rows that an overlay stands on."""

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order."""

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The row with the greatest key that starts with `prefix`."""


_KIND = 2  # the first bytes tell what kind of row it is (`h|`): only kinds that are scanned are put in order


class Ordered(Protocol):
    """Keys that are kept sorted (sortedcontainers' SortedList and SortedDict)."""

    def irange(self, minimum: bytes, maximum: bytes | None, inclusive: tuple[bool, bool]) -> Iterator[bytes]:
        """The keys between two."""


class Overlay:
    """`wire.room.State` over a backing store; `changes` are what the batch has written, None for deleted."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self.changes: dict[bytes, bytes | None] = {}
        # Their keys by kind, and those that somebody wanted in order.
        self._unsorted = defaultdict[bytes, list[bytes]](list)
        self._sorted: dict[bytes, SortedList] = {}

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""
        return self.changes[key] if key in self.changes else self._backing.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set `key`."""
        if key not in self.changes:
            self._unsorted[key[:_KIND]].append(key)
        self.changes[key] = value

    def delete(self, key: bytes) -> None:
        """Remove `key`."""
        self.put(key, None)

    def take_over(self, later: Overlay) -> None:
        """Write what an overlay on this one has written."""
        for key, value in later.changes.items():
            self.put(key, value)

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order, as the batch sees them."""
        written = [(key, self.changes[key]) for key in self._within(prefix)]
        if not written:
            yield from self._backing.scan(prefix)
            return
        new = {key for key, _ in written}
        kept = (row for row in self._backing.scan(prefix) if row[0] not in new)
        for key, value in merge(kept, written, key=lambda row: row[0]):
            if value is not None:
                yield key, value

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The row with the greatest key that starts with `prefix`, as the batch sees it."""
        if not self._within(prefix):
            return self._backing.newest(prefix)
        row = None
        for row in self.scan(prefix):  # noqa: B007  # the last one is wanted
            pass
        return row

    def _within(self, prefix: bytes) -> list[bytes]:
        """Keys written that start with `prefix`, in order."""
        if len(prefix) < _KIND:
            return sorted(key for key in self.changes if key.startswith(prefix))
        kind = prefix[:_KIND]
        new = self._unsorted.get(kind)
        if new is None:
            return []
        order = self._sorted.setdefault(kind, SortedList())
        order.update(new)
        new.clear()
        return list(within(order, prefix))


def within(keys: Ordered, prefix: bytes) -> Iterator[bytes]:
    """Those of sorted keys that start with `prefix`, in order."""
    end = after(prefix)
    return keys.irange(prefix, end, inclusive=(True, False))


def after(prefix: bytes) -> bytes | None:
    """The first key after all that start with `prefix`; None when there is no end."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None
