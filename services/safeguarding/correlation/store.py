"""The subjects of a partition: loads and saves their records, keeps the deadline rows, drops what was seen before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from safeguarding.correlation.finding import Pack
from safeguarding.correlation.fold import arrive, elapse
from safeguarding.correlation.record import Hot, Mark, dump, load
from safeguarding.correlation.rows import APPLIED, DUE, due_key, due_of, history_key, hot_key, position


class Rows(Protocol):
    """The part of `wire.room.State` that is used here."""

    def get(self, key: bytes) -> bytes | None: ...  # noqa: D102
    def put(self, key: bytes, value: bytes) -> None: ...  # noqa: D102
    def delete(self, key: bytes) -> None: ...  # noqa: D102
    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]: ...  # noqa: D102


class Subjects:
    """The records of one batch: each is loaded once and saved once."""

    def __init__(self, rows: Rows, pack: Pack, event_of: Callable[[bytes], dict[str, Any]]) -> None:
        self._rows, self._pack, self._event_of = rows, pack, event_of
        self._loaded: dict[str, Hot] = {}
        self._changed: set[str] = set()
        self._applied = rows.get(APPLIED) or b""

    def take(
        self, fact: dict[str, Any], event: dict[str, Any] | None, row: bytes
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Apply one fact.

        Args:
            fact: the fact.
            event: the event it carries, if it carries one.
            row: the fact's bytes, kept as its history row.

        Yields:
            Subject and record for alerts.raised.v1.
        """
        at = position(fact["seq"], fact["index"])
        if at <= self._applied:
            return  # a repeat of a restarted or paused identity worker
        self._applied = at
        if fact["kind"] == "tick":
            yield from self._tick(fact["clock"])
        elif event is not None:
            hot = self._hot(fact["subject"], fact["about"])
            self._rows.put(history_key(hot.subject, hot.gen, fact["seq"], fact["index"]), row)
            wake = hot.wake
            for raised in arrive(hot, fact, event, self._pack, self._recall(hot)):
                yield hot.subject, raised
            self._keep(hot, wake)

    def save(self) -> None:
        """Write every changed record once."""
        for subject in sorted(self._changed):
            self._rows.put(hot_key(subject), dump(self._loaded[subject]))
        self._rows.put(APPLIED, self._applied)

    def _tick(self, clock: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """What falls due up to and at a clock, in order of due time; nobody else is looked at."""
        while True:
            first = next(self._rows.scan(DUE), None)
            if first is None or due_of(first[0])[0] > clock:
                return
            due, subject = due_of(first[0])
            hot = self._hot(subject, "child")
            wake = hot.wake
            for raised in elapse(hot, due, self._pack, self._recall(hot)):
                yield subject, raised
            self._keep(hot, wake)

    def _hot(self, subject: str, about: str) -> Hot:
        hot = self._loaded.get(subject)
        if hot is None:
            data = self._rows.get(hot_key(subject))
            hot = self._loaded[subject] = load(data) if data is not None else Hot(subject, about)
        return hot

    def _keep(self, hot: Hot, wake: int | None) -> None:
        self._changed.add(hot.subject)
        if hot.wake != wake:
            if wake is not None:
                self._rows.delete(due_key(wake, hot.subject))
            if hot.wake is not None:
                self._rows.put(due_key(hot.wake, hot.subject), b"")

    def _recall(self, hot: Hot) -> Callable[[Mark], dict[str, Any]]:
        def recall(mark: Mark) -> dict[str, Any]:
            row = self._rows.get(history_key(hot.subject, hot.gen, *mark.seq))
            if row is None:
                raise LookupError("a history row is missing")
            return self._event_of(row)

        return recall
