"""What the hot record lets go of changes no word of what is said: against one that never lets go of anything."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from pipeline.test_against_the_reference import end_of, lines_of
from reference.corrections import corrected
from reference.reading import Event
from reference.stories import stories
from safeguarding.correlation import forget
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.events.times import parse_instant
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import decode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import FACTS
from years import DAY, KNOWN, events, fact

CHILD = "00000000-0000-0000-0000-000000000000"
END = parse_instant("2024-09-01T08:00:00+01:00")


def said(facts: list[bytes]) -> tuple[list[Any], int]:
    """All that correlation says of one child, event by event, and the greatest size of the child's record."""
    room, rows, out, size = Correlation(built_in()), Rows(), list[Any](), 0
    for offset, value in enumerate(facts):
        overlay = Overlay(rows)
        made = room.handle([Record(FACTS, 0, offset, b"", value, 0)], overlay)
        out += [(offset, decode(output.value or b"")) for output in made]
        rows.apply(overlay.changes)
        size = max([size, *(len(row or b"") for key, row in overlay.changes.items() if key.startswith(b"h|"))])
    return out, size


@pytest.mark.parametrize(("seed", "count", "years", "answered"), [
    (5, 200, 4, 0),  # an appointment that was kept stands between two that were missed, long ago
    (7, 200, 4, 0),
    (1, 400, 5, 0),
    (1, 300, 4, 45),
    (3, 60, 5, 0),
])  # fmt: skip
def test_years_of_a_child(seed: int, count: int, years: int, answered: int, monkeypatch: pytest.MonkeyPatch):
    some = events(seed, count, END - years * 365 * DAY, END - DAY, answered)
    facts = [fact(CHILD, n, event, event["published_at"]) for n, event in enumerate(some, 1)]
    found, size = said(facts)
    monkeypatch.setattr(forget, "KEPT_MONTHS", 1200)
    expected, whole = said(facts)
    assert found == expected
    assert size < whole, "and it has forgotten something"


class Counting(Rows):
    """Rows that count how often somebody goes through a history."""

    read = 0

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        self.read += prefix.startswith(b"r|")
        return super().scan(prefix)


def test_a_past_that_is_folded_again_is_not_read_again_for_each_of_its_cases():
    told = list(enumerate(events(1, 200, END - 4 * 365 * DAY, END - DAY), 1))
    again = [
        fact(CHILD, 201, None, END, kind="begin", gen=1, child=KNOWN),
        *(fact(CHILD, 201, e, END, index=n, then_seq=n, then_clock=e["published_at"], gen=1) for n, e in told),
        fact(CHILD, 201, None, END, kind="end", index=201, gen=1, child=KNOWN),
    ]
    rows, room = Counting(), Correlation(built_in())
    for values in ([fact(CHILD, n, event, event["published_at"]) for n, event in told], again):
        overlay, before = Overlay(rows), rows.read
        list(room.handle([Record(FACTS, 0, offset, b"", value, 0) for offset, value in enumerate(values)], overlay))
        rows.apply(overlay.changes)
    assert rows.read - before < 5


@given(stories())
@settings(max_examples=60)
def test_a_familys_story(story: list[Event]):
    found = lines_of(story, end_of(story))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forget, "KEPT_MONTHS", 1200)
        expected = lines_of(story, end_of(story))
    assert json.dumps(found) == json.dumps(expected)


@given(corrected())
@settings(max_examples=60)
def test_one_that_is_put_right(both: tuple[list[Event], list[Event], list[Event]]):
    story, corrections, _ = both
    end = end_of([*story, *corrections])
    found = lines_of([*story, *corrections], end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forget, "KEPT_MONTHS", 1200)
        expected = lines_of([*story, *corrections], end)
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, expected))
