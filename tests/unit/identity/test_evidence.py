"""Which values of a person in an event may join people, and which never do (people.md)."""

import json
from typing import Any

import pytest

from building import child, event
from safeguarding.events.acceptance import read_json
from safeguarding.identity.evidence import Evidence, NeverJoin, evidence_of


def evidence(never: tuple[str, ...] = ("TS90",), **person: Any) -> Evidence:
    made = read_json(json.dumps(event("health.concern.raised", "2017-10-02T12:00:00+01:00", child(1, **person))))
    return evidence_of(made["people"][0], made, NeverJoin(frozenset(never)))


@pytest.mark.parametrize("postcode", ["TS90 1AA", "ts90 9zz", "TS909ZZ", " T S90 9ZZ"])
def test_every_postcode_behind_a_first_half_takes_no_part(postcode: str):
    assert evidence(postcode=postcode).postcode == ""


@pytest.mark.parametrize("postcode", ["TS9 0AA", "TS90AA", "TS9 0ZZ", "TS901 1AA", "TS18 9TS"])
def test_a_postcode_that_only_begins_alike_counts(postcode: str):
    """TS9 0AA without its space begins with TS90."""
    assert evidence(postcode=postcode).postcode


def test_one_address_can_be_named_and_its_neighbours_count():
    assert evidence(("TS18 9ZZ",), postcode="TS18 9ZZ").postcode == ""
    assert evidence(("TS18 9ZZ",), postcode="TS18 9ZX").postcode == "TS189ZX"


@pytest.mark.parametrize("given", ["Baby", "BABY", "baby girl", "Baby-Boy"])
def test_baby_is_no_name(given: str):
    found = evidence(name={"given": given, "family": "Harrow"})
    assert (found.given, found.baby, found.whole_name) == ("", True, False)


@pytest.mark.parametrize("given", ["Babette", "Nell Baby", "Babylon"])
def test_a_name_that_only_looks_alike_is_one(given: str):
    assert evidence(name={"given": given, "family": "Harrow"}).whole_name


def test_the_first_of_january_is_made_up_unless_there_is_a_number():
    assert evidence(date_of_birth="2009-01-01", identifiers=None).birth is None
    assert evidence(date_of_birth="2009-01-02", identifiers=None).birth is not None
    assert evidence(date_of_birth="2009-01-01").birth is not None


def test_a_number_that_fails_its_check_is_no_number():
    found = evidence(date_of_birth="2009-01-01", identifiers={"nhs_number": "1234567890", "upn": "A1"})
    assert found.marks == ()
    assert found.birth is None, "so that the birthday is still made up"


def test_a_reference_of_spaces_is_none():
    assert evidence(identifiers={"agency_ref": "  ", "la_child_id": " LA-1 "}).marks == (("la_child_id", "LA-1"),)
