"""Mark's and John's stories, told by the agencies' own rows early in the year.

Mark: one school makes one full referral, decided the same morning; health learns of his plan. John: five agencies see a
little each, none enough by its own rules; only the history together says so.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from safeguarding.producers.borough.columns import client, nominals, patient, pupil
from safeguarding.producers.borough.diary import Diary, at
from safeguarding.producers.borough.population import Adult, Child


def _born(year: int, month: int, day: int, start: date) -> date:
    """A date of birth that keeps the child's age whatever the year of the story."""
    return date(year + start.year - 2017, month, day)


def john(diary: Diary, start: date) -> None:
    """John Thirlby, twelve: dentist, school, police, YOS and his mother's drug service."""
    child = Child("John", "Thirlby", _born(2005, 6, 21, start), "M", "TS19 9AB", "9990000034", "G808999000002", 0)
    mother = Adult("Carol", "Thirlby", _born(1983, 2, 11, start), "F", "TS19 9AB", "9990000670", "", 0)
    tell = _Teller(diary, start)
    practice = {"PracticeCode": "A99001", "HVTeam": "HV-NORTON", "UsualGP": "Dr A. Fenwickham"}
    tell(0, 9, "health", "REG", patient(child) | practice)
    tell(0, 9.2, "education", "Enrolment", pupil(child) | {"URN": "999002", "SchoolNurseTeam": "SN-THORNABY"})
    tell(0, 10, "cgl", "CHILDREN", client(mother, [child]) | {"CHILDLIVING": "11"}, case="CGL-77")
    missed = patient(child) | {"ServiceCode": "215", "MissedInARow": "1"}
    tell(1, 9.35, "health", "DNA", missed, note="Crowded household, no call back.")
    nameless = {column: text for column, text in pupil(child).items() if column != "UPN"}
    hungry = nameless | {"Category": "Neglect - food", "Level": "Yellow"}
    tell(5, 15, "education", "Concern", hungry, note="Asks for seconds every day.")
    late = nominals([("CH", child)]) | {"N1_NOMINAL": "NOM-5512", "VULN_CODE": "VC99", "VULN_RAG": "G"}
    tell(9, 22.2, "police", "VUL", late, case="CLV-17-104500", note="Out late, shop doorway.")
    young = {"YP Ref": "YOS-31", "Surname": child.family, "Forename": child.given, "Postcode": child.postcode}
    young |= {"DOB": f"{child.born:%d/%m/%Y}", "Gender": child.sex}
    tell(27, 11, "yos", "FTA", young)
    gone = client(mother) | {"ENGAGEMENT": "UNPLANNED"}
    tell(40, 16, "cgl", "ATTEND", gone, case="CGL-77", note="Mother stopped her prescription.")
    decided = {"CHILD1_SURNAME": child.family, "CHILD1_FORENAME": child.given, "CHILD1_NHS": child.nhs_number}
    decided |= {"ALERT_RULE": "cumulative-concern", "ALERT_OUTCOME": "Assessment begun; all five were rung."}
    tell(45, 11, "hub", "ALACT", decided)


def mark(diary: Diary, start: date) -> None:
    """Mark Ashdown, seven: his school's referral, the hub's decision, and his plan."""
    child = Child("Mark", "Ashdown", _born(2010, 3, 9, start), "M", "TS18 9ZZ", "9990000026", "T808999000001", 1)
    known = {"CHILD1_SURNAME": child.family, "CHILD1_FORENAME": child.given, "CHILD1_NHS": child.nhs_number}
    known |= {"CHILD1_DOB": child.born.isoformat(), "CHILD1_POSTCODE": child.postcode}
    tell = _Teller(diary, start)
    practice = {"PracticeCode": "A99001", "HVTeam": "HV-NORTON", "UsualGP": "Dr B. Olusolade"}
    tell(0, 9, "health", "REG", patient(child) | practice)
    tell(0, 9.2, "education", "Enrolment", pupil(child) | {"URN": "999001", "SchoolNurseTeam": "SN-NORTON"})
    concern = pupil(child) | {"Category": "Neglect - clothing or hygiene", "Level": "Red"}
    concern |= {"PupilSpokenTo": "Y", "PupilAlone": "Y", "PupilSaid": "nobody gets me up"}
    tell(15, 9.5, "education", "Concern", concern, case="SCH-17-031", note="Unwashed, hungry, third week.")
    origin = known | {"SOURCE_CODE": "1A", "SOURCE_REF": "SCH-17-031"}
    tell(15, 10.2, "hub", "REF", origin, case="HUB-1")
    tell(15, 11.5, "hub", "DEC", origin | {"OUTCOME": "STRAT", "REFERRER_TOLD": "Y"}, case="HUB-1")
    worker = known | {"CATEGORY": "NEG", "WORKER": "W. Ferris", "TEAM": "Safeguarding 2"}
    tell(20, 14, "hub", "STATUS", worker | {"STATUS": "CP"}, case="HUB-1")
    tell(60, 15, "hub", "STATUS", worker | {"STATUS": "CLA"}, case="HUB-1")


class _Teller:
    """Enters the row of a story so many days after the start; offices wait for the next weekday."""

    def __init__(self, diary: Diary, start: date) -> None:
        self._diary, self._start = diary, start

    def __call__(self, day: int, hour: float, agency: str, kind: str, columns: dict[str, str], **more: Any) -> None:
        on = self._start + timedelta(days=day)
        while on.weekday() > 4 and agency != "police":
            on += timedelta(days=1)
        when = at(on, hour)
        self._diary.enter(agency, kind, when, columns, sent=0, **more)
