"""What the reference's rules read: the events that reach a child, their cases, and windows over them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from reference.calendar import london

Event = dict[str, Any]
GRADES = {"none": 0, "low": 1, "standard": 1, "medium": 2, "high": 3}
PLANS = ("cin", "cpp", "lac")
ADULTS = ("adult_victim", "adult_perpetrator", "parent_carer", "client", "household_member")


class Claim(NamedTuple):
    """What a rule claims of a case.

    Attributes:
        case: one alert stands per case; empty: per child.
        because: the events it rests on; none: it claims only that the case is answered.
        support: all events of those concerns, for their level and agency.
        steps: deadlines; the claim stands from the first on, each later one is a step. None: it stands at once.
        answered: it has ended.
        ends: when it ends by itself.
        urgency: where it is not the rule's own.
        ended: of a case in which several answers are waited for, what has been answered.
    """

    case: str
    because: list[Event]
    support: list[Event]
    steps: tuple[datetime, ...] = ()
    answered: bool = False
    ends: datetime | None = None
    urgency: str = ""
    rise: int = 0
    ended: Sequence[Event] = ()


class View(NamedTuple):
    """All that a rule may look at.

    Attributes:
        ref: the child.
        born: the child's date of birth.
        known: every event that reaches the child and has arrived, with clock (`arrived`) and place (`n`) of arrival.
        spent: ids of events on which a closed alert of the rule rested.
        now: the clock.
        dials: the rule's parameters where they are not the default.
    """

    ref: str
    born: date
    known: list[Event]
    spent: set[str]
    now: datetime
    dials: dict[str, Any]

    def of(self, *types: str) -> list[Event]:
        """Known events of these types, as they happened."""
        return in_order(e for e in self.known if e["type"] in types)


def when(event: Event, name: str = "occurred_at") -> datetime:
    return datetime.fromisoformat(event[name])


def day(event: Event) -> date:
    return london(when(event))


def in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (when(e), e["id"]))


def ids(events: Iterable[Event]) -> list[str]:
    return [e["id"] for e in events]


def seriousness(event: Event) -> int | None:
    """How grave a concern is; None when the event counts as none (contract.md, section 2, column C)."""
    kind, data = event["type"], event["data"]
    if kind.endswith(".concern.raised"):
        return None if data["category"] == "hardship" else GRADES[data["level"]]
    if kind == "police.da_form.completed":
        return GRADES[data["grade"]]
    if kind == "police.missing.reported":
        return GRADES[data["risk"]]
    if kind == "health.ed.attended":
        return 2 if data["self_harm"] else 1  # has no level of its own: self-harm is graver than a routine signal
    counts = {
        "police.incident.recorded": data.get("kind") in ("domestic_abuse", "child_present"),
        "health.appointment.was_not_brought": True,
        "health.hcp_contact.missed": True,
        "health.dental.concern": True,
        "cgl.engagement.changed": data.get("status") == "dropped_out",
        "yos.appointment.missed": True,
        "education.attendance.recorded": 10 * data.get("sessions_absent", 0) >= data.get("sessions_possible", 0) > 0,
    }
    return 1 if counts.get(kind) else None


def routine(event: Event) -> bool:
    """A routine signal: nobody's judgement and no incident (rules.md, dials)."""
    return event["type"] in (
        "health.appointment.was_not_brought",
        "education.attendance.recorded",
        "health.hcp_contact.missed",
        "yos.appointment.missed",
    ) or (event["type"] == "health.ed.attended" and not event["data"]["self_harm"])


def da_event(event: Event) -> bool:
    """A DA incident: an incident of that kind or a DA form."""
    return event["type"] == "police.da_form.completed" or (
        event["type"] == "police.incident.recorded" and event["data"]["kind"] == "domestic_abuse"
    )


def case_of(event: Event) -> str:
    return f"{event['agency']}|{event['case_ref']}" if event.get("case_ref") else event["id"]


def referred(event: Event) -> str:
    """The referrer's case, of a receipt or decision."""
    return f"{event['data']['from_agency']}|{event['data']['from_case_ref']}"


def cases(events: Iterable[Event], of: Callable[[Event], str] = case_of) -> list[list[Event]]:
    """Events of one case together, each case in the order in which they happened, cases by their first."""
    found: dict[str, list[Event]] = {}
    for event in in_order(events):
        found.setdefault(of(event), []).append(event)
    return list(found.values())


def answers_to(start: Event, answer: Event) -> bool:
    """By case reference; where either has none, by child, if it did not occur before the start."""
    if start.get("case_ref") and answer.get("case_ref"):
        return bool(start["case_ref"] == answer["case_ref"])
    return when(answer) >= when(start)


Window = list[list[Event]]


def windows(units: Window, end: Callable[[date], date]) -> list[Window]:
    """For every first day, the concerns that began from it on and before the window's end."""
    firsts = [day(unit[0]) for unit in units]
    return [[u for u, d in zip(units, firsts, strict=True) if start <= d < end(start)] for start in firsts]


def united(held: Sequence[Window], units: Window) -> Window:
    inside = {unit[0]["id"] for window in held for unit in window}
    return [unit for unit in units if unit[0]["id"] in inside]


def one_for_the_child(held: Sequence[Window], units: Window, spent: set[str], new: int = 1, **more: Any) -> list[Claim]:
    """The claim that rests on every window that holds and has enough that no closed alert rested on."""
    fresh = [w for w in held if sum(spent.isdisjoint(ids(unit)) for unit in w) >= new]
    evidence = united(fresh, units)
    if not evidence:
        return []
    return [Claim("", [u[0] for u in evidence], [e for u in evidence for e in u], **more)]
