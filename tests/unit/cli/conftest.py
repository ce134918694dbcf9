"""The contract's own examples as the lines that `watch` prints."""

import json
from pathlib import Path
from typing import Any

import pytest

from safeguarding.wire.schemas import folder

Line = dict[str, Any]


def example(path: str) -> Any:
    return json.loads((Path(folder()) / path).read_text(encoding="utf-8"))


@pytest.fixture
def alert() -> Line:
    """An alert whose every field is filled."""
    line = {"kind": "alert", "at": "2018-01-16T12:30:00+00:00", **example("alert/v1/examples/alert.json")}
    return {**line, "reason": "not needed any more", "household": "0f3a"}


@pytest.fixture
def notice() -> Line:
    """A notice whose every field is filled."""
    line = {"kind": "notice", "at": "2018-01-13T00:00:00+00:00", **example("notice/v1/examples/gp.json")}
    return {**line, "signs": ["curtains closed at noon"], "counts": {"concerns": 3, "agencies": 2}}
