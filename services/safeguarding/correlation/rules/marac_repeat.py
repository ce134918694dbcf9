"""marac-repeat: abuse between the same two people within a year of their last MARAC referral (SafeLives)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field

from safeguarding.correlation.calendar import date_words
from safeguarding.correlation.finding import NINETY_DAYS, Finding, Rule, Say, Seen
from safeguarding.correlation.incidents import DA_TYPES, is_domestic_abuse
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import CONCERN_RAISED
from safeguarding.correlation.parameters import MOST_MONTHS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span

_TYPES = DA_TYPES | CONCERN_RAISED  # abuse may be told to any agency


class Parameters(Base):
    """Numbers of the rule."""

    months: int = Field(12, ge=1, le=MOST_MONTHS)
    """Within so many months of the last MARAC referral."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        "Domestic abuse with the same victim and perpetrator as the last MARAC referral, "
        f"within {Span(months=parameters.months).words} of it."
    )


def _is_abuse(mark: Mark) -> bool:
    return is_domestic_abuse(mark) or mark.data.get("category") == "domestic_abuse"


def _couples(marks: list[Mark]) -> set[tuple[str, str]]:
    victims = {key for mark in marks for key in mark.data.get("victims", ())}
    return {(v, p) for v in victims for mark in marks for p in mark.data.get("perpetrators", ())}


class Referral(NamedTuple):
    """A form that went to MARAC; in order of time."""

    at: int
    event_id: str
    form: Mark
    case: str


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case that comes after a referral of the same two people."""
    cases: dict[str, list[Mark]] = {}
    for mark in look.marks(_TYPES):
        if _is_abuse(mark):
            cases.setdefault(mark.case or mark.event_id, []).append(mark)
    couples = {case: _couples(marks) for case, marks in cases.items()}
    referred: dict[tuple[str, str], list[Referral]] = {}
    for case, marks in cases.items():
        for form in marks:
            for couple in couples[case] if form.data.get("marac_referred") is True else ():
                referred.setdefault(couple, []).append(Referral(form.occurred_at, form.event_id, form, case))
    if not referred or len(cases) < 2:
        return [], None
    for forms in referred.values():
        forms.sort()
    span = Span(months=parameters.months)
    findings = []
    for case, marks in cases.items():
        earlier = [referred[couple] for couple in couples[case] if couple in referred]
        pair = next((found for mark in marks if (found := _repeat(mark, case, earlier, span))), None)
        if pair is not None:
            days = pair[1].day - pair[0].day
            seen = [Seen("days since the last MARAC referral", days)]
            findings.append(Finding(case, pair, seen, parameters.urgency, parameters.audiences))
    return findings, None


def _repeat(mark: Mark, case: str, earlier: Sequence[Sequence[Referral]], span: Span) -> list[Mark] | None:
    """The last referral of another case before an event and the event, if the one is recent enough."""
    if mark.backfill:
        return None
    before = [found for forms in earlier if (found := _last(forms, case, mark.occurred_at))]
    if not before:
        return None
    form = max(before).form
    return [form, mark] if mark.day < span.end(form.day) else None


def _last(forms: Sequence[Referral], case: str, until: int) -> Referral | None:
    place = bisect_right(forms, until, key=lambda one: one.at)
    return next((forms[n] for n in range(place - 1, -1, -1) if forms[n].case != case), None)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:
    """That it is a repeat, and of when; the police know the date of what they sent themselves."""
    form, mark = finding.because
    when = "" if audience == "police" != mark.agency else f" on {date_words(mark.day)}"
    what = f"Repeat for MARAC: abuse{when} between the people referred on {date_words(form.day)}. Please refer again."
    return Say(what, "contact_hub")


RULE = Rule(
    id="marac-repeat",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="the hub has decided on it",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    quiet=NINETY_DAYS,
    domestic_abuse=True,
    counts=_is_abuse,
)
