"""The reference's reading of the rules about health, neglect, and the adults on whom children depend."""

from collections.abc import Callable
from datetime import date
from itertools import combinations

from reference.calendar import months_later
from reference.reading import (
    Claim,
    Event,
    View,
    answers_to,
    case_of,
    cases,
    day,
    in_order,
    one_for_the_child,
    seriousness,
    when,
    windows,
)

MISSED = "health.appointment.was_not_brought"
ATTENDED = "health.appointment.attended"


def chronic_neglect(view: View) -> list[Claim]:
    """Two kinds of neglect within 12 months, or a tool's grade worse by 1 in 2 areas between any two assessments.

    What is counted is kinds: a case that tells of two kinds is not one concern here but one of each.
    """
    neglect = [
        e
        for e in view.known
        if e["type"].endswith(".concern.raised")
        and e["data"]["category"] == "neglect"
        and e["data"].get("neglect_type")
    ]
    concerns = cases(neglect, lambda e: f"{case_of(e)}|{e['data']['neglect_type']}")
    assessments = cases(view.of("hub.neglect_assessment.completed"), lambda e: e["id"])
    units = sorted([*concerns, *assessments], key=lambda u: (when(u[0]), u[0]["id"]))
    held = [
        window
        for window in windows(concerns, lambda d: months_later(d, 12))
        if len({e["data"]["neglect_type"] for unit in window for e in unit}) >= 2
    ]
    for first, second in combinations(assessments, 2):
        (old,), (new,) = first, second
        worse = [area for area, grade in new["data"]["areas"].items() if grade > old["data"]["areas"].get(area, 9)]
        same = old["data"]["tool"] == new["data"]["tool"]
        if same and len(worse) >= 2 and day(new) < months_later(day(old), 12):
            held.append([first, second])
    return one_for_the_child(held, units, view.spent)


def neglect_plan(view: View, event: Event) -> bool:
    """A CIN or CPP for neglect, standing on the day: at whatever hour of it."""
    statuses = view.of("hub.status.changed")
    before = [e for e in statuses if day(e) < day(event)][-1:]
    plans = [e["data"] for e in (*before, *statuses) if e in before or day(e) == day(event)]
    return any(p.get("status") in ("cin", "cpp") and p.get("reason") == "neglect" and not p.get("ended") for p in plans)


def not_brought_pattern(view: View) -> list[Claim]:
    """Appointments are counted, not cases: one referral may bring many."""
    missed = [[e] for e in view.of(MISSED)]
    year = windows(missed, lambda d: months_later(d, 12))
    held = [w for w in year if len(w) >= 3]
    for first, second in combinations(missed, 2):
        service = first[0]["data"]["service"]
        between = [
            e
            for e in view.of(ATTENDED)
            if e["data"]["service"] == service and when(first[0]) < when(e) < when(second[0])
        ]
        if second[0]["data"]["service"] == service and not between:
            held += [[first, second]] * (day(second[0]) < months_later(day(first[0]), 12))
    planned = windows([u for u in missed if neglect_plan(view, u[0])], lambda d: months_later(d, 12))
    urgency = "today" if one_for_the_child(planned, missed, view.spent) else "routine"
    claims = one_for_the_child([*held, *planned], missed, view.spent, urgency=urgency)
    return [claim._replace(answered=attended_since(view, claim)) for claim in claims]


def attended_since(view: View, claim: Claim) -> bool:
    """Attended since, at a service named in it."""
    services = {e["data"]["service"] for e in claim.because}
    last = max(when(e) for e in claim.because)
    return any(e["data"]["service"] in services and when(e) >= last for e in view.of(ATTENDED))


def contact_missed(view: View) -> list[Claim]:
    """A missed healthy-child contact, not completed since, and any other concern within 12 months.

    A concern counts on its earliest date, the missed contact also on its own.
    """
    done = view.of("health.hcp_contact.completed")
    units = cases(e for e in view.known if seriousness(e) is not None)

    def open_(event: Event) -> bool:
        return not any(e["data"]["contact"] == event["data"]["contact"] and when(e) >= when(event) for e in done)

    def counting(unit: list[Event], start: date) -> list[Event]:
        points = [e for n, e in enumerate(unit) if n == 0 or e["type"] == "health.hcp_contact.missed"]
        return [e for e in points if start <= day(e) < months_later(start, 12)]

    def holding(is_missed: Callable[[Event], bool]) -> list[Claim]:
        held = []
        for start in {day(e) for unit in units for e in unit}:
            inside = [(unit, counting(unit, start)) for unit in units if counting(unit, start)]
            missed = [e for _, points in inside for e in points if e["type"] == "health.hcp_contact.missed"]
            if len(inside) >= 2 and any(is_missed(e) for e in missed):
                held.append([unit for unit, _ in inside])
        return one_for_the_child(held, units, view.spent)

    return holding(open_) or [claim._replace(answered=True) for claim in holding(lambda e: True)]


def relapse_signs(view: View) -> list[Claim]:
    """One for each indicator of an adult who lives with the child."""
    found = view.of("cgl.relapse_indicator.set", "health.relapse_indicator.set")
    return [Claim(e["id"], [e], [e]) for e in found]


def family_overlap(view: View) -> list[Claim]:
    """An adult on a caseload, and the child with an open YOS case."""
    yos = still_open(view.of("yos.case.opened"), view.of("yos.case.closed"))
    claims = []
    for ref in sorted({p["ref"] for e in view.known for p in e["people"] if p["role"] == "client"}):
        adult = View(view.ref, view.born, [e for e in view.known if ref in refs(e)], set(), view.now, {})
        probation = still_open(adult.of("probation.case.allocated"), adult.of("probation.case.closed"))
        because = in_order([*probation, *cgl_case(adult), *yos])
        claims.append(Claim(ref, because, because, answered=not yos or len(because) == len(yos)))
    return claims


def refs(event: Event) -> list[str]:
    return [p["ref"] for p in event["people"]]


def still_open(opened: list[Event], closed: list[Event]) -> list[Event]:
    """The first opening of each case that nothing has closed since."""
    standing = [e for e in opened if not any(answers_to(e, end) and when(end) >= when(e) for end in closed)]
    return [unit[0] for unit in cases(standing)]


def cgl_case(adult: View) -> list[Event]:
    """The first from which a child link or an engagement is known; none while the client has dropped out."""
    found = adult.of("cgl.client.children_linked", "cgl.engagement.changed")
    engaged = [e["data"]["status"] for e in found if "status" in e["data"]]
    if engaged and engaged[-1] == "dropped_out":
        return []
    last = max((n for n, e in enumerate(found) if e["data"].get("status") == "dropped_out"), default=-1)
    return found[last + 1 :][:1]
