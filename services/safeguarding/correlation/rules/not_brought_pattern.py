"""not-brought-pattern: a child who is not brought cannot say so (L40, L41)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import partial

from pydantic import Field

from safeguarding.correlation.finding import NINETY_DAYS, Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import MOST_MONTHS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, Stretch, Unit, counter, inside, widest
from safeguarding.events.alert import Urgency

_MISSED = frozenset({"health.appointment.was_not_brought"})
_ATTENDED = frozenset({"health.appointment.attended"})
_STATUS = frozenset({"hub.status.changed"})


class Parameters(Base):
    """Numbers of the rule."""

    at_one_service: int = Field(2, ge=1, le=50)
    """Missed at one service with none attended between them,"""
    at_any: int = Field(3, ge=1, le=50)
    """or at any services,"""
    months: int = Field(12, ge=1, le=MOST_MONTHS)
    """within so many months;"""
    on_a_plan: int = Field(1, ge=1, le=50)
    """or this many while on a plan for neglect."""
    urgency_on_a_plan: Urgency = "today"
    """How soon somebody should look when the child is on such a plan."""

    @property
    def span(self) -> Span:
        """Length of the window."""
        return Span(months=self.months)


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"{parameters.at_one_service} missed appointments at one service with none attended between them, or "
        f"{parameters.at_any} at any, within {parameters.span.words}; "
        f"{parameters.on_a_plan} when the child is on a plan for neglect."
    )


def _runs(missed: Sequence[Unit], attended: Sequence[Mark]) -> Iterator[list[Unit]]:
    """Missed appointments at one service with none attended between them."""
    runs: dict[str, list[Unit]] = {}
    moments = sorted(
        [(m.occurred_at, 1, m.data["service"], None) for m in attended]
        + [(u.first.occurred_at, 0, u.first.data["service"], u) for u in missed],
        key=lambda m: m[:2],
    )
    for _, _, service, unit in moments:
        name = service.strip().casefold()
        if unit is not None:
            runs.setdefault(name, []).append(unit)
        elif name in runs:
            yield runs.pop(name)
    yield from runs.values()


def _on_plan(missed: Sequence[Unit], statuses: Sequence[Mark]) -> list[Unit]:
    """Those missed on a day on which a plan for neglect stood, at whatever hour."""
    days = [status.day for status in statuses]
    return [unit for unit in missed if any(map(_is_neglect_plan, _on_day(statuses, days, unit.first.day)))]


def _on_day(statuses: Sequence[Mark], days: Sequence[int], day: int) -> Sequence[Mark]:
    """The status that stood when a day began, and those of the day."""
    return statuses[max(0, bisect_left(days, day) - 1) : bisect_right(days, day)]


def _is_neglect_plan(status: Mark) -> bool:
    data = status.data
    reason = (data.get("reason") or "").strip().casefold()
    return data["status"] in ("cin", "cpp") and not data["ended"] and reason == "neglect"


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every missed appointment in a window that holds enough."""
    missed = [Unit(mark, 0, [mark]) for mark in look.marks(_MISSED)]
    if not missed:
        return [], None
    spent = look.consumed.get("", frozenset())
    attended = look.marks(_ATTENDED)
    span = parameters.span

    def enough(some: Sequence[Unit], count: int) -> list[Stretch]:
        """Windows that hold enough."""
        new = counter(some, lambda unit: not unit.is_among(spent)) if spent else len
        return [w for w in widest(some, span) if len(w) >= count and new(w)]

    def most(some: Sequence[Unit]) -> int:
        return max(map(len, widest(some, span)), default=0)

    statuses = look.marks(_STATUS)
    runs = [window for run in _runs(missed, attended) for window in enough(run, parameters.at_one_service)]
    plan = enough(_on_plan(missed, statuses), parameters.on_a_plan)
    evidence = inside(missed, [*runs, *enough(missed, parameters.at_any), *plan])
    if not evidence:
        return [], None
    because = [unit.first for unit in evidence]
    longest = max(map(most, _runs(evidence, attended)))
    observed = [
        Seen("missed at one service in a row", longest, parameters.at_one_service),
        Seen(f"missed at any service within {span.words}", most(evidence), parameters.at_any),
        Seen("missed on a plan for neglect", most(_on_plan(evidence, statuses)), parameters.on_a_plan),
    ]
    counted = because[-1].data.get("consecutive")
    if counted is not None:
        observed.append(Seen("in a row by the service's own count", counted))
    services = {mark.data["service"].strip().casefold() for mark in because}
    since = [m for m in attended if m.occurred_at > because[-1].occurred_at]
    back = any(mark.data["service"].strip().casefold() in services for mark in since)
    urgency = parameters.urgency_on_a_plan if plan else parameters.urgency
    resolved = "an appointment has been attended since" if back else None
    return [Finding("", because, observed, urgency, parameters.audiences, resolved=resolved)], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The best run at one service, the best window of any, and those missed on a plan for neglect."""
    missed, spent = [Unit(mark, 0, [mark]) for mark in look.marks(_MISSED)], look.consumed.get("", frozenset())
    span = parameters.span
    runs = [window for run in _runs(missed, look.marks(_ATTENDED)) for window in widest(run, span)]

    def weigh(what: str, count: int, window: Sequence[Unit]) -> list[Seen]:
        new = [Seen("new since the last close", sum(not unit.is_among(spent) for unit in window), 1)]
        return [Seen(what, len(window), count), *new * bool(spent)]

    return [
        best(runs, partial(weigh, "missed at one service in a row", parameters.at_one_service), span),
        best(widest(missed, span), partial(weigh, "missed at any service", parameters.at_any), span),
        best(
            widest(_on_plan(missed, look.marks(_STATUS)), span),
            partial(weigh, "missed on a plan for neglect", parameters.on_a_plan),
            span,
        ),
    ]


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """How many appointments were missed, and at how many services."""
    missed, services = len(finding.because), len({mark.data["service"].strip().casefold() for mark in finding.because})
    what = f"Not brought to {missed} appointment{'s' * (missed > 1)} at {services} service{'s' * (services > 1)}."
    return Say(what, "discuss_at_meeting", {"not_brought": missed})


RULE = Rule(
    id="not-brought-pattern",
    types=_MISSED | _ATTENDED | _STATUS,
    parameters=Parameters,
    words=words,
    clears_when="an appointment at one of these services is attended",
    find=find,
    tell=tell,
    quiet=NINETY_DAYS,
    near=near,
    gathers=True,
    context=_ATTENDED | _STATUS,
)
