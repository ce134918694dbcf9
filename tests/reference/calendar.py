"""London's calendar for the reference, read from rules.md ("Reading the windows") and nothing else."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holidays.countries import UnitedKingdom

LONDON = ZoneInfo("Europe/London")
FREE = UnitedKingdom(subdiv="ENG", years=range(2005, 2035))


def london(moment: datetime) -> date:
    """The date in London at a moment."""
    return moment.astimezone(LONDON).date()


def midnight(on: date) -> datetime:
    return datetime.combine(on, time(0), LONDON)


def later(moment: datetime, **elapsed: float) -> datetime:
    """A moment so many hours later: elapsed, whatever the clocks do."""
    return moment.astimezone(ZoneInfo("UTC")) + timedelta(**elapsed)


def months_later(start: date, months: int) -> date:
    """The same date N months later; a missing date reads as the 1st of the next month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year + (month == 11), 1 if month == 11 else month + 2, 1)


def works(on: date) -> bool:
    return on.weekday() < 5 and on not in FREE


def working_days(moment: datetime, days: int) -> datetime:
    """N working days: counted from the next working day, due at 17:00 local."""
    on = london(moment)
    while days:
        on += timedelta(1)
        days -= works(on)
    return datetime.combine(on, time(17), LONDON)


def age(born: date, on: date) -> int:
    """Years by date; somebody born on 29 February has a birthday every year."""
    years = on.year - born.year
    return years if on >= months_later(born, 12 * years) else years - 1
