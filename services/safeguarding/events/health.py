"""What health services may send: GPs, 0–19 services, hospitals, dentists, CAMHS, adult mental health."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.base import Word


class WasNotBrought(Word):
    """A child was not brought to an appointment."""

    service: str
    """Which service."""
    consecutive: int | None = Field(None, ge=0, le=1000)
    """How many in a row the service counts; shown, not counted."""
    attended: bool = Field(False, le=False)
    """Always false here; attended appointments are their own event."""


class AppointmentAttended(Word):
    """A child was brought to an appointment."""

    service: str
    """Which service."""


class HcpContact(Word):
    """A mandated contact of the healthy child programme."""

    contact: Literal["antenatal", "new_birth", "6_8_weeks", "12_months", "24_30_months"]
    """Which contact."""


class RegistrationChanged(Word):
    """Who looks after this person's health now."""

    gp_practice: str
    """ODS code of the practice."""
    named_gp: str | None = None
    """The GP's name."""
    health_visitor_team: str | None = None
    """The health visiting team as health names it."""
    midwifery_team: str | None = None
    """The midwifery team as health names it."""


class RelapseIndicator(Word):
    """Signs by which others may see that an adult is becoming unwell or using again; no diagnosis."""

    signs: list[str] = Field(min_length=1)
    """Plain phrases: what one would see."""
    contact: str
    """Whom to ring."""


class DentalConcern(Word):
    """A dentist's worry."""

    caries: Literal["none", "low", "high"]
    """Tooth decay."""
    note: str
    """What the dentist saw."""


class EdAttended(Word):
    """A visit to the emergency department."""

    reason: str
    """Why."""
    self_harm: bool
    """Whether the child harmed themselves."""


class Camhs(Word):
    """A step in child and adolescent mental health services."""

    by: str | None = None
    """Who did it."""
