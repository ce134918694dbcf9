"""One batch through a room: its outputs and its rows, and a bad record alone when there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from safeguarding.errors import Refused, StateError
from safeguarding.runtime.overlay import Backing, Overlay
from safeguarding.wire.quarantine import refusal
from safeguarding.wire.room import Output, Record, Room
from safeguarding.wire.schemas import MARKER

Quarantine = Callable[[Record, str, str], Output]


class Outcome(NamedTuple):
    """What a batch brings about: to be sent, then kept.

    Attributes:
        outputs: records to send, in order.
        changes: rows by key, None for deleted; kept when the outputs are acknowledged.
        applied: the offset after the last record that was taken.
        bad: offset of a record that raised in a room that lives on the log: its memory may be half changed, and must
            be folded again without that record before anything else; `changes` is empty.
    """

    outputs: list[Output]
    changes: Mapping[bytes, bytes | None]
    applied: int
    bad: int | None = None


def outcome(room: Room, batch: Sequence[Record], rows: Backing, quarantine: Quarantine | None) -> Outcome:
    """Hand a batch to a room.

    Args:
        room: the room.
        batch: records of one input partition.
        rows: its rows before the batch; not changed.
        quarantine: makes the record that keeps what the room could not take; None: the exception goes through.

    Raises:
        StateError: the record's schema is one that only a newer version knows; to quarantine it would be to lose it.
    """
    if room.memory == "log":
        return _up_to_a_bad_one(room, batch, rows, quarantine)
    overlay = Overlay(rows)
    try:
        return Outcome(list(room.handle(batch, overlay)), overlay.changes, batch[-1].offset + 1)
    except Exception:
        if quarantine is None:
            raise
        return _without_bad_ones(room, batch, rows, quarantine)


def _up_to_a_bad_one(room: Room, batch: Sequence[Record], rows: Backing, quarantine: Quarantine | None) -> Outcome:
    """One by one, so that what the room said before a bad record is known; its rows are made again after it."""
    outputs: list[Output] = []
    overlay = Overlay(rows)
    for record in batch:
        try:
            outputs += list(room.handle([record], overlay))
        except Exception as problem:
            if quarantine is None:
                raise
            outputs += _refused(room, record, problem, quarantine)
            return Outcome(outputs, {}, record.offset + 1, record.offset)
    return Outcome(outputs, overlay.changes, batch[-1].offset + 1)


def _without_bad_ones(room: Room, batch: Sequence[Record], rows: Backing, quarantine: Quarantine) -> Outcome:
    """One by one, each over what the good ones before it have written."""
    outputs: list[Output] = []
    kept = Overlay(rows)
    for record in batch:
        overlay = Overlay(kept)
        try:
            made = list(room.handle([record], overlay))
        except Exception as problem:
            outputs += _refused(room, record, problem, quarantine)
            continue
        outputs += made
        kept.take_over(overlay)
    return Outcome(outputs, kept.changes, batch[-1].offset + 1)


def _refused(room: Room, record: Record, problem: Exception, quarantine: Quarantine) -> list[Output]:
    """The record kept aside, and its sender told."""
    if _is_newer(record, problem):
        raise StateError(
            f"{room.name}: record {record.offset} of {record.topic} was written by a newer version; "
            "start that version of this room"
        ) from None
    return [quarantine(record, room.name, type(problem).__name__), *filter(None, [refusal(record)])]


def _is_newer(record: Record, problem: Exception) -> bool:
    """Whether a record between rooms is well made, and of a schema that is not yet on our list."""
    unknown = isinstance(problem, Refused) and problem.code == "SCHEMA_UNKNOWN"
    return unknown and (record.value or b"").startswith(MARKER)
