"""docs/rules.md is what the rule pack says, and `safeguarding rules` says all of it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safeguarding.cli import _app
from safeguarding.cli.rules_page import page
from safeguarding.correlation.pack import built_in, known_rules
from safeguarding.inquiry.catalogue import catalogue, urging

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
FOUND = catalogue(built_in())


def run(*arguments: str) -> str:
    result = CliRunner().invoke(_app(), ["rules", *arguments])
    assert result.exit_code == 0
    return result.stdout


def test_the_page_is_up_to_date():
    now = page(FOUND, urging(built_in()))
    assert PAGE.read_text(encoding="utf-8") == now, "run `make docs`"
    assert run("--markdown") == now


@pytest.mark.parametrize("rule", FOUND, ids=lambda rule: rule["id"])
def test_every_rule_says_why_there_is_one_and_who_asked_for_it(rule: dict):
    assert rule["sources"]
    assert all(re.fullmatch(r"L\d\d|SafeLives", source) for source in rule["sources"])
    assert rule["why"].endswith(".")
    assert all(one["meaning"] for one in rule["parameters"])


def test_every_number_of_the_pack_stands_in_it():
    numbers = {
        one["name"]: one["value"] for rule in FOUND for one in rule["parameters"] if rule["id"] == "cumulative-concern"
    }
    assert numbers["tiers.1.concerns"] == 3
    assert numbers["tiers.2.months"] == 12
    assert "tiers.1.months" not in numbers
    assert numbers["rest_days"] == 0


def test_all_rules_are_there_in_words_and_as_json():
    text, lines = run(), [json.loads(line) for line in run("--json").splitlines()]
    assert [line["id"] for line in lines] == sorted(known_rules())
    for line in lines:
        assert line["words"] in text
        assert f"{line['id']} (version {line['version']})" in text


def test_another_pack_is_told_as_it_is(tmp_path: Path):
    file = tmp_path / "own.toml"
    rule = ['contact = "x"', "[closing-code]", 'version = "7"', 'audiences = ["police"]', 'urgency = "today"']
    file.write_text("\n".join([*rule, 'code = "QL99"', "valid_from = 2018-01-01"]))
    (line,) = run("--rules", str(file), "--json").splitlines()
    rule = json.loads(line)
    assert (rule["version"], rule["urgency"], rule["valid_from"]) == ("7", "today", "2018-01-01")
    assert "QL99" in rule["words"]
    assert "in force    2018-01-01 to now" in run("--rules", str(file))
