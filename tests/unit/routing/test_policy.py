"""The matrix of rules.md, cell by cell, and that a table with a hole is refused."""

import pytest

from safeguarding.errors import ConfigurationError
from safeguarding.events.notice import NOTICES
from safeguarding.routing.policy import FIELDS, POLICY, checked

# What each audience may hold (rules.md); the hub and the worker get the alert itself.
MATRIX = """
                 identifier  counts   grade        signs    voice  do_not_disclose
gp               nhs_number  always   medium_high  always   short  always
health-visitor   nhs_number  always   always       always   short  always
school-nurse     nhs_number  always   always       always   short  always
school           upn         never    never        never    short  always
police           never       always   never        never    never  never
probation        never       never    never        never    never  never
yos              never       never    never        never    never  never
cgl              never       never    never        never    never  never
health           nhs_number  never    never        never    never  always
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [(row[0], field, word) for row in ROWS[1:] for field, word in zip(ROWS[0], row[1:], strict=True)]


@pytest.mark.parametrize(("audience", "field", "word"), CELLS)
def test_every_cell_is_that_of_the_matrix(audience: str, field: str, word: str):
    assert POLICY[audience][field] == word


def test_there_is_no_other_audience_and_no_other_field():
    assert set(POLICY) == set(NOTICES) == {row[0] for row in ROWS[1:]}
    assert set(FIELDS) == set(ROWS[0])


@pytest.mark.parametrize("audience", NOTICES)
def test_what_the_policy_forbids_the_record_type_cannot_hold(audience: str):
    """But for the handling, which every notice has."""
    fields = NOTICES[audience].model_fields
    for field in ("counts", "grade", "signs", "voice"):
        assert (field in fields) is (POLICY[audience][field] != "never"), field
    child = fields["child"].annotation.__args__[0]
    held = set(child.model_fields["identifiers"].annotation.model_fields)
    assert held == {POLICY[audience]["identifier"]} - {"never"}
    assert not {"because", "history", "observed", "summary", "address", "postcode"} & set(fields)


def test_the_table_that_ships_is_whole():
    assert checked(POLICY) is POLICY


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("word", [None, "", "sometimes"])
def test_an_empty_or_unknown_cell_is_refused_by_name(field: str, word: str | None):
    row = {**POLICY["gp"], field: word}
    with pytest.raises(ConfigurationError, match=f"gp has no valid word for {field}"):
        checked({"gp": {name: value for name, value in row.items() if value is not None}})


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="gp has an unknown field colour"):
        checked({"gp": {**POLICY["gp"], "colour": "always"}})
