"""The children's hub: rows of the local authority's case system (contacts, decisions, plans, meetings, answers).

One row is one step on one contact or case; children stand in numbered groups (``CHILD1_LA_ID`` …), adults in
``ADULT1_`` …. Columns and codes are invented after such systems.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from safeguarding.errors import Refused
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.hub import Invitee
from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    YES_NO,
    Codes,
    Row,
    coded,
    coded_if,
    day,
    kept,
    listed,
    moment,
    need,
    numbered,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="hub",
    kind="STEP",
    ref="STEP_ID",
    version="STEP_VERSION",
    deleted="STEP_VOID",
    case="CASE_REF",
    occurred="STEP_AT",
    recorded="SAVED_AT",
    summary="STEP_NOTE",
    basis="LEGAL_BASIS",
    informed="CONSENT_TOLD",
    test="TRAINING",
    source="WORKFLOW",
    voice=("CHILD_SEEN", "CHILD_ALONE", "CHILD_SAID", "CHILD_SEEMED"),
    flags={"ADDRESS_HIDDEN": "confidential_address", "PERP_AT_HOME": "perpetrator_in_household"},
    time_form="%Y-%m-%d %H:%M:%S",
    day_form="%Y-%m-%d",
    bases={
        "CA89S17": "children_act_1989_s17",
        "CA89S47": "children_act_1989_s47",
        "CA04S10": "children_act_2004_s10",
        "CA04S11": "children_act_2004_s11",
        "CONSENT": "consent",
    },
    informs={"Y": "yes", "N": "no", "NS": "not_safe", "U": "unknown"},
)

_SOURCES: Final[Codes] = {"1A": "education", "2B": "police", "3": "health", "4": "cgl", "5A": "yos", "5B": "probation"}
_ASKED: Final[Codes] = {**_SOURCES, "6": "hub"}
_OUTCOMES: Final[Codes] = {
    "NFA": "no_further_action",
    "EH": "early_help",
    "CFA": "assessment",
    "STRAT": "strategy_discussion",
}
_STATUSES: Final[Codes] = {"EH": "early_help", "CIN": "cin", "CP": "cpp", "CLA": "lac", "NONE": "none"}
_REASONS: Final[Codes] = {"NEG": "neglect", "EMO": "emotional", "PHY": "physical", "SAB": "sexual", "MUL": "multiple"}
_MEETINGS: Final[Codes] = {
    "CG": "core_group",
    "ICPC": "conference",
    "RCPC": "conference",
    "SD": "strategy",
    "CINR": "cin_review",
}
_INVITEES: Final = frozenset(get_args(Invitee))


def _people(row: Row) -> list[dict[str, Any]]:
    people = []
    for place, stem in enumerate(numbered(row, "CHILD", "SURNAME"), 1):
        due = day(row, stem + "EDD", LAYOUT.day_form)
        people.append(
            person(
                f"c{place}",
                "unborn_child" if due else "child",
                text(row, stem + "FORENAME"),
                text(row, stem + "SURNAME"),
                identifiers=kept(
                    la_child_id=text(row, stem + "LA_ID"),
                    nhs_number=text(row, stem + "NHS"),
                    upn=text(row, stem + "UPN"),
                ),
                date_of_birth=day(row, stem + "DOB", LAYOUT.day_form),
                expected_date_of_birth=due,
                postcode=text(row, stem + "POSTCODE"),
            )
        )
    for place, stem in enumerate(numbered(row, "ADULT", "SURNAME"), 1):
        people.append(
            person(
                f"a{place}",
                "parent_carer",
                text(row, stem + "FORENAME"),
                text(row, stem + "SURNAME"),
                identifiers=kept(nhs_number=text(row, stem + "NHS")),
                date_of_birth=day(row, stem + "DOB", LAYOUT.day_form),
                postcode=text(row, stem + "POSTCODE"),
            )
        )
    return people


def _referral(row: Row) -> dict[str, Any]:
    return {"from_agency": coded(row, "SOURCE_CODE", _SOURCES), "from_case_ref": need(row, "SOURCE_REF")}


def _decision(row: Row) -> dict[str, Any]:
    told = {"outcome": coded(row, "OUTCOME", _OUTCOMES), "referrer_told": coded(row, "REFERRER_TOLD", YES_NO)}
    return _referral(row) | told


def _status(row: Row) -> dict[str, Any]:
    return kept(
        status=coded(row, "STATUS", _STATUSES),
        reason=coded_if(row, "CATEGORY", _REASONS),
        worker=text(row, "WORKER"),
        team=text(row, "TEAM"),
        ended=coded_if(row, "STATUS_ENDED", YES_NO),
    )


def _asked(row: Row) -> dict[str, Any]:
    return kept(from_agency=coded(row, "ASKED_CODE", _ASKED), due_at=moment(row, "DUE_AT", LAYOUT.time_form))


def _interview(row: Row) -> dict[str, Any]:
    return kept(declined=coded(row, "RHI_DECLINED", YES_NO), factors=listed(row, "RHI_FACTORS"))


def _meeting(row: Row) -> dict[str, Any]:
    need(row, "MEETING_AT")
    invited = listed(row, "INVITED")
    if not _INVITEES.issuperset(invited):
        raise Refused("BAD_VALUE", "INVITED")
    at = moment(row, "MEETING_AT", LAYOUT.time_form)
    return {"kind": coded(row, "MEETING_TYPE", _MEETINGS), "at": at, "invited": invited}


def _record(row: Row) -> dict[str, Any]:
    return kept(meeting_ref=need(row, "MEETING_REF"), distributed_to=listed(row, "SENT_TO"))


def _neglect(row: Row) -> dict[str, Any]:
    areas: dict[str, int] = {}
    for stem in numbered(row, "AREA", "NAME"):
        grade = whole(row, stem + "GRADE")
        if grade is None or not 1 <= grade <= 5:
            raise Refused("BAD_VALUE", stem + "GRADE")
        areas[need(row, stem + "NAME")] = grade
    if not areas:
        raise Refused("MISSING_FIELD", "AREA1_NAME")
    return {"tool": need(row, "TOOL"), "areas": areas}


def _identity(row: Row) -> dict[str, Any]:
    agencies = {agency: agency for agency in AGENCIES}
    return {
        "event_agency": coded(row, "HELD_AGENCY", agencies),
        "event_id": need(row, "HELD_EVENT"),
        "ref": need(row, "HELD_PERSON"),
    }


def _answer(row: Row) -> dict[str, Any]:
    return kept(
        alert_id=text(row, "ALERT_REF"),
        rule=text(row, "ALERT_RULE"),
        outcome=text(row, "ALERT_OUTCOME"),
        reason=text(row, "ALERT_REASON"),
    )


KINDS: Final = {
    "REF": Kind("hub.referral.received", _referral),
    "DEC": Kind("hub.decision.made", _decision),
    "STATUS": Kind("hub.status.changed", _status),
    "PSR": Kind("hub.psr_information.provided", lambda row: {"to_case_ref": need(row, "PROBATION_REF")}),
    "INFOREQ": Kind("hub.information.requested", _asked),
    "INFORPL": Kind("hub.information.provided", _asked),
    "RHI": Kind("hub.return_interview.completed", _interview),
    "MTG": Kind("hub.meeting.scheduled", _meeting),
    "CGHELD": Kind("hub.core_group.held", _record),
    "MINS": Kind("hub.minutes.published", _record),
    "NEGTOOL": Kind("hub.neglect_assessment.completed", _neglect),
    "HOUSE": Kind("hub.household.changed", lambda row: {}),
    "IDMERGE": Kind("hub.identity.merged", lambda row: {}),
    "IDSPLIT": Kind("hub.identity.separated", lambda row: {}),
    "IDDECIDE": Kind("hub.identity.decided", _identity),
    "BEAT": Kind("hub.heartbeat.sent", lambda row: {"every_seconds": whole(row, "EVERY_SECONDS")}),
    "ALACK": Kind("hub.notification.acknowledged", _answer),
    "ALACT": Kind("hub.notification.actioned", _answer),
    "ALDIS": Kind("hub.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of the hub's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
