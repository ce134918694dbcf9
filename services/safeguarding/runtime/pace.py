"""How many records a room is handed at once: few when it is slow on them, many under a backlog."""

from __future__ import annotations

from typing import Final

FIRST: Final = 2000
_LEAST, _MOST = 250, 16_000
_BRISK, _SLOW = 0.1, 0.4  # seconds during which nothing else may run


def paced(most: int, handled: int, seconds: float) -> int:
    """The next limit of a batch.

    Many at once save work: a subject's rows are read and written once a batch. But nothing else runs meanwhile, and
    what a crash interrupts is done again.

    Args:
        most: the limit until now.
        handled: records of the largest batch that was handled under it.
        seconds: what it took.
    """
    if seconds > _SLOW:
        return max(most // 2, _LEAST)
    return min(most * 2, _MOST) if handled == most and seconds < _BRISK else most
