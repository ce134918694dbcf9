"""Probation: rows of a case system about *adults* on a caseload, with the children they live with or see.

One row is one entry of one adult's record; children stand in numbered groups (``child1Forename`` …). Columns and codes
are invented after such systems.
"""

from __future__ import annotations

from typing import Any, Final

from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    YES_NO,
    Codes,
    Row,
    coded,
    concern,
    day,
    kept,
    moment,
    need,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="probation",
    kind="entryType",
    ref="entryId",
    version="entryVersion",
    deleted="softDeleted",
    case="eventRef",
    occurred="entryDateTime",
    recorded="createdDateTime",
    summary="notes",
    basis="informationSharingBasis",
    informed="personInformed",
    test="testRecord",
    source="providerCode",
    voice=("childSeen", "childSeenAlone", "childWords", "childDemeanour"),
    flags={"restrictedAddress": "confidential_address", "perpetratorAtAddress": "perpetrator_in_household"},
    time_form="%Y-%m-%dT%H:%M:%S",
    day_form="%Y-%m-%d",
    bases={
        "CDA115": "crime_and_disorder_act_1998_s115",
        "CA11": "children_act_2004_s11",
        "CA10": "children_act_2004_s10",
        "CA47": "children_act_1989_s47",
        "VIT": "vital_interests",
        "CONS": "consent",
    },
    informs={"Y": "yes", "N": "no", "NS": "not_safe", "NK": "unknown"},
)

_LEVELS: Final[Codes] = {"RL": "low", "RM": "medium", "RH": "high", "RVH": "high"}  # risk of serious harm to children
_WORRIES: Final[Codes] = {
    "RCHD": "other",
    "DAHX": "domestic_abuse",
    "DRUG": "substance_in_household",
    "ALCO": "substance_in_household",
    "MENT": "mental_health_in_household",
    "NEGL": "neglect",
    "NEGS": "neglect/supervision",
    "PHYS": "physical",
    "SEXO": "sexual",
    "EXPL": "missing_exploitation",
    "FINA": "hardship",
}


def _people(row: Row) -> list[dict[str, Any]]:
    if text(row, "entryType") == "BEAT":
        return []
    people = [
        person(
            "a1",
            "client",
            text(row, "forename"),
            text(row, "surname"),
            identifiers=kept(agency_ref=need(row, "crn"), pnc_id=text(row, "pncNumber")),
            date_of_birth=day(row, "dateOfBirth", LAYOUT.day_form),
            sex=text(row, "gender"),
            postcode=text(row, "postcode"),
        )
    ]
    place = 1
    while text(row, f"child{place}Forename"):
        people.append(
            person(
                f"c{place}",
                "child",
                text(row, f"child{place}Forename"),
                text(row, f"child{place}Surname"),
                date_of_birth=day(row, f"child{place}DateOfBirth", LAYOUT.day_form),
                postcode=text(row, f"child{place}Postcode"),
            )
        )
        place += 1
    return people


def _case(row: Row) -> dict[str, Any]:
    return {"provider": need(row, "providerName"), "worker": need(row, "offenderManager")}


def _court(row: Row) -> dict[str, Any]:
    need(row, "courtDateTime")
    return {"court_at": moment(row, "courtDateTime", LAYOUT.time_form)}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "registerCode", "riskLevel", _WORRIES, _LEVELS)


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "alertRef"), outcome=text(row, "outcome"), reason=text(row, "reason"))


KINDS: Final = {
    "ALLOC": Kind("probation.case.allocated", _case),
    "TERM": Kind("probation.case.closed", _case),
    "PSR": Kind("probation.psr_information.requested", _court),
    "CUSTODY": Kind(
        "probation.custody.started",
        lambda row: {"child_safeguarding_checked": coded(row, "safeguardingCheck", YES_NO)},
    ),
    "REGISTER": Kind("probation.concern.raised", _worry),
    "BEAT": Kind("probation.heartbeat.sent", lambda row: {"every_seconds": whole(row, "everySeconds")}),
    "ALERTACK": Kind("probation.notification.acknowledged", _answer),
    "ALERTACT": Kind("probation.notification.actioned", _answer),
    "ALERTDIS": Kind("probation.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of probation's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
