"""What schools see: worries, money troubles, moves, and attendance at the end of each term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from safeguarding.events.times import HOUR, MINUTE
from safeguarding.producers.borough.columns import pupil
from safeguarding.producers.borough.diary import at
from safeguarding.producers.borough.hub_scenes import referral
from safeguarding.producers.borough.population import Child, Family
from safeguarding.producers.borough.town import Town

_WORRIES = (
    "Neglect - clothing or hygiene",
    "Neglect - food",
    "Neglect - learning",
    "Emotional",
    "Domestic abuse at home",
    "Drugs or alcohol at home",
    "Parent unwell",
    "Change in behaviour",
    "Change in behaviour",
    "Other",
)
_WORDS = ("I didn't sleep, they were shouting", "I got my own tea", "mum is poorly again", "I don't want to go home")
TERMS = ((12, 18, "autumn", 140), (3, 26, "spring", 116), (7, 16, "summer", 124))  # month, day, name, half days


def worry(town: Town, day: date) -> None:
    """A teacher writes down a worry; a grave one goes to the hub the same day."""
    found = town.somebody(day, 4, 16)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 8.8, 15.5)
    town.introduce(family, when, day)
    level = town.random.choices(("Yellow", "Amber", "Red"), (74, 21, 5))[0]
    case = town.diary.number("CP", when)
    columns = pupil(child) | {"Category": town.random.choice(_WORRIES), "Level": level}
    if town.chance(0.4):
        columns |= {"PupilSpokenTo": "Y", "PupilAlone": "Y", "PupilSaid": town.random.choice(_WORDS)}
    late = town.random.choice((10 * MINUTE, HOUR, 5 * HOUR, 26 * HOUR))
    note = "Third time this half term."
    town.diary.enter("education", "Concern", when, columns, case=case, note=note, saved=late)
    if level == "Red":
        referral(town, family, [child], "1A", case, when + late + HOUR, grave=True)


def hardship(town: Town, day: date) -> None:
    """A school notices that money is short, and helps."""
    family = town.random.choice(town.poor)
    pupils = [child for child in family.children if child.pupil(day)]
    if pupils:
        when = town.moment(day, 9, 15)
        town.introduce(family, when, day)
        columns = pupil(town.random.choice(pupils)) | {"Category": "Family finances", "Level": "Yellow"}
        town.diary.enter("education", "Concern", when, columns, note="Uniform grant and breakfast club offered.")


def moved_school(town: Town, day: date) -> None:
    """A pupil changes school."""
    found = town.anybody(day, 5, 15)
    if found is not None:
        family, child = found
        when = town.moment(day, 9, 15)
        town.introduce(family, when, day)
        town.enrol(family, child, when, f"999{200 + town.random.randrange(32)}")


def attendance(town: Town, day: date) -> None:
    """At the end of a term: the attendance of every pupil who missed more than one half day in twenty."""
    for month, last, term, possible in TERMS:
        if (day.month, day.day) == (month, last):
            for family, child in _pupils(town, day):
                share = town.random.betavariate(1.1, 26 / (1 + 0.35 * family.strain))
                if share >= 0.05:
                    when = at(town.working_day(day), 16)
                    town.introduce(family, when, day)
                    columns = {"Possible": str(possible), "Absent": str(round(possible * share))}
                    columns |= {"Term": f"{term} {day.year}"}
                    late = town.random.randrange(1, 6) * HOUR * 12
                    town.diary.enter("education", "Attendance", when, pupil(child) | columns, saved=late)


def _pupils(town: Town, day: date) -> Iterator[tuple[Family, Child]]:
    for family in town.families:
        for child in family.children:
            if child.pupil(day) and child.born < day - timedelta(days=4 * 365):
                yield family, child
