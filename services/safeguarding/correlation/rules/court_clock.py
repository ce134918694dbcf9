"""court-clock: a court will sentence a parent, and wants to know about the children first (L74, L75)."""

from __future__ import annotations

from pydantic import Field, model_validator

from safeguarding.correlation.absence import Answers, reference
from safeguarding.correlation.calendar import duration_words, moment_words
from safeguarding.correlation.finding import NINETY_DAYS, Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base

_ASKED = frozenset({"probation.psr_information.requested"})
_GIVEN = frozenset({"hub.psr_information.provided"})


class Parameters(Base):
    """Numbers of the rule: parts of the time from asking to court."""

    raise_at: int = Field(50, ge=1, le=99)
    """Per cent of the time after which it is raised,"""
    escalate_at: int = Field(80, ge=2, le=99)
    """and escalated."""

    @model_validator(mode="after")
    def _in_order(self) -> Parameters:
        if self.raise_at >= self.escalate_at:
            raise ValueError("escalate_at comes after raise_at")
        return self


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        "Information for a pre-sentence report has been asked for and not given after "
        f"{parameters.raise_at} % and {parameters.escalate_at} % of the time to court."
    )


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """What holds of the one case: asked first, for the court date named last."""
    asked = [mark for mark in look.marks(_ASKED) if not mark.backfill]
    if not asked:
        return [], None
    start, court = asked[0], asked[-1].data["court_at"]
    length = court - start.occurred_at
    dues = [start.occurred_at - (-length * part // 100) for part in (parameters.raise_at, parameters.escalate_at)]
    answer = Answers(look.marks(_GIVEN)).to(start)
    passed = 100 * (look.clock - start.occurred_at) // length if length > 0 else 100
    finding = Finding(
        "",
        [start],
        [Seen("per cent of the time to court", min(passed, 100), parameters.raise_at)],
        parameters.urgency,
        parameters.audiences,
        extra=court,
    )
    if answer is not None:
        took = duration_words(answer.occurred_at - start.occurred_at)
        return [finding._replace(resolved=f"the information was given after {took}")], None
    if court <= look.due:
        over = finding._replace(observed=[*finding.observed, Seen("sentenced without the information", 1)])
        return [over._replace(resolved="court has sat without the information")], None
    reached = sum(due <= look.due for due in dues)
    wake = next((due for due in dues if due > look.due), court)
    return ([finding._replace(stage=reached - 1)] if reached else []), wake


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which report waits, and until when."""
    court = moment_words(finding.extra)
    return Say(f"Pre-sentence report {reference(finding.because[0])}: no word from the hub yet; court sits at {court}.")


RULE = Rule(
    id="court-clock",
    types=_ASKED | _GIVEN,
    parameters=Parameters,
    words=words,
    clears_when="the information is given, or court has sat",
    find=find,
    tell=tell,
    about="case",
    quiet=NINETY_DAYS,
)
