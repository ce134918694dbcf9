"""Education: rows of a school's management system (enrolment, attendance) and its safeguarding log.

One row is one entry about one pupil. Columns and codes are invented after such systems.
"""

from __future__ import annotations

from typing import Any, Final

from safeguarding.errors import Refused
from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    YES_NO,
    Codes,
    Row,
    coded_if,
    concern,
    day,
    kept,
    need,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="education",
    kind="Entry",
    ref="EntryNo",
    version="EditNo",
    deleted="Struck",
    case="ConcernNo",
    occurred="When",
    recorded="Logged",
    summary="Incident",
    basis="SharedUnder",
    informed="ParentsTold",
    test="Sandbox",
    source="SystemName",
    voice=("PupilSpokenTo", "PupilAlone", "PupilSaid", "PupilSeemed"),
    flags={"AddressRestricted": "confidential_address"},
    time_form="%d/%m/%Y %H:%M",
    day_form="%d/%m/%Y",
    bases={
        "EA175": "education_act_2002_s175",
        "CA11": "children_act_2004_s11",
        "CA10": "children_act_2004_s10",
        "CA47": "children_act_1989_s47",
        "VI": "vital_interests",
    },
    informs={"Y": "yes", "N": "no", "U": "not_safe"},
)

_LEVELS: Final[Codes] = {"Yellow": "low", "Amber": "medium", "Red": "high"}
_WORRIES: Final[Codes] = {
    "Neglect - clothing or hygiene": "neglect/physical",
    "Neglect - food": "neglect/nutritional",
    "Neglect - not collected": "neglect/supervision",
    "Neglect - learning": "neglect/educational",
    "Neglect - health": "neglect/medical",
    "Emotional": "emotional",
    "Physical": "physical",
    "Sexual": "sexual",
    "Domestic abuse at home": "domestic_abuse",
    "Drugs or alcohol at home": "substance_in_household",
    "Parent unwell": "mental_health_in_household",
    "Missing or exploited": "missing_exploitation",
    "Self-harm": "self_harm",
    "Change in behaviour": "presentation_changed",
    "Family finances": "hardship",
    "Other": "other",
}


def _people(row: Row) -> list[dict[str, Any]]:
    if text(row, "Entry") == "Beat":
        return []
    return [
        person(
            "c1",
            "child",
            text(row, "Forename"),
            text(row, "Surname"),
            identifiers=kept(upn=text(row, "UPN"), nhs_number=text(row, "NHS No"), agency_ref=text(row, "AdmissionNo")),
            date_of_birth=day(row, "DOB", LAYOUT.day_form),
            sex=text(row, "Sex"),
            postcode=text(row, "Postcode"),
        )
    ]


def _enrolment(row: Row) -> dict[str, Any]:
    home = coded_if(row, "HomeEducated", YES_NO) or False
    return kept(
        school=text(row, "URN") if home else need(row, "URN"),
        school_nurse_team=text(row, "SchoolNurseTeam"),
        home_educated=home,
    )


def _attendance(row: Row) -> dict[str, Any]:
    need(row, "Possible")
    need(row, "Absent")
    possible, absent = whole(row, "Possible") or 0, whole(row, "Absent") or 0
    if absent > possible:
        raise Refused("BAD_VALUE", "Absent")
    return {"sessions_possible": possible, "sessions_absent": absent, "term": need(row, "Term")}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "Category", "Level", _WORRIES, _LEVELS)


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "AlertRef"), outcome=text(row, "Outcome"), reason=text(row, "Reason"))


KINDS: Final = {
    "Enrolment": Kind("education.enrolment.changed", _enrolment),
    "Concern": Kind("education.concern.raised", _worry),
    "Attendance": Kind("education.attendance.recorded", _attendance),
    "Beat": Kind("education.heartbeat.sent", lambda row: {"every_seconds": whole(row, "EverySeconds")}),
    "AlertSeen": Kind("education.notification.acknowledged", _answer),
    "AlertDone": Kind("education.notification.actioned", _answer),
    "AlertDismissed": Kind("education.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of a school's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
