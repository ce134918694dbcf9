"""Times: RFC 3339 in, milliseconds inside, Europe/London out, whatever the clocks do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from safeguarding.events.times import HOUR, MINUTE, Day, Instant, day_text, local, parse_day, parse_instant, rfc3339

FIRST, LAST = parse_instant("1900-01-01T00:00:00Z"), parse_instant("2100-01-01T00:00:00Z")
INSTANT, DAY = TypeAdapter(Instant), TypeAdapter(Day)


@pytest.mark.parametrize(
    "text",
    [
        "2017-10-02T21:14:00+01:00",
        "2017-10-02T20:14:00Z",
        "2017-10-02T20:14:00.000Z",
        "2017-10-02T20:14:00-00:00",
        "2017-10-02t20:14:00z",  # RFC 3339 allows it
        "2017-10-03T01:44:00+05:30",
        "2017-10-02T15:14:00-05:00",
    ],
)
def test_one_moment_in_many_offsets(text: str):
    assert parse_instant(text) == 1506975240000
    assert rfc3339(parse_instant(text)) == "2017-10-02T21:14:00+01:00"


def test_milliseconds_are_kept_and_finer_parts_cut_off():
    assert rfc3339(parse_instant("2018-01-16T12:30:02.417Z")) == "2018-01-16T12:30:02.417+00:00"
    assert parse_instant("2018-01-16T12:30:02.4179999Z") == parse_instant("2018-01-16T12:30:02.417Z")
    assert parse_instant("1969-12-31T23:59:59.9995Z") == -1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017-10-02",
        "2017-10-02T21:14:00",
        "2017-10-02 21:14:00+01:00",
        "2017-10-02T21:14+01:00",
        "20171002T211400+0100",
        "2017-W40-1T21:14:00+01:00",
        "2017-02-29T21:14:00+01:00",
        "2017-10-02T24:00:00+01:00",
        "2017-10-02T21:14:60+01:00",
        "2017-10-02T21:14:00+25:00",
        "２017-10-02T21:14:00+01:00",
        "2017-10-02T21:14:00+01:00\n",
        "02/10/2017 21:14",
        "1506975240",
    ],
)
def test_other_writings_are_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_instant(text)
    with pytest.raises(ValidationError):
        INSTANT.validate_json(f'"{text}"')


def test_clocks_go_forward():
    before, after = parse_instant("2018-03-25T00:59:59Z"), parse_instant("2018-03-25T01:00:00Z")
    assert rfc3339(before) == "2018-03-25T00:59:59+00:00"
    assert rfc3339(after) == "2018-03-25T02:00:00+01:00"
    assert after - before == 1000


def test_clocks_go_back_and_an_hour_happens_twice():
    first, second = parse_instant("2017-10-29T01:30:00+01:00"), parse_instant("2017-10-29T01:30:00+00:00")
    assert second - first == HOUR
    assert (rfc3339(first), rfc3339(second)) == ("2017-10-29T01:30:00+01:00", "2017-10-29T01:30:00+00:00")


def test_a_local_day_may_have_23_or_25_hours():
    spring = parse_instant("2018-03-26T00:00:00+01:00") - parse_instant("2018-03-25T00:00:00+00:00")
    autumn = parse_instant("2017-10-30T00:00:00+00:00") - parse_instant("2017-10-29T00:00:00+01:00")
    assert (spring, autumn) == (23 * HOUR, 25 * HOUR)


def test_local_is_a_london_clock():
    assert local(parse_instant("2017-07-31T23:30:00Z")).date().isoformat() == "2017-08-01"
    assert local(parse_instant("1970-01-01T00:00:00Z")).utcoffset().total_seconds() * 1000 == 60 * MINUTE


@given(st.integers(FIRST, LAST))
def test_output_reads_back_to_the_same_moment(instant: int):
    written = rfc3339(instant)
    if local(instant).utcoffset().seconds % 60 == 0:  # before 1916 London kept a time of odd seconds
        assert parse_instant(written) == instant


@given(st.integers(-25_000, 47_000))
def test_a_day_reads_back(day: int):
    assert parse_day(day_text(day)) == day
    assert DAY.validate_json(f'"{day_text(day)}"') == day


@pytest.mark.parametrize(
    "text", ["", "2017-2-3", "02/10/2017", "20171002", "2017-W40-1", "2017-02-29", "2017-10-02T00:00:00Z", "0000-01-01"]
)
def test_other_dates_are_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_day(text)
    with pytest.raises(ValidationError):
        DAY.validate_json(f'"{text}"')


@pytest.mark.parametrize("value", [FIRST - 1, LAST + 1, 2**62, "1899-12-31T23:59:59Z", "2100-01-01T00:00:01Z"])
def test_times_lie_between_1900_and_2100(value: object):
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value, strict=True)


@pytest.mark.parametrize("value", ["1899-12-31", "2100-01-02", 10**9, True, 1.5, None])
def test_days_lie_between_1900_and_2100(value: object):
    with pytest.raises(ValidationError):
        DAY.validate_python(value, strict=True)


@pytest.mark.parametrize("value", [True, 1.5, None, b"2017-10-02T21:14:00+01:00"])
def test_a_time_is_text_or_milliseconds(value: object):
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value, strict=True)
