"""What the drug and alcohol service (CGL) may send about its adult clients."""

from __future__ import annotations

from typing import Literal

from safeguarding.events.base import Word
from safeguarding.events.times import Day


class ChildrenLinked(Word):
    """An adult client has these children; the newest list stands."""

    lives_with: Literal["yes", "contact", "no", "unknown"]
    """Whether the client lives with the children."""


class EngagementChanged(Word):
    """How the client keeps in touch with the service."""

    status: Literal["engaged", "missed", "dropped_out"]
    """How it stands now."""


class PregnancyKnown(Word):
    """A client is pregnant, or a client's partner is."""

    expected_date_of_birth: Day
    """Expected date of birth."""
