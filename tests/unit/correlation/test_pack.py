"""The rule pack: one file of parameters, checked when it is loaded; what is wrong is refused with its line."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest

from safeguarding.correlation import rules
from safeguarding.correlation.pack import built_in, known_rules, parse
from safeguarding.errors import ConfigurationError

TEXT = files("safeguarding.correlation").joinpath("pack.toml").read_text(encoding="utf-8")
RULES = [
    "chronic-neglect", "cumulative-concern", "da-health-notice", "encompass-notice", "encompass-gap",
    "referral-missing", "incident-open", "closing-code", "receipt-missing", "feedback-due", "da-escalation",
    "marac-repeat", "missing-coordinator", "return-interview", "not-brought-pattern", "status-to-health",
    "relapse-signs", "court-clock", "information-overdue", "invitee-missing", "minutes-late",
    "family-overlap", "contact-missed", "agency-silent", "referral-feedback",
]  # fmt: skip


def refused(text: str) -> str:
    with pytest.raises(ConfigurationError) as problem:
        parse(text, "my.toml")
    return str(problem.value)


def line_of(needle: str, text: str = TEXT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(needle))


def in_section(rule: str, old: str, new: str) -> tuple[str, int]:
    """The pack with a line of one rule's section replaced, and the number of that line."""
    before, section = TEXT.split(f"[{rule}]\n")
    assert old in section
    return f"{before}[{rule}]\n{section.replace(old, new, 1)}", line_of(f"[{rule}]")


def test_every_rule_of_the_design_is_in_the_built_in_pack_and_every_file_has_its_section():
    assert set(RULES) <= set(built_in().rules)
    assert sorted(built_in().rules) == list(known_rules())


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_knows_another(rule: str):
    module = Path(rules.__path__[0]) / f"{rule.replace('-', '_')}.py"
    imported = [
        node.module for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    assert not [name for name in imported if (name or "").startswith(rules.__name__)]


@pytest.mark.parametrize("rule", RULES)
def test_the_file_says_what_is_the_default(rule: str):
    """So that whoever copies it sees every number, and nothing is in force that the file does not show."""
    parameters = built_in().rules[rule].parameters
    model = type(parameters)
    assert model.model_validate(parameters.model_dump(include={"audiences", "urgency"})) == parameters


@pytest.mark.parametrize("rule", RULES)
def test_every_parameter_says_what_it_is(rule: str):
    assert all(field.description for field in known_rules()[rule].parameters.model_fields.values())


@pytest.mark.parametrize("rule", RULES)
def test_the_words_of_a_rule_are_a_sentence(rule: str):
    words = built_in().rules[rule].words
    assert re.fullmatch(r"[A-Z0-9].*\.", words)


def test_a_rule_that_is_left_out_is_not_in_force():
    pack = parse('contact = "Hub"\n[closing-code]\nversion = "1"\naudiences = ["police"]\nurgency = "routine"\n', "my")
    assert list(pack.rules) == ["closing-code"]
    assert {rule.rule.id for rules in pack.by_type.values() for rule in rules} == {"closing-code"}


def test_other_numbers_make_other_words():
    text, _ = in_section("missing-coordinator", "episodes = 3", "episodes = 2")
    pack = parse(text, "my.toml")
    assert pack.rules["missing-coordinator"].words.startswith("2 missing episodes within 90 days")


def test_how_long_an_immediate_alert_may_wait_for_an_answer_is_a_number_of_the_pack():
    assert parse(TEXT.replace("answer_hours = 4", "answer_hours = 2"), "my.toml").answer_hours == 2
    assert parse(TEXT.replace("answer_hours", "# answer_hours"), "my.toml").answer_hours == 4


class TestRefused:
    @pytest.mark.parametrize("hours", ["0", "169", "true", "1.5", '"4"'])
    def test_a_time_for_an_answer_that_makes_no_sense(self, hours: str):
        text = TEXT.replace("answer_hours = 4", f"answer_hours = {hours}")
        line = line_of("answer_hours")
        assert refused(text) == f"my.toml: line {line}: answer_hours: a whole number of hours, 1 to 168"

    def test_an_unknown_rule(self):
        text = f'{TEXT}\n[crystal-ball]\nversion = "1"\n'
        assert refused(text).startswith(f"my.toml: line {line_of('[crystal-ball]', text)}: no such rule: crystal-ball")

    def test_a_missing_audience(self):
        text, line = in_section("incident-open", 'audiences = ["police"]\n', "")
        assert refused(text) == f"my.toml: line {line}: incident-open.audiences: Field required"

    @pytest.mark.parametrize(
        ("rule", "old", "new", "field"),
        [
            ("incident-open", 'audiences = ["police"]', "audiences = []", "audiences"),
            ("incident-open", 'audiences = ["police"]', 'audiences = ["neighbours"]', "audiences.0"),
            ("incident-open", "hours = 24", "hours = 0", "hours"),
            ("incident-open", "hours = 24", "hours = 24000", "hours"),
            ("incident-open", "hours = 24", 'hours = "24"', "hours"),
            ("incident-open", 'urgency = "today"', 'urgency = "whenever"', "urgency"),
            ("missing-coordinator", "days = 90", "days = 36500", "days"),
            ("marac-repeat", "months = 12", "months = 13", "months"),
            ("encompass-notice", "from_age = 4", "from_age = 40", "from_age"),
            ("encompass-notice", 'before = "08:30"', 'before = "25:00"', "before"),
            ("invitee-missing", 'services = ["dental"', 'services = ["vet"', "services.0"),
            ("closing-code", 'code = "QL23"', 'code = ""', "code"),
            ("closing-code", 'code = "QL23"', 'cod = "QL23"', "cod"),
        ],
    )
    def test_a_parameter_that_makes_no_sense(self, rule: str, old: str, new: str, field: str):
        text, section = in_section(rule, old, new)
        line = section + text.splitlines()[section:].index(next(x for x in text.splitlines()[section:] if new in x)) + 1
        assert refused(text).startswith(f"my.toml: line {line}: {rule}.{field}: ")

    @pytest.mark.parametrize(
        ("rule", "old", "new", "role"),
        [
            ("incident-open", '["police"]', '["referrer"]', "referrer"),
            ("receipt-missing", '"referrer"', '"asked"', "asked"),
            ("information-overdue", '"asked"', '"referrer"', "referrer"),
            ("referral-missing", '"police-supervisor", "hub"', '"referrer"', "referrer"),
        ],
    )
    def test_an_audience_that_is_nobody_for_the_rule(self, rule: str, old: str, new: str, role: str):
        text, section = in_section(rule, old, new)
        assert refused(text) == f"my.toml: line {section + 2}: {rule}.audiences: {role}: nobody is, for this rule"

    def test_a_rule_that_ends_before_it_begins(self):
        text, line = in_section("incident-open", "hours", "valid_from = 2017-09-02\nvalid_to = 2017-09-01\nhours")
        assert refused(text) == f"my.toml: line {line + 5}: incident-open.valid_to: is before valid_from"

    @pytest.mark.parametrize(
        ("rule", "old", "new", "why"),
        [
            ("referral-missing", "hours = 24", "hours = 60", "the hours of the steps must follow one another"),
            ("return-interview", "hours = 48", "hours = 72", "the hours of the steps must follow one another"),
            ("court-clock", "raise_at = 50", "raise_at = 80", "escalate_at comes after raise_at"),
            ("encompass-notice", "to_age = 17", "to_age = 3", "from_age is above to_age"),
            ("cumulative-concern", "days = 90", "days = 90, months = 3", "a window has days or months, one of them"),
        ],
    )
    def test_parameters_that_do_not_go_together(self, rule: str, old: str, new: str, why: str):
        text, _ = in_section(rule, old, new)
        assert why in refused(text)

    def test_a_version_that_is_missing(self):
        text, line = in_section("incident-open", 'version = "1"\n', "")
        assert refused(text).startswith(f"my.toml: line {line}: incident-open needs a version")

    def test_no_contact(self):
        assert "contact is missing" in refused(TEXT.replace("contact =", "contract ="))

    def test_what_is_no_toml(self):
        assert "line 2" in refused('contact = "x"\n[incident-open\n')

    @pytest.mark.parametrize("value", ['"2017-09-01"', "1", "2017-09-01T00:00:00Z"])
    def test_a_date_that_is_none(self, value: str):
        text, line = in_section("incident-open", 'version = "1"', f'version = "1"\nvalid_from = {value}')
        assert refused(text) == (f"my.toml: line {line + 2}: incident-open.valid_from: a date is written 2017-09-01")


def test_a_rule_is_judged_from_its_first_to_its_last_date():
    dates = 'version = "1"\nvalid_from = 2017-09-01\nvalid_to = 2017-09-30'
    active = parse(in_section("incident-open", 'version = "1"', dates)[0], "my.toml").rules["incident-open"]
    first = active.valid_from or 0
    assert [active.in_force(first + n) for n in (-1, 0, 29, 30)] == [False, True, True, False]


def test_which_rules_are_always_about_domestic_abuse_and_hidden_from_the_patients_online_access():
    about = {name for name, active in built_in().rules.items() if active.rule.domestic_abuse}
    assert about == {
        "closing-code",
        "da-escalation",
        "da-health-notice",
        "encompass-gap",
        "encompass-notice",
        "incident-open",
        "marac-repeat",
    }


def test_which_alerts_are_finished_when_raised():
    assert built_in().finished == {
        "closing-code",
        "da-health-notice",
        "encompass-notice",
        "referral-feedback",
        "relapse-signs",
        "status-to-health",
    }
