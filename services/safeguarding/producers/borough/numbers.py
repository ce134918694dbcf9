"""Numbers for invented people: right check digits, and from ranges that are never issued to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"
_POSTCODE_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"


def nhs_numbers(first: int = 999_100_000) -> Iterator[str]:
    """NHS numbers from the range kept for tests (999 000 0000 to 999 999 9999), each once."""
    for stem in range(first, 1_000_000_000):
        total = sum(int(digit) * weight for digit, weight in zip(str(stem), range(10, 1, -1), strict=True))
        check = (11 - total % 11) % 11
        if check != 10:
            yield f"{stem}{check}"


def upn(serial: int) -> str:
    """A unique pupil number of an invented school, with its check letter."""
    digits = f"8089{serial:08d}"
    total = sum(int(digit) * weight for weight, digit in enumerate(digits, 2))
    return _UPN_LETTERS[total % 23] + digits


def pnc_id(year: int, serial: int) -> str:
    """A PNC id with its check letter."""
    return f"{year}/{serial:07d}{_PNC_LETTERS[int(f'{year % 100:02d}{serial:07d}') % 23]}"


def postcode(area: int, serial: int) -> str:
    """A postcode TSnn 9xx: no such sector exists.

    Args:
        area: 16 to 23.
        serial: which of the 400 in the area.
    """
    first, second = divmod(serial % 400, 20)
    return f"TS{area} 9{_POSTCODE_LETTERS[first]}{_POSTCODE_LETTERS[second]}"
