"""The reference's reading of the rules about many agencies at once, and about the hub's own deadlines."""

from collections.abc import Callable
from datetime import datetime, timedelta

from reference.calendar import age, later, months_later, working_days
from reference.reading import (
    PLANS,
    Claim,
    Event,
    View,
    Window,
    answers_to,
    case_of,
    cases,
    day,
    one_for_the_child,
    referred,
    routine,
    seriousness,
    when,
    windows,
)


def cumulative_concern(view: View) -> list[Claim]:
    units = cases(e for e in view.known if seriousness(e) is not None)
    tiers = [
        (view.dials.get("tier_1", True), 3, 2, lambda d: d + timedelta(90)),
        (view.dials.get("tier_2", True), 4, 3, lambda d: months_later(d, 12)),
    ]
    held = []
    for on, concerns, agencies, end in tiers:
        for window in windows(units, end) if on else []:
            counted = once(window) if view.dials.get("routine_once") else window
            judged = [unit for unit in counted if not all(routine(e) for e in unit)]
            enough = len(counted) >= concerns and len({unit[0]["agency"] for unit in counted}) >= agencies
            if enough and len(judged) >= view.dials.get("judged_at_least", 0):
                held.append(window)
    return one_for_the_child(held, units, view.spent, view.dials.get("new_after_close", 1))


def once(window: Window) -> Window:
    """Routine signals of one kind count once."""
    kinds: set[str] = set()
    kept = []
    for unit in window:
        kind = unit[0]["type"] if all(routine(e) for e in unit) else unit[0]["id"]
        if kind not in kinds:
            kept.append(unit)
        kinds.add(kind)
    return kept


def status_to_health(view: View) -> list[Claim]:
    """Each change to, from or between CIN, CPP and LAC; one status at a time, the latest stands."""
    claims, before = [], ""
    for event in view.of("hub.status.changed"):
        status = event["data"]["status"]
        after = status if status in PLANS and not event["data"].get("ended") else ""
        if after != before:
            claims.append(Claim(event["id"], [event], [event]))
        before = after
    return claims


def receipt_missing(view: View) -> list[Claim]:
    """Sent and not received for 1 h; received and not decided on for 1 working day."""
    receipts, decisions = view.of("hub.referral.received"), view.of("hub.decision.made")
    claims = []
    for unit in cases(view.of("police.referral.submitted")):
        sent = unit[0]
        answered = any(
            referred(e) == case_of(sent) if sent.get("case_ref") else when(e) >= when(sent)
            for e in receipts
            if e["data"]["from_agency"] == "police"
        )
        claims.append(Claim(f"{case_of(sent)}|sent", [sent], unit, (later(when(sent), hours=1),), answered))
    for unit in cases(receipts, referred):
        decided = any(referred(e) == referred(unit[0]) for e in decisions)
        due = working_days(when(unit[0]), 1)
        claims.append(Claim(f"{referred(unit[0])}|received", [unit[0]], unit, (due,), decided))
    return claims


def feedback_due(view: View) -> list[Claim]:
    """Each decision of which the referrer was not told then or later; to be told of an earlier one is not enough."""
    claims = []
    for unit in cases(view.of("hub.decision.made"), referred):
        untold = [e for e in unit if not e["data"]["referrer_told"]]
        told = [when(e) for e in unit if e["data"]["referrer_told"]]
        claims += waiting(
            view,
            referred(unit[0]),
            untold,
            lambda e, told=told: any(t >= when(e) for t in told),
            lambda e: working_days(when(e), 1),
        )
    return claims


def waiting(
    view: View, case: str, starts: list[Event], answered: Callable[[Event], bool], due: Callable[[Event], datetime]
) -> list[Claim]:
    """Of a case's starts that are neither answered nor settled by a close that which is due first; else the last is."""
    left = [e for e in starts if not answered(e)]
    new = [e for e in left if e["id"] not in view.spent]
    first = [min(new or left, key=due)] if left else starts[-1:]
    ended = [e for e in starts if answered(e)]
    return [Claim(case, [e], [e], (due(e),), not left, ended=ended) for e in first]


def information_overdue(view: View) -> list[Claim]:
    """Each agency that was asked; asked again in one case, it must answer again."""

    def due(asked: Event) -> datetime:
        named = asked["data"].get("due_at")
        return when(asked["data"], "due_at") if named else working_days(when(asked), 5)

    claims = []
    for unit in cases(view.of("hub.information.requested"), lambda e: f"{case_of(e)}|{e['data']['from_agency']}"):
        agency = unit[0]["data"]["from_agency"]
        given = [e for e in view.of("hub.information.provided") if e["data"]["from_agency"] == agency]

        def answered(asked: Event, unit: list[Event] = unit, given: list[Event] = given) -> bool:
            return any(answers_to(asked, e) and (asked is unit[0] or when(e) >= when(asked)) for e in given)

        claims += waiting(view, f"{case_of(unit[0])}|{agency}", unit, answered, due)
    return claims


def minutes_late(view: View) -> list[Claim]:
    """A meeting is known by its own reference, whatever case it belongs to."""

    def meeting(event: Event) -> str:
        return str(event["data"]["meeting_ref"])

    published = {meeting(e) for e in view.of("hub.minutes.published")}
    return [
        Claim(meeting(unit[0]), [unit[0]], unit, (working_days(when(unit[0]), 5),), meeting(unit[0]) in published)
        for unit in cases(view.of("hub.core_group.held"), meeting)
    ]


def invitee_missing(view: View) -> list[Claim]:
    """The newest invitations to a meeting leave out a service involved in the 12 months before them."""
    claims = []
    for unit in cases(view.of("hub.meeting.scheduled"), meeting_of):
        asked = unit[-1]
        before = [e for e in view.known if when(e) <= when(asked)]
        year = [e for e in before if day(asked) < months_later(day(e), 12)]
        involved = {service for e in year for service in services(e)} | standing(view, before, asked)
        missing = involved - set(asked["data"]["invited"])
        claims.append(Claim(meeting_of(asked), [asked], unit, answered=not missing))
    return claims


def meeting_of(event: Event) -> str:
    return case_of(event) if event.get("case_ref") else event["data"]["kind"] + event["data"]["at"]


def standing(view: View, before: list[Event], asked: Event) -> set[str]:
    """A practice and a school nurse are involved for as long as the child is theirs."""
    found = {"gp"} if any(e["type"] == "health.registration.changed" for e in before) else set()
    nurses = [e for e in before if e["type"] == "education.enrolment.changed" and e["data"].get("school_nurse_team")]
    return found | ({"school_nurse"} if nurses and 5 <= age(view.born, day(asked)) <= 17 else set())


def services(event: Event) -> set[str]:
    """Which of the services that must be asked an event shows to be involved."""
    found = {event["agency"]} & {"cgl", "probation"}
    if event["type"] == "health.dental.concern" or "dent" in event["data"].get("service", ""):
        found.add("dental")
    if event["type"] == "health.relapse_indicator.set":
        found.add("adult_mental_health")
    return found


def court_clock(view: View) -> list[Claim]:
    """Raised at 50 %, escalated at 80 %, ended at 100 % of the time from asking to court.

    Asked again before court sits, the date named last stands; after it, another clock runs.
    """
    claims = []
    for unit in cases(view.of("probation.psr_information.requested")):
        clocks: list[list[Event]] = []
        for event in unit:
            if clocks and when(event) <= when(clocks[-1][-1]["data"], "court_at"):
                clocks[-1].append(event)
            else:
                clocks.append([event])
        first, last = clocks[-1][0], clocks[-1][-1]
        asked, court = when(first), when(last["data"], "court_at")
        steps = tuple(asked + (court - asked) * share / 100 for share in (50, 80))
        given = any(
            e["data"]["to_case_ref"] == first["case_ref"] and (len(clocks) == 1 or when(e) >= asked)
            for e in view.of("hub.psr_information.provided")
        )
        claims.append(Claim(case_of(first), [first], unit, steps, given, court))
    return claims
