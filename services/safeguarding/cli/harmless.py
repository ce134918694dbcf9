"""Agency text on a terminal: nothing in it can move the cursor, hide, or turn other text round."""

from __future__ import annotations

from typing import Final

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_TURNING: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDING: Final = "\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff"
_SIGNS: Final = {
    **{code: chr(0x2400 + code) for code in range(0x20)},  # C0: seen as ␛, ␀ …
    **dict.fromkeys(map(ord, "\t\n\r\u0085\u2028\u2029"), " "),  # a line stays one line
    0x7F: "␡",
    **dict.fromkeys((code for code in range(0x80, 0xA0) if code != 0x85), _UNKNOWN),  # C1: a terminal may obey them
    **dict.fromkeys(map(ord, _TURNING + _HIDING), _UNKNOWN),
    **dict.fromkeys(range(0xD800, 0xE000), _UNKNOWN),  # half a character: cannot be written
    **dict.fromkeys(range(0xE0000, 0xE0080), _UNKNOWN),  # tags: text that nobody sees
}


def harmless(text: str) -> str:
    """The text with every such character made visible, one for one; all scripts stay as they are."""
    return text.translate(_SIGNS)
