"""What the police may send."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.base import Word
from safeguarding.events.times import Instant


class IncidentRecorded(Word):
    """An incident in the control room."""

    kind: Literal["domestic_abuse", "child_present", "missing", "other"]
    """What kind of incident."""
    children_linked: bool
    """Whether children are linked to an adult of the incident."""
    address_of_incident_postcode: str | None = None
    """Postcode of the place of the incident."""


class IncidentClosed(Word):
    """An incident closed."""

    closing_code: str
    """The code it was closed with."""


class DaFormCompleted(Word):
    """A domestic-abuse risk form (DASH or DARA)."""

    tool: Literal["dash", "dara"]
    """Which form."""
    grade: Literal["standard", "medium", "high"]
    """The officer's grade of risk."""
    ticks: int | None = Field(None, ge=0, le=100)
    """Number of questions answered with yes."""
    marac_referred: bool = False
    """Whether it was referred to a multi-agency risk assessment conference."""


class ReferralSubmitted(Word):
    """A referral sent to the children's hub."""

    form: Literal["ppn"]
    """Which form: a public protection notice."""


class TriageCompleted(Word):
    """A referral looked at inside the police."""

    outcome: str
    """What was decided."""
    reason: str
    """Why."""


class MissingReported(Word):
    """A child reported missing."""

    risk: Literal["none", "low", "medium", "high"]
    """Assessed risk."""
    cause_for_concern: bool
    """Whether there is cause for concern beyond the absence."""


class MissingReturned(Word):
    """A missing child returned."""

    returned_at: Instant
    """When the child returned."""
