"""The envelope of every event (contract.md, section 1)."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from safeguarding.events.base import Word
from safeguarding.events.person import Person, Voice
from safeguarding.events.times import Instant

AGENCIES: tuple[str, ...] = ("police", "health", "cgl", "yos", "probation", "hub", "education")
BASES: frozenset[str] = frozenset(
    {
        "children_act_1989_s17",
        "children_act_1989_s47",
        "children_act_2004_s10",
        "children_act_2004_s11",
        "education_act_2002_s175",
        "crime_and_disorder_act_1998_s115",
        "vital_interests",
        "consent",
    }
)
Agency = Literal["police", "health", "cgl", "yos", "probation", "hub", "education"]
Sensitivity = Literal["confidential_address", "perpetrator_in_household", "hide_from_patient_online", "s_flag"]


class Envelope(Word):
    """What every event carries, whatever it tells."""

    type: str
    """What happened: <agency>.<noun>.<past participle>."""
    id: str
    """UUID, minted once by the agency; a retry keeps it."""
    action: Literal["new", "update", "delete"] = "new"
    """new, update (replaces the event in supersedes) or delete (withdraws it)."""
    supersedes: str | None = None
    """Id of the event that an update or delete is about."""
    agency: Agency
    """Who sends it; the topic must be that agency's."""
    source: str | None = None
    """System or organisation inside the agency; the agency itself when missing."""
    record_ref: str | None = None
    """The agency's own reference of the record."""
    case_ref: str | None = None
    """The agency's reference that ties incident, form, referral, receipt and decision together."""
    occurred_at: Instant
    """When it happened: every rule window is judged on this."""
    recorded_at: Instant | None = None
    """When staff wrote it down; occurred_at when missing."""
    published_at: Instant | None = None
    """When it reached the pipeline; recorded_at when missing."""
    people: list[Person] = Field(default_factory=list)
    """Who it is about; nobody: it reaches the people of its case."""
    sensitivity: list[Sensitivity] = Field(default_factory=list)
    """What must be handled with care."""
    basis: str | None = None
    """Lawful basis for sharing; missing or unknown: held until an update brings one."""
    family_informed: Literal["yes", "no", "not_safe", "unknown"] = "unknown"
    """Whether the family knows that this is shared."""
    voice: Voice | None = None
    """The child's own voice."""
    summary: str | None = None
    """One or two sentences in the agency's words."""
    mode: Literal["live", "backfill"] = "live"
    """live, or backfill: history that raises nothing on its own."""
    test: bool = False
    """True: counted by itself, then dropped by every consumer."""

    @field_validator("id", "supersedes")
    @classmethod
    def _uuid(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return str(UUID(value))
        except ValueError:
            raise PydanticCustomError("bad_uuid", "an id is a UUID") from None

    @model_validator(mode="before")
    @classmethod
    def _times(cls, value: Any) -> Any:
        if isinstance(value, dict):
            value = dict(value)
            if value.get("recorded_at") is None:
                value["recorded_at"] = value.get("occurred_at")
            if value.get("published_at") is None:
                value["published_at"] = value["recorded_at"]
        return value
