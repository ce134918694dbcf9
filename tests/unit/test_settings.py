"""Settings that take a list or a file; a value that makes no sense stops the command with one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from safeguarding.settings import Settings


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    file = tmp_path / "shared.txt"
    file.write_text("# refuges and hostels\nTS90\nts18 9zz  # a surgery\n\n", encoding="utf-8")
    return file


def test_postcodes_that_never_join_are_a_list_or_a_file(monkeypatch: pytest.MonkeyPatch, shared: Path):
    assert Settings().never_join == frozenset({"TS90"})
    for text in ("TS90, ts18 9zz", f"@{shared}"):
        monkeypatch.setenv("SAFEGUARDING_NEVER_JOIN", text)
        assert Settings().never_join == frozenset({"TS90", "TS189ZZ"})
    monkeypatch.setenv("SAFEGUARDING_NEVER_JOIN", "")
    assert Settings().never_join == frozenset()


@pytest.mark.parametrize("text", ["refuge", "TS90 9Z", "TS90;TS91", "@nowhere/at/all"])
def test_what_is_no_postcode_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("SAFEGUARDING_NEVER_JOIN", text)
    with pytest.raises(ValueError, match="never_join"):
        Settings()


def test_a_wrong_setting_ends_the_command_with_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFEGUARDING_NEVER_JOIN", "refuge")
    done = subprocess.run([sys.executable, "-m", "safeguarding", "topics", "list"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "SAFEGUARDING_NEVER_JOIN" in line
