"""What the operations page claims is shown by a test that exists."""

import re
from pathlib import Path

import pytest

from safeguarding.events.record import REASON_CODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "tests/" in line]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_claim_names_its_test(row: list[str]):
    path, name = re.fullmatch(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1]).groups()
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_row_of_what_happens_has_one():
    first = PAGE.split("## Quarantine")[0]
    rows = [line for line in first.splitlines() if line.startswith("| ") and not line.startswith("| …")]
    assert len(rows) == len(ROWS) >= 14


def test_every_reason_code_has_an_answer():
    assert not [code for code in REASON_CODES if f"`{code}`" not in PAGE]
