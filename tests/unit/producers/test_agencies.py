"""Each agency's producer: an export row becomes exactly this event; what cannot be mapped is refused, unquoted."""

from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.errors import Refused
from safeguarding.events.catalogue import TYPES
from safeguarding.events.envelope import AGENCIES
from safeguarding.producers import cgl, education, health, hub, police, probation, yos
from safeguarding.producers.agencies import EVENT_OF, LAYOUTS
from safeguarding.producers.message import checked
from safeguarding.testing.conformance import problems
from unit.producers.samples import EDUCATION, POLICE, PROBATION, SAMPLES, YOS

each_agency = pytest.mark.parametrize("agency", AGENCIES)


def row_of(agency: str, kind: str) -> dict[str, str]:
    return next(row for row in SAMPLES[agency] if row[LAYOUTS[agency].kind] == kind)


def made(agency: str, kind: str, **columns: str) -> dict[str, Any]:
    event = EVENT_OF[agency](row_of(agency, kind) | columns)
    event.pop("id")
    return event


def test_a_police_incident_names_the_child_the_suspect_and_the_case():
    assert made("police", "INC", SUMMARY_TEXT="Shouting; child upstairs.", SUSPECT_AT_ADDR="Y") == {
        "type": "police.incident.recorded",
        "action": "new",
        "supersedes": None,
        "agency": "police",
        "record_ref": "INC-18-002917-INC",
        "case_ref": "CLV-18-002917",
        "occurred_at": "2018-01-12T22:41:00+00:00",
        "recorded_at": "2018-01-12T22:58:00+00:00",
        "people": [
            {
                "ref": "n1",
                "role": "child",
                "name": {"given": "Ellie", "family": "Marwood"},
                "identifiers": {"agency_ref": "NOM-44120"},
                "date_of_birth": "2010-05-14",
                "sex": "F",
                "postcode": "TS18 9AQ",
            },
            {
                "ref": "n2",
                "role": "adult_perpetrator",
                "name": {"given": "Dean", "family": "Garrick"},
                "identifiers": {"pnc_id": POLICE["N2_PNCID"]},
                "date_of_birth": "1984-11-02",
            },
        ],
        "sensitivity": ["perpetrator_in_household"],
        "basis": "crime_and_disorder_act_1998_s115",
        "family_informed": "not_safe",
        "summary": "Shouting; child upstairs.",
        "data": {"kind": "domestic_abuse", "children_linked": True, "address_of_incident_postcode": "TS18 9AQ"},
    }


def test_a_dash_form_carries_grade_and_the_childs_voice():
    event = made("police", "DASH", CHILD_SEEN="Y", CHILD_SAID="he hid upstairs")
    assert event["data"] == {"tool": "dash", "grade": "medium", "ticks": 11, "marac_referred": False}
    assert event["voice"] == {"seen": True, "words": "he hid upstairs"}


def test_a_missed_hospital_appointment_is_the_patients():
    assert made("health", "DNA") == {
        "type": "health.appointment.was_not_brought",
        "action": "new",
        "supersedes": None,
        "agency": "health",
        "source": "A99107",
        "record_ref": "SY-5501823-DNA",
        "occurred_at": "2018-01-22T09:40:00+00:00",
        "recorded_at": "2018-01-22T09:52:10+00:00",
        "people": [
            {
                "ref": "p1",
                "role": "child",
                "name": {"given": "Ellie", "family": "Marwood"},
                "identifiers": {"nhs_number": "999 000 0018"},
                "date_of_birth": "2010-05-14",
                "sex": "F",
                "postcode": "TS18 9AQ",
            }
        ],
        "basis": "children_act_2004_s11",
        "family_informed": "yes",
        "data": {"service": "orthoptics", "consecutive": 2},
    }


def test_an_antenatal_contact_is_in_the_mothers_record_and_about_the_unborn():
    event = made("health", "HCPC", ContactCode="HCP1", ExpectedDueDate="30-06-2018")
    assert [person["role"] for person in event["people"]] == ["parent_carer", "unborn_child"]
    assert event["people"][1]["expected_date_of_birth"] == "2018-06-30"


def test_cgl_knows_an_adult_and_the_children_the_adult_named():
    assert made("cgl", "CHILDREN") == {
        "type": "cgl.client.children_linked",
        "action": "new",
        "supersedes": None,
        "agency": "cgl",
        "record_ref": "E-90417-CHILDREN",
        "case_ref": "CGL-20417",
        "occurred_at": "2018-01-18T15:30:00+00:00",
        "people": [
            {
                "ref": "a1",
                "role": "client",
                "name": {"given": "Jo", "family": "Marwood"},
                "identifiers": {"agency_ref": "CGL-20417", "nhs_number": "9990000034"},
                "date_of_birth": "1986-08-03",
                "sex": "F",
                "postcode": "TS18 9AQ",
            },
            {
                "ref": "c1",
                "role": "child",
                "name": {"given": "Ellie", "family": "Marwood"},
                "date_of_birth": "2010-05-14",
                "postcode": "TS18 9AQ",
            },
        ],
        "basis": "children_act_2004_s11",
        "family_informed": "yes",
        "data": {"lives_with": "yes"},
    }


def test_signs_of_relapse_are_plain_phrases_not_codes():
    signs = ["sleeps through the day", "sends others to fetch the children"]
    assert made("cgl", "RELAPSE")["data"] == {"signs": signs, "contact": "Duty worker, 01632 960217"}


def test_a_missed_yos_appointment_says_all_in_its_envelope():
    assert made("yos", "FTA") == {
        "type": "yos.appointment.missed",
        "action": "new",
        "supersedes": None,
        "agency": "yos",
        "record_ref": "R-7781-FTA",
        "case_ref": "YOS-4471",
        "occurred_at": "2018-01-16T16:10:00+00:00",
        "people": [
            {
                "ref": "yp1",
                "role": "child",
                "name": {"given": "Tobias", "family": "Okafor-Dean"},
                "identifiers": {"la_child_id": "LA702233", "pnc_id": YOS["PNC"], "agency_ref": "YP-004471"},
                "date_of_birth": "2002-09-30",
                "sex": "M",
                "postcode": "TS20 9HD",
            }
        ],
        "basis": "crime_and_disorder_act_1998_s115",
        "family_informed": "yes",
        "data": {},
    }


def test_a_pre_sentence_report_asks_by_the_day_of_court():
    event = made("probation", "PSR")
    assert event["type"] == "probation.psr_information.requested"
    assert event["data"] == {"court_at": "2018-01-29T10:00:00+00:00"}
    assert [(person["role"], person["name"]["given"]) for person in event["people"]] == [
        ("client", "Dean"),
        ("child", "Ellie"),
    ]
    assert event["people"][0]["identifiers"] == {"agency_ref": "X311904", "pnc_id": PROBATION["pncNumber"]}


def test_a_hub_decision_answers_the_referrers_own_case():
    event = made("hub", "DEC")
    assert event["data"] == {
        "from_agency": "police",
        "from_case_ref": "CLV-18-002917",
        "outcome": "assessment",
        "referrer_told": True,
    }
    assert event["people"][0]["identifiers"] == {"la_child_id": "LA700412", "nhs_number": "9990000018"}


def test_a_schools_concern_is_a_category_a_level_and_a_kind_of_neglect():
    event = made("education", "Concern", PupilSpokenTo="Y", PupilSaid="I got my own tea")
    assert event["data"] == {"category": "neglect", "level": "medium", "neglect_type": "nutritional"}
    assert event["people"][0]["identifiers"] == {"upn": EDUCATION["UPN"]}
    assert event["voice"] == {"seen": True, "words": "I got my own tea"}
    assert event["recorded_at"] == "2018-01-19T15:30:00+00:00"


@each_agency
def test_every_kind_of_record_has_its_sample_and_keeps_the_contract(agency: str):
    wrong = [
        {column: text for column, text in SAMPLES[agency][0].items() if column != LAYOUTS[agency].ref},
        SAMPLES[agency][0] | {LAYOUTS[agency].kind: "Canary-Kind"},
        SAMPLES[agency][0] | {LAYOUTS[agency].occurred: "Canary-Time"},
        SAMPLES[agency][0] | {LAYOUTS[agency].basis: "Canary-Basis"},
    ]
    assert problems(agency, EVENT_OF[agency], SAMPLES[agency], wrong) == []


def test_every_type_of_the_catalogue_comes_from_some_agencys_export():
    assert {EVENT_OF[agency](row)["type"] for agency, rows in SAMPLES.items() for row in rows} == set(TYPES)


@pytest.mark.parametrize(
    ("agency", "kind", "columns", "code", "field"),
    [
        ("police", "DASH", {"RISK_GRADE": "X9"}, "BAD_VALUE", "RISK_GRADE"),
        ("police", "MISRT", {"RETURNED_DTTM": ""}, "MISSING_FIELD", "RETURNED_DTTM"),
        ("police", "INC", {"N2_ROLE": "DOG"}, "BAD_VALUE", "N2_ROLE"),
        ("health", "DNA", {"ServiceCode": "999"}, "BAD_VALUE", "ServiceCode"),
        ("health", "DNA", {"MissedInARow": "two"}, "BAD_VALUE", "MissedInARow"),
        ("health", "REG", {"DateOfBirth": "2010-05-14"}, "BAD_VALUE", "DateOfBirth"),
        ("cgl", "RELAPSE", {"RELAPSESIGNS": "S1;S99"}, "BAD_VALUE", "RELAPSESIGNS"),
        ("cgl", "ATTEND", {"CLIENTREF": ""}, "MISSING_FIELD", "CLIENTREF"),
        ("yos", "Start", {"Disposal": ""}, "MISSING_FIELD", "Disposal"),
        ("probation", "CUSTODY", {"safeguardingCheck": "maybe"}, "BAD_VALUE", "safeguardingCheck"),
        ("hub", "MTG", {"INVITED": "school;aunt"}, "BAD_VALUE", "INVITED"),
        ("hub", "NEGTOOL", {"AREA1_GRADE": "6"}, "BAD_VALUE", "AREA1_GRADE"),
        ("education", "Attendance", {"Absent": "141"}, "BAD_VALUE", "Absent"),
        ("education", "Enrolment", {"URN": ""}, "MISSING_FIELD", "URN"),
    ],
)
def test_a_row_that_cannot_be_mapped_is_refused_by_code_and_column(
    agency: str, kind: str, columns: dict[str, str], code: str, field: str
):
    with pytest.raises(Refused) as refused:
        EVENT_OF[agency](row_of(agency, kind) | columns)
    assert (refused.value.code, refused.value.field) == (code, field)


@each_agency
def test_an_export_of_the_same_record_again_is_the_same_event(agency: str):
    for row in SAMPLES[agency]:
        assert EVENT_OF[agency](row) == EVENT_OF[agency](dict(reversed(row.items())))


@each_agency
def test_a_later_version_corrects_the_first_and_a_withdrawal_takes_it_back(agency: str):
    layout, row = LAYOUTS[agency], SAMPLES[agency][0]
    first = EVENT_OF[agency](row)
    second = EVENT_OF[agency](row | {layout.version: "2"})
    third = EVENT_OF[agency](row | {layout.version: "3"})
    gone = EVENT_OF[agency](row | {layout.version: "3", layout.deleted: "Y"})
    assert len({event["id"] for event in (first, second, third, gone)}) == 4
    assert [event["action"] for event in (first, second, third, gone)] == ["new", "update", "update", "delete"]
    assert {event["supersedes"] for event in (second, third, gone)} == {first["id"]}
    for event in (second, third, gone):
        checked(event)


def test_a_record_without_a_basis_is_told_without_one_and_a_training_record_as_a_test():
    assert "basis" not in made("health", "CONC", SharingBasis="")
    assert made("health", "CONC", TestPatient="Y")["test"] is True


def test_a_time_of_summer_has_its_offset_and_one_that_comes_twice_is_its_first_pass():
    assert made("police", "PPN", EVENT_DTTM="02/07/2018 21:14")["occurred_at"] == "2018-07-02T21:14:00+01:00"
    assert made("police", "PPN", EVENT_DTTM="28/10/2018 01:30")["occurred_at"] == "2018-10-28T01:30:00+01:00"


@given(st.sampled_from(AGENCIES), st.data())
def test_whatever_stands_in_a_column_the_row_is_an_event_or_refused_by_a_column(agency: str, data: st.DataObject):
    row = dict(data.draw(st.sampled_from(SAMPLES[agency])))
    column = data.draw(st.sampled_from(sorted(row)))
    row[column] = data.draw(st.text(max_size=12))
    try:
        event = EVENT_OF[agency](row)
    except Refused as refused:
        told = refused.field
    else:
        told = column if event["agency"] == agency else None
    assert told in COLUMNS[agency]


COLUMNS = {agency: {column for row in rows for column in row} for agency, rows in SAMPLES.items()}


LISTS = [
    ("police", "INC", "OCC_CLASS", police._CLASSES),
    ("police", "INC", "N1_ROLE", police._ROLES),
    ("police", "INC", "SHARING_POWER", police.LAYOUT.bases),
    ("police", "INC", "FAMILY_TOLD", police.LAYOUT.informs),
    ("police", "DASH", "RISK_GRADE", police._GRADES),
    ("police", "MIS", "MISPER_RISK", police._MISSING_RISKS),
    ("police", "VUL", "VULN_CODE", police._WORRIES),
    ("police", "VUL", "VULN_RAG", police._LEVELS),
    ("health", "DNA", "ServiceCode", health._SERVICES),
    ("health", "DNA", "PatientType", health._SUBJECTS),
    ("health", "DNA", "SharingBasis", health.LAYOUT.bases),
    ("health", "DNA", "ParentAware", health.LAYOUT.informs),
    ("health", "HCPC", "ContactCode", health._CONTACTS),
    ("health", "DENT", "CariesIndex", health._CARIES),
    ("health", "CONC", "ReadCode", health._WORRIES),
    ("health", "CONC", "ConcernLevel", health._LEVELS),
    ("cgl", "CHILDREN", "CHILDLIVING", cgl._LIVING),
    ("cgl", "CHILDREN", "SHAREBASIS", cgl.LAYOUT.bases),
    ("cgl", "CHILDREN", "CLIENTTOLD", cgl.LAYOUT.informs),
    ("cgl", "ATTEND", "ENGAGEMENT", cgl._ENGAGEMENT),
    ("cgl", "RELAPSE", "RELAPSESIGNS", cgl._SIGNS),
    ("cgl", "SAFEG", "CONCERN", cgl._WORRIES),
    ("cgl", "SAFEG", "SEVERITY", cgl._LEVELS),
    ("yos", "Start", "Disposal", yos._ORDERS),
    ("yos", "Start", "Legal Gateway", yos.LAYOUT.bases),
    ("yos", "Start", "Carer Informed", yos.LAYOUT.informs),
    ("yos", "Safety", "Safety Concern", yos._WORRIES),
    ("yos", "Safety", "Judgement", yos._LEVELS),
    ("probation", "REGISTER", "registerCode", probation._WORRIES),
    ("probation", "REGISTER", "riskLevel", probation._LEVELS),
    ("probation", "REGISTER", "informationSharingBasis", probation.LAYOUT.bases),
    ("probation", "REGISTER", "personInformed", probation.LAYOUT.informs),
    ("hub", "REF", "SOURCE_CODE", hub._SOURCES),
    ("hub", "REF", "LEGAL_BASIS", hub.LAYOUT.bases),
    ("hub", "REF", "CONSENT_TOLD", hub.LAYOUT.informs),
    ("hub", "INFOREQ", "ASKED_CODE", hub._ASKED),
    ("hub", "DEC", "OUTCOME", hub._OUTCOMES),
    ("hub", "STATUS", "STATUS", hub._STATUSES),
    ("hub", "STATUS", "CATEGORY", hub._REASONS),
    ("hub", "MTG", "MEETING_TYPE", hub._MEETINGS),
    ("education", "Concern", "Category", education._WORRIES),
    ("education", "Concern", "Level", education._LEVELS),
    ("education", "Concern", "SharedUnder", education.LAYOUT.bases),
    ("education", "Concern", "ParentsTold", education.LAYOUT.informs),
]


@pytest.mark.parametrize(
    ("agency", "kind", "column", "code"),
    [(agency, kind, column, code) for agency, kind, column, codes in LISTS for code in codes],
)
def test_every_code_of_every_list_becomes_a_word_of_the_contract(agency: str, kind: str, column: str, code: str):
    checked(EVENT_OF[agency](row_of(agency, kind) | {column: code}))


@pytest.mark.parametrize("module", [police, health, cgl, yos, probation, hub, education])
def test_every_code_list_of_a_producer_is_among_those(module: ModuleType):
    tables = [table for name, table in vars(module).items() if name[0] == "_" != name[1] and isinstance(table, dict)]
    known = [codes for agency, _, _, codes in LISTS if agency == module.LAYOUT.agency]
    assert tables
    assert all(any(table is codes for codes in known) for table in tables)
