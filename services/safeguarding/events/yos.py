"""What the youth offending service may send."""

from __future__ import annotations

from safeguarding.events.base import Word


class Case(Word):
    """A case of the youth offending service."""

    order: str
    """The order or programme."""
    worker: str
    """Who works with the young person."""
