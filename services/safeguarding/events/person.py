"""A person in an event: a set of identifiers, never one master id (people.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.base import Word
from safeguarding.events.times import Day

Role = Literal[
    "child", "unborn_child", "adult_victim", "adult_perpetrator", "parent_carer", "client", "household_member"
]
CHILD_ROLES: frozenset[str] = frozenset({"child", "unborn_child"})


class Identifiers(Word):
    """Numbers by which somebody knows this person; any of them, none is required."""

    nhs_number: str | None = None
    """NHS number, ten digits, spaces allowed."""
    upn: str | None = None
    """Unique pupil number: a letter and twelve digits."""
    la_child_id: str | None = None
    """The local authority's number for the child."""
    pnc_id: str | None = None
    """Police National Computer id."""
    agency_ref: str | None = None
    """The sending agency's own reference for the person, opaque to everybody else."""


class Name(Word):
    """A name as the agency writes it; kept as sent, compared only after normalising."""

    given: str | None = None
    """Given name or names."""
    family: str | None = None
    """Family name; missing for people with one name."""


class Person(Word):
    """One person of an event."""

    ref: str = Field(min_length=1)
    """Label of this person inside the event, such as c1."""
    role: Role
    """Why the person is in the event."""
    identifiers: Identifiers | None = None
    """Numbers by which this person is known."""
    name: Name | None = None
    """Name as the agency writes it."""
    date_of_birth: Day | None = None
    """Date of birth."""
    expected_date_of_birth: Day | None = None
    """Expected date of birth, of an unborn child."""
    sex: str | None = None
    """Sex as the agency records it."""
    postcode: str | None = None
    """Postcode of the home address."""
    uprn: str | None = None
    """Unique property reference number of the home address."""
    address_confidential: bool = False
    """True when nobody may learn where this person lives."""


class Voice(Word):
    """What the child said and how the child was, in the child's own words; shown first, never cut."""

    seen: bool | None = None
    """Whether the child was seen."""
    alone: bool | None = None
    """Whether the child was seen alone."""
    words: str | None = None
    """The child's own words."""
    demeanour: str | None = None
    """How the child was."""
