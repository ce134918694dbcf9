"""Batches grow under a backlog, shrink when a room is slow on them, and stay when there is no need."""

import pytest

from safeguarding.runtime.pace import FIRST, paced


@pytest.mark.parametrize(
    ("most", "handled", "seconds", "expected"),
    [
        (FIRST, 10, 0.001, FIRST),
        (2000, 2000, 0.05, 4000),
        (2000, 1999, 0.05, 2000),
        (2000, 2000, 0.2, 2000),
        (2000, 2000, 0.5, 1000),
        (16_000, 16_000, 0.05, 16_000),
        (250, 250, 0.5, 250),
    ],
)
def test_the_next_limit(most: int, handled: int, seconds: float, expected: int):
    assert paced(most, handled, seconds) == expected
