"""court-clock: a court will sentence a parent, and wants to know about the children first (L74, L75)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, model_validator

from safeguarding.correlation.absence import Answers, reference
from safeguarding.correlation.calendar import duration_words, moment_words
from safeguarding.correlation.finding import NINETY_DAYS, Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

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


def _clocks(asked: Sequence[Mark]) -> list[tuple[Mark, int]]:
    """Who asked first, and the court date named last; asked again after court has sat, another clock runs."""
    clocks: list[tuple[Mark, int]] = []
    for mark in asked:
        court = mark.data["court_at"]
        if clocks and mark.occurred_at <= clocks[-1][1]:
            clocks[-1] = (clocks[-1][0], court)
        else:
            clocks.append((mark, court))
    return clocks


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """What holds of the one case: of its last clock, and of that on which an open alert rests."""
    clocks = _clocks([mark for mark in look.marks(_ASKED) if not mark.backfill])
    answers, told = Answers(look.marks(_GIVEN)), look.open.get("", ())
    found, wakes = list[Finding](), list[int]()
    for place, (start, court) in enumerate(clocks, 1):
        if place < len(clocks) and start.event_id not in told:
            continue
        answer = answers.to(start, None if place == 1 else start.occurred_at)  # asked again, one from before is none
        finding, wake = _of_clock(look, parameters, start, court, answer)
        found += [finding] if finding else []
        wakes += [wake] if wake is not None else []
    return found, min(wakes, default=None)


def _of_clock(
    look: Look, parameters: Parameters, start: Mark, court: int, answer: Mark | None
) -> tuple[Finding | None, int | None]:
    length = court - start.occurred_at
    dues = [start.occurred_at - (-length * part // 100) for part in (parameters.raise_at, parameters.escalate_at)]
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
        return finding._replace(resolved=f"the information was given after {took}"), None
    if court <= look.due:
        over = finding._replace(observed=[*finding.observed, Seen("sentenced without the information", 1)])
        return over._replace(resolved="court has sat without the information"), None
    reached = sum(due <= look.due for due in dues)
    wake = next((due for due in dues if due > look.due), court)
    return (finding._replace(stage=reached - 1) if reached else None), wake


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
