"""closing-code: an incident closed under a code that the daily search does not look for (L01)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.absence import Answers, reference
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.incidents import CLOSINGS, DA_TYPES, da_incidents
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base


class Parameters(Base):
    """Numbers of the rule."""

    code: str = Field("QL23", min_length=1)
    """The code that the search relies on."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return f"A domestic-abuse incident with a child is closed with a code other than {parameters.code}."


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case: its first closing with another code."""
    others = [
        mark
        for mark in look.marks(CLOSINGS)
        if not mark.backfill and mark.data["closing_code"].strip().casefold() != parameters.code.casefold()
    ]
    findings, closings = [], Answers(others)
    for incident in da_incidents(look) if others else ():
        start = next((mark for mark in incident.marks if mark.direct), None)
        closing = closings.to(start) if start is not None else None
        if closing is not None:
            seen = [Seen(f"closed with another code than {parameters.code}", 1)]
            findings.append(Finding(incident.case, [closing], seen, parameters.urgency, parameters.audiences))
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which case of their own, and what the search expects."""
    case = reference(finding.because[0])
    return Say(f"Case {case} concerns a child and was not closed with {parameters.code}: the search misses it.")


RULE = Rule(
    id="closing-code",
    types=DA_TYPES | CLOSINGS,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
    domestic_abuse=True,
)
