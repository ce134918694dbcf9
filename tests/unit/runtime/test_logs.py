"""What libraries say reaches operators, but not a thousand times, and not with a record in it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from safeguarding.runtime.logs import configure

NAME = "Nell Harrow"


@pytest.fixture
def library() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    shown = logging.raiseExceptions
    yield logging.getLogger("a.library")
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = shown


def at(library: logging.Logger, second: float, message: str, *words: object) -> None:
    record = library.makeRecord(library.name, logging.ERROR, "", 0, message, words, None)
    record.created = second
    library.handle(record)


def test_a_broker_that_is_away_is_told_of_every_ten_seconds(library: logging.Logger, capsys: pytest.CaptureFixture):
    configure()
    for tenth in range(250):
        at(library, 1000 + tenth / 10, "Unable to connect to node %s", tenth % 3)
    at(library, 1001, "Something else")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("event=")[1] for line in lines] == [
        "Unable to connect to node 0",
        "Unable to connect to node 1",
        "Unable to connect to node 2",
        "Something else",
    ]


def test_the_text_of_an_exception_stays_out(library: logging.Logger, capsys: pytest.CaptureFixture):
    configure()
    try:
        raise ValueError(NAME)
    except ValueError:
        library.exception("Failed")
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert NAME not in told


def test_a_line_that_cannot_be_written_is_not_shown_in_another_way(library: logging.Logger, capsys: Any):
    configure()
    library.error("%d children", NAME)
    assert NAME not in capsys.readouterr().err
