"""The log as a value: the records of events.accepted.v1, from a dump, or as intake would append a file's events."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from safeguarding.errors import Refused, SafeguardingError
from safeguarding.events.acceptance import read_json
from safeguarding.intake.agent import Intake
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import decode_as, encode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, agency_topic

RULES: Final = b"rules|"


class Again:
    """Records that are read anew each time they are gone through, so that a long log is nowhere held whole."""

    def __init__(self, read: Callable[[], Iterator[Record]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Record]:
        return self._read()


class Log(NamedTuple):
    """The total order.

    Attributes:
        records: records of events.accepted.v1; they can be gone through more than once.
        clock: what drove it: ``wall`` or ``events``.
    """

    records: Iterable[Record]
    clock: str

    @property
    def eager(self) -> bool:
        """Whether the events drive the clock."""
        return self.clock == "events"

    @property
    def end(self) -> int:
        """The last clock of it; 0 when it is empty."""
        return max((decode_as("log.accepted", record.value)["clock"] for record in self.records), default=0)

    @property
    def activated(self) -> list[str]:
        """The rule packs that came into force in it, in TOML."""
        found = [decode_as("log.accepted", r.value) for r in self.records if (r.key or b"").startswith(RULES)]
        return [one["body"].decode() for one in found if one["kind"] == "rules"]

    def under_one_pack(self) -> Log:
        """The log as if no rule pack had come into force in it."""
        records = self.records
        return self._replace(records=Again(lambda: (r for r in records if not (r.key or b"").startswith(RULES))))


def dumped(log: Log) -> Iterator[str]:
    """The lines of a dump: a head, then one record a line, byte for byte."""
    yield json.dumps({"log": ACCEPTED, "clock": log.clock})
    for record in log.records:
        value = {"key": (record.key or b"").decode(), "at": record.timestamp, "value": _text(record.value)}
        yield json.dumps(value, ensure_ascii=False)


def of_dump(lines: Iterable[str], name: str) -> Log:
    """The log of a dump.

    Args:
        lines: its lines, which can be gone through more than once.
        name: name of the file, for messages.

    Raises:
        SafeguardingError: it is no dump; while its records are gone through, that a line is none of them.
    """
    try:
        head = json.loads(next(iter(lines), ""))
        clock = head["clock"] if head["log"] == ACCEPTED else None
    except (ValueError, TypeError, KeyError):
        clock = None
    if clock not in ("wall", "events"):
        raise SafeguardingError(f"{name} is no dump of {ACCEPTED}: make one with `safeguarding log dump > FILE`")
    return Log(Again(lambda: _of_lines(lines, name)), clock)


def of_text(lines: Iterable[str], until: int | None) -> Log:
    """The log that a file of events makes; lines that intake refuses are not in it, as they never are.

    Args:
        lines: events in JSON, in the order in which they arrive.
        until: time passes up to this clock after the last event.
    """
    return of_events(_events(lines), until)


def of_events(events: Iterable[dict[str, Any]], until: int | None = None) -> Log:
    """The log that events in the form of rooms make; see `accepted`."""
    return Log(list(accepted(events, until)), "events")


def accepted(events: Iterable[dict[str, Any]], until: int | None = None) -> Iterator[Record]:
    """What intake appends for events in the form of rooms, one by one, and at the end that time passed.

    Args:
        events: in the order in which they arrive.
        until: up to this clock after the last event.
    """
    intake, nothing, offset, clock = Intake("events", None), Overlay(Rows()), 0, 0  # a room without memory
    for number, event in enumerate(events):
        value = encode(event["type"], event)
        sent = Record(agency_topic(event["agency"]), 0, number, event["id"].encode(), value, clock)
        for output in intake.handle([sent], nothing):
            if output.topic == ACCEPTED:
                clock = max(clock, event["published_at"])
                yield Record(ACCEPTED, 0, offset, output.key, output.value, clock)
                offset += 1
    yield _tick(offset, max(clock, until or 0))


def activation(text: str, clock: int, unique: str) -> tuple[bytes, bytes]:
    """Key and value of the record by which a rule pack comes into force.

    Args:
        text: the pack, in TOML, which has been checked.
        clock: the time now; 0: that of the log.
        unique: what no other key has.
    """
    value = encode("log.accepted", {"kind": "rules", "clock": clock, "body": text.encode()})
    return RULES + unique.encode(), value


def passed(log: Log, until: int) -> Log:
    """The log with time passed up to a clock after its last record."""
    return log._replace(records=Again(lambda: _passed(log.records, until)))


def _of_lines(lines: Iterable[str], name: str) -> Iterator[Record]:
    """The records of a dump."""
    offset = 0
    for number, line in enumerate(lines, 1):
        if number > 1 and line.strip():
            try:
                row = json.loads(line)
                value = b64decode(row["value"], validate=True)
                decode_as("log.accepted", value)
                yield Record(ACCEPTED, 0, offset, row["key"].encode(), value, int(row["at"]))
            except (ValueError, TypeError, KeyError, AttributeError, NotBase64, Refused):
                raise SafeguardingError(f"{name}: line {number} is no record of {ACCEPTED}") from None
            offset += 1


def _passed(records: Iterable[Record], until: int) -> Iterator[Record]:
    last = -1
    for record in records:
        last = record.offset
        yield record
    yield _tick(last + 1, until)


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.strip():
            try:
                yield read_json(line)
            except Refused:
                continue


def _tick(offset: int, clock: int) -> Record:
    value = encode("log.accepted", {"kind": "tick", "clock": clock})
    return Record(ACCEPTED, 0, offset, b"tick|%d" % clock, value, clock)


def _text(value: bytes | None) -> str:
    return b64encode(value or b"").decode()
