"""The town that the scenes play in: its families, its diary, its dice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import exp
from random import Random

from safeguarding.events.times import HOUR, MINUTE
from safeguarding.producers.borough.columns import patient, pupil
from safeguarding.producers.borough.diary import Diary, at
from safeguarding.producers.borough.population import Child, Draw, Family, families

UNREGISTERED, UNENROLLED, HOME_EDUCATED = 60, 75, 90  # one child in so many


class Town:
    """Everything that a scene may use.

    Attributes:
        random: the dice; the same seed throws the same.
        size: how many children.
        start: first day of the year.
        diary: where rows are written.
        families: everybody.
        strained: draws families by how much they need help.
        poor: families that are short of money.
        referrals: how many incidents have called for one so far.
    """

    def __init__(self, seed: int, children: int, start: date) -> None:
        self.random = Random(f"borough {seed}")  # noqa: S311  # a story, not a secret
        self.size, self.start, self.diary = children, start, Diary()
        self.families = families(self.random, children, start)
        self.strained = Draw(self.families, [f.strain * len(f.children) for f in self.families])
        self.poor = [family for family in self.families if family.poor] or self.families[:1]
        self.referrals = 0
        self._known: set[int] = set()

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def count(self, mean: float) -> int:
        """How often something with this mean happens (Poisson)."""
        limit, number, product = exp(-mean), 0, self.random.random()
        while product > limit:
            number += 1
            product *= self.random.random()
        return number

    def moment(self, day: date, first: float, last: float) -> int:
        """An instant between two local hours of a day."""
        return at(day, self.random.uniform(first, last))

    def working_day(self, day: date, after: int = 0) -> date:
        """The first weekday at or after a date so many days on."""
        day += timedelta(days=after)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return day

    def anybody(self, day: date, youngest: int = 0, oldest: int = 17) -> tuple[Family, Child] | None:
        """Any child of an age; None when the dice find nobody."""
        return self._pick(lambda: self.random.choice(self.families), day, youngest, oldest)

    def somebody(self, day: date, youngest: int = 0, oldest: int = 17) -> tuple[Family, Child] | None:
        """A child of an age, rather of a strained family; None when the dice find nobody."""
        return self._pick(lambda: self.strained.one(self.random), day, youngest, oldest)

    def household(self, day: date) -> tuple[Family, list[Child]]:
        """A strained family and its children who are born."""
        while True:
            family = self.strained.one(self.random)
            if children := [child for child in family.children if child.born < day]:
                return family, children

    def introduce(self, family: Family, when: int, day: date) -> None:
        """Have a family's children registered and enrolled, once, before anything else is told of them."""
        for child in family.children:
            if child.number in self._known or child.born > day:
                continue
            self._known.add(child.number)
            if child.number % UNREGISTERED:
                self.register(family, child, when - HOUR)
            if child.pupil(day) and child.number % UNENROLLED:
                self.enrol(family, child, when - HOUR + MINUTE, family.school)

    def register(self, family: Family, child: Child, when: int, practice: str = "") -> None:
        """A child is with a practice and a health visiting team."""
        columns = {"PracticeCode": practice or family.practice, "UsualGP": family.doctor, "HVTeam": family.visitors}
        self.diary.enter("health", "REG", when, patient(child) | columns)

    def enrol(self, family: Family, child: Child, when: int, school: str) -> None:
        """A child is at a school, or educated at home."""
        columns = {"URN": school, "SchoolNurseTeam": family.nurses}
        if child.number % HOME_EDUCATED == 1:
            columns = {"HomeEducated": "Y", "SchoolNurseTeam": "SN-HOME"}
        self.diary.enter("education", "Enrolment", when, pupil(child) | columns)

    def _pick(self, draw: Callable[[], Family], day: date, youngest: int, oldest: int) -> tuple[Family, Child] | None:
        for _ in range(20):
            family = draw()
            found = [c for c in family.children if c.born < day and youngest <= c.age(day) <= oldest]
            if found:
                return family, self.random.choice(found)
        return None
