"""minutes-late: a core group met, and its minutes have not been published (L51)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from safeguarding.correlation.absence import Awaited, Step, overdue
from safeguarding.correlation.calendar import date_words, working_days_after, working_days_words
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

_HELD = frozenset({"hub.core_group.held"})
_PUBLISHED = frozenset({"hub.minutes.published"})


class Parameters(Base):
    """Numbers of the rule."""

    days: int = Field(5, ge=1, le=60)
    """Working days after which minutes should have been published."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return f"A core group was held and its minutes have not been published after {working_days_words(parameters.days)}."


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    held: dict[str, Mark] = {}
    for mark in look.marks(_HELD):
        if not mark.backfill:
            held.setdefault(mark.data["meeting_ref"], mark)
    minutes: dict[str, Mark] = {}
    for mark in look.marks(_PUBLISHED):
        minutes.setdefault(mark.data["meeting_ref"], mark)
    for meeting, start in held.items():
        steps = [Step(working_days_after(start.occurred_at, parameters.days), parameters.audiences)]
        answer = minutes.get(meeting)
        yield Awaited(meeting, start, answer, steps, "hours without minutes", "the minutes were published")


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a meeting."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which meeting."""
    return Say(f"The minutes of the core group of {date_words(finding.because[0].day)} have not been published.")


RULE = Rule(
    id="minutes-late",
    types=_HELD | _PUBLISHED,
    parameters=Parameters,
    words=words,
    clears_when="the minutes are published",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
)
