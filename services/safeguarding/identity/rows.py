"""Identity's rows: scratch beside the log, wiped and folded again from it after every start; nothing else is memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol, TypeVar

import msgspec

_PACK = msgspec.msgpack.Encoder()
T = TypeVar("T")


class Rows(Protocol):
    """The part of `wire.room.State` that is used here."""

    def get(self, key: bytes) -> bytes | None: ...  # noqa: D102
    def put(self, key: bytes, value: bytes) -> None: ...  # noqa: D102
    def delete(self, key: bytes) -> None: ...  # noqa: D102
    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]: ...  # noqa: D102


class Placed(msgspec.Struct, array_like=True):
    """An event that counts, and whom it names.

    Attributes:
        place: offset at which the pipeline first heard of it; a correction stands where its original stood.
        clock: the pipeline's clock then.
        label: id by which the chain of its corrections is known; its own when it has none.
        live: somebody sent it, or what it corrects, as live.
        people: key of the record that each of its people is, in their order; no key: in doubt.
        alert: key of the subject of the alert that it answers.
    """

    place: int
    clock: int
    label: str
    live: bool
    people: list[str | None]
    alert: str | None = None

    @property
    def keys(self) -> set[str]:
        """Keys of all records that it is about."""
        return {key for key in (*self.people, self.alert) if key is not None}


class Shelf:
    """Rows with typed values; one for each batch, so that a batch that fails leaves nothing behind.

    Args:
        rows: the room's rows.
        event_of: decodes the body of an event.
    """

    def __init__(self, rows: Rows, event_of: Callable[[bytes], dict[str, Any]]) -> None:
        self.rows, self._event_of = rows, event_of
        self._events: dict[int, dict[str, Any]] = {}
        self._bodies: dict[int, bytes] = {}
        self._places: dict[int, Placed | None] = {}

    def keep(self, offset: int, body: bytes, event: dict[str, Any]) -> None:
        """Keep the body of an event."""
        self.rows.put(b"b|" + number(offset), body)
        self._events[offset], self._bodies[offset] = event, body

    def body(self, offset: int) -> bytes:
        """Body of an event as it came on the wire."""
        body = self._bodies.get(offset) or self.rows.get(b"b|" + number(offset))
        if body is None:
            raise LookupError("the body of an event is missing")
        return body

    def event(self, offset: int) -> dict[str, Any]:
        """An event, decoded."""
        event = self._events.get(offset)
        if event is None:
            event = self._events[offset] = self._event_of(self.body(offset))
        return event

    def placed(self, offset: int) -> Placed | None:
        """Where an event stands and whom it names; None when it does not count."""
        if offset not in self._places:
            self._places[offset] = self.read(b"p|" + number(offset), Placed)
        return self._places[offset]

    def place(self, offset: int, placed: Placed | None) -> None:
        """Say where an event stands, or that it does not count (any more)."""
        self._places[offset] = placed
        self.write(b"p|" + number(offset), placed)

    def read(self, key: bytes, kind: type[T]) -> T | None:
        """The value of a row."""
        data = self.rows.get(key)
        value: T | None = None if data is None else _decoder(kind).decode(data)  # type: ignore[arg-type]  # a type has a hash
        return value

    def write(self, key: bytes, value: Any) -> None:
        """Set a row; None removes it."""
        if value is None:
            self.rows.delete(key)
        else:
            self.rows.put(key, _PACK.encode(value))

    def tails(self, prefix: bytes) -> list[bytes]:
        """What follows a prefix in the keys that start with it, in order; safe against writes meanwhile."""
        return [key[len(prefix) :] for key, _ in self.rows.scan(prefix)]

    def clear(self, prefix: bytes) -> None:
        """Remove all rows whose key starts with a prefix."""
        for tail in self.tails(prefix):
            self.rows.delete(prefix + tail)


def number(value: int) -> bytes:
    """A number that sorts as bytes."""
    return value.to_bytes(8)


def joined(*parts: str) -> bytes:
    """Parts of a key; no part can run into the next."""
    return ("\x00".join(parts) + "\x00").encode()


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)
