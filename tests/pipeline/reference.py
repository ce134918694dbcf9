"""A slow, obvious reading of rules.md for one child: the whole history is looked at anew at every moment.

It shares no code with the pipeline. A rule is a function from what is known at a moment to what it claims then;
`outcome` goes through the moments and keeps, for each claim, what rules.md says of suppression and closing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
Event = dict[str, Any]
ROUTINE = {"health.appointment.was_not_brought"}
GRADES = {"none": 0, "low": 1, "standard": 1, "medium": 2, "high": 3}


class Claim(NamedTuple):
    """What a rule claims: for a case, these events, resting on all of those, at a step; or that it is answered."""

    case: str
    because: list[Event]
    support: list[Event]
    step: int = 0
    answered: bool = False


class Alert:
    """One life of an alert."""

    def __init__(self, rule: str, claim: Claim, now: datetime) -> None:
        self.rule, self.case, self.step = rule, claim.case, claim.step
        self.because, self.fresh, self.over = ids(claim.because), now, False
        self.muted: tuple[datetime, datetime, int, set[str]] | None = None


def when(event: Event, name: str = "occurred_at") -> datetime:
    return datetime.fromisoformat(event[name])


def day(event: Event) -> date:
    return when(event).astimezone(LONDON).date()


def in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (when(e), e["id"]))


def ids(events: Iterable[Event]) -> list[str]:
    return [e["id"] for e in events]


def months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year + (month == 11), 1 if month == 11 else month + 2, 1)


def seriousness(event: Event) -> int | None:
    """How grave a concern is; None when the event is none."""
    kind, data = event["type"], event["data"]
    if kind.endswith(".concern.raised"):
        return None if data["category"] == "hardship" else GRADES[data["level"]]
    if kind == "police.da_form.completed":
        return GRADES[data["grade"]]
    if kind == "police.incident.recorded":
        return 1 if data["kind"] in ("domestic_abuse", "child_present") else None
    if kind == "police.missing.reported":
        return GRADES[data["risk"]]
    return 1 if kind in ROUTINE else None


def case_of(event: Event) -> str:
    return f"{event['agency']}|{event['case_ref']}" if event.get("case_ref") else event["id"]


def cases(events: Iterable[Event]) -> list[list[Event]]:
    """Events of one case together, each case in the order in which they happened, cases by their first."""
    found: dict[str, list[Event]] = {}
    for event in in_order(events):
        found.setdefault(case_of(event), []).append(event)
    return list(found.values())


def windows(units: list[list[Event]], end: Callable[[date], date]) -> list[list[list[Event]]]:
    """For every first day, the cases that began from it on and before the window's end."""
    firsts = [day(unit[0]) for unit in units]
    return [[u for u, d in zip(units, firsts, strict=True) if start <= d < end(start)] for start in firsts]


def united(held: Sequence[list[list[Event]]], units: list[list[Event]]) -> list[list[Event]]:
    inside = {unit[0]["id"] for window in held for unit in window}
    return [unit for unit in units if unit[0]["id"] in inside]


def cumulative_concern(known: list[Event], spent: set[str], now: datetime) -> list[Claim]:
    units = cases(e for e in known if seriousness(e) is not None)
    tiers = [(3, 2, lambda d: d + timedelta(90)), (4, 3, lambda d: months_later(d, 12))]
    held = [
        window
        for concerns, agencies, end in tiers
        for window in windows(units, end)
        if len(window) >= concerns
        and len({unit[0]["agency"] for unit in window}) >= agencies
        and any(spent.isdisjoint(ids(unit)) for unit in window)
    ]
    evidence = united(held, units)
    return [Claim("", [u[0] for u in evidence], [e for u in evidence for e in u])] if evidence else []


def missing_coordinator(known: list[Event], spent: set[str], now: datetime) -> list[Claim]:
    units = cases(e for e in known if e["type"] == "police.missing.reported")
    held = [
        window
        for window in windows(units, lambda d: d + timedelta(90))
        if len(window) >= 3 and any(spent.isdisjoint(ids(unit)) for unit in window)
    ]
    grave = [u for u in units if any(e["data"]["cause_for_concern"] for e in u) and spent.isdisjoint(ids(u))]
    evidence = united([*held, grave], units)
    return [Claim("", [u[0] for u in evidence], [e for u in evidence for e in u])] if evidence else []


def referral_missing(known: list[Event], spent: set[str], now: datetime) -> list[Claim]:
    """Steps at 24, 48 and 72 h; what falls due at the moment of an event fires after it."""
    claims = []
    for unit in cases(e for e in known if needs_referral(e)):
        start = unit[0]
        answers = [e for e in known if e["type"] == "police.referral.submitted" and answers_to(start, e)]
        steps = [n for n, hours in enumerate((24, 48, 72)) if when(start) + timedelta(hours=hours) <= now]
        if answers or steps:
            claims.append(Claim(case_of(start), [start], [start], max(steps, default=0), bool(answers)))
    return claims


def needs_referral(event: Event) -> bool:
    return event["type"] == "police.da_form.completed" or (
        event["type"] == "police.incident.recorded" and event["data"]["kind"] == "child_present"
    )


def answers_to(start: Event, answer: Event) -> bool:
    if start.get("case_ref") and answer.get("case_ref"):
        return bool(start["case_ref"] == answer["case_ref"])
    return when(answer) >= when(start)


def da_health_notice(known: list[Event], spent: set[str], now: datetime) -> list[Claim]:
    claims = []
    for unit in cases(e for e in known if e["type"] in ("police.da_form.completed", "police.incident.recorded")):
        forms = [e for e in unit if e["type"] == "police.da_form.completed"]
        if forms:
            grade = max(GRADES[e["data"]["grade"]] for e in forms)
            form = next(e for e in forms if GRADES[e["data"]["grade"]] == grade)
            claims.append(Claim(case_of(form), [form], [form], grade))
    return claims


def status_to_health(known: list[Event], spent: set[str], now: datetime) -> list[Claim]:
    claims, before = [], ""
    for event in in_order(e for e in known if e["type"] == "hub.status.changed"):
        status = event["data"]["status"]
        after = status if status in ("cin", "cpp", "lac") and not event["data"].get("ended") else ""
        if after != before:
            claims.append(Claim(event["id"], [event], [event]))
        before = after
    return claims


class Rule(NamedTuple):
    """How the moments go on for a rule: which events it heeds, how it ends, whether it is over when told."""

    claims: Callable[[list[Event], set[str], datetime], list[Claim]]
    heeds: Callable[[Event], bool]
    quiet: int | None = 90
    decided_by: tuple[str, ...] = ("actioned",)
    notice: bool = False


def _da(event: Event) -> bool:
    return event["type"] in ("police.da_form.completed", "police.incident.recorded")


def _concern(event: Event) -> bool:
    return event["type"].endswith(".concern.raised") or seriousness(event) is not None or _da(event)


RULES = {
    "cumulative-concern": Rule(cumulative_concern, _concern),
    "missing-coordinator": Rule(
        missing_coordinator, lambda e: e["type"] == "police.missing.reported", decided_by=("acknowledged", "actioned")
    ),
    "referral-missing": Rule(
        referral_missing, lambda e: _da(e) or e["type"] == "police.referral.submitted", quiet=None
    ),
    "da-health-notice": Rule(
        da_health_notice, lambda e: e["type"] == "police.da_form.completed", None, (), notice=True
    ),
    "status-to-health": Rule(status_to_health, lambda e: e["type"] == "hub.status.changed", None, (), notice=True),
}


def outcome(arrivals: Sequence[Event], end: datetime) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Every alert on the child: its rule, whether it is over, and what it rests on.

    Args:
        arrivals: the child's events in the order in which they arrive; each arrives when it is published.
        end: until when time passes.
    """
    found = [alert for name, rule in RULES.items() for alert in lives(name, rule, arrivals, end)]
    return sorted((alert.rule, alert.over, tuple(sorted(alert.because))) for alert in found)


def lives(name: str, rule: Rule, arrivals: Sequence[Event], end: datetime) -> list[Alert]:
    alerts: list[Alert] = []
    clock = when(arrivals[0], "published_at")
    for n, event in enumerate(arrivals):
        before, clock = clock, max(clock, when(event, "published_at"))
        pass_time(name, rule, arrivals[:n], alerts, before, clock - timedelta(milliseconds=1))
        known = list(arrivals[: n + 1])
        if ".notification." in event["type"]:
            answer(name, rule, known, alerts, event, clock)
        if rule.heeds(event):
            judge(name, rule, known, alerts, clock, clock - timedelta(milliseconds=1))
    pass_time(name, rule, list(arrivals), alerts, clock, end)
    return [alert for alert in alerts if alert.because]


def pass_time(
    name: str, rule: Rule, known: Sequence[Event], alerts: list[Alert], after: datetime, until: datetime
) -> None:
    """Every step and every quiet close, in the order of their time."""
    waits = [e for e in known if name == "referral-missing" and needs_referral(e)]
    steps = {when(e) + timedelta(hours=hours) for e in waits for hours in (24, 48, 72)}
    due = sorted({moment for moment in steps if after <= moment <= until})
    for moment in [*due, until]:
        for alert in alerts:
            if not alert.over and rule.quiet is not None and quiet_from(alert, rule.quiet) <= moment:
                alert.over = True
        if moment in steps:
            judge(name, rule, list(known), alerts, moment, moment)


def quiet_from(alert: Alert, days: int) -> datetime:
    on = alert.fresh.astimezone(LONDON).date() + timedelta(days)
    return datetime(on.year, on.month, on.day, tzinfo=LONDON)


def judge(name: str, rule: Rule, known: list[Event], alerts: list[Alert], now: datetime, due: datetime) -> None:
    spent = {event_id for alert in alerts if alert.over for event_id in alert.because}
    claims = rule.claims(known, spent if name in ("cumulative-concern", "missing-coordinator") else set(), due)
    for claim in claims:
        same = [alert for alert in alerts if alert.case == claim.case]
        standing = next((alert for alert in same if not alert.over and alert.because), None)
        if standing is not None:
            new = ids(claim.because) != standing.because
            if claim.answered:
                standing.over = True
            elif claim.step > standing.step or (new and not rule.notice):
                standing.fresh = now if new else standing.fresh
                standing.because, standing.step = ids(claim.because), max(claim.step, standing.step)
            continue
        told = {event_id for alert in same if alert.over for event_id in alert.because}
        silent = any(is_silent(alert, claim, known, now) for alert in alerts)
        if not claim.answered and not silent and not told.issuperset(ids(claim.because)):
            alerts.append(Alert(name, claim, now))
    if not rule.notice:
        for alert in alerts:
            if not alert.over and alert.case not in {claim.case for claim in claims}:
                alert.because = []  # taken back: as if it had never been


def is_silent(alert: Alert, claim: Claim, known: list[Event], now: datetime) -> bool:
    """Dismissed within 28 days, and nothing graver, or of another agency, has arrived since."""
    if alert.muted is None or now >= alert.muted[1]:
        return False
    since, _, level, agencies = alert.muted
    return not any(
        arrived(event, known) >= since and ((seriousness(event) or 0) > level or event["agency"] not in agencies)
        for event in claim.support
    )


def arrived(event: Event, known: list[Event]) -> datetime:
    """The clock when it arrived: that of whatever was published last by then."""
    upto = known[: next(n for n, each in enumerate(known) if each["id"] == event["id"]) + 1]
    return max(when(each, "published_at") for each in upto)


def answer(name: str, rule: Rule, known: list[Event], alerts: list[Alert], event: Event, now: datetime) -> None:
    verb = event["type"].rsplit(".", 1)[1]
    if rule.notice or event["data"].get("rule") != name:
        return
    for alert in [a for a in alerts if not a.over and a.because]:
        if verb == "dismissed":
            claim = next((c for c in rule.claims(known, set(), now) if c.case == alert.case), None)
            support = claim.support if claim else []
            on = now.astimezone(LONDON).date() + timedelta(28)
            level = max((seriousness(e) or 1 for e in support), default=0)
            until = datetime(on.year, on.month, on.day, tzinfo=LONDON)
            alert.over, alert.muted = True, (now, until, level, {e["agency"] for e in support})
        elif verb in rule.decided_by:
            alert.over = True
