"""Valid events in a line, for tests and for trying things out; all people are invented.

event("police.da_form.completed", child(1), adult(1), data={"tool": "dash", "grade": "high"})
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from safeguarding.events.times import MINUTE, parse_instant, rfc3339
from safeguarding.producers.borough import numbers
from safeguarding.producers.borough.names import BOYS, FAMILIES, GIRLS, WOMEN
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder

_SPACE = UUID("c0a5b6fb-0f5b-5b44-8b35-7a3f8f5e6d11")
_FIRST = 999_700_000


def nhs_number(n: int) -> str:
    """The n-th NHS number of a stretch that nobody else of this package uses."""
    return next(islice(numbers.nhs_numbers(_FIRST + n * 2), 1))


def child(n: int = 1, **changes: Any) -> dict[str, Any]:
    """The n-th invented child, known by NHS number, name, date of birth and postcode.

    Args:
        n: which child; the same number is the same child.
        changes: fields to replace; None leaves one out.
    """
    given = (GIRLS, BOYS)[n % 2][n // 2 % len(GIRLS)]
    person = {
        "ref": f"c{n}",
        "role": "child",
        "identifiers": {"nhs_number": nhs_number(n)},
        "name": {"given": given, "family": FAMILIES[n % len(FAMILIES)]},
        "date_of_birth": f"20{7 + n % 8:02}-{n % 12 + 1:02}-14",
        "postcode": numbers.postcode(16 + n % 8, n),
    }
    return _changed(person, changes)


def adult(n: int = 1, role: str = "adult_victim", **changes: Any) -> dict[str, Any]:
    """The n-th invented adult, known by name, date of birth and postcode.

    Args:
        n: which adult.
        role: why the adult is in the event.
        changes: fields to replace; None leaves one out.
    """
    person = {
        "ref": f"a{n}",
        "role": role,
        "name": {"given": WOMEN[n % len(WOMEN)], "family": FAMILIES[n % len(FAMILIES)]},
        "date_of_birth": f"19{80 + n % 15}-{n % 12 + 1:02}-03",
        "postcode": numbers.postcode(16 + n % 8, n),
    }
    return _changed(person, changes)


def event(kind: str, *people: dict[str, Any], at: str = "2018-01-15T10:00:00+00:00", **changes: Any) -> dict[str, Any]:
    """An event of any type in the contract's JSON form; what is not given is that of the example beside its schema.

    Args:
        kind: the event's type.
        people: whom it is about; nobody: the people of the example.
        at: when it occurred, was recorded and, five minutes later, published.
        changes: fields to replace; None leaves one out. The id is minted from the content.
    """
    made: dict[str, Any] = json.loads((folder() / CONTRACTS[kind].example).read_text(encoding="utf-8"))
    made |= {"occurred_at": at, "recorded_at": at, "published_at": rfc3339(parse_instant(at) + 5 * MINUTE)}
    if people:
        made["people"] = list(people)
    made = _changed(made, changes)
    if "id" not in changes:
        made["id"] = str(uuid5(_SPACE, json.dumps({**made, "id": ""}, sort_keys=True)))
    return made


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (fields | changes).items() if value is not None}
