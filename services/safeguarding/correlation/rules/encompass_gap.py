"""encompass-gap: reconciliation, every incident with a child of school age ends in a notice that was sent (L03)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.absence import reference
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.incidents import DA_TYPES, da_incidents
from safeguarding.correlation.look import Look
from safeguarding.correlation.schooling import Ages
from safeguarding.events.times import HOUR

NOTICE = "encompass-notice"


class Parameters(Ages):
    """Numbers of the rule."""

    hours: int = Field(24, ge=1, le=720)
    """Hours after which a notice must have been sent."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"{parameters.hours} h after a domestic-abuse incident with a linked child of {parameters.from_age} to "
        f"{parameters.to_age}, no school notice has been sent."
    )


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case without a sent notice; a child not of school age is a recorded reason."""
    findings, wakes, sent = [], [], look.sent(NOTICE)
    for incident in da_incidents(look):
        if not incident.live or not parameters.holds(look.hot, incident.heard_at):
            continue
        start, case = incident.live[0], incident.case
        hours = (look.clock - start.occurred_at) // HOUR
        finding = Finding(
            case,
            [start],
            [Seen("hours without a sent school notice", hours, parameters.hours)],
            parameters.urgency,
            parameters.audiences,
        )
        due = start.occurred_at + parameters.hours * HOUR
        if case in sent:
            if case in look.open:
                findings.append(finding._replace(resolved=f"the notice was sent after {hours} h"))
        elif due <= look.due:
            findings.append(finding)
        else:
            wakes.append(due)
    return findings, min(wakes, default=None)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which case of their own has no notice."""
    case = reference(finding.because[0])
    return Say(f"Case {case}: no school has been told of this child. Please say which school the child goes to.")


RULE = Rule(
    id="encompass-gap",
    types=DA_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the school notice has been sent",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    domestic_abuse=True,
    watches=frozenset({NOTICE}),
)
