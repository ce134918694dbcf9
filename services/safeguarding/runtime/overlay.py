"""State with writes held back until the batch has succeeded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


_KIND = 2  # of what rows there are, the first bytes tell (`h|`): only those that are scanned are put in order


class Overlay:
    """`wire.room.State` over a backing store; `changes` are what the batch has written, None for deleted."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self.changes: dict[bytes, bytes | None] = {}
        self._kinds: dict[bytes, list[bytes]] = {}  # keys written, not yet in order
        self._order: dict[bytes, SortedList] = {}

    def get(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""
        if key in self.changes:
            return self.changes[key]
        return self._backing.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Set `key`."""
        self._set(key, value)

    def delete(self, key: bytes) -> None:
        """Remove `key`."""
        self._set(key, None)

    def update(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Take over what another overlay has written."""
        for key, value in changes.items():
            self._set(key, value)

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows whose key starts with `prefix`, in key order, as the batch sees them."""
        written = [(key, self.changes[key]) for key in self._written(prefix)]
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
        if not self._written(prefix):
            return self._backing.newest(prefix)
        row = None
        for row in self.scan(prefix):  # noqa: B007  # the last one is wanted
            pass
        return row

    def _set(self, key: bytes, value: bytes | None) -> None:
        if key not in self.changes:
            self._kinds.setdefault(key[:_KIND], []).append(key)
        self.changes[key] = value

    def _written(self, prefix: bytes) -> list[bytes]:
        """Keys written that start with `prefix`, in order."""
        kind = prefix[:_KIND]
        if len(kind) < _KIND:
            return sorted(key for key in self.changes if key.startswith(prefix))
        new = self._kinds.get(kind)
        if new is None:
            return []
        order = self._order.setdefault(kind, SortedList())
        order.update(new)
        new.clear()
        end = after(prefix)
        return list(order.irange(prefix, end, inclusive=(True, False)))


def within(rows: Mapping[bytes, bytes | None], prefix: bytes) -> Iterator[bytes]:
    """Keys of a SortedDict that start with `prefix`, in order."""
    end = after(prefix)
    keys: Iterator[bytes] = rows.irange(prefix, end, inclusive=(True, False))  # type: ignore[attr-defined]  # a SortedDict
    return keys


def after(prefix: bytes) -> bytes | None:
    """The first key after all that start with `prefix`; None when there is no end."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None
