"""The alert (thick): for the hub and an allocated worker only (contract.md, section 3)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.base import Word
from safeguarding.events.person import Identifiers, Name, Voice
from safeguarding.events.times import Day, Instant

Status = Literal["raised", "amended", "escalated", "resolved", "withdrawn"]
Urgency = Literal["immediate", "today", "routine"]
Audience = Literal[
    "hub",
    "worker",
    "gp",
    "school-nurse",
    "health-visitor",
    "school",
    "police",
    "probation",
    "yos",
    "cgl",
    "health",
    "operators",
]
RecipientAction = Literal["file", "discuss_at_meeting", "contact_hub", "look_for_signs", "none"]


class RuleUsed(Word):
    """Which rule, in words made from the numbers it used."""

    id: str
    """Name of the rule."""
    version: str
    """Version of its parameters."""
    words: str
    """The rule in one plain sentence with its numbers."""


class Child(Word):
    """The child as the pipeline knows it."""

    identifiers: Identifiers
    """All numbers held."""
    name: Name | None = None
    """Newest spelling of the child's own services."""
    date_of_birth: Day | None = None
    """Date of birth."""
    expected_date_of_birth: Day | None = None
    """Expected date of birth, of an unborn child."""


class Observed(Word):
    """One number against its threshold."""

    what: str
    """What was counted or measured, in words."""
    value: int
    """What was seen."""
    threshold: int | None = None
    """From which value the rule holds; none for a plain fact."""


class Because(Word):
    """One event that the alert rests on."""

    event_id: str
    """Id of the event."""
    agency: str
    """Who sent it."""
    type: str
    """What happened."""
    occurred_at: Instant
    """When."""
    summary: str | None = None
    """The agency's own words."""


class AgencyCount(Word):
    """How often an agency appears in the history."""

    agency: str
    """Which agency."""
    days_90: int
    """Events that occurred in the last 90 days."""
    months_12: int
    """Events that occurred in the last 12 months."""


class HistoryEntry(Word):
    """One line of the history."""

    agency: str
    """Who sent it."""
    type: str
    """What happened."""
    occurred_at: Instant
    """When."""


class History(Word):
    """The rolling history, in short."""

    counts: list[AgencyCount] = Field(default_factory=list)
    """Counts by agency."""
    first: Instant | None = None
    """Earliest event known."""
    last: Instant | None = None
    """Latest event known."""
    entries: list[HistoryEntry] = Field(default_factory=list)
    """The last 25 entries, oldest first."""


class Recipient(Word):
    """Somebody who is told."""

    audience: Audience
    """Which audience."""
    code: str
    """ODS code, URN, team as its agency names it, else the agency."""
    name: str | None = None
    """Name of the recipient."""


class Hold(Word):
    """Why a recipient is not told now."""

    audience: Audience
    """Which audience."""
    reason: str
    """no_recipient, next_0800 …"""
    until: Instant | None = None
    """When it leaves by itself, if known."""


class Alert(Word):
    """An alert: which rule, why, what was observed, what would clear it. Never a score."""

    alert_id: str
    """<child key>.<rule>.<hash of case>.<n>."""
    revision: int
    """1, then one more for each change."""
    status: Status
    """raised, amended, escalated, resolved or withdrawn."""
    rule: RuleUsed
    """Which rule, in words."""
    child: Child | None = None
    """Whom it is about; null for an alert about a case or an agency."""
    opened_at: Instant
    """When it was first raised."""
    as_of: Instant
    """Clock of this revision."""
    urgency: Urgency
    """How soon somebody should look."""
    observed: list[Observed] = Field(default_factory=list)
    """The numbers against the thresholds."""
    because: list[Because] = Field(default_factory=list)
    """The events it rests on; beyond 50 the first 20 and the last 30."""
    because_count: int = 0
    """How many events it rests on in all."""
    history: History = Field(default_factory=History)
    """The rolling history, in short."""
    clears_when: str
    """What would close it."""
    household: str | None = None
    """The same for alerts of siblings that rest on the same cases."""
    audiences: list[Audience] = Field(default_factory=list)
    """Who is to be told."""
    recipients: list[Recipient] = Field(default_factory=list)
    """Who is told of this revision now."""
    voice: Voice | None = None
    """The child's own voice, the newest in the evidence."""
    contact: str
    """Whom to ring."""
    hold: list[Hold] = Field(default_factory=list)
    """Who is not told yet, and why."""
    reason: str | None = None
    """Why it was resolved or withdrawn."""
    sensitivity: list[str] = Field(default_factory=list)
    """What must be handled with care."""


class Progress(Word):
    """How far a referral has come, for whoever sent it."""

    case_ref: str
    """The referrer's own case reference."""
    stage: Literal["received", "decided"]
    """What the hub has done with it."""
    occurred_at: Instant
    """When."""
    decision_due_at: Instant | None = None
    """By when the hub decides, of one that was received."""
    outcome: str | None = None
    """What was decided."""


class Telling(Word):
    """What correlation proposes to tell one recipient; routing lets through what the audience may hold."""

    audience: Audience
    """Which audience."""
    code: str
    """Code of the recipient."""
    name: str | None = None
    """Name of the recipient."""
    what: str
    """Plain words, no narrative."""
    recipient_action: RecipientAction = "none"
    """What the recipient is asked to do."""
    counts: dict[str, int] | None = None
    """Totals, no agency named."""
    grade: str | None = None
    """Risk grade of a form."""
    signs: list[str] | None = None
    """Signs of relapse to look for."""
    voice: str | None = None
    """The child's words, short."""
    contact: str | None = None
    """Whom to ring, when it is not the hub."""
    feedback: Progress | None = None
    """To whoever referred: how far the referral has come."""
    batch: str | None = None
    """Same for all notices of one recipient's batch."""
    withdrawn: bool = False
    """True for somebody who should never have been told of an alert that stands for others."""


class Raised(Word):
    """Record of alerts.raised.v1: a revision with who is told now, or a later release of one (`release`)."""

    at: Instant
    """Clock of the decision."""
    release: bool = False
    """True: nothing new in the alert, only notices that were held leave now."""
    alert: Alert
    """The alert at its newest revision."""
    tell: list[Telling] = Field(default_factory=list)
    """Who is told now, and what."""
    held: list[Hold] = Field(default_factory=list)
    """Who is newly held, and why."""
    domestic_abuse: bool = False
    """Whether it is about domestic abuse: hidden from the patient's online access."""
    basis: str | None = None
    """Lawful basis of the newest event it rests on."""
