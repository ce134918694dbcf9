"""YOS, the youth offending service: rows of a case system about young people under supervision.

One row is one entry of one young person's case. Columns and codes are invented after such systems.
"""

from __future__ import annotations

from typing import Any, Final

from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    Codes,
    Row,
    coded,
    concern,
    day,
    kept,
    need,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="yos",
    kind="Record",
    ref="Record No",
    version="Revision",
    deleted="Removed",
    case="Case No",
    occurred="Date/Time",
    recorded="Entered",
    summary="Comment",
    basis="Legal Gateway",
    informed="Carer Informed",
    test="Training",
    source="Team",
    voice=("YP Seen", "YP Alone", "YP Said", "YP Presentation"),
    flags={"Address Withheld": "confidential_address"},
    time_form="%d/%m/%Y %H:%M",
    day_form="%d/%m/%Y",
    bases={
        "CDA s115": "crime_and_disorder_act_1998_s115",
        "CA04 s11": "children_act_2004_s11",
        "CA04 s10": "children_act_2004_s10",
        "Consent": "consent",
        "Vital": "vital_interests",
    },
    informs={"Y": "yes", "N": "no", "Unsafe": "not_safe", "?": "unknown"},
)

_ORDERS: Final[Codes] = {
    "RO": "referral order",
    "YRO": "youth rehabilitation order",
    "DTO": "detention and training order",
    "YC": "youth conditional caution",
    "PREV": "prevention programme",
    "OOC": "out of court disposal",
}
_LEVELS: Final[Codes] = {"Low": "low", "Medium": "medium", "High": "high", "Very High": "high"}
_WORRIES: Final[Codes] = {
    "CE": "missing_exploitation",
    "CSE": "sexual",
    "SH": "self_harm",
    "FAM": "emotional",
    "DA": "domestic_abuse",
    "SUBH": "substance_in_household",
    "NEG": "neglect",
    "NEGSUP": "neglect/supervision",
    "PHYS": "physical",
    "CHG": "presentation_changed",
    "MON": "hardship",
    "OTH": "other",
}


def _people(row: Row) -> list[dict[str, Any]]:
    if text(row, "Record") == "Beat":
        return []
    return [
        person(
            "yp1",
            "child",
            text(row, "Forename"),
            text(row, "Surname"),
            identifiers=kept(
                la_child_id=text(row, "LA Child ID"), pnc_id=text(row, "PNC"), agency_ref=text(row, "YP Ref")
            ),
            date_of_birth=day(row, "DOB", LAYOUT.day_form),
            sex=text(row, "Gender"),
            postcode=text(row, "Postcode"),
        )
    ]


def _case(row: Row) -> dict[str, Any]:
    return {"order": coded(row, "Disposal", _ORDERS), "worker": need(row, "Case Manager")}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "Safety Concern", "Judgement", _WORRIES, _LEVELS)


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "Alert Ref"), outcome=text(row, "Outcome"), reason=text(row, "Reason"))


KINDS: Final = {
    "Start": Kind("yos.case.opened", _case),
    "End": Kind("yos.case.closed", _case),
    "Safety": Kind("yos.concern.raised", _worry),
    "FTA": Kind("yos.appointment.missed", lambda row: {}),  # failed to attend
    "Beat": Kind("yos.heartbeat.sent", lambda row: {"every_seconds": whole(row, "Every Seconds")}),
    "Alert Seen": Kind("yos.notification.acknowledged", _answer),
    "Alert Done": Kind("yos.notification.actioned", _answer),
    "Alert Dismissed": Kind("yos.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of the YOS's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
