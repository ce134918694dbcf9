"""Stories from rows of the inspectorates' letter (L01-L95), each with a boundary, a distractor and a twist.

letter/NAME.jsonl is a story, letter/NAME.expected what comes out with the built-in rules, as in test_scenarios.
What each must tell was written down from the rules before it was run.
"""

from pathlib import Path

import pytest

from pipeline.test_scenarios import lines_of, simulate, told

HERE = Path(__file__).parent / "letter"


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.jsonl")))
def test_a_story_comes_out_as_it_is_told(name: str):
    until, *expected = (HERE / f"{name}.expected").read_text(encoding="utf-8").splitlines()
    result = simulate(str(HERE / f"{name}.jsonl"), "--json", "--until", until.removeprefix("until "))
    assert [told(line) for line in lines_of(result)] == expected
