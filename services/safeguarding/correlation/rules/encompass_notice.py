"""encompass-notice: the school knows before the bell, whatever became of the incident (L01, L25)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.calendar import before_school, date_words, moment_words
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.incidents import DA_TYPES, da_incidents
from safeguarding.correlation.look import Look
from safeguarding.correlation.schooling import Ages


class Parameters(Ages):
    """Numbers of the rule."""

    before: str = Field("08:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Local time of the next school day by which the school knows."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"A domestic-abuse incident or form with a linked child of {parameters.from_age} to {parameters.to_age}: "
        f"the school is told at once, before {parameters.before} of the next school day."
    )


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case; the child is of school age when the first event of the case arrives."""
    findings = []
    for incident in da_incidents(look):
        if incident.live and parameters.holds(look.hot, incident.heard_at):
            seen = [Seen("domestic-abuse incident", 1)]
            roles, extra = parameters.audiences, incident
            findings.append(Finding(incident.case, [incident.first], seen, parameters.urgency, roles, extra=extra))
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # one shape
    """That it happened, and whether the child was there and seen; not what, who or where."""
    marks = finding.extra.marks
    there = "the child was named in it" if any(m.direct for m in marks) else "an adult linked to the child was in it"
    checked = "the child was seen" if any(m.data.get("seen") for m in marks) else "no word that the child was seen"
    hour, minute = (int(part) for part in parameters.before.split(":"))
    due = moment_words(before_school(finding.extra.heard_at, hour, minute))
    what = f"Domestic abuse incident on {date_words(finding.because[0].day)}: {there}; {checked}. For {due}."
    return Say(what, "look_for_signs", voice=True)


RULE = Rule(
    id="encompass-notice",
    types=DA_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
    domestic_abuse=True,
)
