"""Event to mark: the few fields that rules read, which case it belongs to, and whether it counts as a concern."""

from __future__ import annotations

from typing import Any

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.record import Mark

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
}
_CONCERN = ("category", "level", "neglect_type")
_ANSWER = ("alert_id", "rule", "outcome", "reason")

# Health's routine contacts are with the child; through an adult they would be somebody else's appointment.
_CHILD_ONLY = frozenset(
    {
        "health.appointment.was_not_brought",
        "health.hcp_contact.missed",
        "health.dental.concern",
        "health.ed.attended",
        "yos.appointment.missed",
        "education.attendance.recorded",
    }
)
CONCERN_TYPES = _CHILD_ONLY | {
    "police.incident.recorded",
    "police.da_form.completed",
    "police.missing.reported",
    "cgl.engagement.changed",
    *(f"{agency}.concern.raised" for agency in ("police", "health", "cgl", "yos", "probation", "education")),
}
LEVELS = {"low": 0, "standard": 0, "none": 0, "medium": 1, "high": 2}


def mark_of(event: dict[str, Any], fact: dict[str, Any]) -> Mark:
    """The mark of an event as it concerns one subject.

    Args:
        event: decoded event.
        fact: the fact that carried it.
    """
    kind: str = event["type"]
    data = event["data"]
    if kind.endswith(".concern.raised"):
        keep: tuple[str, ...] = _CONCERN
    elif ".notification." in kind:
        keep = _ANSWER
    else:
        keep = KEEP.get(kind, ())
    kept = {name: data[name] for name in keep if data[name] is not None}
    if fact["via_adult"] is not None:
        kept["via"] = fact["via_adult"]
        kept["link"] = fact["via_link"]
    for adult in fact["adults"]:
        if adult["role"] in ("adult_victim", "adult_perpetrator"):
            kept[adult["role"]] = adult["key"]
    agency: str = event["agency"]
    return Mark(
        event_id=event["id"],
        agency=agency,
        type=kind,
        occurred_at=event["occurred_at"],
        day=day_of(event["occurred_at"]),
        case=f"{agency}|{event['case_ref']}" if event["case_ref"] else "",
        answers=_answers(data),
        seq=(fact["seq"], fact["index"]),
        direct=fact["via_adult"] is None,
        backfill=event["mode"] == "backfill",
        data=kept,
    )


def _answers(data: dict[str, Any]) -> str:
    if data.get("from_case_ref"):
        return f"{data['from_agency']}|{data['from_case_ref']}"
    return f"probation|{data['to_case_ref']}" if data.get("to_case_ref") else ""


def concern_level(mark: Mark) -> int | None:
    """How serious a concern the event is (0 low, 1 medium, 2 high); None: it is none (contract.md, column C)."""
    kind, data = mark.type, mark.data
    if not mark.direct and kind in _CHILD_ONLY:
        return None
    if kind.endswith(".concern.raised"):
        return None if data["category"] == "hardship" else LEVELS[data["level"]]
    if kind == "police.da_form.completed":
        return LEVELS[data["grade"]]
    if kind == "police.incident.recorded":
        return 0 if data["kind"] in ("domestic_abuse", "child_present") else None
    if kind == "police.missing.reported":
        return LEVELS[data["risk"]]
    if kind == "health.ed.attended":
        return 1 if data["self_harm"] else 0
    if kind == "cgl.engagement.changed":
        return 0 if data["status"] == "dropped_out" else None
    if kind == "education.attendance.recorded":
        possible, absent = data["sessions_possible"], data["sessions_absent"]
        return 0 if possible and absent * 10 >= possible else None
    return 0 if kind in _CHILD_ONLY else None


def is_routine(mark: Mark) -> bool:
    """A routine signal rather than somebody's judgement or an incident (rules.md, dials)."""
    return mark.type in _CHILD_ONLY and not (mark.type == "health.ed.attended" and mark.data["self_harm"])
