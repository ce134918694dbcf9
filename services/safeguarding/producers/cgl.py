"""CGL, the drug and alcohol service: rows of a treatment system about *adult* clients and the children they name.

One row is one entry in one client's record; the children the client told of stand in numbered groups of columns
(``CHILD1_FORENAME`` …), often with little more than a first name. Columns are invented after treatment returns.
"""

from __future__ import annotations

from typing import Any, Final

from safeguarding.errors import Refused
from safeguarding.producers.layout import Kind, Layout, build
from safeguarding.producers.rows import (
    Codes,
    Row,
    coded,
    concern,
    day,
    kept,
    listed,
    need,
    numbered,
    person,
    text,
    whole,
)

LAYOUT: Final = Layout(
    agency="cgl",
    kind="ENTRY",
    ref="ENTRYID",
    version="ENTRYVER",
    deleted="VOIDED",
    case="CLIENTREF",
    occurred="ENTRYTIME",
    recorded="SAVEDTIME",
    summary="NOTE",
    basis="SHAREBASIS",
    informed="CLIENTTOLD",
    test="DUMMY",
    source="AGENCYCODE",
    voice=("CHSEEN", "CHALONE", "CHWORDS", "CHMOOD"),
    flags={"ADDRHIDDEN": "confidential_address"},
    time_form="%Y-%m-%d %H:%M",
    day_form="%Y-%m-%d",
    bases={
        "11": "children_act_2004_s11",
        "10": "children_act_2004_s10",
        "17": "children_act_1989_s17",
        "47": "children_act_1989_s47",
        "VI": "vital_interests",
        "CO": "consent",
    },
    informs={"1": "yes", "0": "no", "8": "not_safe", "9": "unknown"},
)

_LIVING: Final[Codes] = {  # where the children live, as a client answers at triage
    "11": "yes",  # all with the client
    "12": "yes",  # some with the client
    "13": "no",
    "14": "contact",
    "98": "unknown",  # would not say
    "99": "unknown",
}
_ENGAGEMENT: Final[Codes] = {"A": "engaged", "DNA": "missed", "UNPLANNED": "dropped_out", "TRANSFERRED": "engaged"}
_SIGNS: Final[Codes] = {
    "S1": "sleeps through the day",
    "S2": "curtains closed at noon",
    "S3": "misses collection of the prescription",
    "S4": "sends others to fetch the children",
    "S5": "asks for money at school",
    "S6": "unsteady in the morning",
}
_LEVELS: Final[Codes] = {"L": "low", "M": "medium", "H": "high"}
_WORRIES: Final[Codes] = {
    "SUB": "substance_in_household",
    "DV": "domestic_abuse",
    "MH": "mental_health_in_household",
    "NEG": "neglect",
    "NEGS": "neglect/supervision",
    "NEGN": "neglect/nutritional",
    "PHY": "physical",
    "EXP": "missing_exploitation",
    "HRD": "hardship",
    "OTH": "other",
}


def _people(row: Row) -> list[dict[str, Any]]:
    if text(row, "ENTRY") == "BEAT":
        return []
    people = [
        person(
            "a1",
            "client",
            text(row, "FORENAME"),
            text(row, "SURNAME"),
            identifiers=kept(agency_ref=need(row, "CLIENTREF"), nhs_number=text(row, "NHSNUM")),
            date_of_birth=day(row, "DOB", LAYOUT.day_form),
            sex=text(row, "SEX"),
            postcode=text(row, "PC"),
        )
    ]
    for place, stem in enumerate(numbered(row, "CHILD", "FORENAME"), 1):
        people.append(
            person(
                f"c{place}",
                "child",
                text(row, stem + "FORENAME"),
                text(row, stem + "SURNAME"),
                identifiers=kept(nhs_number=text(row, stem + "NHSNUM")),
                date_of_birth=day(row, stem + "DOB", LAYOUT.day_form),
                postcode=text(row, stem + "PC"),
            )
        )
    if text(row, "ENTRY") == "PREG":
        due = day(row, "EDD", LAYOUT.day_form)
        people.append(person("u1", "unborn_child", None, None, expected_date_of_birth=due))
    return people


def _signs(row: Row) -> dict[str, Any]:
    codes = listed({**row, "RELAPSESIGNS": need(row, "RELAPSESIGNS")}, "RELAPSESIGNS")
    if not all(code in _SIGNS for code in codes):
        raise Refused("BAD_VALUE", "RELAPSESIGNS")
    return {"signs": [_SIGNS[code] for code in codes], "contact": need(row, "KEYWORKER")}


def _pregnancy(row: Row) -> dict[str, Any]:
    need(row, "EDD")
    return {"expected_date_of_birth": day(row, "EDD", LAYOUT.day_form)}


def _worry(row: Row) -> dict[str, Any]:
    return concern(row, "CONCERN", "SEVERITY", _WORRIES, _LEVELS)


def _answer(row: Row) -> dict[str, Any]:
    return kept(alert_id=text(row, "ALERTREF"), outcome=text(row, "OUTCOME"), reason=text(row, "REASON"))


KINDS: Final = {
    "CHILDREN": Kind("cgl.client.children_linked", lambda row: {"lives_with": coded(row, "CHILDLIVING", _LIVING)}),
    "RELAPSE": Kind("cgl.relapse_indicator.set", _signs),
    "ATTEND": Kind("cgl.engagement.changed", lambda row: {"status": coded(row, "ENGAGEMENT", _ENGAGEMENT)}),
    "PREG": Kind("cgl.pregnancy.known", _pregnancy),
    "SAFEG": Kind("cgl.concern.raised", _worry),
    "BEAT": Kind("cgl.heartbeat.sent", lambda row: {"every_seconds": whole(row, "EVERYSECS")}),
    "ALACK": Kind("cgl.notification.acknowledged", _answer),
    "ALACT": Kind("cgl.notification.actioned", _answer),
    "ALDIS": Kind("cgl.notification.dismissed", _answer),
}


def event_of(row: Row) -> dict[str, Any]:
    """An event from one row of CGL's export.

    Raises:
        Refused: code and column of the first fault.
    """
    return build(row, LAYOUT, KINDS, _people)
