"""The matrix of rules.md, cell by cell; no record type holds what it forbids; a table with a hole is refused."""

from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest

from safeguarding.correlation.pack import built_in, known_rules
from safeguarding.errors import ConfigurationError
from safeguarding.events.alert import Alert, Audience
from safeguarding.events.notice import NOTICES
from safeguarding.events.record import OperatorItem
from safeguarding.routing.page import page
from safeguarding.routing.policy import FIELDS, POLICY, ROWS, SAYS, WORDS, checked, parsed
from safeguarding.wire.topics import AUDIENCES

# What each audience may hold, as rules.md has it.
MATRIX = """
audience        identity    abuse narrative grade       signs clinical counts  plan   offence address voice
hub             all         all   all       all         all   all      all     all    all     all     all
worker          all         all   all       all         all   all      all     all    all     all     all
gp              nhs_number  all   never     medium_high all   own      numbers all    never   never   short
health-visitor  nhs_number  all   never     all         all   never    numbers all    never   never   short
school-nurse    nhs_number  all   never     all         all   never    numbers all    never   never   short
school          upn         all   never     never       never never    never   all    never   never   short
police          name        own   own       own         never never    numbers all    own     own     own
cgl             linked      never never     never       own   own      never   linked own     never   never
probation       linked      never never     never       own   own      never   linked own     never   never
yos             linked      never never     never       own   own      never   linked own     never   never
health          nhs_number  never never     never       never own      never   never  never   never   never
operators       never       never never     never       never never    never   never  never   never   never
"""
LINES = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [(line[0], name, word) for line in LINES[1:] for name, word in zip(LINES[0][1:], line[1:], strict=True)]
# What stands round the content of every notice, and says nothing of the child.
FRAME = {"notice_id", "alert_id", "rule", "revision", "status", "audience", "recipient", "what", "urgency"}
FRAME |= {"recipient_action", "handling", "contact", "batch"}
ALERT_FRAME = FRAME | {"opened_at", "as_of", "clears_when", "household", "audiences", "recipients", "hold", "reason"}
ALERT_FRAME |= {"sensitivity"}
# Names under which a field of the contract would tell what no notice may hold.
NARRATIVE = {"because", "history", "observed", "summary", "address", "postcode", "uprn", "people", "note", "diagnosis"}


@pytest.mark.parametrize(("audience", "name", "word"), CELLS)
def test_every_cell_is_that_of_the_matrix(audience: str, name: str, word: str):
    assert POLICY[audience][name] == word


def test_every_audience_of_the_contract_has_its_column():
    assert set(POLICY) == set(get_args(Audience)) == {*AUDIENCES, "operators"} == {line[0] for line in LINES[1:]}


@pytest.mark.parametrize("audience", NOTICES)
def test_a_record_type_holds_only_fields_that_the_table_allows(audience: str):
    fields = NOTICES[audience].model_fields
    for field in set(fields) - FRAME:
        assert POLICY[audience][FIELDS[field]] != "never", field
    assert not NARRATIVE & set(fields)


@pytest.mark.parametrize("audience", NOTICES)
def test_a_child_bears_only_the_number_that_the_audience_holds(audience: str):
    (kind,) = [arg for arg in get_args(NOTICES[audience].model_fields["child"].annotation) if arg is not NoneType]
    assert set(kind.model_fields) == {"identifiers", "name", "date_of_birth", "expected_date_of_birth"}
    held = set(kind.model_fields["identifiers"].annotation.model_fields)
    assert held == {POLICY[audience]["identity"]} & {"nhs_number", "upn"}


def test_what_operators_see_has_no_field_of_the_childs():
    assert not (set(FIELDS) | NARRATIVE) & set(OperatorItem.model_fields)
    assert {POLICY["operators"][name] for name in ROWS} == {"never", "all"}
    assert [name for name in ROWS if POLICY["operators"][name] == "all"] == ["silence"]


def test_every_field_of_an_alert_has_its_row():
    assert set(Alert.model_fields) - ALERT_FRAME == set(FIELDS) - {"counts", "grade", "signs"}


def test_every_rule_says_what_its_words_tell():
    assert set(SAYS) == set(known_rules())


@pytest.mark.parametrize("rule", sorted(known_rules()))
def test_the_pack_sends_no_rule_to_an_audience_that_may_not_hear_it(rule: str):
    roles = {"nurse": ("school-nurse", "health-visitor"), "hub-or-worker": ("hub",), "school-or-officer": ("school",)}
    roles |= {"police-supervisor": ("police",), **dict.fromkeys(("asked", "referrer"), ("police", "cgl", "health"))}
    for role in built_in().rules[rule].parameters.audiences:
        for audience in roles.get(role, (role,)):
            assert POLICY[audience][SAYS[rule]] != "never", (rule, audience)


def test_the_table_that_ships_is_whole():
    assert checked(POLICY) is POLICY


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("word", [None, "", "sometimes", "upn or so"])
def test_an_empty_or_unknown_cell_is_refused_by_name(name: str, word: str | None):
    row: dict[str, Any] = {**POLICY["gp"], name: word}
    with pytest.raises(ConfigurationError, match=f"gp has no valid word for {name}"):
        checked({"gp": {key: value for key, value in row.items() if value is not None}})


def test_a_word_that_means_nothing_in_its_row_is_refused():
    with pytest.raises(ConfigurationError, match="gp has no valid word for grade"):
        checked({"gp": {**POLICY["gp"], "grade": "upn"}})


def test_an_unknown_row_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="gp has an unknown row colour"):
        checked({"gp": {**POLICY["gp"], "colour": "all"}})


def test_a_matrix_with_a_hole_is_refused_by_row():
    with pytest.raises(ConfigurationError, match="grade has 1 cells for 2 audiences"):
        parsed("hub gp\nidentity all upn\ngrade all")


def test_every_word_of_the_table_is_explained():
    assert {word for row in POLICY.values() for word in row.values()} == set(WORDS)


def test_the_page_is_what_the_table_says():
    kept = Path(__file__).parents[3] / "docs" / "who-may-know.md"
    assert kept.read_text(encoding="utf-8") == page(), "run: python -m safeguarding.routing.page docs/who-may-know.md"
