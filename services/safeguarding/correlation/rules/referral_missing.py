"""referral-missing: a form or incident with a child, and no referral of that case (L07, L09, L10)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from safeguarding.correlation.absence import Answers, Awaited, Step, overdue, reference
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.incidents import DA_TYPES, FORM
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.parameters import Wait, in_order
from safeguarding.correlation.record import Mark
from safeguarding.events.times import HOUR

_REFERRALS = frozenset({"police.referral.submitted"})


class Parameters(Base):
    """Numbers of the rule; `audiences` are told after `hours`."""

    hours: int = Field(24, ge=1, le=720)
    """Hours after which somebody is told first."""
    then: list[Wait] = Field(
        default=[
            Wait(hours=48, audiences=["police", "police-supervisor"]),
            Wait(hours=72, audiences=["police", "police-supervisor", "hub"]),
        ]
    )
    """Further steps."""

    @property
    def steps(self) -> list[Wait]:
        """All steps."""
        return [Wait(hours=self.hours, audiences=self.audiences), *self.then]

    @model_validator(mode="after")
    def _in_order(self) -> Parameters:
        in_order(self.steps)
        return self


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    first, *rest = [f"{step.hours} h" for step in parameters.steps]
    further = f"; others are told too after {' and '.join(rest)}" if rest else ""
    return (
        "A domestic-abuse form with a child, or an incident with a child present, and no referral of that case after "
        f"{first}{further}."
    )


def _starts(mark: Mark) -> bool:
    asks = mark.type == FORM or mark.data["kind"] == "child_present"
    return asks and mark.direct and not mark.backfill


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    starts: dict[str, Mark] = {}
    for mark in look.marks(DA_TYPES):
        if _starts(mark):
            starts.setdefault(mark.case or mark.event_id, mark)
    answers = Answers(look.marks(_REFERRALS))
    for case, start in starts.items():
        steps = [Step(start.occurred_at + step.hours * HOUR, step.audiences) for step in parameters.steps]
        answer = answers.to(start)
        yield Awaited(case, start, answer, steps, "hours without a referral", "the referral arrived")


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case whose referral is overdue, or came late."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which case of their own has no referral."""
    case = reference(finding.because[0])
    return Say(f"Case {case} concerns a child and no referral has been sent. Please send it or say why not.")


RULE = Rule(
    id="referral-missing",
    types=DA_TYPES | _REFERRALS,
    parameters=Parameters,
    words=words,
    clears_when="the referral of that case arrives",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
)
