"""One input partition of a room: its rows, and how far it has come. No I/O but its local rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from safeguarding.runtime.batch import Outcome, Quarantine, outcome
from safeguarding.runtime.overlay import Backing
from safeguarding.runtime.rows import Rows
from safeguarding.wire.quarantine import refusal
from safeguarding.wire.room import Record, Room


class _NoRows:
    """The rows of a room that keeps none."""

    def get(self, key: bytes) -> bytes | None:
        return None

    def scan(self, prefix: bytes) -> tuple[()]:
        return ()

    def newest(self, prefix: bytes) -> None:
        return None


class Lane:
    """The records of one partition in order, each exactly once taken as long as this process lives.

    Attributes:
        next: the next input offset.
        beginning: the first offset of the input.
        silent_until: outputs of records below this offset are known to have been sent (a log folded again).
        rows: local rows, or None for a room that keeps none.
    """

    def __init__(self, room: Room, topic: str, partition: int, rows: Rows | None, quarantine: Quarantine) -> None:
        self.topic, self.partition, self.rows = topic, partition, rows
        self.next = self.beginning = 0
        self.silent_until = 0
        self._room, self._quarantine = room, quarantine
        self._bad: set[int] = set()
        self._backing: Backing = rows if rows is not None else _NoRows()  # type: ignore[assignment]  # an empty tuple iterates

    def record(self, raw: Any) -> Record:
        """A record as Kafka's client has it, for the room."""
        return Record(self.topic, self.partition, raw.offset, raw.key, raw.value, raw.timestamp, tuple(raw.headers))

    def handle(self, records: Sequence[Record]) -> Outcome:
        """What the room makes of the next records; nothing is kept yet."""
        good = [record for record in records if record.offset not in self._bad]
        end = records[-1].offset + 1
        made = outcome(self._room, good, self._backing, self._quarantine) if good else Outcome([], {}, end)
        if made.bad is None:
            made = made._replace(applied=end)
        if len(good) < len(records):  # a death may have come between the quarantine and the receipt
            bad = (record for record in records if record.offset in self._bad and record.offset < made.applied)
            made = made._replace(outputs=[*made.outputs, *filter(None, map(refusal, bad))])
        return made._replace(outputs=[]) if records[0].offset < self.silent_until else made

    def split(self, records: Sequence[Record], most: int) -> Sequence[Record]:
        """The first records of those fetched that may be handled together."""
        batch = records[:most]
        if batch[0].offset < self.silent_until <= batch[-1].offset:
            return [record for record in batch if record.offset < self.silent_until]
        return batch

    def keep(self, made: Outcome, changelog: int = 0) -> None:
        """Keep what a batch changed, now that everything is acknowledged.

        Args:
            made: the batch's outcome.
            changelog: the next changelog offset.
        """
        if self.rows is not None:
            self.rows.write(made.changes, made.applied, changelog)
        self.next = made.applied

    @property
    def done(self) -> int:
        """The offset that may be committed: everything before it is sent and kept."""
        return max(self.next, self.silent_until)

    def leave_out(self, bad: Iterable[int]) -> None:
        """These could not be taken before this start; mended or not, they count only when they are given back."""
        taken = {offset for offset in bad if offset < self.next} - self._bad
        self._bad.update(bad)
        if taken:  # a stand-by of a newer version, or another owner was less able than we
            self._begin_again()

    def fold(self, records: Sequence[Record], done: int) -> None:
        """Take records of which another worker has sent everything.

        Args:
            records: the next ones of a log.
            done: the offset up to which that is so.
        """
        self.silent_until = done
        if records:
            made = self.handle(records)
            self.keep(made)
            if made.bad is not None:
                self.fold_again(made.bad)

    def fold_again(self, bad: int) -> None:
        """Begin again from the log's beginning, without a record that could not be taken."""
        self._bad.add(bad)
        self.silent_until = max(self.silent_until, bad + 1)
        self._begin_again()

    def _begin_again(self) -> None:
        self.next = self.beginning
        self._room.reset()
        if self.rows is not None:
            self.rows.clear()
