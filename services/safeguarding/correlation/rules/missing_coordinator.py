"""missing-coordinator: the third missing episode within 90 days, or any with cause for concern (L26, L27)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from safeguarding.correlation.finding import NINETY_DAYS, Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import MOST_DAYS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, Unit, counter, inside, units, widest

_TYPES = frozenset({"police.missing.reported"})


class Parameters(Base):
    """Numbers of the rule."""

    episodes: int = Field(3, ge=1, le=50)
    """How many missing episodes"""
    days: int = Field(90, ge=1, le=MOST_DAYS)
    """within how many consecutive dates."""
    cause_for_concern: bool = True
    """Whether one episode with cause for concern is enough."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    first = f"{parameters.episodes} missing episodes within {parameters.days} days"
    return f"{first}, or any with cause for concern." if parameters.cause_for_concern else f"{first}."


def _grave(mark: Mark) -> int:
    return int(bool(mark.data["cause_for_concern"]))


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every episode in a window that holds enough, and every one with cause for concern."""
    found = units(look.marks(_TYPES), _grave)
    spent = look.consumed.get("", frozenset())
    span = Span(days=parameters.days)
    windows = widest(found, span)
    new = counter(found, lambda unit: not unit.is_among(spent)) if spent else len
    holding = [window for window in windows if len(window) >= parameters.episodes and new(window)]
    grave = [unit for unit in found if unit.level and parameters.cause_for_concern and not unit.is_among(spent)]
    evidence = inside(found, [*holding, grave])
    if not evidence:
        return [], None
    observed = [
        Seen(f"missing episodes within {span.words}", max(len(window) for window in windows), parameters.episodes),
        Seen("episodes with cause for concern", len(grave), 1 if parameters.cause_for_concern else None),
    ]
    because = [unit.first for unit in evidence]
    support = [mark for unit in evidence for mark in unit.marks]
    return [Finding("", because, observed, parameters.urgency, parameters.audiences, support=support)], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The window with most episodes, and the last episode with cause for concern."""
    found, spent = units(look.marks(_TYPES), _grave), look.consumed.get("", frozenset())
    span = Span(days=parameters.days)

    def new(window: Sequence[Unit]) -> list[Seen]:
        return [Seen("new since the last close", sum(not u.is_among(spent) for u in window), 1)] * bool(spent)

    def episodes(window: Sequence[Unit]) -> list[Seen]:
        return [Seen("missing episodes", len(window), parameters.episodes), *new(window)]

    def grave(window: Sequence[Unit]) -> list[Seen]:
        return [Seen("episodes with cause for concern", sum(unit.level for unit in window), 1), *new(window)]

    reaches = [best(widest(found, span), episodes, span)]
    return reaches + [best([[unit] for unit in found], grave, None)] * parameters.cause_for_concern


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """How many episodes, and what is asked."""
    episodes = len(finding.because)
    what = "1 missing episode with cause for concern" if episodes == 1 else f"{episodes} missing episodes"
    return Say(
        f"{what}. A missing-from-home coordinator should be allocated.", "contact_hub", {"missing_episodes": episodes}
    )


RULE = Rule(
    id="missing-coordinator",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="an allocation has been acknowledged",
    find=find,
    tell=tell,
    decision=("hub.acknowledged", "police.acknowledged", "hub.actioned"),
    quiet=NINETY_DAYS,
    near=near,
)
