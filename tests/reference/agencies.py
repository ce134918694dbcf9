"""The reference's reading of agency-silent: heartbeat and events both silent past the agency's own norm."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple


class Heard(NamedTuple):
    """Something from an agency: when it reached us, and of a heartbeat in how many seconds the next is due."""

    at: datetime
    every_seconds: int | None


def silences(heard: Sequence[Heard], end: datetime) -> list[tuple[datetime, datetime | None]]:
    """From when on and until when the agency was silent.

    Its norm is 2 × its heartbeat; of an agency without heartbeats 3 × its usual gap, once five gaps of two hours are
    known. Which average makes a gap usual rules.md does not say: all gaps up to then must be the same.

    Args:
        heard: all that came from it, in the order in which it came.
        end: until when time passes.
    """
    found = []
    for n, one in enumerate(heard):
        norm = _norm(heard[: n + 1])
        following = heard[n + 1].at if n + 1 < len(heard) else None
        if norm and one.at + norm <= end and (following is None or following > one.at + norm):
            found.append((one.at + norm, following))
    return found


def _norm(heard: Sequence[Heard]) -> timedelta | None:
    beats = [one.every_seconds for one in heard if one.every_seconds]
    if beats:
        return timedelta(seconds=2 * beats[-1])
    gaps = [later.at - sooner.at for sooner, later in pairwise(heard)]
    return 3 * gaps[0] if len(gaps) >= 5 and len(gaps) * gaps[0] >= timedelta(hours=2) else None
