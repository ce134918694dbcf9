"""Rows that correlation keeps for a partition: their keys, and the desk of one subject over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from safeguarding.correlation.marks import mark_of, means_something
from safeguarding.correlation.record import Life, Mark, dump_life, load_life

APPLIED = b"x|seq"
DUE = b"d|"
Told = tuple[dict[str, Any], dict[str, Any]]  # a fact and the event it carries
FactOf = Callable[[bytes], Told]


class Rows(Protocol):
    """The part of `wire.room.State` that is used here."""

    def get(self, key: bytes) -> bytes | None: ...  # noqa: D102
    def put(self, key: bytes, value: bytes) -> None: ...  # noqa: D102
    def delete(self, key: bytes) -> None: ...  # noqa: D102
    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]: ...  # noqa: D102
    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None: ...  # noqa: D102


class History:
    """History rows: written once, and each read and decoded at most once a batch.

    Args:
        rows: the partition's rows.
        fact_of: a fact and its event from a history row.
    """

    def __init__(self, rows: Rows, fact_of: FactOf) -> None:
        self._rows, self._fact_of = rows, fact_of
        self._read: dict[bytes, Told] = {}

    def write(self, key: bytes, row: bytes, told: Told) -> None:
        """Keep a fact that has just come, with the event it carries."""
        self._rows.put(key, row)
        self._read[key] = told

    def read(self, key: bytes) -> Told:
        """A fact that came once, and the event it carries."""
        told = self._read.get(key)
        if told is None:
            row = self._rows.get(key)
            if row is None:
                raise LookupError("a history row is missing")
            told = self._read[key] = self._fact_of(row)
        return told


class RowDesk:
    """What a judgement on one subject may reach beyond the hot record (see `desk.Desk`).

    Args:
        rows: the partition's rows.
        subject: key of the subject.
        gen: generation of its facts.
        history: facts and events from history rows.
        sent: while the past is folded again: what has been sent until now.
    """

    def __init__(
        self, rows: Rows, subject: str, gen: int, history: History, sent: Sequence[Life] | None = None
    ) -> None:
        self._rows, self._subject, self._gen, self._history, self._sent = rows, subject, gen, history, sent
        self.silent = sent is not None

    def recall(self, mark: Mark) -> dict[str, Any]:
        """The event of a mark."""
        return self._history.read(history_key(self._subject, self._gen, *mark.seq))[1]

    def history(self) -> Iterator[Mark]:
        """Marks of all events of the subject that mean something to it."""
        for key, _ in self._rows.scan(history_key(self._subject, self._gen, 0, 0)[:-12]):
            fact, event = self._history.read(key)
            mark = mark_of(event, fact)
            if means_something(mark):
                yield mark

    def unshelve(self, event_ids: set[str]) -> list[Life]:
        """Take back alerts that left the hot record and rest on any of these events."""
        found = shelved(self._rows, self._subject, again=self.silent)
        back = [life for life in found if not event_ids.isdisjoint(life.because)]
        for life in back:
            self._rows.delete(shelf_key(self._subject, life, again=self.silent))
        return back

    def let_go(self, cases: set[str]) -> None:
        """Note cases of which an event leaves the hot record; of a past that is folded again, apart."""
        for case in cases:
            self._rows.put(_cases(self._subject, again=self.silent) + case.encode(), b"")

    def has_let_go(self, case: str) -> bool:
        """Whether an event of a case has left the hot record."""
        return self._rows.get(_cases(self._subject, again=self.silent) + case.encode()) is not None

    def shelve(self, life: Life) -> None:
        """Keep an alert that leaves the hot record; of a past that is folded again, apart from those that were sent."""
        self._rows.put(shelf_key(self._subject, life, again=self.silent), dump_life(life))

    def last_number(self, life: Life) -> int:
        """Highest number that an alert of this rule and case has in its id, of those that left the hot record."""
        row = self._rows.newest(shelf_key(self._subject, life, again=self.silent)[:-4])
        return int.from_bytes(row[0][-4:]) if row is not None else 0

    def shelved(self) -> Sequence[Life]:
        """Alerts that have left the hot record."""
        return shelved(self._rows, self._subject, again=self.silent)

    def sent(self) -> Sequence[Life] | None:
        """What has been sent until now, while the past is folded again."""
        return self._sent


def shelved(rows: Rows, subject: str, *, again: bool) -> list[Life]:
    """Alerts of a subject that have left the hot record.

    Args:
        rows: the partition's rows.
        subject: key of the subject.
        again: those of a past that is folded again.
    """
    return [load_life(data) for _, data in rows.scan(_shelf(subject, again=again))]


def clear_shelf(rows: Rows, subject: str, *, again: bool) -> None:
    """Remove the rows that `shelved` reads."""
    for key in [key for key, _ in rows.scan(_shelf(subject, again=again))]:
        rows.delete(key)


def keys_of(rows: Rows, subject: str, gen: int) -> list[bytes]:
    """Keys of the history rows of one generation, in the order of the log."""
    return [key for key, _ in rows.scan(history_key(subject, gen, 0, 0)[:-12])]


def clear_history(rows: Rows, subject: str, gen: int) -> None:
    """Remove the history rows of one generation."""
    for key in keys_of(rows, subject, gen):
        rows.delete(key)


def hot_key(subject: str) -> bytes:
    """The hot record of a subject."""
    return b"h|" + subject.encode()


def shadow_key(subject: str) -> bytes:
    """The record of a subject whose past is being folded again."""
    return b"s|" + subject.encode()


def moved_key(subject: str) -> bytes:
    """Under which key a subject goes on."""
    return b"m|" + subject.encode()


def history_key(subject: str, gen: int, seq: int, index: int) -> bytes:
    """One event of a subject's history; in the order of the log."""
    return b"r|%b|%b%b%b" % (subject.encode(), gen.to_bytes(4), seq.to_bytes(8), index.to_bytes(4))


def swap_cases(rows: Rows, subject: str) -> None:
    """Let the cases that a past which was folded again has let go of stand for those from before."""
    before, now = _cases(subject, again=False), _cases(subject, again=True)
    for key in [key for key, _ in rows.scan(before)]:
        rows.delete(key)
    for key in clear_cases(rows, subject):
        rows.put(before + key[len(now) :], b"")


def clear_cases(rows: Rows, subject: str) -> list[bytes]:
    """Remove the rows of cases that a past which is folded again has let go of; their keys."""
    keys = [key for key, _ in rows.scan(_cases(subject, again=True))]
    for key in keys:
        rows.delete(key)
    return keys


def shelf_key(subject: str, life: Life, *, again: bool) -> bytes:
    """An alert that has left the hot record."""
    return _shelf(subject, again=again) + f"{life.rule}|{life.name}|".encode() + life.n.to_bytes(4)


def due_key(due: int, subject: str) -> bytes:
    """The one deadline row of a subject; in order of time."""
    return DUE + (due + (1 << 62)).to_bytes(8) + b"|" + subject.encode()


def due_of(key: bytes) -> tuple[int, str]:
    """Clock and subject of a deadline row."""
    return int.from_bytes(key[2:10]) - (1 << 62), key[11:].decode()


def position(seq: int, index: int) -> bytes:
    """A place in the log that sorts as bytes."""
    return seq.to_bytes(8) + index.to_bytes(4)


def _cases(subject: str, *, again: bool) -> bytes:
    """Beginning of the rows of cases of which an event has left the hot record."""
    return b"%b|%b|" % (b"e" if again else b"c", subject.encode())


def _shelf(subject: str, *, again: bool) -> bytes:
    return b"%b|%b|" % (b"v" if again else b"a", subject.encode())
