"""feedback-due: a decision that the referrer has not been told of (L50)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from safeguarding.correlation.absence import Answers, Awaited, Step, in_turn, overdue, pending
from safeguarding.correlation.calendar import working_days_after, working_days_words
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

_TYPES = frozenset({"hub.decision.made"})


class Parameters(Base):
    """Numbers of the rule."""

    days: int = Field(1, ge=1, le=30)
    """Working days after which the referrer should have been told."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    days = working_days_words(parameters.days)
    return f"The hub has decided on a referral and the referrer has not been told after {days}."


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    told: list[Mark] = []
    untold: dict[str, list[Mark]] = {}
    for mark in look.marks(_TYPES):
        if mark.data["referrer_told"]:
            told.append(mark)
        elif not mark.backfill:
            untold.setdefault(mark.answers or mark.case or mark.event_id, []).append(mark)
    answers = Answers(told)
    for case, starts in untold.items():
        # one decision told of does not tell of a later one
        waiting = pending(starts, answers, look.consumed.get(case, ()), starts[0].occurred_at)
        for start, answer in in_turn(look, case, starts, waiting, lambda start: answers.to(start, start.occurred_at)):
            steps = [Step(working_days_after(start.occurred_at, parameters.days), parameters.audiences)]
            yield Awaited(case, start, answer, steps, "hours since the decision", "the referrer was told")


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a referral."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Who waits for word."""
    return Say(f"The referrer ({finding.because[0].data['from_agency']}) has not been told of the decision.")


RULE = Rule(
    id="feedback-due",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the referrer has been told",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
)
