"""Stand-ins that play one story side by side share its clock, whenever each of them was started."""

from threading import Event

import pytest

from safeguarding.producers.stand_in import Pace, since_start

DAY = 86_400_000
SIGN = 1_700_000_000_000  # the rooms are first heard of


def test_all_begin_at_one_moment_soon_after_the_rooms_are_heard_of():
    assert since_start(SIGN, SIGN) == -2.0
    assert since_start(SIGN, SIGN + 500) == -1.5, "who sees the sign later waits shorter"
    assert since_start(SIGN, SIGN + 9_000) == 7.0


@pytest.mark.parametrize(("ago", "days"), [(-2.0, -4), (7.0, 14)])
def test_who_starts_late_catches_up_at_once_and_who_starts_early_waits(ago: float, days: int):
    pace = Pace(2.0, Event())  # days a second
    pace.begin(0, ago)
    assert pace.reached((days - 1) * DAY)
    assert not pace.reached((days + 1) * DAY)


def test_as_fast_as_it_goes_waits_for_nobody():
    pace = Pace(0.0, Event())
    pace.begin(0, -2.0)
    assert pace.reached(365 * DAY)


def test_who_is_asked_to_stop_stops():
    stop = Event()
    pace = Pace(1.0, stop)
    pace.begin(0, 10.0)
    stop.set()
    assert not pace.reached(0)
    assert not pace.wait(365 * DAY)
