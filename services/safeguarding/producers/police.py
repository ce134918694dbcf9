"""Police: rows of a records system and control room (occurrences, risk forms, missing reports, notices).

One row is one record, the people on it in numbered groups of columns (``N1_ROLE``, ``N1_SURNAME`` …, then ``N2_``).
Column names and codes are invented after the kind of system that forces use.
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
    moment,
    need,
    numbered,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="police",
    kind="REC_TYPE",
    ref="REC_NO",
    version="REC_VER",
    deleted="REC_CANCELLED",
    case="OCC_NO",
    occurred="EVENT_DTTM",
    recorded="ENTERED_DTTM",
    summary="SUMMARY_TEXT",
    basis="SHARING_POWER",
    informed="FAMILY_TOLD",
    test="TRAINING_REC",
    source="FORCE_SYSTEM",
    voice=("CHILD_SEEN", "CHILD_SEEN_ALONE", "CHILD_SAID", "CHILD_DEMEANOUR"),
    flags={"SUSPECT_AT_ADDR": "perpetrator_in_household", "ADDR_CONFIDENTIAL": "confidential_address"},
    time_form="%d/%m/%Y %H:%M",
    day_form="%d/%m/%Y",
    bases={
        "CDA98-115": "crime_and_disorder_act_1998_s115",
        "CA04-11": "children_act_2004_s11",
        "CA04-10": "children_act_2004_s10",
        "CA89-47": "children_act_1989_s47",
        "VITAL": "vital_interests",
    },
    informs={"Y": "yes", "N": "no", "US": "not_safe", "NK": "unknown"},
)

_ROLES: Final[Codes] = {
    "CH": "child",
    "UB": "unborn_child",
    "VIC": "adult_victim",
    "SUS": "adult_perpetrator",
    "PAR": "parent_carer",
    "OCP": "household_member",
}
_CLASSES: Final[Codes] = {
    "DV": "domestic_abuse",
    "DVN": "domestic_abuse",  # domestic, no crime
    "CHP": "child_present",
    "MFH": "missing",
    "ASB": "other",
    "CFW": "other",  # concern for welfare
}
_GRADES: Final[Codes] = {"S": "standard", "M": "medium", "H": "high"}
_MISSING_RISKS: Final[Codes] = {"NAR": "none", "LOW": "low", "MED": "medium", "HIGH": "high"}
_LEVELS: Final[Codes] = {"G": "low", "A": "medium", "R": "high"}
_WORRIES: Final[Codes] = {
    "VC01": "neglect",
    "VC02": "neglect/supervision",
    "VC03": "neglect/physical",
    "VC04": "emotional",
    "VC05": "physical",
    "VC06": "sexual",
    "VC07": "missing_exploitation",
    "VC08": "domestic_abuse",
    "VC09": "substance_in_household",
    "VC10": "mental_health_in_household",
    "VC11": "self_harm",
    "VC12": "hardship",
    "VC99": "other",
}


def _people(row: Row) -> list[dict[str, Any]]:
    people = []
    for place, stem in enumerate(numbered(row, "N", "ROLE"), 1):
        role = coded(row, stem + "ROLE", _ROLES)
        people.append(
            person(
                f"n{place}",
                role,
                text(row, stem + "FORENAME"),
                text(row, stem + "SURNAME"),
                identifiers=kept(agency_ref=text(row, stem + "NOMINAL"), pnc_id=text(row, stem + "PNCID")),
                date_of_birth=day(row, stem + "DOB", LAYOUT.day_form),
                expected_date_of_birth=day(row, stem + "EDD", LAYOUT.day_form),
                sex=text(row, stem + "SEX"),
                postcode=text(row, stem + "POSTCODE"),
            )
        )
    return people


def _incident(row: Row) -> dict[str, Any]:
    return kept(
        kind=coded(row, "OCC_CLASS", _CLASSES),
        children_linked=coded(row, "CHILDREN_LINKED", YES_NO),
        address_of_incident_postcode=text(row, "OCC_POSTCODE"),
    )


def _form(tool: str) -> Any:
    def data(row: Row) -> dict[str, Any]:
        return kept(
            tool=tool,
            grade=coded(row, "RISK_GRADE", _GRADES),
            ticks=whole(row, "RISK_TICKS"),
            marac_referred=coded_if(row, "MARAC_REF", YES_NO),
        )

    return data


def _missing(row: Row) -> dict[str, Any]:
    return {
        "risk": coded(row, "MISPER_RISK", _MISSING_RISKS),
        "cause_for_concern": coded(row, "MISPER_CFC", YES_NO),
    }


def _returned(row: Row) -> dict[str, Any]:
    need(row, "RETURNED_DTTM")
    return {"returned_at": moment(row, "RETURNED_DTTM", LAYOUT.time_form)}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "VULN_CODE", "VULN_RAG", _WORRIES, _LEVELS)


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "ALERT_REF"), outcome=text(row, "OUTCOME_TEXT"), reason=text(row, "REASON_TEXT"))


KINDS: Final = {
    "INC": Kind("police.incident.recorded", _incident),
    "INCCL": Kind("police.incident.closed", lambda row: {"closing_code": need(row, "CLOSE_CODE")}),
    "DASH": Kind("police.da_form.completed", _form("dash")),
    "DARA": Kind("police.da_form.completed", _form("dara")),
    "PPN": Kind("police.referral.submitted", lambda row: {"form": "ppn"}),
    "TRI": Kind(
        "police.triage.completed",
        lambda row: {"outcome": need(row, "OUTCOME_TEXT"), "reason": need(row, "REASON_TEXT")},
    ),
    "MIS": Kind("police.missing.reported", _missing),
    "MISRT": Kind("police.missing.returned", _returned),
    "VUL": Kind("police.concern.raised", _worry),
    "BEAT": Kind("police.heartbeat.sent", lambda row: {"every_seconds": whole(row, "EVERY_SECS")}),
    "ALACK": Kind("police.notification.acknowledged", _answer),
    "ALACT": Kind("police.notification.actioned", _answer),
    "ALDIS": Kind("police.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of the police's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
