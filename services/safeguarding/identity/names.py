"""Names and postcodes made comparable; for matching only, never for display."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from unicodedata import category, normalize

from safeguarding.events.times import DAY_ZERO

NameKey = tuple[str, str | None, int | None]  # family, given, birth; what is None takes no part

_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=65536)
def comparable(name: str) -> str:
    """A name without case, accents, hyphens, apostrophes and spaces; other scripts stay as they are."""
    folded = normalize("NFKD", normalize("NFKD", name).casefold()).translate(_FOLDED)
    # Marks outside of this block are vowels and consonants of other scripts, not accents.
    return "".join(c for c in folded if category(c)[0] in "LNM" and not "\u0300" <= c <= "\u036f")


@lru_cache(maxsize=65536)
def comparable_postcode(postcode: str) -> str:
    """A postcode in capitals without spaces."""
    return "".join(postcode.split()).upper()


def name_key(person: dict[str, Any]) -> tuple[str, str, int] | None:
    """Family name, given name and birth date of a person of an event, if there are any."""
    name, birth = person["name"], person["date_of_birth"]
    if name is None or birth is None:
        return None
    family, given = comparable(name["family"] or ""), comparable(name["given"] or "")
    return (family, given, birth) if family or given else None


def parts(name: tuple[str, str, int]) -> tuple[NameKey, ...]:
    """Under what somebody of this name can be found."""
    family, given, birth = name
    return name, (family, None, birth), (family, given, None)


def without_made_up(name: tuple[str, str, int], *, numbered: bool) -> NameKey:
    """What is left of a name and birth date: Baby is no name, and without a number the first of January no birthday."""
    family, given, birth = name
    if given == "baby":
        return family, None, birth
    born = date.fromordinal(birth + DAY_ZERO)
    return (family, given, None) if (born.month, born.day) == (1, 1) and not numbered else name
