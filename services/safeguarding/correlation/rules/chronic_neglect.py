"""chronic-neglect: neglect of different kinds, or a home that a neglect tool finds worsening (L38, L39, L42)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from safeguarding.correlation.finding import Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import CONCERN_RAISED, concern_level
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import MOST_MONTHS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, Unit, counter, inside, kinds, widest

_ASSESSED = frozenset({"hub.neglect_assessment.completed"})


class Parameters(Base):
    """Numbers of the rule."""

    types: int = Field(2, ge=1, le=6)
    """Different types of neglect,"""
    worse_by: int = Field(1, ge=1, le=4)
    """or a tool's grade worse by this"""
    areas: int = Field(2, ge=1, le=50)
    """in so many areas between two assessments,"""
    months: int = Field(12, ge=1, le=MOST_MONTHS)
    """within so many months."""

    @property
    def span(self) -> Span:
        """Length of the window."""
        return Span(months=self.months)


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"At least {parameters.types} different types of neglect, or a neglect tool's grade worse by at least "
        f"{parameters.worse_by} in at least {parameters.areas} areas, within {parameters.span.words}."
    )


def _is_of_a_type(mark: Mark) -> bool:
    return mark.data.get("neglect_type") is not None and concern_level(mark) is not None


def _kinds(marks: Sequence[Mark]) -> list[Unit]:
    """Concerns of a type of neglect, once per case and type."""
    found: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if _is_of_a_type(mark):
            found.setdefault((mark.case or mark.event_id, mark.data["neglect_type"]), []).append(mark)
    return [Unit(of_kind[0], 0, of_kind) for of_kind in found.values()]


def _type(unit: Unit) -> object:
    return unit.first.data["neglect_type"]


def _worsening(before: Mark, after: Mark, parameters: Parameters) -> int:
    """In how many areas the later assessment with the same tool is worse."""
    if before.data["tool"].casefold() != after.data["tool"].casefold():
        return 0
    then, now = before.data["areas"], after.data["areas"]
    return sum(area in then and now[area] - then[area] >= parameters.worse_by for area in now)


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every concern in a window of enough types, and both assessments of every worsening."""
    found = _kinds(look.marks(CONCERN_RAISED))
    assessed = [Unit(mark, 0, [mark]) for mark in look.marks(_ASSESSED)]
    if len(found) < parameters.types and len(assessed) < 2:
        return [], None
    spent = look.consumed.get("", frozenset())
    windows = widest(found, parameters.span)
    new = counter(found, lambda unit: not unit.is_among(spent)) if spent else len
    types = zip(windows, kinds(windows, _type), strict=True)
    holding: list[Sequence[Unit]] = [window for window, n in types if n >= parameters.types and new(window)]
    worst = 0
    for later, after in enumerate(assessed):
        for before in reversed(assessed[:later]):
            if after.first.day >= parameters.span.end(before.first.day):
                break
            areas = _worsening(before.first, after.first, parameters)
            if areas >= parameters.areas and not (before.is_among(spent) and after.is_among(spent)):
                worst = max(worst, areas)
                holding.append([before, after])
    if not holding:
        return [], None
    both = sorted([*found, *assessed], key=lambda unit: (unit.first.occurred_at, unit.first.event_id))
    because = [unit.first for unit in inside(both, holding)]
    shown = {mark.event_id for mark in because}
    rested = [unit for unit in found if unit.first.event_id in shown]
    most = max(kinds(widest(rested, parameters.span), _type), default=0)
    observed = [
        Seen(f"types of neglect within {parameters.span.words}", most, parameters.types),
        Seen("areas in which a neglect tool's grade is worse", worst, parameters.areas),
    ]
    return [Finding("", because, observed, parameters.urgency, parameters.audiences)], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The window with most types, and the worst two assessments."""
    spent, span = look.consumed.get("", frozenset()), parameters.span
    assessed = [Unit(mark, 0, [mark]) for mark in look.marks(_ASSESSED)]
    pairs = [
        [before, after]
        for later, after in enumerate(assessed)
        for before in assessed[:later]
        if after.first.day < span.end(before.first.day)
    ]

    def new(window: Sequence[Unit]) -> list[Seen]:
        return [Seen("new since the last close", sum(not u.is_among(spent) for u in window), 1)] * bool(spent)

    def types(window: Sequence[Unit]) -> list[Seen]:
        return [Seen("types of neglect", len(set(map(_type, window))), parameters.types), *new(window)]

    def worse(pair: Sequence[Unit]) -> list[Seen]:
        areas = _worsening(pair[0].first, pair[1].first, parameters) if pair else 0
        return [Seen("areas in which a neglect tool's grade is worse", areas, parameters.areas), *new(pair)]

    return [best(widest(_kinds(look.marks(CONCERN_RAISED)), span), types, span), best(pairs, worse, span)]


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """That neglect shows over time, and whom to ring."""
    what = "Neglect of this child shows in more than one way or is growing worse. Please contact the children's hub."
    return Say(what, "contact_hub", {"events": len(finding.because)})


RULE = Rule(
    id="chronic-neglect",
    types=CONCERN_RAISED | _ASSESSED,
    parameters=Parameters,
    words=words,
    clears_when="the hub has decided on it",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    quiet=Span(months=12),
    near=near,
    gathers=True,
    counts=lambda mark: mark.type in _ASSESSED or _is_of_a_type(mark),
)
