"""docs/plug-in-an-agency.md on a real Kafka: from an export to receipts, with the page's own commands."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeguarding.settings import Settings

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plug-in-an-agency.md").read_text(encoding="utf-8")
COMMAND = [sys.executable, "-c", "from safeguarding.cli import main; main()"]


@pytest.fixture
def wall(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a pipeline on the wall's clock, with intake and identity at work."""
    own = environment | {"SAFEGUARDING_CLOCK": "wall"}
    worker = subprocess.Popen([*COMMAND, "worker", "intake", "identity"], env=own, stderr=subprocess.DEVNULL)
    yield own
    worker.terminate()
    worker.wait(timeout=60)


def run(line: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [*COMMAND, *shlex.split(line)[1:]]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_the_pages_commands_lead_from_an_export_to_receipts(wall: dict[str, str]):
    commands = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    for line in commands[:-1]:
        done = run(line, wall)
        assert done.returncode == 0, (line, done.stderr)
        if " publish " in line:
            assert f"It prints `{done.stdout.strip()}`" in PAGE
    limit, told = time.monotonic() + 60, ""
    while told.count("accepted") < 4 and time.monotonic() < limit:
        told = run(commands[-1], wall).stdout
    assert told.count("accepted") == 4


def test_the_pages_last_code_sends_an_event(settings: Settings, environment: dict[str, str]):
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
