"""da-health-notice: health hears of every domestic-abuse form about a child, standard ones at 08:00 (L24)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from safeguarding.correlation.calendar import date_words, next_0800
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.incidents import FORMS, da_incidents, grade_level
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.events.alert import Urgency

Grade = Literal["standard", "medium", "high"]


class Parameters(Base):
    """Numbers of the rule; `urgency` is that of a standard form."""

    batch_standard: bool = True
    """Whether standard forms wait for the next 08:00 and leave as one batch."""
    graver: dict[Grade, Urgency] = Field(default={"medium": "today", "high": "immediate"})
    """Urgency of graver forms."""

    def urgency_of(self, grade: Grade) -> Urgency:
        """How soon somebody should look at a form of this grade."""
        return self.graver.get(grade, self.urgency)


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    batch = "a standard one with the next 08:00 batch" if parameters.batch_standard else "a standard one too"
    return f"A domestic-abuse form for an incident with a linked child: medium and high at once, {batch}."


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case: its gravest form, the earliest of them."""
    findings = []
    for incident in da_incidents(look):
        forms = [mark for mark in incident.live if mark.type in FORMS]
        if forms:
            findings.append(_finding(incident.case, max(forms, key=grade_level), look, parameters))
    return findings, None


def _finding(case: str, form: Mark, look: Look, parameters: Parameters) -> Finding:
    grade = form.data["grade"]
    waits = parameters.batch_standard and grade == "standard"
    later: dict[str, int] = {role: next_0800(look.clock) for role in parameters.audiences} if waits else {}
    return Finding(
        case,
        [form],
        [Seen(f"form graded {grade}", 1)],
        parameters.urgency_of(grade),
        parameters.audiences,
        stage=grade_level(form),
        later=later,
        extra=grade,
    )


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # one shape
    """That it happened, when, and the grade; a GP is told of a standard form without its grade."""
    form, grade = finding.because[0], finding.extra
    named = "was named in" if form.direct else "is linked to an adult named in"
    what = f"Domestic abuse incident on {date_words(form.day)}: the child {named} the police risk form."
    shown = None if audience == "gp" and grade == "standard" else grade
    return Say(what, "file" if grade == "standard" else "discuss_at_meeting", grade=shown, voice=True)


RULE = Rule(
    id="da-health-notice",
    types=FORMS,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
    domestic_abuse=True,
)
