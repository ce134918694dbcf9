"""da-escalation: incidents that come again, or a risk that grows from form to form (L13)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, model_validator

from safeguarding.correlation.finding import NINETY_DAYS, Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.incidents import DA_TYPES, FORMS, da_incidents, grade_level, is_domestic_abuse
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import LEVELS
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import Dials, Window, any_on
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Unit, counter, inside, widest


class Incidents(Window):
    """At least so many incidents within a window."""

    count: int = Field(3, ge=2, le=50)
    """How many incidents."""


class Parameters(Dials):
    """Numbers of the rule."""

    incidents: Incidents = Incidents(months=12)
    """Incidents that come again."""
    rise: Window = Window(months=12)
    """A form graded above the form before it, of another case, within this."""

    @model_validator(mode="after")
    def _judges(self) -> Parameters:
        any_on([self.incidents, self.rise])
        return self


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    incidents, rise = parameters.incidents, parameters.rise
    to = " to high" if parameters.rise_to == "high" else ""
    tiers = [f"at least {incidents.count} domestic-abuse incidents within {incidents.span.words}"] * incidents.on
    tiers += [f"a form's grade rises{to} above that of the form before it within {rise.span.words}"] * rise.on
    sentence = ", or ".join(tiers)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _rises(found: Sequence[Unit], look: Look, parameters: Parameters) -> list[list[Unit]]:
    """Pairs of cases: the form before, and the one that is graver."""
    unit_of = {mark.event_id: unit for unit in found for mark in unit.marks}
    pairs: list[list[Unit]] = []
    last: Mark | None = None
    before: Mark | None = None  # the last form of another case than this one's
    for form in look.marks(FORMS):
        unit = unit_of[form.event_id]
        if last is not None and unit_of[last.event_id] is not unit:
            before = last
        last = form
        if before is None or form.day >= parameters.rise.span.end(before.day):
            continue
        level = grade_level(form)
        if level > grade_level(before) and (parameters.rise_to == "any" or level == LEVELS["high"]):
            pairs.append([unit_of[before.event_id], unit])
    return pairs


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every incident in a window that holds enough, and both of each rise."""
    found = [Unit(incident.first, 0, incident.marks) for incident in da_incidents(look)]
    if len(found) < 2:
        return [], None
    spent = look.consumed.get("", frozenset())
    least_new = parameters.new_after_close

    def new(window: Sequence[Unit]) -> bool:
        return not spent or sum(not unit.is_among(spent) for unit in window) >= least_new

    holding: list[Sequence[Unit]] = []
    tier = parameters.incidents
    if tier.on:
        windows = widest(found, tier.span)
        enough = max(tier.count, parameters.judged_at_least)  # every incident is one, none is a routine signal
        fresh = counter(found, lambda unit: not unit.is_among(spent)) if spent else None
        holding += [w for w in windows if len(w) >= enough and (fresh is None or fresh(w) >= least_new)]
    rises = [pair for pair in _rises(found, look, parameters) if new(pair)] if parameters.rise.on else []
    if not (holding or rises):
        return [], None
    evidence = inside(found, [*holding, *rises])
    observed: list[Seen] = []
    if tier.on:
        most = max(map(len, widest(evidence, tier.span)))
        observed.append(Seen(f"domestic-abuse incidents within {tier.span.words}", most, tier.count))
    if parameters.rise.on:
        observed.append(Seen(f"rises of grade within {parameters.rise.span.words}", len(rises), 1))
    because = [unit.first for unit in evidence]
    support = [mark for unit in evidence for mark in unit.marks]
    return [Finding("", because, observed, parameters.urgency, parameters.audiences, support=support)], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The window with most incidents, and the last two forms or the last rise."""
    found = [Unit(incident.first, 0, incident.marks) for incident in da_incidents(look)]
    spent, (tier, rise) = look.consumed.get("", frozenset()), (parameters.incidents, parameters.rise)
    rises = _rises(found, look, parameters)
    forms = [unit for unit in found if any(mark.type in FORMS for mark in unit.marks)]

    def new(window: Sequence[Unit]) -> list[Seen]:
        fresh = sum(not unit.is_among(spent) for unit in window)
        return [Seen("new since the last close", fresh, parameters.new_after_close)] * bool(spent)

    def incidents(window: Sequence[Unit]) -> list[Seen]:
        return [
            Seen("domestic-abuse incidents", len(window), max(tier.count, parameters.judged_at_least)),
            *new(window),
        ]

    def risen(pair: Sequence[Unit]) -> list[Seen]:
        return [Seen("rises of grade", int(pair in rises), 1), *new(pair)]

    reaches = [best(widest(found, tier.span), incidents, tier.span)] * tier.on
    return reaches + [best(rises or [forms[-2:]], risen, rise.span)] * rise.on


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Numbers only, and whom to ring."""
    incidents = len(finding.because)
    what = f"{incidents} domestic abuse incidents about this child: they come again or grow graver."
    return Say(f"{what} Please contact the children's hub.", "contact_hub", {"incidents": incidents})


RULE = Rule(
    id="da-escalation",
    types=DA_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the hub has decided on it",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    quiet=NINETY_DAYS,
    domestic_abuse=True,
    near=near,
    gathers=True,
    context=FORMS,
    counts=is_domestic_abuse,
)
