"""Families' stories from beginning to end, as `simulate` tells them, and what it does with files that are wrong.

A story is stories/NAME.jsonl; stories/NAME.expected has a line for each thing that comes out, in order, after a first
line with the moment up to which time passes.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from safeguarding.cli import _app

HERE = Path(__file__).parent / "stories"
RULES = HERE / "rules.toml"
NAMES = sorted(path.stem for path in HERE.glob("*.jsonl"))


def simulate(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(_app(), ["simulate", *arguments], input=text, catch_exceptions=False)


def lines_of(result: Result) -> list[dict[str, Any]]:
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


def story(name: str, *arguments: str) -> list[dict[str, Any]]:
    until = (HERE / f"{name}.expected").read_text(encoding="utf-8").splitlines()[0].removeprefix("until ")
    return lines_of(
        simulate(str(HERE / f"{name}.jsonl"), "--json", "--rules", str(RULES), "--until", until, *arguments)
    )


def told(line: dict[str, Any]) -> str:
    """A line of output in short."""
    kind, rule = line["kind"], line.get("rule")
    rule = rule["id"] if isinstance(rule, dict) else rule
    words: Sequence[Any] = {
        "receipt": lambda: [line.get("agency"), line["status"], line.get("code"), line.get("field")],
        "alert": lambda: [rule, f"{line['alert_id'].rsplit('.', 1)[1]}/{line['revision']}", line["status"],
                          *line["audiences"]],
        "notice": lambda: [rule, line["revision"], line["status"], line["audience"], line["recipient"]["code"]],
        "held": lambda: [line["what"], *([rule, line["audience"], line["reason"]] if rule else [line["agency"]])],
    }.get(kind, list)()  # fmt: skip
    return " ".join(str(word) for word in [line["at"], kind, *words] if word is not None)


@pytest.mark.parametrize("name", NAMES)
def test_a_story_comes_out_as_it_is_told(name: str):
    expected = (HERE / f"{name}.expected").read_text(encoding="utf-8").splitlines()
    assert [told(line) for line in story(name)] == expected[1:]


@pytest.mark.parametrize("name", NAMES)
def test_a_story_told_twice_is_the_same(name: str):
    assert story(name) == story(name)


class TestSorrel:
    lines = property(lambda self: story("sorrel-each-a-little"))

    def test_the_hub_reads_who_said_what(self):
        first = next(line for line in self.lines if line["kind"] == "alert")
        assert [b["agency"] for b in first["because"]] == ["education", "health", "police"]
        assert first["because"][0]["summary"] == "Asleep in lessons again."
        assert first["voice"]["words"] == "I put my brother to bed myself."
        assert first["rule"]["words"].startswith("At least 3 concerns from 2 agencies within 90 days")
        assert {seen["what"]: (seen["value"], seen.get("threshold")) for seen in first["observed"]}[
            "concerns within 90 days"
        ] == (3, 3)

    def test_poverty_counts_nowhere_and_is_remembered(self):
        alert = next(line for line in self.lines if line["kind"] == "alert")
        assert "Shoes with holes." not in str(alert["because"])
        assert sum(count["months_12"] for count in alert["history"]["counts"]) == 6

    def test_the_doctor_reads_numbers_and_whom_to_ring(self):
        notices = [line for line in self.lines if line["kind"] == "notice"]
        assert notices[0]["counts"] == {"concerns": 3, "agencies": 3}
        assert notices[0]["contact"] == "Children's hub, 01632 960900"
        text = json.dumps(notices)
        assert not any(word in text for word in ("Asleep", "burn", "brother", "CP-4471", "police", "Shoes"))


class TestOkafors:
    lines = property(lambda self: story("okafors-one-night"))

    def test_one_batch_at_eight_for_each_recipient(self):
        morning = [line for line in self.lines if line["kind"] == "notice" and line["rule"] == "da-health-notice"]
        batches = {(line["recipient"]["code"], line["batch"]) for line in morning}
        assert len(morning) == 4
        assert len(batches) == 3

    def test_it_is_hidden_and_kept_from_the_household(self):
        for line in self.lines:
            if line["kind"] == "notice" and line["audience"] != "police":
                assert line["handling"]["hide_from_patient_online"]
                assert line["handling"]["do_not_disclose_to"]
        text = json.dumps([line for line in self.lines if line["kind"] == "notice"])
        assert not any(word in text for word in ("Shouting", "Neil", "Rudd", "Grace", "TS17"))

    def test_the_delay_of_the_referral_is_told_with_the_hour_that_the_clocks_went_back(self):
        last = [line for line in self.lines if line["kind"] == "alert" and line["status"] == "resolved"][-1]
        assert last["reason"] == "the referral arrived after 2 days 3 h"


def test_until_lets_time_pass_and_no_further():
    first = "".join((HERE / "okafors-one-night.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[:5])
    before = lines_of(
        simulate("-", "--json", "--rules", str(RULES), "--until", "2017-10-28T22:39:59+01:00", text=first)
    )
    after = lines_of(simulate("-", "--json", "--rules", str(RULES), "--until", "2017-10-28T22:40:00+01:00", text=first))
    assert not [line for line in before if line.get("rule") == "referral-missing"]
    assert len([line for line in after if line["kind"] == "notice" and line["rule"] == "referral-missing"]) == 2


def test_until_before_the_last_event_changes_nothing():
    file = str(HERE / "sorrel-each-a-little.jsonl")
    assert simulate(file, "--json", "--until", "2017-01-01T00:00:00+00:00").stdout == simulate(file, "--json").stdout


def test_other_rules_find_other_things(tmp_path: Path):
    strict = RULES.read_text(encoding="utf-8").replace("concerns = 3, agencies = 2", "concerns = 2, agencies = 2")
    (tmp_path / "strict.toml").write_text(strict, encoding="utf-8")
    lines = lines_of(
        simulate(str(HERE / "sorrel-each-a-little.jsonl"), "--json", "--rules", str(tmp_path / "strict.toml"))
    )
    first = next(line for line in lines if line["kind"] == "alert")
    assert first["at"] == "2017-05-11T10:35:00+01:00"
    assert first["rule"]["words"].startswith("At least 2 concerns from 2 agencies")


def test_without_json_a_line_names_nobody():
    result = simulate(str(HERE / "sorrel-each-a-little.jsonl"), "--rules", str(RULES))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) >= 16
    assert not any(word in result.stdout for word in ("Sorrel", "Whitlock", "999000", "Asleep", "brother"))


def test_a_file_may_have_a_mark_at_its_beginning_windows_line_ends_and_empty_lines(tmp_path: Path):
    text = (HERE / "kit-out-again.jsonl").read_text(encoding="utf-8")
    (tmp_path / "bom.jsonl").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n\r\n").encode())
    assert simulate(str(tmp_path / "bom.jsonl"), "--json").stdout == simulate("-", "--json", text=text).stdout


@pytest.mark.parametrize(
    "line",
    ["nonsense", "{}", "[" * 100_000, '{"type": "\\ud800"}', '{"id": "Nell Harrow"}', '{"agency": "Nell Harrow"}', '"'],
)
def test_a_wrong_line_has_a_receipt_that_names_nobody_and_the_rest_goes_on(line: str):
    text = (HERE / "kit-out-again.jsonl").read_text(encoding="utf-8")
    lines = lines_of(simulate("-", "--json", text=f"{line}\n{text}"))
    assert (lines[0]["kind"], lines[0]["status"]) == ("receipt", "rejected")
    assert "Nell" not in json.dumps(lines[0])
    assert len([each for each in lines if each["kind"] == "receipt"]) == 7


def test_half_a_character_in_an_event_is_a_receipt_too():
    text = (HERE / "kit-out-again.jsonl").read_text(encoding="utf-8").replace("Lindqvist", "Lind\\ud800qvist")
    lines = lines_of(simulate("-", "--json", text=text))
    refused = [line for line in lines if line.get("code") == "BAD_TEXT"]
    assert {line["field"] for line in refused} == {"people.0.name.family"}


def test_what_is_refused_does_not_move_the_clock():
    text = (HERE / "kit-out-again.jsonl").read_text(encoding="utf-8")
    late = json.loads(text.splitlines()[0]) | {"published_at": "2099-01-01T00:00:00+00:00", "action": "update"}
    lines = lines_of(simulate("-", "--json", text=f"{text}{json.dumps(late)}\n"))
    assert lines[-1]["code"] == "MISSING_FIELD"
    assert lines[-1]["at"] < "2099"


class TestWrongUse:
    """Exit codes and what stands on stderr, of the real command."""

    def run(self, *arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "safeguarding", "simulate", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def test_a_file_that_is_not_there_is_one_line_and_1(self, tmp_path: Path):
        code, out, err = self.run(str(tmp_path / "nothing.jsonl"))
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "nothing.jsonl" in err

    def test_bytes_that_are_no_text_are_one_line_and_1(self, tmp_path: Path):
        (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
        code, out, err = self.run(str(tmp_path / "bytes"))
        assert (code, out, err.count("\n")) == (1, "", 1)

    def test_rules_that_cannot_be_worked_with_are_one_line_with_its_number_and_1(self, tmp_path: Path):
        broken = RULES.read_text(encoding="utf-8").replace("episodes = 3", "episodes = 0")
        (tmp_path / "rules.toml").write_text(broken, encoding="utf-8")
        code, out, err = self.run(str(HERE / "kit-out-again.jsonl"), "--rules", str(tmp_path / "rules.toml"))
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "rules.toml: line 18: missing-coordinator.episodes" in err

    def test_a_time_that_is_none_is_wrong_usage(self):
        code, out, err = self.run(str(HERE / "kit-out-again.jsonl"), "--until", "tomorrow")
        assert (code, out) == (2, "")
        assert "--until" in err

    def test_no_file_is_wrong_usage(self):
        assert self.run()[0] == 2
