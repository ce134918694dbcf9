"""The subjects of a partition: loads and saves their records, keeps the deadline rows, drops what was seen before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import takewhile
from typing import Any

from safeguarding.correlation.finding import Pack
from safeguarding.correlation.fold import arrive, elapse
from safeguarding.correlation.hindsight import over
from safeguarding.correlation.packs import Packs
from safeguarding.correlation.record import Hot, dump, load
from safeguarding.correlation.refold import Refolds
from safeguarding.correlation.rows import (
    APPLIED,
    DUE,
    FactOf,
    History,
    RowDesk,
    Rows,
    due_key,
    due_of,
    history_key,
    hot_key,
    position,
)


class Subjects:
    """The records of one batch: each is loaded once and saved once."""

    def __init__(self, rows: Rows, pack: Pack, fact_of: FactOf) -> None:
        self._rows, self._packs, self._history = rows, Packs(rows, pack), History(rows, fact_of)
        self._pack = self._packs.newest
        self._refolds = Refolds(rows, self._packs, self._history)
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
            Subject and record for alerts.raised.v1; of a backfill that is over, an operators' item; of somebody's
            answer, its receipt.
        """
        at = position(fact["seq"], fact["index"])
        if at <= self._applied:
            return  # a repeat of a restarted or paused identity worker
        self._applied = at
        if fact["kind"] == "tick":
            yield from self._tick(fact["clock"])
            return
        if fact["kind"] == "rules":
            yield from self._tick(fact["clock"])  # what has fallen due is judged by the pack that was in force
            self._packs.activate(fact["seq"], fact["clock"], fact["body"])
            self._pack = self._packs.newest
            return
        subject, out = fact["subject"], list[dict[str, Any]]()
        hot = self._hot(subject, fact["about"])
        if fact["kind"] == "begin":
            self._refolds.begin(fact)
        elif fact["kind"] in ("end", "moved"):
            out = self._replace(*self._refolds.end(fact, hot))
        elif fact["kind"] == "report":
            out = over(hot, fact, self._pack)
        elif event is not None and fact["then_seq"] is not None:
            self._refolds.event(fact, event, row, hot)
        elif event is not None:
            self._history.write(history_key(subject, hot.gen, fact["seq"], fact["index"]), row, (fact, event))
            wake = hot.wake
            out = arrive(hot, fact, event, self._pack, self._desk(hot))
            self._keep(hot, wake)
        for record in out:
            yield subject, record

    def save(self) -> None:
        """Write every changed record once."""
        for subject in sorted(self._changed):
            self._rows.put(hot_key(subject), dump(self._loaded[subject]))
        self._refolds.save()
        self._rows.put(APPLIED, self._applied)

    def _tick(self, clock: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """What falls due up to and at a clock, in order of due time; nobody else is looked at."""
        rows = (due_of(key) for key, _ in self._rows.scan(DUE))
        waiting = list(takewhile(lambda row: row[0] <= clock, rows))  # in order, so it is a heap
        while waiting:
            due, subject = heappop(waiting)
            hot = self._hot(subject, "child")
            wake = hot.wake
            for raised in elapse(hot, due, self._pack, self._desk(hot)):
                yield subject, raised
            self._keep(hot, wake)
            if hot.wake is not None and hot.wake <= clock:
                heappush(waiting, (hot.wake, subject))

    def _hot(self, subject: str, about: str) -> Hot:
        hot = self._loaded.get(subject)
        if hot is None:
            data = self._rows.get(hot_key(subject))
            hot = self._loaded[subject] = load(data) if data is not None else Hot(subject, about)
        return hot

    def _replace(self, hot: Hot, out: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let another record stand for a subject."""
        wake = self._loaded[hot.subject].wake
        self._loaded[hot.subject] = hot
        self._keep(hot, wake)
        return list(out)

    def _keep(self, hot: Hot, wake: int | None) -> None:
        self._changed.add(hot.subject)
        if hot.wake != wake:
            if wake is not None:
                self._rows.delete(due_key(wake, hot.subject))
            if hot.wake is not None:
                self._rows.put(due_key(hot.wake, hot.subject), b"")

    def _desk(self, hot: Hot) -> RowDesk:
        return RowDesk(self._rows, hot.subject, hot.gen, self._history)
