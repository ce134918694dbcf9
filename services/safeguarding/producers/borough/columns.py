"""The people columns of each agency's export: what each system knows of a child or an adult, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from safeguarding.producers.borough.diary import day_text
from safeguarding.producers.borough.population import Adult, Child

Somebody = Child | Adult


def nominals(people: Sequence[tuple[str, Somebody]]) -> dict[str, str]:
    """Police: names, dates of birth, addresses; a PNC id of those who have one.

    Args:
        people: role code and person.
    """
    row: dict[str, str] = {}
    for place, (role, who) in enumerate(people, 1):
        stem = f"N{place}_"
        row |= {
            stem + "ROLE": role,
            stem + "SURNAME": who.family,
            stem + "FORENAME": who.given,
            stem + "DOB": day_text("police", who.born),
            stem + "SEX": who.sex,
            stem + "POSTCODE": who.postcode,
        }
        if role == "SUS" and isinstance(who, Adult):
            row[stem + "PNCID"] = who.pnc
    return row


def patient(who: Somebody) -> dict[str, str]:
    """Health: the NHS number, name, date of birth and address of one patient."""
    return {
        "PatientType": "C" if isinstance(who, Child) else "A",
        "NHSNumber": who.nhs_number,
        "Surname": who.family,
        "FirstName": who.given,
        "DateOfBirth": day_text("health", who.born),
        "Sex": who.sex,
        "Postcode": who.postcode,
    }


def client(who: Adult, children: Sequence[Child] = ()) -> dict[str, str]:
    """CGL: an adult, and the children that the adult told of, without any number of theirs."""
    row = {
        "NHSNUM": who.nhs_number,
        "SURNAME": who.family,
        "FORENAME": who.given,
        "DOB": day_text("cgl", who.born),
        "SEX": who.sex,
        "PC": who.postcode,
    }
    for place, child in enumerate(children, 1):
        stem = f"CHILD{place}_"
        row |= {
            stem + "FORENAME": child.given,
            stem + "SURNAME": child.family,
            stem + "DOB": day_text("cgl", child.born),
            stem + "PC": child.postcode,
        }
    return row


def young_person(who: Child) -> dict[str, str]:
    """YOS: a young person with the local authority's number, for it can see that system."""
    return {
        "YP Ref": f"YP-{who.number:06d}",
        "LA Child ID": la_id(who),
        "Surname": who.family,
        "Forename": who.given,
        "DOB": day_text("yos", who.born),
        "Gender": who.sex,
        "Postcode": who.postcode,
    }


def supervised(who: Adult, children: Sequence[Child] = ()) -> dict[str, str]:
    """Probation: an adult with case and PNC number, and the children in the pre-sentence notes."""
    row = {
        "crn": f"X{who.number:06d}",
        "pncNumber": who.pnc,
        "surname": who.family,
        "forename": who.given,
        "dateOfBirth": day_text("probation", who.born),
        "gender": who.sex,
        "postcode": who.postcode,
    }
    for place, child in enumerate(children, 1):
        row |= {
            f"child{place}Forename": child.given,
            f"child{place}Surname": child.family,
            f"child{place}DateOfBirth": day_text("probation", child.born),
            f"child{place}Postcode": child.postcode,
        }
    return row


def in_case(children: Sequence[Child], adults: Sequence[Adult] = ()) -> dict[str, str]:
    """The hub: its own number, the NHS number once it is known, and the adults of the household."""
    row: dict[str, str] = {}
    for place, child in enumerate(children, 1):
        stem = f"CHILD{place}_"
        row |= {
            stem + "SURNAME": child.family,
            stem + "FORENAME": child.given,
            stem + "DOB": day_text("hub", child.born),
            stem + "LA_ID": la_id(child),
            stem + "POSTCODE": child.postcode,
        }
        if child.number % 10:  # nine in ten
            row[stem + "NHS"] = child.nhs_number
    for place, adult in enumerate(adults, 1):
        stem = f"ADULT{place}_"
        row |= {
            stem + "SURNAME": adult.family,
            stem + "FORENAME": adult.given,
            stem + "DOB": day_text("hub", adult.born),
            stem + "POSTCODE": adult.postcode,
        }
    return row


def pupil(who: Child) -> dict[str, str]:
    """A school: the unique pupil number, never the NHS number."""
    return {
        "UPN": who.upn,
        "Surname": who.family,
        "Forename": who.given,
        "DOB": day_text("education", who.born),
        "Sex": who.sex,
        "Postcode": who.postcode,
    }


def la_id(who: Child) -> str:
    """The local authority's number of a child."""
    return f"LA{700_000 + who.number}"
