"""invitee-missing: a meeting to which somebody who works with the family was not asked (L64, L69, L76)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from pydantic import Field

from safeguarding.correlation.calendar import date_words
from safeguarding.correlation.finding import NINETY_DAYS, Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import THROUGH_ADULTS
from safeguarding.correlation.parameters import MOST_MONTHS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.recipients import ADULT, SCHOOL_NURSE_FROM, school_nurse, years
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span
from safeguarding.events.hub import Invitee

_MEETING = frozenset({"hub.meeting.scheduled"})
_APPOINTMENTS = frozenset({"health.appointment.was_not_brought", "health.appointment.attended"})
_DENTAL = frozenset({"health.dental.concern"}) | _APPOINTMENTS
_ADULT_MENTAL_HEALTH = frozenset({"health.relapse_indicator.set"})
_CGL = frozenset(name for name in THROUGH_ADULTS if name.startswith("cgl."))
_PROBATION = frozenset(name for name in THROUGH_ADULTS if name.startswith("probation."))
# Which events show that a service is involved with the child or a linked adult.
_SHOWN_BY: Mapping[Invitee, frozenset[str]] = {
    "dental": _DENTAL,
    "adult_mental_health": _ADULT_MENTAL_HEALTH,
    "cgl": _CGL,
    "probation": _PROBATION,
}


class Parameters(Base):
    """Numbers of the rule."""

    months: int = Field(12, ge=1, le=MOST_MONTHS)
    """Involved within so many months before the invitations."""
    services: list[Invitee] = Field(
        default=["dental", "adult_mental_health", "cgl", "probation", "gp", "school_nurse"], min_length=1
    )
    """Services that are asked for."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    services = ", ".join(service.replace("_", " ") for service in parameters.services)
    return (
        "The invitations to a meeting leave out a service involved with the child or a linked adult in the last "
        f"{Span(months=parameters.months).words}: {services}."
    )


def _is_dental(mark: Mark) -> bool:
    return mark.type not in _APPOINTMENTS or "dent" in mark.data["service"].casefold()


def _registered(look: Look, meeting: Mark) -> bool:
    gp = look.hot.who.gp
    return gp is not None and gp[0] <= meeting.occurred_at


def _has_school_nurse(look: Look, meeting: Mark) -> bool:
    nurse, old = school_nurse(look.hot), years(look.hot, meeting.occurred_at)
    known = nurse is not None and nurse[0] <= meeting.occurred_at
    return known and (old is None or SCHOOL_NURSE_FROM <= old < ADULT)


# A child's practice and school nurse are involved for as long as the child is theirs.
_STANDING: Mapping[Invitee, Callable[[Look, Mark], bool]] = {"gp": _registered, "school_nurse": _has_school_nurse}


def _showing(service: Invitee, look: Look) -> list[Mark]:
    """Events that show a service to be involved."""
    marks = look.marks(_SHOWN_BY.get(service, frozenset()))
    return [mark for mark in marks if service != "dental" or _is_dental(mark)]


def _is_involved(service: Invitee, meeting: Mark, shown: Sequence[Mark], look: Look, span: Span) -> bool:
    if service in _STANDING:
        return _STANDING[service](look, meeting)
    before = bisect_right(shown, meeting.occurred_at, key=lambda mark: mark.occurred_at)
    return before > 0 and meeting.day < span.end(shown[before - 1].day)


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a meeting whose newest invitations leave somebody out."""
    meetings: dict[str, Mark] = {}
    for mark in look.marks(_MEETING):
        if not mark.backfill:
            meetings[mark.case or f"{mark.data['kind']}|{mark.data['at']}"] = mark
    shown = {service: _showing(service, look) for service in parameters.services} if meetings else {}
    span = Span(months=parameters.months)
    told = {life.case: life.because for life in look.lives(RULE.id) if life.open}
    findings = []
    for case, meeting in meetings.items():
        missing = [
            service
            for service in parameters.services
            if service not in meeting.data["invited"] and _is_involved(service, meeting, shown[service], look, span)
        ]
        # a new practice, or what is no longer remembered, invites nobody to a meeting of before
        if missing or meeting.event_id in told.get(case, ()):
            seen = [Seen(f"involved and not invited: {service}", 1) for service in missing]
            findings.append(Finding(case, [meeting], seen, parameters.urgency, parameters.audiences, extra=missing))
        elif case in look.open:
            over = Finding(case, [meeting], [Seen("involved and not invited", 0)], parameters.urgency, ())
            findings.append(over._replace(resolved="all who are involved have been invited"))
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Who is missing from which meeting."""
    services = ", ".join(service.replace("_", " ") for service in finding.extra) or "a service of the family"
    return Say(f"Meeting planned on {date_words(finding.because[0].day)}: not invited although involved: {services}.")


RULE = Rule(
    id="invitee-missing",
    types=_MEETING.union(*_SHOWN_BY.values()),
    parameters=Parameters,
    words=words,
    clears_when="they are invited",
    find=find,
    tell=tell,
    quiet=NINETY_DAYS,
)
