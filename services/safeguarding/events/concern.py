"""The fields of a concern, the same for every agency, and what data every agency may send."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.events.base import Word

Category = Literal[
    "neglect",
    "emotional",
    "physical",
    "sexual",
    "domestic_abuse",
    "substance_in_household",
    "mental_health_in_household",
    "missing_exploitation",
    "self_harm",
    "presentation_changed",
    "hardship",
    "other",
]
Level = Literal["low", "medium", "high"]
NeglectType = Literal["medical", "nutritional", "emotional", "educational", "physical", "supervision"]


class NoData(Word):
    """An event that says all in its envelope."""


class Concern(Word):
    """Somebody's worry about a child. Poverty alone (hardship) never counts towards a threshold."""

    category: Category
    """What kind of worry it is."""
    level: Level
    """How serious the person who raised it holds it to be."""
    neglect_type: NeglectType | None = None
    """Which kind of neglect, when it is neglect."""


class Heartbeat(Word):
    """Says that an agency's sender is alive; names nobody."""

    every_seconds: int = Field(ge=1, le=604800)
    """Seconds until the next heartbeat is due."""


class NotificationAnswer(Word):
    """An audience's answer to an alert it was told of."""

    alert_id: str | None = None
    """The alert that is answered."""
    rule: str | None = None
    """Or: this rule's open alert for the child in people."""
    outcome: str | None = None
    """What was done, in plain words."""
    reason: str | None = None
    """Why, for a dismissal."""
