"""The reference's reading of the rules about domestic abuse, missing children and the police's own deadlines."""

from datetime import timedelta

from reference.calendar import age, later, london, months_later
from reference.reading import (
    GRADES,
    Claim,
    Event,
    View,
    answers_to,
    case_of,
    cases,
    da_event,
    day,
    ids,
    in_order,
    one_for_the_child,
    when,
    windows,
)

FORM = "police.da_form.completed"
INCIDENT = "police.incident.recorded"
PAIR = ("adult_victim", "adult_perpetrator")


def incidents(view: View) -> list[list[Event]]:
    """DA incidents, one per case."""
    return cases(e for e in view.of(FORM, INCIDENT) if da_event(e))


def da_health_notice(view: View) -> list[Claim]:
    claims = []
    for unit in cases(view.of(FORM)):
        grade = max(GRADES[e["data"]["grade"]] for e in unit)
        form = next(e for e in unit if GRADES[e["data"]["grade"]] == grade)
        urgency = ("routine", "today", "immediate")[grade - 1]
        claims.append(Claim(case_of(form), [form], [form], urgency=urgency, rise=grade))
    return claims


def told_by_school(view: View) -> list[list[Event]]:
    """DA incidents that were first heard of when the child was of school age."""
    heard = [(unit, min(e["arrived"] for e in unit)) for unit in incidents(view)]
    return [unit for unit, moment in heard if 4 <= age(view.born, london(moment)) <= 17]


def encompass_notice(view: View) -> list[Claim]:
    return [Claim(case_of(unit[0]), [unit[0]], [unit[0]]) for unit in told_by_school(view)]


def encompass_gap(view: View) -> list[Claim]:
    """No recorded reason, and not sent: the notice is made when the case is first heard of, and waits for a school."""
    places = view.of("education.enrolment.changed")
    claims = []
    for unit in told_by_school(view):
        heard = min(e["n"] for e in unit)
        moments = [heard, *(e["n"] for e in places if e["n"] > heard)]
        sent = any(school_known(places, moment) for moment in moments)
        claims.append(Claim(case_of(unit[0]), [unit[0]], unit, (later(when(unit[0]), hours=24),), sent))
    return claims


def school_known(places: list[Event], moment: int) -> bool:
    known = [e for e in places if e["n"] <= moment]
    return bool(known) and bool(known[-1]["data"].get("school") or known[-1]["data"].get("home_educated"))


def with_child(view: View, units: list[list[Event]]) -> list[list[Event]]:
    """Cases that name the child, from the first event that does; being linked to an adult in it is not enough."""
    named = [[e for e in unit if view.ref in [p["ref"] for p in e["people"]]] for unit in units]
    return [unit for unit in named if unit]


def referral_missing(view: View) -> list[Claim]:
    """A DA form with a child, or a child-present incident, and no referral for that case."""
    starts = [e for e in view.of(FORM, INCIDENT) if e["type"] == FORM or e["data"]["kind"] == "child_present"]
    return absences(view, with_child(view, cases(starts)), "police.referral.submitted", 24, 48, 72)


def incident_open(view: View) -> list[Claim]:
    return absences(view, with_child(view, incidents(view)), "police.incident.closed", 24)


def absences(view: View, units: list[list[Event]], answer: str, *hours: int) -> list[Claim]:
    claims = []
    for unit in units:
        steps = tuple(later(when(unit[0]), hours=n) for n in hours)
        answered = any(answers_to(unit[0], e) for e in view.of(answer))
        claims.append(Claim(case_of(unit[0]), [unit[0]], unit, steps, answered))
    return claims


def closing_code(view: View) -> list[Claim]:
    claims = []
    for unit in with_child(view, incidents(view)):
        wrong = [
            e
            for e in view.of("police.incident.closed")
            if answers_to(unit[0], e) and e["data"]["closing_code"] != "QL23"
        ]
        if wrong:
            claims.append(Claim(case_of(unit[0]), [wrong[0]], [wrong[0]]))
    return claims


def da_escalation(view: View) -> list[Claim]:
    """3 DA incidents within 12 months, or a form graver than that before it, of another case, within 12 months."""
    units = incidents(view)
    held = []
    if view.dials.get("incidents_on", True):
        year = windows(units, lambda d: months_later(d, 12))
        held += [w for w in year if len(w) >= 3]
    if view.dials.get("rise_on", True):
        forms = view.of(FORM)
        for n, form in enumerate(forms):
            before = [e for e in forms[:n] if case_of(e) != case_of(form)]
            if before and rises(view, before[-1], form) and day(form) < months_later(day(before[-1]), 12):
                held.append([u for u in units if {form["id"], before[-1]["id"]} & set(ids(u))])
    return one_for_the_child(held, units, view.spent, view.dials.get("new_after_close", 1))


def rises(view: View, before: Event, form: Event) -> bool:
    old, new = GRADES[before["data"]["grade"]], GRADES[form["data"]["grade"]]
    return new > old and (new == 3 or view.dials.get("rise_to", "any") == "any")


def couples(unit: list[Event]) -> set[tuple[str, str]]:
    """Victim and perpetrator, as the events of a case together name them."""
    named = {role: {p["ref"] for e in unit for p in e["people"] if p["role"] == role} for role in PAIR}
    return {(victim, perpetrator) for victim in named[PAIR[0]] for perpetrator in named[PAIR[1]]}


def marac_repeat(view: View) -> list[Claim]:
    """A DA event between the same two, in another case, within 12 months of their last MARAC referral."""
    units = cases(e for e in view.known if da_event(e) or e["data"].get("category") == "domestic_abuse")
    claims = []
    for unit in units:
        others = [e for u in units if u is not unit and couples(u) & couples(unit) for e in u]
        referrals = in_order(e for e in others if e["data"].get("marac_referred"))
        for event in unit:
            before = [e for e in referrals if when(e) <= when(event)]
            if before and day(event) < months_later(day(before[-1]), 12):
                claims.append(Claim(case_of(event), [before[-1], event], [before[-1], event]))
                break
    return claims


def missing_coordinator(view: View) -> list[Claim]:
    units = cases(view.of("police.missing.reported"))
    held = [w for w in windows(units, lambda d: d + timedelta(90)) if len(w) >= 3]
    held += [[u] for u in units if any(e["data"]["cause_for_concern"] for e in u)]
    return one_for_the_child(held, units, view.spent)


def return_interview(view: View) -> list[Claim]:
    """Returned, and no interview since; the deadlines run from the return, not from the word of it."""
    claims = []
    for unit in cases(view.of("police.missing.returned")):
        interviews = [when(e) for e in view.of("hub.return_interview.completed")]
        back = [(when(e["data"], "returned_at"), e) for e in unit]
        waiting = [(moment, e) for moment, e in back if not any(held >= moment for held in interviews)]
        new = [each for each in waiting if each[1]["id"] not in view.spent]
        moment, start = min(new or waiting or back, key=lambda both: (both[0], both[1]["id"]))
        steps = tuple(later(moment, hours=n) for n in (48, 72))
        ended = [e for moment, e in back if any(held >= moment for held in interviews)]
        claims.append(Claim(case_of(start), [start], unit, steps, not waiting, ended=ended))
    return claims
