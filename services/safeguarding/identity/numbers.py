"""Check digits of the numbers by which people are known (people.md)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nhs_number.validate import is_valid

_NHS: Final = re.compile("[0-9]{10}")
_UPN: Final = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC: Final = re.compile(r"(?:[0-9]{2}|[0-9]{4})/([0-9]{1,7})([A-HJ-NP-RT-Z])")
_PNC_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"


@lru_cache(maxsize=65536)
def valid_nhs_number(text: str) -> str | None:
    """The ten digits of an NHS number, or None when its check digit is wrong (modulus 11) or all are the same."""
    digits = text.replace(" ", "").replace("-", "")
    if not _NHS.fullmatch(digits) or len(set(digits)) == 1:  # 000 000 0000 stands for "we do not know"
        return None
    return digits if is_valid(digits) else None


@lru_cache(maxsize=65536)
def valid_upn(text: str) -> str | None:
    """A unique pupil number in capitals, or None when its check letter is wrong (modulus 23, positions 2 to 13)."""
    upn = text.replace(" ", "").upper()
    if not _UPN.fullmatch(upn):
        return None
    digits = [int(c) for c in upn[1:12]]
    last = upn[12]
    digits.append(int(last) if last.isdecimal() else _UPN_LETTERS.index(last))
    total = sum(digit * weight for weight, digit in enumerate(digits, 2))
    return upn if _UPN_LETTERS[total % 23] == upn[0] else None


@lru_cache(maxsize=65536)
def valid_pnc_id(text: str) -> str | None:
    """A PNC id as YYYY/NNNNNNNL, or None when its check letter is wrong (modulus 23, 1 = A … 0 = Z without I, O, S).

    A year of two digits lies between 1950 and 2049.
    """
    pnc = text.replace(" ", "").upper()
    match = _PNC.fullmatch(pnc)
    if not match:
        return None
    serial = match.group(1).zfill(7)
    year = pnc.split("/", 1)[0]
    check = int(year[-2:] + serial) % 23
    if _PNC_LETTERS[check] != match.group(2):
        return None
    if len(year) == 2:
        year = f"{'20' if year < '50' else '19'}{year}"
    return f"{year}/{serial}{match.group(2)}"
