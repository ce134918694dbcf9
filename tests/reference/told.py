"""Who is told of an alert when it is made: the reference's reading of rules.md, "Audience by age and setting"."""

from reference.calendar import age, london
from reference.reading import PLANS, Event, View

Told = frozenset[tuple[str, str]]
AUDIENCES = {
    "cumulative-concern": "hub-or-worker gp nurse",
    "chronic-neglect": "hub-or-worker nurse",
    "da-health-notice": "gp nurse",
    "encompass-notice": "school-or-officer",
    "encompass-gap": "police hub",
    "referral-missing": "police",
    "incident-open": "police",
    "closing-code": "police",
    "receipt-missing": "hub referrer",
    "feedback-due": "hub",
    "da-escalation": "hub-or-worker gp nurse",
    "marac-repeat": "police hub",
    "missing-coordinator": "police hub",
    "return-interview": "hub police",
    "not-brought-pattern": "gp nurse worker",
    "status-to-health": "gp nurse",
    "relapse-signs": "nurse",
    "court-clock": "hub probation",
    "information-overdue": "asked hub",
    "invitee-missing": "hub",
    "minutes-late": "hub",
    "family-overlap": "yos probation-or-hub",
    "contact-missed": "health-visitor",
}


LATER = {
    "referral-missing": {2: [("police", "police-supervisor")], 3: [("police", "police-supervisor"), ("hub", "hub")]}
}


def recipients(rule: str, view: View, because: list[Event], step: int) -> Told:
    """Audience and code of everybody who is told; somebody who is not known is held."""
    found = {each for word in AUDIENCES[rule].split() for each in _who(word, view, because)}
    found.update(LATER.get(rule, {}).get(step, []))
    return frozenset(pair for pair in found if pair[1])


def latest(view: View, kind: str) -> Event:
    return (view.of(kind) or [{"data": {}}])[-1]["data"]


def _who(word: str, view: View, because: list[Event]) -> list[tuple[str, str]]:
    registered = latest(view, "health.registration.changed")
    placed = latest(view, "education.enrolment.changed")
    status = latest(view, "hub.status.changed")
    worker = status.get("team", "") if status.get("status") in PLANS and not status.get("ended") else ""
    if word == "hub-or-worker":
        return [("worker", worker) if worker else ("hub", "hub")]
    if word == "worker":
        return [("worker", worker)]
    if word == "gp":
        return [("gp", registered.get("gp_practice", ""))]
    if word == "health-visitor":
        return [("health-visitor", registered.get("health_visitor_team", ""))]
    if word == "nurse":
        years = age(view.born, london(view.now))
        if years <= 4:
            return [("health-visitor", registered.get("health_visitor_team", ""))]
        return [("school-nurse", placed.get("school_nurse_team", ""))] if years <= 17 else []
    if word == "school-or-officer":
        return [("hub", "hub")] if placed.get("home_educated") else [("school", placed.get("school") or "")]
    if word == "probation-or-hub":
        tell = {"probation": "probation", "cgl": "hub"}
        return [(tell[e["agency"]], tell[e["agency"]]) for e in because if e["agency"] in tell]
    if word == "referrer":
        agency = because[0]["data"].get("from_agency", because[0]["agency"])
        return [(agency, agency)]
    if word == "asked":
        return [(because[0]["data"]["from_agency"], because[0]["data"]["from_agency"])]
    return [(word, word)]
