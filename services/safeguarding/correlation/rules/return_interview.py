"""return-interview: a child came back, and nobody independent has asked why the child left (L30, L31)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from pydantic import Field, model_validator

from safeguarding.correlation.absence import Awaited, Step, in_turn, overdue
from safeguarding.correlation.calendar import date_words, day_of
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.parameters import Wait, in_order
from safeguarding.correlation.record import Mark
from safeguarding.events.times import HOUR

_RETURNED = frozenset({"police.missing.returned"})
_INTERVIEW = frozenset({"hub.return_interview.completed"})


class Parameters(Base):
    """Numbers of the rule; `audiences` are warned after `hours`."""

    hours: int = Field(48, ge=1, le=720)
    """Hours after which somebody is warned."""
    then: list[Wait] = Field(default=[Wait(hours=72, audiences=["hub", "police"])])
    """Further steps: the breach."""

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
    hours = " and ".join(f"{step.hours} h" for step in parameters.steps)
    return f"A missing child has returned and there is no interview, held or declined, after {hours}."


def _waiting(returns: Sequence[Mark], interviews: Sequence[Mark], settled: Collection[str]) -> tuple[Mark, Mark | None]:
    """Of one case's returns the first without an interview since; else the first that the newest has answered.

    A return whose alert is closed does not hide a later one.
    """
    answered = [
        # one interview answers all returns before it, whatever reference it carries
        (back, _first_since(interviews, back.data["returned_at"]))
        for back in sorted(returns, key=lambda back: (back.data["returned_at"], back.event_id))
    ]
    alike = [one for one in answered if one[1] is answered[-1][1]]
    return next((one for one in alike if one[0].event_id not in settled), alike[0])


def _first_since(interviews: Sequence[Mark], time: int) -> Mark | None:
    place = bisect_left(interviews, time, key=lambda mark: mark.occurred_at)
    return interviews[place] if place < len(interviews) else None


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    returns: dict[str, list[Mark]] = {}
    for mark in look.marks(_RETURNED):
        if not mark.backfill:
            returns.setdefault(mark.case or mark.event_id, []).append(mark)
    interviews = look.marks(_INTERVIEW)
    for case, of_case in returns.items():
        waiting = _waiting(of_case, interviews, look.consumed.get(case, ()))
        for back, answer in in_turn(
            look, case, of_case, waiting, lambda back: _first_since(interviews, back.data["returned_at"])
        ):
            since = back.data["returned_at"]
            steps = [Step(since + step.hours * HOUR, step.audiences) for step in parameters.steps]
            yield Awaited(case, back, answer, steps, "hours since the return", "the interview was recorded", since)


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding an episode."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Since when the interview is awaited."""
    back = finding.because[0].data["returned_at"]
    return Say(f"Returned on {date_words(day_of(back))}: no return interview has been held or declined.")


RULE = Rule(
    id="return-interview",
    types=_RETURNED | _INTERVIEW,
    parameters=Parameters,
    words=words,
    clears_when="an interview, held or declined, is recorded",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
)
