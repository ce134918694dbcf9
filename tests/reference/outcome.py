"""The slow, obvious reference: at every moment the whole history is looked at anew, for all 24 rules of rules.md.

It shares no code with the pipeline. A rule (`police`, `health`, `hub`) says what it claims of all that is known at a
moment; `outcome` goes through the moments and keeps, for each claim, what rules.md says of suppression and closing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from reference import health, hub, police
from reference.calendar import london, midnight, months_later
from reference.reading import Claim, Event, View, da_event, ids, seriousness, when
from reference.told import Told, recipients

CONCERNS = (
    ".concern.raised police.da_form.completed police.incident.recorded police.missing.reported "
    "health.appointment.was_not_brought health.hcp_contact.missed health.dental.concern health.ed.attended "
    "cgl.engagement.changed yos.appointment.missed education.attendance.recorded"
)
DA = "police.da_form.completed police.incident.recorded"


class Rule(NamedTuple):
    """How the moments go on for a rule.

    Attributes:
        claims: what it claims.
        heeds: ends of the types that it reads.
        urgency: how soon somebody should look.
        quiet: "days", "months" or never.
        decided_by: what an audience may answer that closes it.
        notice: finished when raised.
        counts: of these events, which are evidence; what is none changes nothing.
    """

    claims: Callable[[View], list[Claim]]
    heeds: str
    urgency: str = "today"
    quiet: str = "days"
    decided_by: tuple[str, ...] = ("actioned",)
    notice: bool = False
    counts: Callable[[Event], bool] = lambda event: True


def is_concern(event: Event) -> bool:
    return seriousness(event) is not None


def tells_of_neglect(event: Event) -> bool:
    return "areas" in event["data"] or (is_concern(event) and bool(event["data"].get("neglect_type")))


def is_abuse(event: Event) -> bool:
    return da_event(event) or event["data"].get("category") == "domestic_abuse"


RULES = {
    "cumulative-concern": Rule(hub.cumulative_concern, CONCERNS, counts=is_concern),
    "chronic-neglect": Rule(
        health.chronic_neglect,
        ".concern.raised hub.neglect_assessment.completed",
        quiet="months",
        counts=tells_of_neglect,
    ),
    "da-health-notice": Rule(police.da_health_notice, "police.da_form.completed", "", notice=True),
    "encompass-notice": Rule(police.encompass_notice, DA, "immediate", notice=True),
    "encompass-gap": Rule(police.encompass_gap, f"{DA} education.enrolment.changed", quiet=""),
    "referral-missing": Rule(police.referral_missing, f"{DA} police.referral.submitted", quiet=""),
    "incident-open": Rule(police.incident_open, f"{DA} police.incident.closed", quiet=""),
    "closing-code": Rule(police.closing_code, f"{DA} police.incident.closed", "routine", notice=True),
    "receipt-missing": Rule(
        hub.receipt_missing, "police.referral.submitted hub.referral.received hub.decision.made", quiet=""
    ),
    "feedback-due": Rule(hub.feedback_due, "hub.decision.made", "routine", quiet=""),
    "da-escalation": Rule(police.da_escalation, DA, counts=da_event),
    "marac-repeat": Rule(police.marac_repeat, f"{DA} .concern.raised", "immediate", counts=is_abuse),
    "missing-coordinator": Rule(
        police.missing_coordinator, "police.missing.reported", decided_by=("acknowledged", "actioned")
    ),
    "return-interview": Rule(
        police.return_interview, "police.missing.returned hub.return_interview.completed", quiet=""
    ),
    "not-brought-pattern": Rule(
        health.not_brought_pattern,
        "health.appointment.was_not_brought health.appointment.attended hub.status.changed",
        "routine",
        decided_by=(),
    ),
    "status-to-health": Rule(hub.status_to_health, "hub.status.changed", "routine", notice=True),
    "relapse-signs": Rule(health.relapse_signs, ".relapse_indicator.set", notice=True),
    "court-clock": Rule(
        hub.court_clock, "probation.psr_information.requested hub.psr_information.provided", decided_by=()
    ),
    "information-overdue": Rule(
        hub.information_overdue, "hub.information.requested hub.information.provided", "routine", quiet=""
    ),
    "invitee-missing": Rule(
        hub.invitee_missing, "health. cgl. probation. hub.meeting.scheduled", "routine", decided_by=()
    ),
    "minutes-late": Rule(hub.minutes_late, "hub.core_group.held hub.minutes.published", "routine", quiet=""),
    "family-overlap": Rule(
        health.family_overlap,
        "probation.case.allocated probation.case.closed cgl.client.children_linked cgl.engagement.changed yos.case.",
        "routine",
        decided_by=(),
    ),
    "contact-missed": Rule(
        health.contact_missed,
        f"{CONCERNS} health.hcp_contact.completed",
        "routine",
        decided_by=(),
        counts=lambda event: event["type"] == "health.hcp_contact.completed" or is_concern(event),
    ),
}


class Final(NamedTuple):
    """What became of an alert."""

    rule: str
    subject: str
    because: tuple[str, ...]
    opened: datetime
    over: datetime | None
    urgency: str
    told: Told


class Silence(NamedTuple):
    """Nothing new of the rule is raised until a moment, unless something graver arrives."""

    since: int
    until: datetime
    level: int
    agencies: frozenset[str]


class Alert:
    """One life of an alert."""

    def __init__(self, name: str, claim: Claim, step: int, view: View) -> None:
        self.case, self.step, self.because = claim.case, step, ids(claim.because)
        self.opened = self.fresh = view.now
        self.over: datetime | None = None
        self.urgency = claim.urgency or RULES[name].urgency
        self.rise, self.support = claim.rise, claim.support
        self.told = recipients(name, view, claim.because, step)
        self.silence: Silence | None = None


class Subject(NamedTuple):
    """Whom alerts are about: a label, when the child was born, and which events reach it."""

    label: str
    born: date
    reached: Callable[[Event], bool]


def outcome(
    arrivals: Sequence[Event],
    subjects: Iterable[Subject],
    end: datetime,
    dials: dict[str, dict[str, Any]] | None = None,
) -> list[Final]:
    """Every alert that was not taken back.

    Args:
        arrivals: events in the order in which they arrive; each arrives when it is published, or with the one before.
        subjects: whom they are about.
        end: until when time passes.
        dials: parameters of rules that are not the default.
    """
    clock, events = when(arrivals[0], "published_at"), []
    for n, event in enumerate(arrivals):
        clock = max(clock, when(event, "published_at"))
        if event["id"] not in {known["id"] for known in events}:
            events.append(event | {"n": n, "arrived": clock})
    found: list[Final] = []
    for subject in subjects:
        reached = [e for e in events if subject.reached(e)]
        for name in RULES if reached else ():
            if (name == "court-clock") == (subject.label == "case"):
                lives = Course(name, subject, (dials or {}).get(name, {})).run(reached, end)
                found += [
                    Final(name, subject.label, tuple(sorted(a.because)), a.opened, a.over, a.urgency, a.told)
                    for a in lives
                ]
    return sorted(found)


class Course:
    """The course of one rule for one subject."""

    def __init__(self, name: str, subject: Subject, dials: dict[str, Any]) -> None:
        self.name, self.rule, self.subject, self.dials = name, RULES[name], subject, dials
        self.alerts: list[Alert] = []
        self.known: list[Event] = []

    def run(self, events: list[Event], end: datetime) -> list[Alert]:
        clock = events[0]["arrived"]
        for event in events:
            just_before = event["arrived"] - timedelta(milliseconds=1)
            self.pass_time(clock, just_before)
            clock = event["arrived"]
            self.known.append(event)
            if ".notification." in event["type"]:
                self.answered(event)
            if any(word in event["type"] for word in self.rule.heeds.split()) and self.rule.counts(event):
                self.judge(clock, just_before)
        self.pass_time(clock, end)
        return [alert for alert in self.alerts if alert.because]

    def view(self, now: datetime, without: Alert | None = None) -> View:
        spent = {name for alert in self.alerts if alert.over and alert is not without for name in alert.because}
        return View(self.subject.label, self.subject.born, list(self.known), spent, now, self.dials)

    def claims(self, now: datetime) -> list[Claim]:
        return self.rule.claims(self.view(now))

    def pass_time(self, after: datetime, until: datetime) -> None:
        """Every deadline and every quiet close, in the order of their time."""
        moment = after - timedelta(milliseconds=1)
        while True:
            claims = self.claims(moment)
            due = {at for c in claims for at in (*c.steps, *([c.ends] if c.ends else []))}
            ends = {at for a in self.alerts if not a.over and a.because for at in [self.quiet_at(a)] if at}
            coming = sorted(at for at in due | ends if moment < at <= until)
            if not coming:
                return
            moment = coming[0]
            for alert in self.alerts:
                if not alert.over and self.quiet_at(alert) == moment:
                    self.close(alert, moment)
            if moment in due:
                self.judge(moment, moment)

    def quiet_at(self, alert: Alert) -> datetime | None:
        on = london(alert.fresh)
        if not self.rule.quiet or self.rule.notice:
            return None
        return midnight(on + timedelta(90) if self.rule.quiet == "days" else months_later(on, 12))

    def close(self, alert: Alert, now: datetime, silent_for: int = 0) -> None:
        alert.over = now
        days = max(silent_for, self.dials.get("rest_days", 0))
        if days:
            level = max((seriousness(e) or 1 for e in alert.support), default=0)
            agencies = frozenset(e["agency"] for e in alert.support)
            alert.silence = Silence(len(self.known), midnight(london(now) + timedelta(days)), level, agencies)

    def judge(self, now: datetime, due: datetime) -> None:
        standing_claims = set()
        for claim in self.claims(now):
            for alert in self.alerts:
                if alert.case == claim.case and not alert.over and set(alert.because) <= set(ids(claim.ended)):
                    self.close(alert, now)
            step = sum(at <= due for at in claim.steps)
            if claim.steps and not step and not claim.answered:
                continue
            standing_claims.add(claim.case)
            if claim.ends and claim.ends <= due:
                claim = claim._replace(answered=True)
            same = [alert for alert in self.alerts if alert.case == claim.case and alert.because]
            standing = next((alert for alert in same if not alert.over), None)
            if standing is not None:
                self.go_on(standing, claim, step, now)
                continue
            told = {name for alert in same if alert.over for name in alert.because}
            silent = any(self.is_silent(alert, claim, now) for alert in self.alerts)
            if not claim.answered and not silent and not told.issuperset(ids(claim.because)):
                self.alerts.append(Alert(self.name, claim, step, self.view(now)))
        if not self.rule.notice:
            for alert in self.alerts:
                if not alert.over and alert.case not in standing_claims:
                    alert.because = []  # taken back: as if it had never been

    def go_on(self, alert: Alert, claim: Claim, step: int, now: datetime) -> None:
        """A standing alert and what is claimed now."""
        if claim.answered:
            self.close(alert, now)
        elif self.rule.notice:
            if claim.rise > alert.rise:
                alert.because, alert.rise, alert.urgency = ids(claim.because), claim.rise, claim.urgency
        else:
            if ids(claim.because) != alert.because:
                alert.fresh = now
            alert.because, alert.step, alert.support = ids(claim.because), max(step, alert.step), claim.support
            alert.urgency = claim.urgency or alert.urgency

    def is_silent(self, alert: Alert, claim: Claim, now: datetime) -> bool:
        """Dismissed or at rest, and nothing graver, or of another agency, has arrived since."""
        silence = alert.silence
        if silence is None or now >= silence.until:
            return False
        arrived = self.known[silence.since :]
        return not any(e in claim.support and self.graver(e, silence) for e in arrived)

    def graver(self, event: Event, silence: Silence) -> bool:
        level = seriousness(event) or 0
        rises = level > silence.level and (self.dials.get("rise_to", "any") == "any" or level == 3)
        by_agency = self.dials.get("graver_by", "level_or_agency") == "level_or_agency"
        return rises or (by_agency and event["agency"] not in silence.agencies)

    def answered(self, event: Event) -> None:
        """An audience's answer to this rule's open alerts for the child."""
        verb = event["type"].rsplit(".", 1)[1]
        if self.rule.notice or event["data"].get("rule") != self.name:
            return
        for alert in [a for a in self.alerts if not a.over and a.because]:
            if verb == "dismissed" and event["data"].get("reason"):
                self.close(alert, event["arrived"], silent_for=28)
            elif verb in self.rule.decided_by:
                self.close(alert, event["arrived"])
