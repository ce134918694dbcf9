"""referral-missing: a form or incident with a child, and no referral of that case (L03)."""

from __future__ import annotations

from pydantic import Field, model_validator

from safeguarding.correlation.absence import Step, absence, answer_to
from safeguarding.correlation.finding import Finding, Look, Rule, Say
from safeguarding.correlation.record import Mark
from safeguarding.events.base import Word
from safeguarding.events.times import HOUR

_FORM, _INCIDENT, _REFERRAL = "police.da_form.completed", "police.incident.recorded", "police.referral.submitted"


class Parameters(Word):
    """Numbers of the rule."""

    police_hours: int = Field(24, ge=1, le=720)
    """Hours after which the police are told."""
    supervisor_hours: int = Field(48, ge=1, le=720)
    """Hours after which their supervisor is told too."""
    hub_hours: int = Field(72, ge=1, le=720)
    """Hours after which the hub is told too."""

    @model_validator(mode="after")
    def _in_order(self) -> Parameters:
        if not self.police_hours < self.supervisor_hours < self.hub_hours:
            raise ValueError("police_hours, supervisor_hours and hub_hours must follow one another")
        return self


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        "A domestic-abuse form with a child, or an incident with a child present, and no referral of that case after "
        f"{parameters.police_hours} h; the police supervisor is told after {parameters.supervisor_hours} h, "
        f"the hub after {parameters.hub_hours} h."
    )


def _starts(mark: Mark) -> bool:
    asks = mark.type == _FORM or (mark.type == _INCIDENT and mark.data["kind"] == "child_present")
    return asks and mark.direct and not mark.backfill


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case whose referral is overdue, or came late."""
    starts: dict[str, Mark] = {}
    for mark in look.marks([_FORM, _INCIDENT]):
        if _starts(mark):
            starts.setdefault(mark.case or mark.event_id, mark)
    answers = look.marks([_REFERRAL])
    findings, wake = [], None
    for start in starts.values():
        steps = [
            Step(start.occurred_at + parameters.police_hours * HOUR, ("police",)),
            Step(start.occurred_at + parameters.supervisor_hours * HOUR, ("police", "police-supervisor")),
            Step(start.occurred_at + parameters.hub_hours * HOUR, ("police", "police-supervisor", "hub")),
        ]
        finding, due = absence(
            start,
            answer_to(start, answers),
            steps,
            look.clock,
            what="hours without a referral",
            answered="the referral arrived",
            urgency="today",
        )
        if finding is not None:
            findings.append(finding)
        wake = due if wake is None else wake if due is None else min(wake, due)
    return findings, wake


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which case of their own has no referral, and for how long."""
    start = finding.because[0]
    reference = start.case.partition("|")[2] or "without a reference"
    if finding.resolved:
        return Say(f"Case {reference}: {finding.resolved}.")
    return Say(f"Case {reference} concerns a child and no referral has been sent. Please send it or say why not.")


RULE = Rule(
    id="referral-missing",
    types=frozenset({_FORM, _INCIDENT, _REFERRAL}),
    parameters=Parameters,
    words=words,
    clears_when="the referral of that case arrives",
    find=find,
    tell=tell,
    decision=("actioned",),
)
