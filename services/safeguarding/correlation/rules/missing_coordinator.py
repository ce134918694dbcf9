"""missing-coordinator: the third missing episode within 90 days, or any with cause for concern (L21)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from safeguarding.correlation.finding import Finding, Look, Rule, Say, Seen
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, Unit, holding, units
from safeguarding.events.base import Word


class Parameters(Word):
    """Numbers of the rule."""

    episodes: int = Field(3, ge=1, le=50)
    """How many missing episodes"""
    days: int = Field(90, ge=1, le=3660)
    """within how many consecutive dates."""
    cause_for_concern: bool = True
    """Whether one episode with cause for concern is enough."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    first = f"{parameters.episodes} missing episodes within {parameters.days} days"
    return f"{first}, or any with cause for concern." if parameters.cause_for_concern else f"{first}."


def _grave(mark: Mark) -> int | None:
    """1 with cause for concern, 0 without; None: no missing episode."""
    return int(bool(mark.data["cause_for_concern"])) if mark.type == "police.missing.reported" else None


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every episode in a window that holds enough, and every one with cause for concern."""
    found = units(look.hot.marks, _grave)
    spent = look.consumed.get("", frozenset())
    most = [0]

    def enough(window: Sequence[Unit]) -> bool:
        return len(window) >= parameters.episodes and any(u.first.event_id not in spent for u in window)

    def best(window: Sequence[Unit]) -> None:
        most[0] = max(most[0], len(window))

    span = Span(days=parameters.days)
    held = holding(found, span, enough, best)
    grave = {u.first.event_id for u in found if u.level and parameters.cause_for_concern} - spent
    because = [u.first for u in found if u.first.event_id in held | grave]
    if not because:
        return [], None
    observed = [
        Seen(f"missing episodes within {span.words}", most[0], parameters.episodes),
        Seen("episodes with cause for concern", len(grave), 1 if parameters.cause_for_concern else None),
    ]
    level = max(u.level for u in found if u.first.event_id in held | grave)
    return [Finding("", because, observed, "today", ("police", "hub"), level=level)], None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """How many episodes, and what is asked."""
    what = f"{len(finding.because)} missing episodes. A missing-from-home coordinator should be allocated."
    return Say(what, "contact_hub", {"missing_episodes": len(finding.because)})


RULE = Rule(
    id="missing-coordinator",
    types=frozenset({"police.missing.reported"}),
    parameters=Parameters,
    words=words,
    clears_when="an allocation has been acknowledged",
    find=find,
    tell=tell,
    decision=("acknowledged", "actioned"),
    quiet_days=90,
)
