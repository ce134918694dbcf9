"""What every rule's parameters have in common: who is told, how soon, and the dials that keep a hub's load bearable."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from safeguarding.correlation.windows import Span
from safeguarding.events.alert import Urgency
from safeguarding.events.base import Word

Role = Literal[
    "hub",
    "worker",
    "hub-or-worker",
    "gp",
    "nurse",
    "health-visitor",
    "school-or-officer",
    "police",
    "police-supervisor",
    "probation",
    "yos",
    "referrer",
    "asked",
    "operators",
]
"""An audience, or who holds it for this child: ``nurse`` is the health visitor or a school nurse by age and setting."""

OF_A_CASE = frozenset({"referrer", "asked"})
"""Roles that only a case can fill, and so only the rules that know it."""

# The hot record holds thirteen months: a longer window would be judged on less than it claims.
MOST_DAYS, MOST_MONTHS = 366, 12


class Silence(NamedTuple):
    """How long a rule rests after a close, and what breaks the silence."""

    rest_days: int = 0
    agency_breaks: bool = True
    high_only: bool = False


class Parameters(Word):
    """Who is told, and how soon."""

    audiences: list[Role] = Field(min_length=1)
    """Who is told; nobody else ever is."""
    urgency: Urgency
    """How soon somebody should look."""

    @property
    def silence(self) -> Silence:
        """What keeps the rule quiet after a close."""
        return Silence()

    @property
    def roles(self) -> list[Role]:
        """Everybody who is ever told, with those of later steps."""
        return [*self.audiences, *(role for step in getattr(self, "then", ()) for role in step.audiences)]


class Dials(Parameters):
    """How eager a rule is; the defaults leave it as written."""

    judged_at_least: int = Field(0, ge=0, le=50)
    """How many must be somebody's judgement or an incident, not a routine signal."""
    routine_once: bool = False
    """Routine signals of one kind count once."""
    new_after_close: int = Field(1, ge=1, le=50)
    """How many must be new for another alert after a close."""
    rest_days: int = Field(0, ge=0, le=MOST_DAYS)
    """Days of silence after any close, unless something graver comes."""
    graver_by: Literal["level_or_agency", "level"] = "level_or_agency"
    """What is graver: a higher level or grade, or another agency; or a level only."""
    rise_to: Literal["any", "high"] = "any"
    """Which rise of a level or grade counts: any, or one to high only."""

    @property
    def silence(self) -> Silence:
        """What keeps the rule quiet after a close."""
        return Silence(self.rest_days, self.graver_by == "level_or_agency", self.rise_to == "high")


class Window(Word):
    """A length: so many consecutive dates, or so many months."""

    days: int | None = Field(None, ge=1, le=MOST_DAYS)
    """Within so many consecutive dates,"""
    months: int | None = Field(None, ge=1, le=MOST_MONTHS)
    """or within so many months."""
    on: bool = True
    """Whether it is judged."""

    @model_validator(mode="after")
    def _one_length(self) -> Any:
        if (self.days is None) == (self.months is None):
            raise ValueError("a window has days or months, one of them")
        return self

    @property
    def span(self) -> Span:
        """Length of the window."""
        return Span(self.days, self.months)


class Wait(Word):
    """A step of an absence: after so many hours, these are told."""

    hours: int = Field(ge=1, le=24 * MOST_DAYS)
    """Hours from the start."""
    audiences: list[Role] = Field(min_length=1)
    """Who is told from then on."""


def in_order(steps: Sequence[Wait]) -> None:
    """Check that steps follow one another.

    Raises:
        ValueError: they do not.
    """
    if any(later.hours <= sooner.hours for sooner, later in pairwise(steps)):
        raise ValueError("the hours of the steps must follow one another")


def any_on(tiers: Sequence[Any]) -> None:
    """Check that a rule with tiers judges something.

    Raises:
        ValueError: every tier is off.
    """
    if not any(tier.on for tier in tiers):
        raise ValueError("every tier is off: leave the rule out instead")
