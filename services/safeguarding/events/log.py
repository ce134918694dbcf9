"""Records between the rooms: events.accepted.v1 (the total order) and facts.accepted.v1 (about whom)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.alert import Child
from safeguarding.events.base import Word
from safeguarding.events.person import Role
from safeguarding.events.record import Coordinates
from safeguarding.events.times import Instant


class Accepted(Word):
    """One append to the total order: an event, or that time passed."""

    kind: Literal["event", "tick", "rules"]
    """An event, a clock tick, or the activation of a rule pack."""
    clock: Instant
    """The pipeline's clock when it was appended."""
    record: Coordinates | None = None
    """Where the agency's record stands; the same again is our own repeat."""
    redriven: Coordinates | None = None
    """Where the operators' re-drive of that record stands, if it came that way; that again is our own repeat."""
    body: bytes | None = None
    """The event as it came on the wire, or the rule pack."""


class Adult(Word):
    """An adult of the event, as identity knows them."""

    ref: str
    """Label of the person in the event."""
    key: str
    """Key of the person."""
    role: Role
    """Why the person is in the event."""


class Fact(Word):
    """One event as it concerns one subject, or a tick for a partition."""

    kind: Literal["event", "tick", "begin", "end", "moved", "report", "rules"]
    """An event; that time passed; or the frame of a re-emission."""
    seq: int
    """Offset in events.accepted.v1."""
    index: int
    """Place in the fan-out of that record; (seq, index) orders all facts of a partition."""
    clock: Instant
    """The pipeline's clock; what is due up to it fires first."""
    gen: int = 0
    """Generation of the subject's facts; higher replaces lower."""
    then_seq: int | None = None
    """On a re-emitted fact: the offset it had when it first came; none on a live fact."""
    then_clock: Instant | None = None
    """On a re-emitted fact: the clock it had when it first came."""
    subject: str = ""
    """Key of the child, else of the case or agency; empty on a tick."""
    about: Literal["child", "case", "agency", "none"] = "none"
    """What kind of subject."""
    ref: str | None = None
    """Which person of the event the subject is."""
    via_adult: str | None = None
    """Key of the adult through whom the event reaches the child."""
    via_link: str | None = None
    """How that adult is linked to the child: yes (lives with), contact, no, unknown, incident, household, pregnancy."""
    via_case: bool = False
    """True when the event names nobody and reaches the child through its case."""
    before: bool = False
    """True when the event is older than the adult's link to the child, and tells of a state that lasts."""
    root: str | None = None
    """On a correction: id by which the chain of the event and its corrections is known; else the event's own."""
    live: bool = True  # on the end of a re-emission: False when a backfill has brought it about
    """False when the event and all that it corrects came as backfill: history that raises nothing on its own."""
    child: Child | None = None
    """The child as known at this point of the log."""
    adults: list[Adult] = Field(default_factory=list)
    """Adults of the event."""
    source: str | None = None
    """Agency and source that sent the event."""
    body: bytes | None = None
    """The event as it came on the wire."""
    record: Coordinates | None = None
    """On somebody's answer to an alert: where the sender's record stands, whose receipt correlation gives."""
    note: str | None = None
    """For a moved subject: its new key; for a report: which backfill is over; for a re-emission: identity."""
    counts: dict[str, int] | None = None
    """For a report: events and children."""
