"""docs/plug-in-an-agency.md is true: its commands run, its code runs, its output is what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from safeguarding.cli.event_files import Reader, lines_of_file
from safeguarding.testing.conformance import problems
from safeguarding.wire.schemas import folder

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plug-in-an-agency.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_check_says_what_the_page_says():
    _, command = [line for block in blocks("sh") for line in block.splitlines() if " check " in line]
    words = [sys.executable, "-c", "from safeguarding.cli import main; main()", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"It says `{done.stderr.strip()}`." in PAGE


def test_the_fault_is_told_as_on_the_page(tmp_path: Path):
    export = (ROOT / "docs" / "examples" / "police-export.csv").read_text(encoding="utf-8")
    changed = tmp_path / "export.csv"
    changed.write_text(export.replace(",DV,", ",XX,"), encoding="utf-8")
    reader = Reader("police", records=True)
    found = [str(fault) for line in lines_of_file(changed, records=True) for fault in reader.faults(line)]
    assert found == [blocks("text")[0].strip()]


def test_the_code_of_a_producer_keeps_the_contract():
    space: dict[str, Any] = {}
    producer, conformance, sending = blocks("python")
    exec(producer, space)  # noqa: S102  # the page's own code
    exec(conformance, space)  # noqa: S102
    compile(sending, "sending", "exec")
    assert problems("yos", space["event_of"], [space["row"]]) == []


def test_every_file_that_the_page_names_is_there():
    for name in re.findall(r"`((?:schemas|services|docs)/[^`*]+)`", PAGE):
        where = folder().parent / name if name.startswith("schemas/") else ROOT / name
        assert where.exists(), name
    for name in re.findall(r"`(producers/[^`]+)`", PAGE):
        assert (ROOT / "services" / "safeguarding" / name).is_file(), name
