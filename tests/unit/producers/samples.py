"""One realistic row of every kind of record that each agency's system exports; all people are invented."""

POLICE = {
    "REC_NO": "INC-18-002917",
    "OCC_NO": "CLV-18-002917",
    "EVENT_DTTM": "12/01/2018 22:41",
    "ENTERED_DTTM": "12/01/2018 22:58",
    "SHARING_POWER": "CDA98-115",
    "FAMILY_TOLD": "US",
    "N1_ROLE": "CH",
    "N1_SURNAME": "Marwood",
    "N1_FORENAME": "Ellie",
    "N1_DOB": "14/05/2010",
    "N1_SEX": "F",
    "N1_POSTCODE": "TS18 9AQ",
    "N1_NOMINAL": "NOM-44120",
    "N2_ROLE": "SUS",
    "N2_SURNAME": "Garrick",
    "N2_FORENAME": "Dean",
    "N2_DOB": "02/11/1984",
    "N2_PNCID": "2003/0150277P",
}
HEALTH = {
    "EntryID": "SY-5501823",
    "EventDate": "22-01-2018 09:40:00",
    "DateRecorded": "22-01-2018 09:52:10",
    "SharingBasis": "S11",
    "ParentAware": "Yes",
    "OrganisationCode": "A99107",
    "PatientType": "C",
    "NHSNumber": "999 000 0018",
    "Surname": "Marwood",
    "FirstName": "Ellie",
    "DateOfBirth": "14-05-2010",
    "Sex": "F",
    "Postcode": "TS18 9AQ",
}
CGL = {
    "ENTRYID": "E-90417",
    "CLIENTREF": "CGL-20417",
    "ENTRYTIME": "2018-01-18 15:30",
    "SHAREBASIS": "11",
    "CLIENTTOLD": "1",
    "NHSNUM": "9990000034",
    "SURNAME": "Marwood",
    "FORENAME": "Jo",
    "DOB": "1986-08-03",
    "SEX": "F",
    "PC": "TS18 9AQ",
    "CHILD1_FORENAME": "Ellie",
    "CHILD1_SURNAME": "Marwood",
    "CHILD1_DOB": "2010-05-14",
    "CHILD1_PC": "TS18 9AQ",
}
YOS = {
    "Record No": "R-7781",
    "Case No": "YOS-4471",
    "Date/Time": "16/01/2018 16:10",
    "Legal Gateway": "CDA s115",
    "Carer Informed": "Y",
    "YP Ref": "YP-004471",
    "LA Child ID": "LA702233",
    "PNC": "2017/0004712E",
    "Surname": "Okafor-Dean",
    "Forename": "Tobias",
    "DOB": "30/09/2002",
    "Gender": "M",
    "Postcode": "TS20 9HD",
}
PROBATION = {
    "entryId": "ND-778120",
    "eventRef": "PR-311904",
    "entryDateTime": "2018-01-15T10:20:00",
    "informationSharingBasis": "CDA115",
    "personInformed": "N",
    "crn": "X311904",
    "pncNumber": "2003/0150277P",
    "surname": "Garrick",
    "forename": "Dean",
    "dateOfBirth": "1984-11-02",
    "postcode": "TS18 9AQ",
    "child1Forename": "Ellie",
    "child1Surname": "Marwood",
    "child1DateOfBirth": "2010-05-14",
}
HUB = {
    "STEP_ID": "S-118204",
    "CASE_REF": "HUB-18-00219",
    "STEP_AT": "2018-01-15 11:40:00",
    "LEGAL_BASIS": "CA89S17",
    "CONSENT_TOLD": "Y",
    "CHILD1_SURNAME": "Marwood",
    "CHILD1_FORENAME": "Ellie",
    "CHILD1_DOB": "2010-05-14",
    "CHILD1_LA_ID": "LA700412",
    "CHILD1_NHS": "9990000018",
    "CHILD1_POSTCODE": "TS18 9AQ",
}
EDUCATION = {
    "EntryNo": "CP-33107",
    "When": "19/01/2018 11:15",
    "Logged": "19/01/2018 15:30",
    "SharedUnder": "EA175",
    "ParentsTold": "N",
    "UPN": "T808999000001",
    "Surname": "Marwood",
    "Forename": "Ellie",
    "DOB": "14/05/2010",
    "Sex": "F",
    "Postcode": "TS18 9AQ",
}
ALERT = "dbeecb5d-0721-5b0c-aa23-494dd0f3123d.return-interview.685b36c912b2.1"


def _each(base: dict[str, str], kind: str, rows: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    ref = next(iter(base))
    return [base | {ref: f"{base[ref]}-{name}", kind: name} | columns for name, columns in rows.items()]


def _bare(base: dict[str, str], *columns: str, **more: str) -> dict[str, str]:
    """Blank columns in place of the base's, which heartbeats and answers do not have."""
    return {column: "" for column in list(base)[1:] if column not in columns} | more


def _answers(outcome: str, reason: str, alert: str, *names: str) -> dict[str, dict[str, str]]:
    told = {alert: ALERT, outcome: "With the coordinator.", reason: "Seen at school on Monday."}
    return dict.fromkeys(names, told)


SAMPLES = {
    "police": _each(
        POLICE,
        "REC_TYPE",
        {
            "INC": {"OCC_CLASS": "DV", "CHILDREN_LINKED": "Y", "OCC_POSTCODE": "TS18 9AQ"},
            "INCCL": {"CLOSE_CODE": "QL23"},
            "DASH": {"RISK_GRADE": "M", "RISK_TICKS": "11", "MARAC_REF": "N"},
            "DARA": {"RISK_GRADE": "S"},
            "PPN": {},
            "TRI": {"OUTCOME_TEXT": "shared with the hub", "REASON_TEXT": "children in the house"},
            "MIS": {"MISPER_RISK": "MED", "MISPER_CFC": "Y"},
            "MISRT": {"RETURNED_DTTM": "13/01/2018 08:10"},
            "VUL": {"VULN_CODE": "VC07", "VULN_RAG": "R"},
            "BEAT": _bare(POLICE, "SHARING_POWER", "REC_NO", "EVENT_DTTM", EVERY_SECS="300"),
            **_answers("OUTCOME_TEXT", "REASON_TEXT", "ALERT_REF", "ALACK", "ALACT", "ALDIS"),
        },
    ),
    "health": _each(
        HEALTH,
        "EntryType",
        {
            "REG": {"PracticeCode": "A99107", "UsualGP": "Dr P. Lowick", "HVTeam": "HV-THORNABY"},
            "DNA": {"ServiceCode": "655", "MissedInARow": "2"},
            "ATT": {"ServiceCode": "215"},
            "HCPC": {"ContactCode": "HCP2"},
            "HCPM": {"ContactCode": "HCP4"},
            "CONC": {"ReadCode": "9Sg1.", "ConcernLevel": "2"},
            "RELAPSE": {"PatientType": "A", "WarningSigns": "stops opening letters; stays in", "DutyContact": "Duty"},
            "DENT": {"CariesIndex": "3", "DentalNote": "Five decayed milk teeth."},
            "ED": {"PresentingComplaint": "wheeze", "SelfHarm": "N"},
            "CAMHSREF": {"Clinician": "CAMHS single point of access"},
            "CAMHSSEEN": {"Clinician": "K. Ainsley, nurse"},
            "BEAT": _bare(HEALTH, "SharingBasis", "EntryID", "EventDate", EverySeconds="300"),
            **_answers("Outcome", "Reason", "AlertRef", "ALACK", "ALACT", "ALDIS"),
        },
    ),
    "cgl": _each(
        CGL,
        "ENTRY",
        {
            "CHILDREN": {"CHILDLIVING": "11"},
            "RELAPSE": {"RELAPSESIGNS": "S1;S4", "KEYWORKER": "Duty worker, 01632 960217"},
            "ATTEND": {"ENGAGEMENT": "UNPLANNED"},
            "PREG": {"EDD": "2018-06-30"},
            "SAFEG": {"CONCERN": "SUB", "SEVERITY": "H"},
            "BEAT": _bare(CGL, "SHAREBASIS", "ENTRYID", "ENTRYTIME", EVERYSECS="300"),
            **_answers("OUTCOME", "REASON", "ALERTREF", "ALACK", "ALACT", "ALDIS"),
        },
    ),
    "yos": _each(
        YOS,
        "Record",
        {
            "Start": {"Disposal": "RO", "Case Manager": "J. Penrice"},
            "End": {"Disposal": "RO", "Case Manager": "J. Penrice"},
            "Safety": {"Safety Concern": "CE", "Judgement": "Very High"},
            "FTA": {},
            "Beat": _bare(YOS, "Legal Gateway", "Record No", "Date/Time") | {"Every Seconds": "300"},
            **_answers("Outcome", "Reason", "Alert Ref", "Alert Seen", "Alert Done", "Alert Dismissed"),
        },
    ),
    "probation": _each(
        PROBATION,
        "entryType",
        {
            "ALLOC": {"providerName": "Tees Valley Community Rehabilitation", "offenderManager": "R. Moss"},
            "TERM": {"providerName": "Tees Valley Community Rehabilitation", "offenderManager": "R. Moss"},
            "PSR": {"courtDateTime": "2018-01-29T10:00:00"},
            "CUSTODY": {"safeguardingCheck": "N"},
            "REGISTER": {"registerCode": "NEGS", "riskLevel": "RM"},
            "BEAT": _bare(PROBATION, "informationSharingBasis", "entryId", "entryDateTime", everySeconds="300"),
            **_answers("outcome", "reason", "alertRef", "ALERTACK", "ALERTACT", "ALERTDIS"),
        },
    ),
    "hub": _each(
        HUB,
        "STEP",
        {
            "REF": {"SOURCE_CODE": "2B", "SOURCE_REF": "CLV-18-002917"},
            "DEC": {"SOURCE_CODE": "2B", "SOURCE_REF": "CLV-18-002917", "OUTCOME": "CFA", "REFERRER_TOLD": "Y"},
            "STATUS": {"STATUS": "CP", "CATEGORY": "NEG", "WORKER": "T. Abara", "TEAM": "TEAM-SOUTH-2"},
            "PSR": {"PROBATION_REF": "PSR-18-00052"},
            "INFOREQ": {"ASKED_CODE": "3", "DUE_AT": "2018-01-17 17:00:00"},
            "INFORPL": {"ASKED_CODE": "3"},
            "RHI": {"RHI_DECLINED": "N", "RHI_FACTORS": "arguments at home; owes money"},
            "MTG": {"MEETING_TYPE": "CINR", "MEETING_AT": "2018-02-07 13:30:00", "INVITED": "school; gp"},
            "CGHELD": {"MEETING_REF": "CG-18-0077"},
            "MINS": {"MEETING_REF": "CG-18-0077", "SENT_TO": "school;school_nurse"},
            "NEGTOOL": {"TOOL": "graded care profile", "AREA1_NAME": "safety", "AREA1_GRADE": "4"},
            "HOUSE": {"ADULT1_SURNAME": "Marwood", "ADULT1_FORENAME": "Jo", "ADULT1_DOB": "1986-08-03"},
            "IDMERGE": {"CHILD2_SURNAME": "Marwood", "CHILD2_LA_ID": "LA700977"},
            "IDSPLIT": {"CHILD2_SURNAME": "Marwood", "CHILD2_LA_ID": "LA700977"},
            "IDDECIDE": {
                "HELD_AGENCY": "police",
                "HELD_EVENT": "02cd923e-36c6-48bc-ab30-2e8a2d125763",
                "HELD_PERSON": "n1",
            },
            "BEAT": _bare(HUB, "LEGAL_BASIS", "STEP_ID", "STEP_AT", EVERY_SECONDS="300"),
            **_answers("ALERT_OUTCOME", "ALERT_REASON", "ALERT_REF", "ALACK", "ALACT", "ALDIS"),
        },
    ),
    "education": _each(
        EDUCATION,
        "Entry",
        {
            "Enrolment": {"URN": "999107", "SchoolNurseTeam": "SN-STOCKTON-WEST"},
            "Concern": {"Category": "Neglect - food", "Level": "Amber", "ConcernNo": "CP-EM-04"},
            "Attendance": {"Possible": "140", "Absent": "17", "Term": "autumn 2017"},
            "Beat": _bare(EDUCATION, "SharedUnder", "EntryNo", "When", EverySeconds="300"),
            **_answers("Outcome", "Reason", "AlertRef", "AlertSeen", "AlertDone", "AlertDismissed"),
        },
    ),
}
