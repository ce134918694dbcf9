"""Health: rows of a primary-care and 0–19 record system, with hospital, dental and CAMHS letters filed in it.

One row is one entry in one patient's record. An entry of a pregnancy is in the mother's record and names the unborn
child by its due date. Column names are invented after such systems, the concern codes in the look of Read codes.
"""

from __future__ import annotations

from typing import Any, Final

from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    YES_NO,
    Codes,
    Row,
    coded,
    coded_if,
    concern,
    day,
    kept,
    listed,
    need,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="health",
    kind="EntryType",
    ref="EntryID",
    version="EntryVersion",
    deleted="EnteredInError",
    case="EpisodeRef",
    occurred="EventDate",
    recorded="DateRecorded",
    summary="Notes",
    basis="SharingBasis",
    informed="ParentAware",
    test="TestPatient",
    source="OrganisationCode",
    voice=("ChildSeen", "SeenAlone", "ChildsWords", "Presentation"),
    flags={
        "SFlag": "s_flag",
        "HideOnline": "hide_from_patient_online",
        "ConfidentialAddress": "confidential_address",
    },
    time_form="%d-%m-%Y %H:%M:%S",
    day_form="%d-%m-%Y",
    bases={
        "S11": "children_act_2004_s11",
        "S10": "children_act_2004_s10",
        "S17": "children_act_1989_s17",
        "S47": "children_act_1989_s47",
        "VI": "vital_interests",
        "CON": "consent",
    },
    informs={"Yes": "yes", "No": "no", "Unsafe": "not_safe", "Unknown": "unknown"},
)

_SUBJECTS: Final[Codes] = {"C": "child", "A": "client"}
_CONTACTS: Final[Codes] = {
    "HCP1": "antenatal",
    "HCP2": "new_birth",
    "HCP3": "6_8_weeks",
    "HCP4": "12_months",
    "HCP5": "24_30_months",
}
_SERVICES: Final[Codes] = {
    "110": "trauma and orthopaedics",
    "120": "ear nose and throat",
    "130": "ophthalmology",
    "215": "dental",
    "420": "paediatrics",
    "655": "orthoptics",
    "IMM": "immunisation",
    "SLT": "speech and language",
    "CMH": "camhs",
}
_CARIES: Final[Codes] = {"0": "none", "1": "low", "2": "low", "3": "high"}
_LEVELS: Final[Codes] = {"1": "low", "2": "medium", "3": "high"}
_WORRIES: Final[Codes] = {
    "9Sg1.": "neglect/medical",
    "9Sg2.": "neglect/nutritional",
    "9Sg3.": "neglect/physical",
    "9Sg4.": "neglect/emotional",
    "9Sg5.": "neglect/supervision",
    "9Sg6.": "emotional",
    "9Sg7.": "physical",
    "9Sg8.": "sexual",
    "9Sg9.": "domestic_abuse",
    "9SgA.": "substance_in_household",
    "9SgB.": "mental_health_in_household",
    "9SgC.": "self_harm",
    "9SgD.": "presentation_changed",
    "9SgE.": "hardship",
    "9SgZ.": "other",
}


def _people(row: Row) -> list[dict[str, Any]]:
    if text(row, "EntryType") == "BEAT":
        return []
    due = day(row, "ExpectedDueDate", LAYOUT.day_form)
    role = "parent_carer" if due else coded(row, "PatientType", _SUBJECTS)
    people = [
        person(
            "p1",
            role,
            text(row, "FirstName"),
            text(row, "Surname"),
            identifiers=kept(nhs_number=text(row, "NHSNumber")),
            date_of_birth=day(row, "DateOfBirth", LAYOUT.day_form),
            sex=text(row, "Sex"),
            postcode=text(row, "Postcode"),
        )
    ]
    if due:
        people.append(person("p2", "unborn_child", None, None, expected_date_of_birth=due))
    return people


def _missed(row: Row) -> dict[str, Any]:
    return kept(service=coded(row, "ServiceCode", _SERVICES), consecutive=whole(row, "MissedInARow"))


def _contact(row: Row) -> dict[str, Any]:
    return {"contact": coded(row, "ContactCode", _CONTACTS)}


def _registration(row: Row) -> dict[str, Any]:
    return kept(
        gp_practice=need(row, "PracticeCode"),
        named_gp=text(row, "UsualGP"),
        health_visitor_team=text(row, "HVTeam"),
        midwifery_team=text(row, "MidwiferyTeam"),
    )


def _relapse(row: Row) -> dict[str, Any]:
    need(row, "WarningSigns")
    return {"signs": listed(row, "WarningSigns"), "contact": need(row, "DutyContact")}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "ReadCode", "ConcernLevel", _WORRIES, _LEVELS)


def _emergency(row: Row) -> dict[str, Any]:
    return {"reason": need(row, "PresentingComplaint"), "self_harm": coded_if(row, "SelfHarm", YES_NO) or False}


def _camhs(row: Row) -> dict[str, Any]:
    return kept(by=text(row, "Clinician"))


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "AlertRef"), outcome=text(row, "Outcome"), reason=text(row, "Reason"))


KINDS: Final = {
    "REG": Kind("health.registration.changed", _registration),
    "DNA": Kind("health.appointment.was_not_brought", _missed),
    "ATT": Kind("health.appointment.attended", lambda row: {"service": coded(row, "ServiceCode", _SERVICES)}),
    "HCPC": Kind("health.hcp_contact.completed", _contact),
    "HCPM": Kind("health.hcp_contact.missed", _contact),
    "CONC": Kind("health.concern.raised", _worry),
    "RELAPSE": Kind("health.relapse_indicator.set", _relapse),
    "DENT": Kind(
        "health.dental.concern",
        lambda row: {"caries": coded(row, "CariesIndex", _CARIES), "note": need(row, "DentalNote")},
    ),
    "ED": Kind("health.ed.attended", _emergency),
    "CAMHSREF": Kind("health.camhs.referral_accepted", _camhs),
    "CAMHSSEEN": Kind("health.camhs.seen", _camhs),
    "BEAT": Kind("health.heartbeat.sent", lambda row: {"every_seconds": whole(row, "EverySeconds")}),
    "ALACK": Kind("health.notification.acknowledged", _answer),
    "ALACT": Kind("health.notification.actioned", _answer),
    "ALDIS": Kind("health.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of the health export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
