"""An invented population whose truth is known: twins, namesakes, families that move or share an address.

    PYTHONPATH=services:tests python -m population 20

prints how well identity tells its people apart, by agency, over that many populations.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from building import GIVEN, IdentityRoom, event, nhs, upn

FAMILY = ("Harrow", "O'Brien", "Nguyễn", "Marsh-Lee", "Siân", "Ashdown")
HOMES = ("TS17 9ZZ", "TS18 9ZZ", "TS19 9ZZ", "TS20 9ZZ", "TS90 9ZZ")  # of many families each; the last is a refuge
NUMBERS = [nhs(n) for n in range(400)]


class Child(NamedTuple):
    """Somebody who is known for certain.

    Attributes:
        number: who it is.
        given: given name.
        family: family name.
        born: date of birth.
        homes: postcodes, the one of now last.
        numbered: whether there is an NHS number yet.
    """

    number: int
    given: str
    family: str
    born: str
    homes: tuple[str, ...]
    numbered: bool


class Mention(NamedTuple):
    """One event about one child.

    Attributes:
        who: the truth.
        agency: who sends it.
        event: the event.
    """

    who: int
    agency: str
    event: dict[str, Any]


def people(random: Random, families: int) -> list[Child]:
    """Children of some families: siblings, twins, and here and there a namesake of the same birth elsewhere."""
    found: list[Child] = []
    for _ in range(families):
        family = random.choice(FAMILY)
        homes = tuple(random.sample(HOMES, 2 if random.random() < 0.3 else 1))
        born = f"{random.randint(2003, 2016)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        for place, given in enumerate(random.sample(GIVEN, random.choice((1, 2, 2, 3)))):
            day = born if place == 1 and random.random() < 0.3 else f"{2003 + len(found) % 14}{born[4:]}"
            found.append(Child(len(found), given, family, day, homes, random.random() < 0.93))
    for _ in range(families // 10):
        other = random.choice(found)
        alike = [one for one in found if one[1:4] == other[1:4]]
        free = [home for home in HOMES[:-1] if not any(home in one.homes for one in alike)]
        if free:  # who shares name, birth and address cannot be told apart by anybody
            found.append(other._replace(number=len(found), homes=(free[0],)))
    return found


def mentions(seed: int, families: int = 30, count: int = 400) -> list[Mention]:
    """What agencies send about a population, each with the faults of its own records."""
    random = Random(seed)  # noqa: S311  # nothing secret
    known = people(random, families)
    made = []
    for number in range(count):
        who = random.choice(known)
        agency = random.choice(("health", "education", "police", "cgl", "hub"))
        kind = "hub.status.changed" if agency == "hub" else f"{agency}.concern.raised"
        person = person_of(random, who, agency, late=number > count // 2)
        made.append(
            Mention(who.number, agency, event(kind, "2017-10-02T12:00:00+01:00", person, record_ref=f"{number}"))
        )
    return made


def person_of(random: Random, who: Child, agency: str, *, late: bool) -> dict[str, Any]:
    often = random.random
    numbers: dict[str, str] = {}
    if agency in ("health", "hub") and who.numbered and often() < (0.97 if agency == "health" else 0.7):
        numbers["nhs_number"] = NUMBERS[who.number]
    if agency == "education" and often() < 0.98:
        numbers["upn"] = upn(who.number)
    if agency == "hub" and often() < 0.9:
        numbers["la_child_id"] = f"LA-{who.number}"
    if agency in ("police", "cgl") and often() < 0.3:
        numbers["agency_ref"] = f"R-{who.number}"
    if numbers.get("nhs_number") and often() < 0.01:  # a slip of the pen, which the check digit finds
        digits = numbers["nhs_number"]
        numbers["nhs_number"] = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    if agency == "health" and often() < 0.01:  # somebody else's number: the birth date finds it
        numbers["nhs_number"] = NUMBERS[(who.number + 1) % 300]
    given = who.given
    if agency in ("police", "cgl") and often() < 0.06:
        given = given[:-1] or given
    given = "Baby" if often() < 0.01 else given.upper() if often() < 0.1 else given
    born = f"{who.born[:4]}-01-01" if agency == "police" and often() < 0.03 else who.born
    home: str | None = who.homes[-1] if late else who.homes[0]
    if often() < {"police": 0.2, "cgl": 0.1}.get(agency, 0.02):
        home = None
    person = {"ref": "c1", "role": "child", "identifiers": numbers or None, "date_of_birth": born, "postcode": home}
    person["name"] = {"given": given, "family": who.family}
    return {field: value for field, value in person.items() if value is not None}


class Placed(NamedTuple):
    """What became of a mention.

    Attributes:
        mention: the mention.
        key: the child whom it reached; None: it waits for a person.
        owner: who that child is: the truth of the mention that minted the key.
    """

    mention: Mention
    key: str | None
    owner: int | None


def placed(said: list[Mention]) -> Iterator[Placed]:
    """Feed identity, mention by mention."""
    room, owners = IdentityRoom(), dict[str, int]()
    for mention in said:
        found = room.take(mention.event)
        assert found is not None
        keys = [fact["subject"] for fact in found.facts if fact["ref"]]
        key = keys[0] if keys else None
        yield Placed(mention, key, None if key is None else owners.setdefault(key, mention.who))


def figures(populations: int) -> Iterator[dict[str, Any]]:
    """By agency: mentions, and in per cent those attached to the right child, held, and taken for somebody new."""
    named, held, wrong, main, apart = Counter[str](), Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for seed in range(populations):
        first: dict[int, str] = {}
        for one in placed(mentions(seed)):
            agency = one.mention.agency
            named[agency] += 1
            if one.key is None:
                held[agency] += 1
            elif one.owner != one.mention.who:
                wrong[agency] += 1
            elif first.setdefault(one.mention.who, one.key) == one.key:
                main[agency] += 1
            else:
                apart[agency] += 1
    for agency in sorted(named):
        attached = named[agency] - held[agency]
        yield {
            "agency": agency,
            "mentions": named[agency],
            "precision": round(100 * (1 - wrong[agency] / attached), 2),
            "recall": round(100 * main[agency] / named[agency], 1),
            "held": round(100 * held[agency] / named[agency], 1),
            "apart": round(100 * apart[agency] / named[agency], 1),
        }


if __name__ == "__main__":
    for line in figures(int(sys.argv[1])):
        print(json.dumps(line))  # noqa: T201  # the output
