"""What the pipeline keeps besides alerts: receipts, quarantine, disclosures, items for people, heartbeats."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from safeguarding.events.alert import Progress
from safeguarding.events.base import Word
from safeguarding.events.times import Instant

FEEDBACK: Final = "referral-feedback"  # the rule whose notices are feedback to a referrer
REASON_CODES: tuple[str, ...] = (
    "AGENCY_MISMATCH",
    "UNKNOWN_TYPE",
    "UNKNOWN_FIELD",
    "MISSING_FIELD",
    "BAD_VALUE",
    "BAD_TEXT",
    "TOO_LARGE",
    "FUTURE_TIME",
    "ID_CONFLICT",
    "NOT_YOURS",
    "BACKFILL_CLOSED",
    "SCHEMA_UNKNOWN",
    "DECODE_FAILED",
)


class Coordinates(Word):
    """Where a record stands in the log."""

    topic: str
    """Topic, without the prefix."""
    partition: int
    """Partition."""
    offset: int
    """Offset."""


class Receipt(Word):
    """What became of an event, for its sender."""

    agency: str
    """Who sent the event."""
    id: str | None = None
    """Id of the event; missing when it could not be read."""
    status: Literal["accepted", "duplicate", "held", "rejected"]
    """What became of it."""
    code: str | None = None
    """Reason code, TEST for a test event."""
    field: str | None = None
    """Dotted path of the field at fault; never a value."""
    record: Coordinates
    """Where the sender's record stands."""
    at: Instant
    """Clock of the decision."""


class Feedback(Word):
    """How far a referral has come, for the agency that sent it; it has no place for a child or anybody's account."""

    feedback_id: str
    """The same for every revision of what is said of one step."""
    revision: int
    """1, then one more for each correction."""
    status: Literal["raised", "amended", "withdrawn"]
    """raised; amended: the hub has corrected it; withdrawn: it does not hold, or was another case."""
    agency: str
    """Who referred."""
    at: Instant
    """Clock of it."""
    progress: Progress | None = None
    """Which referral, and what the hub has done with it; missing when it is withdrawn."""
    what: str
    """The same in plain words."""
    contact: str
    """Whom to ring."""


class Quarantined(Word):
    """A record that could not be taken, kept as it came."""

    record: Coordinates
    """Where the record stood."""
    room: str
    """Which room could not take it."""
    code: str
    """Reason code; DISCARDED: an operator has decided that it stays out."""
    reason: str | None = None
    """An operator's words for discarding it."""
    field: str | None = None
    """Dotted path of the field at fault; never a value."""
    event_id: str | None = None
    """Id of the event, when it could be read."""
    at: Instant
    """When."""
    key: bytes | None = None
    """Original key."""
    value: bytes | None = None
    """Original bytes."""
    headers: dict[str, bytes] = Field(default_factory=dict)
    """Original headers."""


class Disclosure(Word):
    """Who was told what about a child, or was not, and why."""

    disclosure_id: str
    """The same for a repeat of the same decision."""
    at: Instant
    """When it was decided."""
    subject: str
    """Key of the child or case."""
    alert_id: str
    """The alert it comes from."""
    revision: int
    """Revision of the alert."""
    status: Literal["sent", "held", "withheld"]
    """What was decided."""
    audience: str
    """Which audience."""
    recipient: str | None = None
    """Code of the recipient."""
    notice_id: str | None = None
    """The notice that was sent."""
    fields: list[str] = Field(default_factory=list)
    """Names of the fields that were told; of the child and of the handling, each part by itself."""
    rule: str
    """Which rule."""
    basis: str | None = None
    """Lawful basis."""
    reason: str | None = None
    """Why it was held or withheld."""
    number: int
    """Place in the chain of its partition, from 1."""
    previous: str
    """Hash of the record before it, empty for the first."""
    hash: str
    """SHA-256 of this record in canonical JSON, without this field and without fields that hold nothing."""


class Candidate(Word):
    """Somebody who might be meant."""

    key: str
    """Key of the person."""
    matched: list[str] = Field(default_factory=list)
    """Which kinds of identifiers or fields agree; never values."""


class ReviewItem(Word):
    """A question of identity, or a missing basis, that a person must decide."""

    what: Literal["event", "person"]
    """Whether the whole event waits or one person of it."""
    reason: str
    """Why it waits."""
    agency: str
    """Who sent the event."""
    id: str
    """Id of the event."""
    ref: str | None = None
    """Which person of it."""
    candidates: list[Candidate] = Field(default_factory=list)
    """Who might be meant."""
    at: Instant
    """Since when."""
    open: bool = True
    """False when it has been decided."""


class OperatorItem(Word):
    """Something an operator must see; no child's details."""

    kind: Literal["held_notice", "report", "triage", "agency_silent", "unacknowledged", "other"]
    """What kind of item."""
    at: Instant
    """When."""
    rule: str | None = None
    """Rule of the alert."""
    alert_id: str | None = None
    """The alert."""
    audience: str | None = None
    """The audience that was not reached."""
    reason: str | None = None
    """Why."""
    agency: str | None = None
    """The agency it is about."""
    events: int | None = None
    """How many events a report covers."""
    children: int | None = None
    """How many children a report covers."""
    run: str | None = None
    """Which backfill a report or a triage item belongs to."""
    subject: str | None = None
    """Key of the child that a triage item is about."""
    rules: list[str] = Field(default_factory=list)
    """Rules that would have fired for that child, had the backfill been live."""
    urgency: str | None = None
    """The most pressing urgency among them."""


class RoomHeartbeat(Word):
    """A sign of life of a room."""

    room: str
    """Which room."""
    instance: str
    """Which worker."""
    at: Instant
    """When."""
    started_at: Instant
    """Since when it runs."""
    handled: int
    """Records handled since then."""
    positions: dict[str, int] = Field(default_factory=dict)
    """Topic and partition to the next offset."""
