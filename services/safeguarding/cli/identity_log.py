"""What identity knows, for a command: the log folded again by the identity room, and what a word would change."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from safeguarding.cli.log_source import log_on_kafka
from safeguarding.errors import SafeguardingError
from safeguarding.identity.agent import Identity
from safeguarding.identity.evidence import NeverJoin
from safeguarding.identity.look import Look
from safeguarding.producers.message import checked
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.overlay import Overlay
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode, decode_as, decode_event, encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, FACTS, REVIEW, agency_topic

_BATCH = 500
_MANY = 20_000  # records that take longer to fold than somebody waits without a word
_NEXT = 2**62  # an offset that no agency's topic has reached


class Effect(NamedTuple):
    """What a word would change.

    Attributes:
        status: what its receipt would say.
        code: with this code.
        field: about this field.
        told: by child, how many events its history would have.
        moved: children that would go on under another key.
        closed: how many questions would be answered.
        opened: how many would be asked.
    """

    status: str
    code: str | None
    field: str | None
    told: Mapping[str, int]
    moved: Mapping[str, str]
    closed: int
    opened: int


class Known:
    """The identity room after the whole log.

    Attributes:
        look: what is known of people.
        clock: the last clock of the log.
    """

    def __init__(self, records: Sequence[Record], settings: Settings, rows: Rows) -> None:
        never, eager = settings.never_join, settings.clock == "events"
        self._room = Identity(settings.partitions, eager_ticks=eager, never_join=never)
        lane = Lane(self._room, ACCEPTED, 0, rows, quarantined)
        self._rows, self._end = rows, records[-1].offset + 1 if records else 0
        while (start := lane.next) < self._end:
            for batch in _batches([record for record in records if record.offset >= start]):
                made = lane.handle(batch)
                lane.keep(made)
                if made.bad is not None:
                    lane.fold_again(made.bad)
                    break
        self.look = Look(Overlay(rows), decode_event, NeverJoin(never))
        self.clock = max((decode_as("log.accepted", r.value)["clock"] for r in records[-1:]), default=0)

    def would(self, event: Mapping[str, Any]) -> Effect:
        """What an event would change if it were the next; nothing is kept.

        Args:
            event: in the contract's JSON form.

        Raises:
            Refused: intake would not take it.
        """
        made = checked(event)
        place = {"topic": agency_topic(made["agency"]), "partition": 0, "offset": _NEXT}
        body = encode(made["type"], made)
        clock = max(self.clock, made["published_at"])
        value = encode("log.accepted", {"kind": "event", "clock": clock, "record": place, "body": body})
        record = Record(ACCEPTED, 0, self._end, b"", value, clock)
        outputs = list(self._room.handle([record], Overlay(self._rows)))
        receipts = [decode(o.value)[1] for o in outputs if o.topic.startswith("receipts.")]
        (receipt,) = [r for r in receipts if r["id"] == made["id"]]
        facts = [decode_as("log.fact", o.value) for o in outputs if o.topic == FACTS]
        told = {f["subject"]: 0 for f in facts if f["kind"] == "begin" and f["about"] == "child"}
        for fact in facts:
            if fact["kind"] == "event" and fact["subject"] in told:
                told[fact["subject"]] += 1
        moved = {f["subject"]: f["note"] for f in facts if f["kind"] == "moved"}
        asked = [decode_as("record.review_item", o.value)["open"] for o in outputs if o.topic == REVIEW]
        return Effect(
            receipt["status"], receipt["code"], receipt["field"], told, moved, asked.count(False), asked.count(True)
        )


@contextmanager
def known(settings: Settings) -> Iterator[Known]:
    """Fold the log as it stands on Kafka now; its rows are on local disk meanwhile.

    Raises:
        BrokerAway: no broker answers, or the topic is not there.
    """
    records = list(log_on_kafka(settings).records)
    if len(records) > _MANY:
        print(f"reading {len(records)} records of the log, a moment", file=sys.stderr)  # noqa: T201  # for who waits
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(prefix="identity-", dir=settings.state_dir)
    except OSError as problem:
        raise SafeguardingError(
            f"cannot write in {settings.state_dir}: {type(problem).__name__}; set SAFEGUARDING_STATE_DIR"
        ) from None
    with folder as name:
        rows = Rows(Path(name) / "rows", fresh=True)
        try:
            yield Known(records, settings, rows)
        finally:
            rows.close()


def read(settings: Settings, topic: str) -> list[list[Record]]:
    """All records of a topic that hold something, by partition."""
    from safeguarding.cli.reader import TopicReader

    reader = TopicReader(settings, [topic], from_start=True, patient=False)
    try:
        return [[r for r in records if r.value is not None] for records in reader.until_end()]
    finally:
        reader.close()


def _batches(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    return (records[start : start + _BATCH] for start in range(0, len(records), _BATCH))
