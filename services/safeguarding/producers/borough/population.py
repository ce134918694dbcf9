"""The families of an invented borough: who lives where, which school, practice and team, and how hard life is."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from safeguarding.producers.borough.names import AREAS, BOYS, DOCTORS, FAMILIES, GIRLS, MEN, WOMEN
from safeguarding.producers.borough.numbers import nhs_numbers, pnc_id, postcode, upn


class Adult(NamedTuple):
    """A parent or carer, as each agency may know them."""

    given: str
    family: str
    born: date
    sex: str
    postcode: str
    nhs_number: str
    pnc: str
    number: int


class Child(NamedTuple):
    """A child, as each agency may know it."""

    given: str
    family: str
    born: date
    sex: str
    postcode: str
    nhs_number: str
    upn: str
    number: int

    def age(self, on: date) -> int:
        """Whole years on a date."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def pupil(self, on: date) -> bool:
        """Whether the child is of school age."""
        return 4 <= self.age(on) <= 16


class Family(NamedTuple):
    """Children, one or two adults, and where they belong.

    Attributes:
        mother: also any other first carer.
        father: also any other second carer; may live elsewhere.
        strain: how much likelier than others the family is to need help: 0.3 calm to 14 acute.
        poor: short of money, and nothing else.
        area: index of `AREAS`.
    """

    children: tuple[Child, ...]
    mother: Adult
    father: Adult
    strain: float
    poor: bool
    area: int
    number: int

    @property
    def practice(self) -> str:
        """ODS code of the practice."""
        return f"A99{100 + self.area * 3 + self.number % 3}"

    @property
    def doctor(self) -> str:
        """The named GP."""
        return DOCTORS[self.number % len(DOCTORS)]

    @property
    def school(self) -> str:
        """URN of the school of the area."""
        return f"999{200 + self.area * 4 + self.number % 4}"

    @property
    def visitors(self) -> str:
        """The health visiting team."""
        return f"HV-{AREAS[self.area]}"

    @property
    def nurses(self) -> str:
        """The school nursing team."""
        return f"SN-{AREAS[self.area]}"


class Draw:
    """Families to draw from, the strained ones more often."""

    def __init__(self, families: Sequence[Family], weights: Sequence[float]) -> None:
        self._families, self._heights = families, list(accumulate(weights))

    def one(self, random: Random) -> Family:
        """A family, by its weight."""
        return self._families[bisect(self._heights, random.random() * self._heights[-1])]


_STRAIN = ((0.72, 0.3), (0.93, 1.2), (0.985, 5.0), (1.0, 14.0))
_BIRTHS = 300  # days of the year in which children are born
_SIZES = (1, 1, 1, 2, 2, 2, 2, 3, 3, 4)


def families(random: Random, children: int, start: date) -> list[Family]:
    """Families with so many children under 18 in all, some of them born during the year after `start`."""
    numbers, found, count = nhs_numbers(), list[Family](), 0
    while count < children:
        size = min(random.choice(_SIZES), children - count)
        family = _family(random, numbers, size, start, len(found), count)
        found.append(family)
        count += size
    return found


def _family(random: Random, numbers: Iterator[str], size: int, start: date, number: int, count: int) -> Family:
    area, draw = random.randrange(len(AREAS)), random.random()
    strain = next(level for share, level in _STRAIN if draw < share)
    surname, home = random.choice(FAMILIES), postcode(16 + area, random.randrange(400))
    gaps = [random.randrange(350, 1100) for _ in range(size - 1)]
    room = 17 * 365 + _BIRTHS - sum(gaps)
    births = [start + timedelta(days=random.randrange(room) - 17 * 365)]
    for gap in gaps:
        births.append(births[-1] + timedelta(days=gap))
    kids: list[Child] = []
    for place, born in enumerate(births):
        girl = random.random() < 0.49
        given = random.choice(GIRLS if girl else BOYS)
        while any(kid.given == given for kid in kids):
            given = random.choice(GIRLS if girl else BOYS)
        serial = count + place
        kids.append(
            Child(given, surname, born, "F" if girl else "M", home, next(numbers), upn(10_000_000 + serial), serial)
        )
    apart = random.random() < 0.3
    elsewhere = postcode(16 + random.randrange(8), random.randrange(400)) if apart else home
    other = random.choice(FAMILIES) if random.random() < 0.35 else surname
    mother = _adult(random, numbers, random.choice(WOMEN), surname, "F", home, births[0], 2 * number)
    father = _adult(random, numbers, random.choice(MEN), other, "M", elsewhere, births[0], 2 * number + 1)
    return Family(tuple(kids), mother, father, strain, random.random() < 0.05, area, number)


def _adult(
    random: Random, numbers: Iterator[str], given: str, family: str, sex: str, home: str, oldest: date, number: int
) -> Adult:
    born = oldest - timedelta(days=random.randrange(19 * 365, 38 * 365))
    return Adult(given, family, born, sex, home, next(numbers), pnc_id(born.year + 18, number + 1), number)
