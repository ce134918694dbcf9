"""The README is true: its paths, its commands, its settings."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from safeguarding.cli import _app
from safeguarding.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
STEPS = re.findall(r"`(services/[\w/.]+)`: `(\w+)`", README)
COMMANDS = sorted(
    {words for page in PAGES for words in re.findall(r"^ {4}(safeguarding .*|make .*)$", page.read_text(), re.M)}
)


def test_one_event_can_be_followed():
    assert len(STEPS) >= 10


@pytest.mark.parametrize(("path", "name"), STEPS)
def test_each_step_of_one_event_exists(path: str, name: str):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(def|class) {name}\b|^{name}\b.*=", text, re.M)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:services|tests|docs|schemas)/[\w/.-]+)`", README))))
def test_each_path_on_the_page_exists(path: str):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("path", "name"), sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", README))))
def test_each_promise_has_its_test(path: str, name: str):
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_on_a_page_exists(words: str):
    program, *rest = words.split("#")[0].split()
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
        assert not rest or rest[0] in targets
        return
    command = get_command(_app())
    while rest and hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in rest if word.startswith("--")} <= known


def test_the_table_of_settings_is_complete():
    shown = re.findall(r"^\| `SAFEGUARDING_(\w+)` \|", README, re.M)
    assert sorted(shown) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("name", ["partitions", "replication", "standbys", "clock", "bootstrap_servers"])
def test_defaults_on_the_page_are_the_real_ones(name: str):
    shown = re.search(rf"^\| `SAFEGUARDING_{name.upper()}` \| `([^`]*)`", README, re.M).group(1)
    assert shown == str(Settings.model_fields[name].default)
