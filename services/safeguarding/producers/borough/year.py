"""One year of the borough, day by day: how often each scene plays, and what comes of it in order of sending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from safeguarding.events.times import MINUTE, rfc3339
from safeguarding.producers.agencies import EVENT_OF
from safeguarding.producers.borough import adult_scenes, health_scenes, police_scenes, school_scenes, stories
from safeguarding.producers.borough.diary import Diary, Entry, at
from safeguarding.producers.borough.mishaps import mishaps
from safeguarding.producers.borough.town import Town

DAYS: Final = 365
_EVERY_SECONDS: Final = {
    "police": "EVERY_SECS",
    "health": "EverySeconds",
    "cgl": "EVERYSECS",
    "yos": "Every Seconds",
    "probation": "everySeconds",
    "hub": "EVERY_SECONDS",
    "education": "EverySeconds",
}
# Starts in a year for 1,000 children. The borough has 43,000 and some 17 to 20 domestic-abuse incidents a day, half of
# them with a child; 630 missing episodes of 215 children; 52 to 70 referrals for 1,000 children a year.
EVERY_DAY: Final[tuple[tuple[float, Callable[[Town, date], None]], ...]] = (
    (90, police_scenes.domestic_abuse),
    (9, police_scenes.child_present),
    (10, police_scenes.worry),
    (6, police_scenes.missing),
    (190, health_scenes.emergency),
)
WEEKDAYS: Final[tuple[tuple[float, Callable[[Town, date], None]], ...]] = (
    (420, health_scenes.attended),
    (38, health_scenes.not_brought),
    (11, health_scenes.worry),
    (6, health_scenes.hardship),
    (7, health_scenes.camhs),
    (9, health_scenes.dental),
    (2, health_scenes.relapse),
    (25, health_scenes.moved_practice),
    (8, adult_scenes.treatment),
    (5, adult_scenes.supervision),
    (2.5, adult_scenes.young_offender),
    (32, school_scenes.worry),
    (8, school_scenes.hardship),
    (40, school_scenes.moved_school),
)


def year(seed: int, children: int, start: date) -> Iterator[dict[str, Any]]:
    """Events of all seven agencies in the contract's JSON form, in order of ``published_at``.

    Args:
        seed: the same seed gives the same year.
        children: how many children live in the borough.
        start: first day.
    """
    for sent, agency, row in entries(seed, children, start):
        yield EVENT_OF[agency](row) | {"published_at": rfc3339(sent)}


def rows(agency: str, seed: int, children: int, start: date) -> Iterator[tuple[int, dict[str, str]]]:
    """One agency's export rows of the very same year, each with the instant at which it is sent.

    Args:
        agency: which agency.
        seed: the same seed gives the same year.
        children: how many children live in the borough.
        start: first day.
    """
    return ((sent, row) for sent, who, row in entries(seed, children, start) if who == agency)


def entries(seed: int, children: int, start: date) -> Iterator[Entry]:
    """All agencies' rows in order of sending: the stories as they are told, the background with its mishaps."""
    town, told, count = Town(seed, children, start), Diary(first=900_001), 0
    stories.john(told, start)
    stories.mark(told, start)
    due = health_scenes.contacts_due(town)
    newcomers = iter(town.random.sample(town.families, len(town.families)))
    for number in range(DAYS):
        day = start + timedelta(days=number)
        _play(town, day, due.get(day, ()))
        for _ in range(len(town.families) // 150 + 1):
            if (family := next(newcomers, None)) is not None:
                town.introduce(family, town.moment(day, 9, 17), day)
        _beat(told, day)
        end = at(day + timedelta(days=1), 0)
        for sent, agency, row in town.diary.until(end):
            count += 1
            for entry in mishaps(count, sent, agency, row):
                told.send(*entry)
        yield from told.until(end)


def _play(town: Town, day: date, due: Any) -> None:
    for rate, scene in EVERY_DAY:
        for _ in range(town.count(rate * town.size / 1000 / 365)):
            scene(town, day)
    if day.weekday() < 5:
        for rate, scene in WEEKDAYS:
            for _ in range(town.count(rate * town.size / 1000 / 261)):
                scene(town, day)
    for family, child, code in due:
        health_scenes.contact(town, day, family, child, code)
    school_scenes.attendance(town, day)


def _beat(diary: Diary, day: date) -> None:
    """Every sender says once a day that it is alive."""
    for place, (agency, column) in enumerate(_EVERY_SECONDS.items()):
        when = at(day, 6) + place * MINUTE
        diary.enter(agency, _BEATS.get(agency, "BEAT"), when, {column: "86400"}, saved=0, sent=0)


_BEATS: Final = {"yos": "Beat", "education": "Beat"}
