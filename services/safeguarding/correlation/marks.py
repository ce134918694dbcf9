"""Event to mark: the few fields that rules read, which case it belongs to, and whether it counts as a concern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.record import Mark
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.person import CHILD_ROLES

# What the rules read of each type's data; everything else stays in the history row.
KEEP: dict[str, tuple[str, ...]] = {
    "police.incident.recorded": ("kind",),
    "police.incident.closed": ("closing_code",),
    "police.da_form.completed": ("grade", "marac_referred"),
    "police.missing.reported": ("risk", "cause_for_concern"),
    "police.missing.returned": ("returned_at",),
    "health.appointment.was_not_brought": ("service", "consecutive"),
    "health.appointment.attended": ("service",),
    "health.hcp_contact.completed": ("contact",),
    "health.hcp_contact.missed": ("contact",),
    "health.dental.concern": ("caries",),
    "health.ed.attended": ("self_harm",),
    "health.relapse_indicator.set": ("signs", "contact"),
    "cgl.relapse_indicator.set": ("signs", "contact"),
    "cgl.client.children_linked": ("lives_with",),
    "cgl.engagement.changed": ("status",),
    "yos.case.opened": ("worker",),
    "yos.case.closed": ("worker",),
    "probation.case.allocated": ("provider", "worker"),
    "probation.case.closed": ("provider", "worker"),
    "probation.psr_information.requested": ("court_at",),
    "hub.referral.received": ("from_agency",),
    "hub.decision.made": ("from_agency", "outcome", "referrer_told"),
    "hub.status.changed": ("status", "reason", "worker", "team", "ended"),
    "hub.information.requested": ("from_agency", "due_at"),
    "hub.information.provided": ("from_agency",),
    "hub.return_interview.completed": ("declined",),
    "hub.meeting.scheduled": ("kind", "at", "invited"),
    "hub.core_group.held": ("meeting_ref",),
    "hub.minutes.published": ("meeting_ref",),
    "hub.neglect_assessment.completed": ("tool", "areas"),
    "education.attendance.recorded": ("sessions_possible", "sessions_absent"),
    **{f"{agency}.concern.raised": ("category", "level", "neglect_type") for agency in AGENCIES},
    **{f"{agency}.heartbeat.sent": ("every_seconds",) for agency in AGENCIES},
    **{
        f"{agency}.notification.{verb}": ("alert_id", "rule", "outcome", "reason")
        for agency in AGENCIES
        for verb in ("acknowledged", "actioned", "dismissed")
    },
}
# The adults that a rule asks for, by the name under which their keys stand in a mark.
_ADULTS = {"adult_victim": "victims", "adult_perpetrator": "perpetrators", "client": "clients"}

CONCERN_RAISED = frozenset(f"{agency}.concern.raised" for agency in AGENCIES)
# What means something to a child through an adult; anything else through an adult is somebody else's business.
THROUGH_ADULTS = CONCERN_RAISED | {
    "police.incident.recorded",
    "police.incident.closed",
    "police.da_form.completed",
    "police.referral.submitted",
    "health.relapse_indicator.set",
    "health.hcp_contact.completed",
    "health.hcp_contact.missed",
    "cgl.client.children_linked",
    "cgl.relapse_indicator.set",
    "cgl.engagement.changed",
    "cgl.pregnancy.known",
    "probation.case.allocated",
    "probation.case.closed",
    "probation.psr_information.requested",
    "probation.custody.started",
}
_TO_ANY = frozenset({"hub.return_interview.completed"})  # one interview answers all returns before it
_ANSWERS = frozenset(
    {
        "police.referral.submitted",
        "police.incident.closed",
        "hub.referral.received",
        "hub.decision.made",
        "hub.information.provided",
        "hub.psr_information.provided",
    }
)
LEVELS = {"none": 0, "low": 1, "standard": 1, "medium": 2, "high": 3}
_PLAIN = LEVELS["low"]  # what has no level of its own


def mark_of(event: dict[str, Any], fact: dict[str, Any]) -> Mark:
    """The mark of an event as it concerns one subject.

    Args:
        event: decoded event.
        fact: the fact that carried it.
    """
    kind: str = event["type"]
    data = event["data"]
    kept = {name: data[name] for name in KEEP.get(kind, ()) if data[name] is not None}
    if fact["via_adult"] is not None:
        kept["via"] = fact["via_adult"]
        kept["link"] = fact["via_link"]
    if fact["before"]:
        kept["before"] = True
    for adult in fact["adults"]:
        name = _ADULTS.get(adult["role"])
        if name is not None:
            kept.setdefault(name, []).append(adult["key"])
    if fact["via_case"] and event["people"]:
        kept["unnamed"] = True  # it names others
    voice = voice_of(event, named=fact["via_adult"] is None and "unnamed" not in kept)
    if voice is not None and voice["seen"] is not None:
        kept["seen"] = voice["seen"]
    if event["sensitivity"]:
        kept["sensitivity"] = event["sensitivity"]
    agency: str = event["agency"]
    return Mark(
        event_id=fact["root"] or event["id"],
        agency=agency,
        type=kind,
        occurred_at=event["occurred_at"],
        day=day_of(event["occurred_at"]),
        case=f"{agency}|{event['case_ref']}" if event["case_ref"] else "",
        answers=_answers(data),
        seq=(fact["seq"] if fact["then_seq"] is None else fact["then_seq"], fact["index"]),
        direct=fact["via_adult"] is None,
        backfill=not fact["live"],
        data=kept,
        at=fact["clock"] if fact["then_clock"] is None else fact["then_clock"],
        stands=event["id"] if fact["root"] else "",
    )


def voice_of(event: dict[str, Any], *, named: bool) -> dict[str, Any] | None:
    """The subject's own voice: of a child who is named, it is no other's, whom the event reaches in another way.

    Args:
        event: decoded event.
        named: False when it reaches the subject through an adult, or through a case although it names others.
    """
    voice: dict[str, Any] | None = event["voice"]
    return voice if named or not any(person["role"] in CHILD_ROLES for person in event["people"]) else None


def _answers(data: dict[str, Any]) -> str:
    if data.get("from_case_ref"):
        return f"{data['from_agency']}|{data['from_case_ref']}"
    return f"probation|{data['to_case_ref']}" if data.get("to_case_ref") else ""


def _attendance(mark: Mark) -> int | None:
    possible, absent = mark.data["sessions_possible"], mark.data["sessions_absent"]
    return _PLAIN if mark.direct and possible and absent * 10 >= possible else None


def _raised(mark: Mark) -> int | None:
    return None if mark.data["category"] == "hardship" else LEVELS[mark.data["level"]]


def _own(mark: Mark) -> int | None:
    return _PLAIN if mark.direct else None


def _emergency(mark: Mark) -> int | None:
    if not mark.direct:
        return None
    return LEVELS["medium"] if mark.data["self_harm"] else _PLAIN


def _contact(mark: Mark) -> int | None:
    return _PLAIN if mark.direct or is_mothers(mark) else None


_LEVEL_OF: dict[str, Callable[[Mark], int | None]] = {
    **dict.fromkeys(CONCERN_RAISED, _raised),
    "police.da_form.completed": lambda mark: LEVELS[mark.data["grade"]],
    "police.incident.recorded": lambda mark: (
        _PLAIN if mark.data["kind"] in ("domestic_abuse", "child_present") else None
    ),
    "police.missing.reported": lambda mark: LEVELS[mark.data["risk"]] if mark.direct else None,
    "health.appointment.was_not_brought": _own,
    "health.hcp_contact.missed": _contact,
    "health.dental.concern": _own,
    "health.ed.attended": _emergency,
    "yos.appointment.missed": _own,
    "cgl.engagement.changed": lambda mark: _PLAIN if mark.data["status"] == "dropped_out" else None,
    "education.attendance.recorded": _attendance,
}
CONCERN_TYPES = frozenset(_LEVEL_OF)
_ROUTINE = CONCERN_TYPES & {
    "health.appointment.was_not_brought",
    "health.hcp_contact.missed",
    "yos.appointment.missed",
    "education.attendance.recorded",
}


def means_something(mark: Mark) -> bool:
    """Whether an event means something to the subject: its own does, through an adult not everything."""
    return mark.direct or mark.type in THROUGH_ADULTS


def concern_level(mark: Mark) -> int | None:
    """How serious a concern the event is (see `LEVELS`); None: it is none (contract.md, column C)."""
    level_of = None if "before" in mark.data else _LEVEL_OF.get(mark.type)
    return level_of(mark) if level_of else None


def gravity(mark: Mark) -> int:
    """Level or grade of any event, to tell whether it is graver than another."""
    level = concern_level(mark)
    return _PLAIN if level is None else level


def is_routine(mark: Mark) -> bool:
    """A routine signal rather than somebody's judgement or an incident (rules.md, dials)."""
    return mark.type in _ROUTINE or (mark.type == "health.ed.attended" and not mark.data["self_harm"])


def is_mothers(mark: Mark) -> bool:
    """An antenatal contact reaches an unborn child through the mother."""
    return mark.data.get("contact") == "antenatal" and mark.data.get("link") == "pregnancy"


def names_of(mark: Mark) -> list[str]:
    """The cases that an event belongs to, and what else joins it with others; else itself."""
    meeting = mark.data.get("meeting_ref")
    names = [name for name in (mark.case, mark.answers, f"meeting|{meeting}" if meeting else "") if name]
    return names or [mark.event_id]


def newest_to_any(marks: Sequence[Mark]) -> set[str]:
    """The newest of each kind of answer that may be to any case: without it one would seem to have no answer.

    Args:
        marks: by time of occurrence.
    """
    some = [
        mark for mark in marks if mark.type in _TO_ANY or (mark.type in _ANSWERS and not (mark.case or mark.answers))
    ]
    kinds = {(mark.type, mark.data.get("from_agency"), mark.data.get("referrer_told")): mark.event_id for mark in some}
    return set(kinds.values())
