"""Days, months, working days and ages on a clock in Europe/London (rules.md, reading the windows)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from safeguarding.events.times import DAY_ZERO, HOUR, LONDON, instant_of, local

_BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG")


@lru_cache(maxsize=65536)
def _day_of_hour(hour: int) -> int:
    return datetime.fromtimestamp(hour * 3600, LONDON).date().toordinal() - DAY_ZERO


def day_of(instant: int) -> int:
    """The London calendar date of an instant, in days since 1970 (London's offset is whole hours since 1847)."""
    return _day_of_hour(instant // HOUR)


@lru_cache(maxsize=8192)
def at_local(day: int, hour: int, minute: int = 0) -> int:
    """The instant of a local time on a day; in the hour that summer time skips, the moment after the gap."""
    moment = datetime.combine(date.fromordinal(day + DAY_ZERO), time(hour, minute), LONDON)
    return instant_of(moment)


def next_0800(instant: int) -> int:
    """The next 08:00 local at or after an instant, every day of the week."""
    today = at_local(day_of(instant), 8)
    return today if today >= instant else at_local(day_of(instant) + 1, 8)


@lru_cache(maxsize=8192)
def add_months(day: int, months: int) -> int:
    """The same date `months` later; a date that is missing reads as the 1st of the month after."""
    start = date.fromordinal(day + DAY_ZERO)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day).toordinal() - DAY_ZERO
    except ValueError:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1).toordinal() - DAY_ZERO


@lru_cache(maxsize=8192)
def is_working_day(day: int) -> bool:
    """Monday to Friday less England's bank holidays."""
    when = date.fromordinal(day + DAY_ZERO)
    return when.weekday() < 5 and when not in _BANK_HOLIDAYS


def working_days_after(instant: int, count: int) -> int:
    """17:00 local on the `count`-th working day, counted from the next working day."""
    return _end_of_working_day(day_of(instant), count)


@lru_cache(maxsize=8192)
def _end_of_working_day(day: int, count: int) -> int:
    while count:
        day += 1
        count -= is_working_day(day)
    return at_local(day, 17)


def working_days_words(count: int) -> str:
    """So many working days, in words."""
    return "1 working day" if count == 1 else f"{count} working days"


def before_school(instant: int, hour: int, minute: int) -> int:
    """The next time that a school day has this hour: today when it is yet to come, else on the next school day."""
    day = day_of(instant)
    while not is_working_day(day) or at_local(day, hour, minute) <= instant:
        day += 1
    return at_local(day, hour, minute)


def age(date_of_birth: int, day: int) -> int:
    """Whole years on a day; somebody born on 29 February has the birthday on 1 March of other years."""
    born = date.fromordinal(date_of_birth + DAY_ZERO)
    years = date.fromordinal(day + DAY_ZERO).year - born.year
    return years if add_months(date_of_birth, 12 * years) <= day else years - 1


def date_words(day: int) -> str:
    """A date as people write it: 2 October 2017."""
    when = date.fromordinal(day + DAY_ZERO)
    return f"{when.day} {when:%B %Y}"


def moment_words(instant: int) -> str:
    """A local time as people write it: 08:30 on 2 October 2017."""
    when = local(instant)
    return f"{when:%H:%M} on {date_words(day_of(instant))}"


def duration_words(milliseconds: int) -> str:
    """A length of time in the largest fitting units: 2 days 3 h, 26 h, 40 min."""
    delta = timedelta(milliseconds=abs(milliseconds))
    hours, minutes = delta.seconds // 3600, delta.seconds % 3600 // 60
    if delta.days >= 2:
        return f"{delta.days} days {hours} h" if hours else f"{delta.days} days"
    hours += 24 * delta.days
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
