"""May an event of this topic go into the log now? A clear reason when not: code and field path, never a value."""

from __future__ import annotations

from typing import Any

from safeguarding.errors import Refused
from safeguarding.events.acceptance import LEEWAY, check
from safeguarding.events.catalogue import TYPES


def accept(event: dict[str, Any], agency: str, now: int | None, backfill: frozenset[str] | None) -> None:
    """Pass an event that keeps the contract; its texts are checked already.

    Args:
        event: decoded event.
        agency: whose topic it stands in.
        now: the pipeline's clock, None when the events drive it.
        backfill: agencies that may backfill; None: all.

    Raises:
        Refused: with the code and field path of the first fault.
    """
    if event["agency"] != agency:
        raise Refused("AGENCY_MISMATCH", "agency")
    row = TYPES.get(event["type"])
    if row is None:
        raise Refused("UNKNOWN_TYPE", "type")
    if row.agency != agency:
        raise Refused("AGENCY_MISMATCH", "agency")
    check(event)
    if now is not None and event["published_at"] > now + LEEWAY:
        raise Refused("FUTURE_TIME", "published_at")
    if event["mode"] == "backfill" and backfill is not None and agency not in backfill:
        raise Refused("BACKFILL_CLOSED", "mode")
