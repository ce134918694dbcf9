"""The pipeline ends in the same alerts as a slow, obvious reading of the rules (`reference`)."""

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from building import child
from pipeline.reference import RULES, outcome
from pipeline.stories import END, START, Event, lines_of, registered, standing, story
from pipeline.test_corrections import changed, changes, in_place
from safeguarding.events.times import HOUR, parse_instant, rfc3339

NELL = child(1)
FIRST = registered(1)
stories = story(NELL, most=14)


@st.composite
def delayed(draw: Any) -> list[Event]:
    """A story whose events arrive some hours or weeks after they happened, in another order."""
    late = []
    for made in draw(stories):
        delay = draw(st.sampled_from([0, 0, 0, 1, 30, 400, 900]))
        late.append(made | {"published_at": rfc3339(parse_instant(made["published_at"]) + delay * HOUR)})
    return sorted(late, key=lambda made: parse_instant(made["published_at"]))


def found(stream: list[Event]) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(a.rule, a.over, a.because) for a in standing(lines_of([*FIRST, *stream])) if a.rule in RULES]


@given(delayed())
@settings(max_examples=100)
def test_every_alert_of_a_story_is_that_of_the_reference(stream: list[Event]):
    assert sorted(found(stream)) == outcome([*FIRST, *stream], datetime.fromisoformat(rfc3339(END)))


@given(delayed(), st.data())
@settings(max_examples=60)
def test_so_is_every_alert_of_a_corrected_one(stream: list[Event], data: Any):
    wrong = data.draw(st.lists(st.sampled_from(stream), max_size=4, unique_by=lambda made: made["id"]))
    corrections = [changed(made, data.draw(changes), n) for n, made in enumerate(wrong)]
    corrections = [made for made in corrections if made["people"] == [NELL]]
    right = in_place([*FIRST, *stream], corrections)
    assert sorted(found([*stream, *corrections])) == outcome(right, datetime.fromisoformat(rfc3339(END)))


@given(delayed(), st.data())
@settings(max_examples=30)
def test_and_of_one_that_is_told_twice(stream: list[Event], data: Any):
    twice = [again for made in stream for again in [made] * data.draw(st.integers(1, 3))]
    assert sorted(found(twice)) == outcome([*FIRST, *stream], datetime.fromisoformat(rfc3339(END)))


LONG = START + 24 * HOUR * 1500


@st.composite
def long_ago(draw: Any) -> list[Event]:
    """A story of two years, some of which arrives when the hot record has long let go of what it belongs to."""
    late = []
    for made in draw(stories):
        at = START + (parse_instant(made["occurred_at"]) - START) * 6
        delay = draw(st.sampled_from([0, 0, 0, 45, 200, 420, 700])) * 24 * HOUR
        late.append(made | {"occurred_at": rfc3339(at), "published_at": rfc3339(at + delay)})
    return sorted(late, key=lambda made: parse_instant(made["published_at"]))


@given(long_ago())
@settings(max_examples=60)
def test_and_of_one_that_arrives_very_late(stream: list[Event]):
    lines = standing(lines_of([*FIRST, *stream], LONG))
    ours = sorted((a.rule, a.over, a.because) for a in lines if a.rule in RULES)
    assert ours == outcome([*FIRST, *stream], datetime.fromisoformat(rfc3339(LONG)))
