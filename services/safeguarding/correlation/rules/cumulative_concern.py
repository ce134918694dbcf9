"""cumulative-concern: several agencies each see a little; only the history together says so (L35, L39, L44)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pydantic import Field, model_validator

from safeguarding.correlation.finding import NINETY_DAYS, Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import CONCERN_TYPES, concern_level, is_routine
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import Dials, Window, any_on
from safeguarding.correlation.windows import Stretch, Unit, counter, inside, kinds, units, widest


class Tier(Window):
    """At least so many concerns of at least so many agencies within a window."""

    concerns: int = Field(ge=1, le=100)
    """How many concerns."""
    agencies: int = Field(ge=1, le=7)
    """Of how many agencies."""


class Parameters(Dials):
    """Numbers of the rule."""

    tiers: list[Tier] = Field(
        default=[Tier(concerns=3, agencies=2, days=90), Tier(concerns=4, agencies=3, months=12)], min_length=1
    )
    """Each is enough on its own."""

    @model_validator(mode="after")
    def _judges(self) -> Parameters:
        any_on(self.tiers)
        return self


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    tiers = [
        f"{t.concerns} concerns from {t.agencies} agencies within {t.span.words}" for t in parameters.tiers if t.on
    ]
    judged = f", {parameters.judged_at_least} of them somebody's judgement" if parameters.judged_at_least else ""
    once = "; routine signals of one kind count once" if parameters.routine_once else ""
    return "At least " + ", or at least ".join(tiers) + judged + once + "."


class Weight(NamedTuple):
    """What a window holds."""

    concerns: int
    agencies: int
    judged: int
    new: int


def _weigh(window: Sequence[Unit], spent: frozenset[str], parameters: Parameters) -> Weight:
    judged = [unit for unit in window if _is_judged(unit)]
    routine = len(window) - len(judged)
    if parameters.routine_once:
        routine = len({unit.first.type for unit in window if not _is_judged(unit)})
    new = len(window) if not spent else sum(not unit.is_among(spent) for unit in window)
    return Weight(len(judged) + routine, len({unit.first.agency for unit in window}), len(judged), new)


def _weights(
    found: Sequence[Unit], windows: Sequence[Stretch], spent: frozenset[str], parameters: Parameters
) -> Iterator[Weight]:
    """What each window holds: as `_weigh` says, at one look at each unit."""
    if parameters.routine_once:
        yield from (_weigh(window, spent, parameters) for window in windows)
        return
    judged = counter(found, _is_judged) if parameters.judged_at_least else len
    new = counter(found, lambda unit: not unit.is_among(spent)) if spent else len
    for window, agencies in zip(windows, kinds(windows, _agency), strict=True):
        yield Weight(len(window), agencies, judged(window), new(window))


def _most(evidence: Sequence[Unit], tier: Tier, parameters: Parameters) -> tuple[int, int]:
    """Concerns, and their agencies, of a window of what the alert rests on: the fullest, first of those that hold."""
    weights = _weights(evidence, widest(evidence, tier.span), frozenset(), parameters)
    seen = [(concerns, agencies) for concerns, agencies, _, _ in weights]
    return max(seen, key=lambda most: (most[0] >= tier.concerns and most[1] >= tier.agencies, most))


def _is_judged(unit: Unit) -> bool:
    return not all(map(is_routine, unit.marks))


def _agency(unit: Unit) -> str:
    return unit.first.agency


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every concern in every window that holds enough."""
    found = units(look.marks(CONCERN_TYPES), concern_level)
    tiers = [tier for tier in parameters.tiers if tier.on]
    if len(found) < min(tier.concerns for tier in tiers):
        return [], None
    spent = look.consumed.get("", frozenset())
    holding: list[Sequence[Unit]] = []
    for tier in tiers:
        windows = widest(found, tier.span)
        for window, weight in zip(windows, _weights(found, windows, spent, parameters), strict=True):
            if (
                weight.concerns >= tier.concerns
                and weight.agencies >= tier.agencies
                and weight.judged >= parameters.judged_at_least
                and weight.new >= parameters.new_after_close
            ):
                holding.append(window)
    if not holding:
        return [], None
    evidence = inside(found, holding)
    observed: list[Seen] = []
    for tier in tiers:
        concerns, agencies = _most(evidence, tier, parameters)
        observed.append(Seen(f"concerns within {tier.span.words}", concerns, tier.concerns))
        observed.append(Seen(f"agencies within {tier.span.words}", agencies, tier.agencies))
    because = [unit.first for unit in evidence]
    support = [mark for unit in evidence for mark in unit.marks]
    return [Finding("", because, observed, parameters.urgency, parameters.audiences, support=support)], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The best window of each tier."""
    found, spent = units(look.marks(CONCERN_TYPES), concern_level), look.consumed.get("", frozenset())

    def weigh(tier: Tier, window: Sequence[Unit]) -> list[Seen]:
        weight = _weigh(window, spent, parameters)
        seen = [Seen("concerns", weight.concerns, tier.concerns), Seen("agencies", weight.agencies, tier.agencies)]
        seen += [Seen("somebody's judgement", weight.judged, parameters.judged_at_least)] * bool(
            parameters.judged_at_least
        )
        return seen + [Seen("new since the last close", weight.new, parameters.new_after_close)] * bool(spent)

    return [best(widest(found, tier.span), partial(weigh, tier), tier.span) for tier in parameters.tiers if tier.on]


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Numbers only, and whom to ring."""
    concerns, agencies = len(finding.because), len({mark.agency for mark in finding.because})
    what = (
        f"{concerns} concerns about this child have been shared by {agencies} agencies. "
        "Please contact the children's hub."
    )
    return Say(what, "contact_hub", {"concerns": concerns, "agencies": agencies})


RULE = Rule(
    id="cumulative-concern",
    types=CONCERN_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the hub has decided on it",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    quiet=NINETY_DAYS,
    near=near,
    gathers=True,
    counts=lambda mark: concern_level(mark) is not None,
)
