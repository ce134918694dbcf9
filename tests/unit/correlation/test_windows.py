"""Units and the windows that hold enough of them, against their definition."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.correlation.calendar import add_months
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, inside, units, widest
from safeguarding.events.times import parse_day

DAY = 86_400_000


def mark(day: int, name: str = "", case: str = "", agency: str = "health", **data: Any) -> Mark:
    name = name or f"e{day}"
    return Mark(name, agency, "health.concern.raised", day * DAY, day, case, "", (0, 0), True, False, data)


def level(m: Mark) -> int | None:
    found: int | None = m.data.get("level", 0)
    return found


class TestUnits:
    def test_events_of_one_case_count_once_on_the_earliest_date_with_the_highest_level(self):
        of_case = [mark(3, "a", "c", level=0), mark(5, "b", "c", level=1), mark(9, "d", "c", level=2)]
        (unit,) = units(of_case, level)
        assert (unit.first.event_id, unit.level, [m.event_id for m in unit.marks]) == ("a", 2, ["a", "b", "d"])

    def test_an_event_without_a_case_counts_by_itself(self):
        found = units([mark(1, "a"), mark(2, "b"), mark(3, "c", "k")], level)
        assert [u.first.event_id for u in found] == ["a", "b", "c"]

    def test_what_is_no_concern_takes_no_part_even_in_its_case(self):
        (unit,) = units([mark(1, "a", "c", level=None), mark(2, "b", "c", level=1)], level)
        assert [m.event_id for m in unit.marks] == ["b"]


class TestSpan:
    @pytest.mark.parametrize(("days", "first", "end"), [(1, 10, 11), (90, 10, 100)])
    def test_days_count_both_ends(self, days: int, first: int, end: int):
        assert Span(days=days).end(first) == end

    def test_months_end_strictly_before_the_same_date(self):
        assert Span(months=12).end(parse_day("2017-10-02")) == parse_day("2018-10-02")
        assert Span(months=12).end(parse_day("2016-02-29")) == parse_day("2017-03-01")

    def test_its_words(self):
        assert (Span(days=90).words, Span(months=12).words) == ("90 days", "12 months")
        assert (Span(days=1).words, Span(months=1).words) == ("1 day", "1 month")


def held(days: Sequence[int], span: Span, enough: int) -> set[int]:
    """Days of the units that stand in a window that holds enough."""
    found = units([mark(day, str(n)) for n, day in enumerate(sorted(days))], level)
    return {u.first.day for u in inside(found, [w for w in widest(found, span) if len(w) >= enough])}


class TestBoundaries:
    START = parse_day("2017-09-01")  # 90 days reach over the end of summer time

    def test_the_ninetieth_date_is_in_and_the_ninety_first_is_out(self):
        assert held([self.START, self.START + 40, self.START + 89], Span(days=90), 3)
        assert not held([self.START, self.START + 40, self.START + 90], Span(days=90), 3)

    def test_the_same_date_a_year_later_is_out_and_the_day_before_is_in(self):
        assert held([parse_day("2017-10-02"), parse_day("2018-10-01")], Span(months=12), 2)
        assert not held([parse_day("2017-10-02"), parse_day("2018-10-02")], Span(months=12), 2)

    def test_a_leap_day_reaches_to_the_end_of_february(self):
        assert held([parse_day("2016-02-29"), parse_day("2017-02-28")], Span(months=12), 2)
        assert not held([parse_day("2016-02-29"), parse_day("2017-03-01")], Span(months=12), 2)

    def test_everything_in_every_window_that_holds_is_named(self):
        assert held([0, 5, 9, 14, 18, 40], Span(days=10), 3) == {0, 5, 9, 14, 18}

    def test_one_short_is_nothing(self):
        assert held([0, 5], Span(days=10), 3) == set()


def test_windows_of_several_lengths_are_named_whatever_their_order():
    found = units([mark(day, str(day)) for day in (0, 20, 40, 100, 101)], level)
    windows = [*widest(found, Span(days=2)), *widest(found, Span(days=50))]
    assert [u.first.day for u in inside(found, [w for w in windows if len(w) > 1])] == [0, 20, 40, 100, 101]


spans = st.integers(1, 400).map(lambda n: Span(days=n)) | st.integers(1, 24).map(lambda n: Span(months=n))
days = st.lists(st.integers(parse_day("2015-12-01"), parse_day("2018-06-01")), max_size=12)


@given(days, spans, st.integers(1, 5))
def test_holding_is_what_its_definition_says(found: list[int], span: Span, enough: int):
    """A unit is held when any window of that length, beginning on any day, holds it and enough others."""
    expected = set()
    for start in range(min(found, default=0) - 800, max(found, default=0) + 1):
        end = start + span.days if span.days is not None else add_months(start, span.months or 0)
        window = [day for day in found if start <= day < end]
        if len(window) >= enough:
            expected |= set(window)
    assert held(found, span, enough) == expected


@given(days, spans)
def test_every_window_is_held_by_one_of_the_widest_and_none_is_wider(found: list[int], span: Span):
    ordered = units([mark(day, str(n)) for n, day in enumerate(sorted(found))], level)
    widest_ones = [{u.first.event_id for u in window} for window in widest(ordered, span)]
    windows = []
    for start in found:
        windows.append({u.first.event_id for u in ordered if start <= u.first.day < span.end(start)})
    assert all(any(window <= one for one in widest_ones) for window in windows)
    assert all(one in windows for one in widest_ones)
    assert not any(one < other for one in widest_ones for other in widest_ones)


def test_an_event_of_a_unit_names_it_among_those_of_a_closed_alert():
    (unit,) = units([mark(1, "a", "c"), mark(2, "b", "c")], level)
    assert unit.is_among(frozenset({"b"}))
    assert not unit.is_among(frozenset({"d"}))
