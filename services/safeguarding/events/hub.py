"""What the children's hub may send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from safeguarding.events.base import Word
from safeguarding.events.envelope import Agency
from safeguarding.events.times import Instant

Invitee = Literal[
    "dental",
    "adult_mental_health",
    "cgl",
    "probation",
    "gp",
    "school_nurse",
    "health_visitor",
    "school",
    "police",
    "yos",
]


class ReferralReceived(Word):
    """A referral has arrived at the hub."""

    from_agency: Agency
    """Who referred."""
    from_case_ref: str
    """The referrer's own case reference."""


class DecisionMade(Word):
    """What the hub decided on a referral."""

    from_agency: Agency
    """Who referred."""
    from_case_ref: str
    """The referrer's own case reference."""
    outcome: Literal["no_further_action", "early_help", "assessment", "strategy_discussion"]
    """What was decided."""
    referrer_told: bool
    """Whether the referrer has been told."""


class StatusChanged(Word):
    """The child's plan or care status; one at a time, the latest stands."""

    status: Literal["early_help", "cin", "cpp", "lac", "none"]
    """Early help, child in need, child protection plan, looked after, or none."""
    reason: str | None = None
    """Category of the plan, such as neglect."""
    worker: str | None = None
    """The allocated worker."""
    team: str | None = None
    """The worker's team."""
    ended: bool = False
    """True when this status has ended."""


class PsrInformationProvided(Word):
    """Information for a pre-sentence report was given."""

    to_case_ref: str
    """Probation's case reference."""


class InformationRequested(Word):
    """The hub asked an agency for information."""

    from_agency: Agency
    """Who is asked."""
    due_at: Instant | None = None
    """By when; five working days when missing."""


class InformationProvided(Word):
    """An agency answered the hub's request."""

    from_agency: Agency
    """Who answered."""
    due_at: Instant | None = None
    """By when it was due."""


class ReturnInterviewCompleted(Word):
    """An independent interview after a child came back, held or declined."""

    declined: bool
    """True when the child declined."""
    factors: list[str] = Field(default_factory=list)
    """What was behind it, in plain words."""


class MeetingScheduled(Word):
    """A meeting about the child."""

    kind: Literal["core_group", "conference", "strategy", "cin_review"]
    """What kind of meeting."""
    at: Instant
    """When it is held."""
    invited: list[Invitee]
    """Who is invited."""


class MeetingRecord(Word):
    """A core group held, or its minutes published."""

    meeting_ref: str
    """Reference of the meeting."""
    distributed_to: list[str] = Field(default_factory=list)
    """Who was sent the minutes."""


class NeglectAssessmentCompleted(Word):
    """A neglect tool, area by area."""

    tool: str
    """Which tool."""
    areas: dict[str, Annotated[int, Field(ge=1, le=5)]]
    """Area to grade; 1 is best, 5 is worst."""


class IdentityDecided(Word):
    """A person's decision on somebody in a held event."""

    event_agency: Agency
    """Agency of the held event."""
    event_id: str
    """Id of the held event."""
    ref: str
    """Which person of it."""
