"""What probation may send."""

from __future__ import annotations

from safeguarding.events.base import Word
from safeguarding.events.times import Instant


class Case(Word):
    """An adult on a probation caseload."""

    provider: str
    """Which provider."""
    worker: str
    """Who works with the adult."""


class PsrInformationRequested(Word):
    """The hub is asked what it knows, for a pre-sentence report."""

    court_at: Instant
    """When the court sits."""


class CustodyStarted(Word):
    """An adult was taken into custody."""

    child_safeguarding_checked: bool
    """Whether somebody asked about children."""
