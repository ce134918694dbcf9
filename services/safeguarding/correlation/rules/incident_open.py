"""incident-open: an incident that nobody closes is one that the daily search does not find (L02)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from safeguarding.correlation.absence import Answers, Awaited, Step, overdue, reference
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.incidents import CLOSINGS, DA_TYPES, da_incidents
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.events.times import HOUR


class Parameters(Base):
    """Numbers of the rule."""

    hours: int = Field(24, ge=1, le=720)
    """Hours after which an incident should be closed."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return f"A domestic-abuse incident with a child is still open after {parameters.hours} h."


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    closings = Answers(look.marks(CLOSINGS))
    for incident in da_incidents(look):
        if incident.with_child:
            start = incident.with_child[0]
            steps = [Step(start.occurred_at + parameters.hours * HOUR, parameters.audiences)]
            answer = closings.to(start)
            yield Awaited(incident.case, start, answer, steps, "hours open", "the incident was closed")


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case that is still open, or was closed late."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which case of their own is open."""
    return Say(f"Case {reference(finding.because[0])} concerns a child and is still open after {parameters.hours} h.")


RULE = Rule(
    id="incident-open",
    types=DA_TYPES | CLOSINGS,
    parameters=Parameters,
    words=words,
    clears_when="the incident is closed",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    domestic_abuse=True,
)
