"""da-health-notice: health hears of every domestic-abuse form about a child, standard ones at 08:00 (L07)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.calendar import date_words, next_0800
from safeguarding.correlation.finding import Finding, Look, Rule, Say, Seen
from safeguarding.correlation.marks import LEVELS
from safeguarding.correlation.record import Mark
from safeguarding.events.base import Word

_URGENCY = {"standard": "routine", "medium": "today", "high": "immediate"}
_FORM = "police.da_form.completed"


class Parameters(Word):
    """Numbers of the rule."""

    batch_standard: bool = Field(default=True)
    """Whether standard forms wait for the next 08:00 and leave as one batch."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    batch = "a standard one with the next 08:00 batch" if parameters.batch_standard else "a standard one too"
    return f"A domestic-abuse form for an incident with a linked child: medium and high at once, {batch}."


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case: its gravest form, the earliest of them."""
    cases: dict[str, list[Mark]] = {}
    for mark in look.marks([_FORM]):
        if not mark.backfill:
            cases.setdefault(mark.case or mark.event_id, []).append(mark)
    findings = []
    for case, forms in cases.items():
        form = min(forms, key=lambda m: (-LEVELS[m.data["grade"]], m.occurred_at, m.event_id))
        grade = form.data["grade"]
        waits = parameters.batch_standard and grade == "standard"
        later = dict.fromkeys(("gp", "nurse"), next_0800(look.clock)) if waits else {}
        seen = [Seen(f"form graded {grade}", 1)]
        findings.append(
            Finding(case, [form], seen, _URGENCY[grade], ("gp", "nurse"), later=later, level=LEVELS[grade], extra=grade)
        )
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # one shape
    """That it happened, when, and the grade; a GP is told of a standard form without its grade."""
    form = finding.because[0]
    named = "was named in" if form.direct else "is linked to an adult named in"
    what = f"Domestic abuse incident on {date_words(form.day)}: the child {named} the police risk form."
    grade = None if audience == "gp" and finding.extra == "standard" else finding.extra
    return Say(what, "discuss_at_meeting" if finding.extra != "standard" else "file", grade=grade, voice=True)


RULE = Rule(
    id="da-health-notice",
    types=frozenset({_FORM}),
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
    domestic_abuse=True,
)
