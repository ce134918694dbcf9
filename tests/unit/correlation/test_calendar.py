"""Days, months, working days and ages in Europe/London (rules.md, reading the windows)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.correlation.calendar import (
    add_months,
    age,
    at_local,
    date_words,
    day_of,
    duration_words,
    is_working_day,
    next_0800,
    working_days_after,
)
from safeguarding.events.times import HOUR, LONDON, MINUTE, instant_of, parse_day, parse_instant, rfc3339

instants = st.integers(parse_instant("1972-01-01T00:00:00Z"), parse_instant("2060-01-01T00:00:00Z"))
days = st.dates(date(1980, 1, 1), date(2060, 1, 1)).map(lambda d: parse_day(d.isoformat()))


def day(text: str) -> int:
    return parse_day(text)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2017-10-02T00:00:00+01:00", "2017-10-02"),
        ("2017-10-01T23:59:59.999+01:00", "2017-10-01"),
        ("2017-10-01T23:00:00Z", "2017-10-02"),
        ("2017-12-31T23:59:59Z", "2017-12-31"),
        ("2017-10-29T00:30:00Z", "2017-10-29"),
        ("2017-10-28T23:00:00Z", "2017-10-29"),
        ("2017-03-25T23:59:59Z", "2017-03-25"),
    ],
)
def test_a_date_is_that_of_a_clock_in_london(instant: str, expected: str):
    assert day_of(parse_instant(instant)) == day(expected)


@given(instants)
def test_every_date_is_that_of_a_clock_in_london(instant: int):
    assert day_of(instant) == day(datetime.fromtimestamp(instant / 1000, LONDON).date().isoformat())


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2017-10-02T07:59:59.999+01:00", "2017-10-02T08:00:00+01:00"),
        ("2017-10-02T08:00:00+01:00", "2017-10-02T08:00:00+01:00"),
        ("2017-10-02T08:00:00.001+01:00", "2017-10-03T08:00:00+01:00"),
        ("2017-10-28T12:00:00+01:00", "2017-10-29T08:00:00+00:00"),
        ("2017-10-29T01:30:00+01:00", "2017-10-29T08:00:00+00:00"),
        ("2018-03-24T09:00:00+00:00", "2018-03-25T08:00:00+01:00"),
        ("2017-12-24T20:00:00+00:00", "2017-12-25T08:00:00+00:00"),
        ("2017-10-06T20:00:00+01:00", "2017-10-07T08:00:00+01:00"),
    ],
)
def test_the_next_eight_oclock_is_at_or_after_every_day_of_the_week(now: str, then: str):
    assert next_0800(parse_instant(now)) == parse_instant(then)


@given(instants)
def test_the_next_eight_oclock_is_within_a_day_of_either_length(now: int):
    assert 0 <= next_0800(now) - now < 25 * HOUR
    assert "T08:00:00" in rfc3339(next_0800(now))


def test_a_local_time_that_summer_time_skips_is_the_moment_after_the_gap():
    assert at_local(day("2018-03-25"), 1, 30) == parse_instant("2018-03-25T01:30:00Z")
    assert at_local(day("2017-10-29"), 1, 30) == parse_instant("2017-10-29T00:30:00Z")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2017-10-02", 12, "2018-10-02"),
        ("2017-01-31", 1, "2017-03-01"),
        ("2017-01-30", 1, "2017-03-01"),
        ("2017-01-28", 1, "2017-02-28"),
        ("2016-02-29", 12, "2017-03-01"),
        ("2016-02-29", 48, "2020-02-29"),
        ("2017-08-31", 1, "2017-10-01"),
        ("2017-12-31", 2, "2018-03-01"),
        ("2017-12-15", 1, "2018-01-15"),
        ("2018-03-31", -1, "2018-03-01"),
        ("2018-03-01", -12, "2017-03-01"),
        ("2018-01-15", -13, "2016-12-15"),
    ],
)
def test_months_later_is_the_same_date_or_the_first_of_the_month_after(start: str, months: int, end: str):
    assert add_months(day(start), months) == day(end)


@given(days, days, st.integers(-24, 24))
def test_a_later_date_is_never_earlier_months_later(one: int, other: int, months: int):
    first, second = sorted([one, other])
    assert add_months(first, months) <= add_months(second, months)


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2017-10-02", True),
        ("2017-10-06", True),
        ("2017-10-07", False),
        ("2017-10-08", False),
        ("2017-08-28", False),  # summer bank holiday
        ("2017-12-25", False),
        ("2017-12-26", False),
        ("2017-12-27", True),
        ("2017-01-02", False),  # in place of Sunday 1 January
        ("2018-03-30", False),  # Good Friday
        ("2018-04-02", False),  # Easter Monday
        ("2018-05-07", False),
        ("2020-05-08", False),  # moved for VE Day
        ("2020-05-04", True),
        ("2022-06-03", False),  # Platinum Jubilee
        ("2022-09-19", False),  # the Queen's funeral
        ("2023-05-08", False),  # the Coronation
        ("2018-01-02", True),  # a holiday in Scotland only
        ("2018-03-19", True),  # in Northern Ireland only
    ],
)
def test_a_working_day_is_monday_to_friday_less_englands_bank_holidays(text: str, working: bool):
    assert is_working_day(day(text)) is working


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2017-10-02T09:00:00+01:00", 1, "2017-10-03T17:00:00+01:00"),
        ("2017-10-02T23:59:00+01:00", 1, "2017-10-03T17:00:00+01:00"),
        ("2017-10-06T09:00:00+01:00", 1, "2017-10-09T17:00:00+01:00"),
        ("2017-10-07T09:00:00+01:00", 1, "2017-10-09T17:00:00+01:00"),
        ("2017-08-25T12:00:00+01:00", 1, "2017-08-29T17:00:00+01:00"),
        ("2017-12-21T12:00:00+00:00", 5, "2018-01-02T17:00:00+00:00"),
        ("2017-10-27T12:00:00+01:00", 1, "2017-10-30T17:00:00+00:00"),
        ("2018-03-29T12:00:00+01:00", 2, "2018-04-04T17:00:00+01:00"),
    ],
)
def test_working_days_count_from_the_next_one_and_are_due_at_five(start: str, count: int, due: str):
    assert working_days_after(parse_instant(start), count) == parse_instant(due)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2012-10-02", "2017-10-01", 4),
        ("2012-10-02", "2017-10-02", 5),
        ("2012-02-29", "2017-02-28", 4),
        ("2012-02-29", "2017-03-01", 5),
        ("2012-02-29", "2016-02-28", 3),
        ("2012-02-29", "2016-02-29", 4),
        ("1999-10-03", "2017-10-02", 17),
        ("1999-10-02", "2017-10-02", 18),
        ("2017-10-02", "2017-10-02", 0),
    ],
)
def test_a_birthday_that_is_missing_is_the_first_of_the_month_after(born: str, on: str, years: int):
    assert age(day(born), day(on)) == years


@given(days, st.integers(0, 40))
def test_a_person_gets_one_year_older_on_each_birthday(born: int, years: int):
    birthday = add_months(born, 12 * years)
    assert age(born, birthday) == years
    assert age(born, birthday - 1) == years - 1


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (40 * MINUTE, "40 min"),
        (0, "0 min"),
        (26 * HOUR, "26 h"),
        (26 * HOUR + 5 * MINUTE, "26 h 5 min"),
        (47 * HOUR + 59 * MINUTE, "47 h 59 min"),
        (48 * HOUR, "2 days"),
        (51 * HOUR + 20 * MINUTE, "2 days 3 h"),
        (-2 * HOUR, "2 h"),
    ],
)
def test_a_length_of_time_is_told_in_the_units_that_fit(length: int, words: str):
    assert duration_words(length) == words


def test_a_date_is_told_as_people_write_it():
    assert date_words(day("2017-10-02")) == "2 October 2017"


@given(instants, st.integers(0, 30))
def test_so_many_days_are_so_many_dates_over_a_clock_change_too(instant: int, count: int):
    start = datetime.fromtimestamp(instant / 1000, LONDON)
    later = datetime.combine(start.date() + timedelta(days=count), start.time(), LONDON)
    assert day_of(instant_of(later)) - day_of(instant) == count
