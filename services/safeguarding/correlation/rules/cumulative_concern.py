"""cumulative-concern: several agencies each see a little; only the history together says so (L26, John)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, model_validator

from safeguarding.correlation.finding import Finding, Look, Rule, Say, Seen
from safeguarding.correlation.marks import CONCERN_TYPES, concern_level
from safeguarding.correlation.windows import Span, Unit, holding, units
from safeguarding.events.base import Word


class Tier(Word):
    """At least so many concerns of at least so many agencies within a window."""

    concerns: int = Field(ge=1, le=100)
    """How many concerns."""
    agencies: int = Field(ge=1, le=7)
    """Of how many agencies."""
    days: int | None = Field(None, ge=1, le=3660)
    """Within so many consecutive dates,"""
    months: int | None = Field(None, ge=1, le=120)
    """or within so many months."""
    on: bool = True
    """Whether the tier is judged."""

    @model_validator(mode="after")
    def _one_length(self) -> Tier:
        if (self.days is None) == (self.months is None):
            raise ValueError("a tier has days or months, one of them")
        return self

    @property
    def span(self) -> Span:
        """Length of the window."""
        return Span(self.days, self.months)


class Parameters(Word):
    """Numbers of the rule."""

    tiers: list[Tier] = Field(
        default=[Tier(concerns=3, agencies=2, days=90), Tier(concerns=4, agencies=3, months=12)], min_length=1
    )
    """Each is enough on its own."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    tiers = [
        f"{t.concerns} concerns from {t.agencies} agencies within {t.span.words}" for t in parameters.tiers if t.on
    ]
    return "At least " + ", or at least ".join(tiers) + "."


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every concern in every window that holds enough."""
    found = units(look.hot.marks, concern_level)
    spent = look.consumed.get("", frozenset())
    held: set[str] = set()
    observed: list[Seen] = []
    for tier in parameters.tiers:
        if not tier.on:
            continue
        most = [0, 0]

        def enough(window: Sequence[Unit], tier: Tier = tier) -> bool:
            fresh = any(u.first.event_id not in spent for u in window)
            return fresh and len(window) >= tier.concerns and _agencies(window) >= tier.agencies

        def best(window: Sequence[Unit], most: list[int] = most) -> None:
            most[:] = max(most, [len(window), _agencies(window)])

        held |= holding(found, tier.span, enough, best)
        observed.append(Seen(f"concerns within {tier.span.words}", most[0], tier.concerns))
        observed.append(Seen(f"agencies within {tier.span.words}", most[1], tier.agencies))
    if not held:
        return [], None
    evidence = [u for u in found if u.first.event_id in held]
    because = [u.first for u in evidence]
    roles = ("hub-or-worker", "gp", "nurse")
    level = max(u.level for u in evidence)
    return [Finding("", because, observed, "today", roles, level=level)], None


def _agencies(window: Sequence[Unit]) -> int:
    return len({u.first.agency for u in window})


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Numbers only, and whom to ring."""
    agencies = len({mark.agency for mark in finding.because})
    counts = {"concerns": len(finding.because), "agencies": agencies}
    what = (
        f"{len(finding.because)} concerns about this child have been shared by {agencies} agencies. "
        "Please contact the children's hub."
    )
    return Say(what, "contact_hub", counts)


RULE = Rule(
    id="cumulative-concern",
    types=CONCERN_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the hub has decided on it",
    find=find,
    tell=tell,
    decision=("actioned",),
    quiet_days=90,
)
