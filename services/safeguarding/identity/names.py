"""Names and postcodes made comparable; for matching only, never for display."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, normalize

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
