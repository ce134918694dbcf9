"""A correction re-evaluates everything as if the original had never been sent so (contract.md, action)."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import child, event
from pipeline.stories import DAYS, Event, at, lines_of, loosely, meant, named, registered, standing, story
from safeguarding.events.times import MINUTE, parse_instant, rfc3339

NELL, INES = child(1), child(2)
FIRST = [*registered(1), *registered(2)]
LATER = at(24 * (DAYS + 5))


def correction(made: Event, number: int, change: Event | None, at_: str = LATER) -> Event:
    """An update, or without a change a delete, of an event."""
    action = {"action": "update" if change is not None else "delete", "supersedes": made["id"]}
    return made | {"id": named(1000 + number), "published_at": at_} | action | (change or {})


changes = st.one_of(
    st.none(),
    st.just({"people": [INES]}),
    st.just({"summary": "Put right."}),
    st.just({"case_ref": "2"}),
    st.just({"case_ref": None}),
    st.integers(-40, 0).map(lambda days: {"shift": days}),
)


def changed(made: Event, change: Event | None, number: int) -> Event:
    if change is not None and "shift" in change:
        moved = max(parse_instant(made["occurred_at"]) + change["shift"] * 24 * 60 * MINUTE, parse_instant(at(0)))
        change = {"occurred_at": rfc3339(moved), "recorded_at": made["occurred_at"]}
    return correction(made, number, change)


@st.composite
def corrected(draw: Any) -> tuple[list[Event], list[Event]]:
    """A story, and corrections of some of its events: one or two of each, the second of the first or of its event."""
    stream = draw(story(NELL, INES, most=12))
    wrong = draw(st.lists(st.sampled_from(stream), min_size=1, max_size=3, unique_by=lambda made: made["id"]))
    corrections: list[Event] = []
    for made in wrong:
        corrections.append(changed(made, draw(changes), len(corrections)))
        if draw(st.booleans()):
            again = changed(made, draw(changes), len(corrections))
            corrections.append(again | {"supersedes": draw(st.sampled_from([made["id"], corrections[-1]["id"]]))})
    return stream, corrections


def in_place(stream: list[Event], corrections: list[Event]) -> list[Event]:
    """The stream as it would have been, had each event been sent right."""
    right: dict[str, Event] = {}
    chain = {made["id"]: made["id"] for made in stream}
    for made in corrections:
        chain[made["id"]] = chain[made["supersedes"]]
        right[chain[made["id"]]] = made
    out = []
    for made in stream:
        better = right.get(made["id"], made)
        if better["action"] != "delete":
            out.append(better | {"action": "new", "supersedes": None, "published_at": made["published_at"]})
    return out


@given(corrected())
@settings(max_examples=60)
def test_what_is_corrected_late_ends_as_if_it_had_been_sent_right(both: tuple[list[Event], list[Event]]):
    stream, corrections = both
    late = standing(lines_of([*FIRST, *stream, *corrections]))
    right = standing(lines_of([*FIRST, *in_place(stream, corrections)]))
    assert meant(late) == meant(right)


@given(corrected())
@settings(max_examples=60)
def test_a_correction_that_overtakes_its_original_stands(both: tuple[list[Event], list[Event]]):
    """All arrives in one moment, each correction just in front of its event or just behind it."""
    stream, corrections = both
    chain: dict[str, list[Event]] = {made["id"]: [] for made in stream}
    for made in corrections:
        chain[made["id"]] = chain[made["supersedes"]]
        chain[made["id"]].append(made)
    behind = [each for made in stream for each in (made, *chain[made["id"]])]
    before = [each for made in stream for each in (*chain[made["id"]], made)]
    found = [
        standing(lines_of([made | {"published_at": LATER} for made in (*FIRST, *some)])) for some in (before, behind)
    ]
    assert loosely(found[0]) == loosely(found[1])


@pytest.mark.parametrize("last", [None, {"people": [INES]}, {"summary": "Put right."}])
@pytest.mark.parametrize("links", [3, 4])
def test_of_a_chain_the_last_stands_in_whatever_order_it_comes(links: int, last: Event | None):
    one, *others = (
        event("police.concern.raised", at(1), NELL, case_ref="1"),
        event("police.concern.raised", at(2), NELL, case_ref="2"),
        event("health.concern.raised", at(3), NELL),
    )
    chain = [one]
    for n in range(1, links):
        change = last if n == links - 1 else {"summary": f"Put right {n} times."}
        chain.append(correction(chain[-1], n, change, at(3 + n)) | ({"action": "update"} if change else {}))
    found = [
        loosely(standing(lines_of([*FIRST, *order, *others])))
        for order in permutations([made | {"published_at": LATER} for made in chain])
    ]
    raised = last is not None and "people" not in last
    assert [bool(alerts) for alerts in found] == [raised] * len(found)
    assert all(alerts == found[0] for alerts in found)


@given(corrected())
@settings(max_examples=30)
def test_a_correction_that_changes_nothing_tells_nobody(both: tuple[list[Event], list[Event]]):
    """But for the event's new id among the reasons of an alert."""
    stream, corrections = both
    same = [correction(made, n, {}) for n, made in enumerate(stream) if made["id"] == corrections[0]["supersedes"]]
    calm, after = lines_of([*FIRST, *stream]), lines_of([*FIRST, *stream, *same])
    rename = {made["id"]: made["supersedes"] for made in same}
    renamed = [a._replace(because=tuple(sorted(rename.get(b, b) for b in a.because))) for a in standing(after)]
    assert renamed == standing(calm), "the same alerts under the same ids"
    said = [line for line in after if line["kind"] == "alert" and line["as_of"] == LATER and line["revision"] > 1]
    assert all(set(rename) & {b["event_id"] for b in line["because"]} for line in said)
