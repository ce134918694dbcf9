"""Backfills: an agency's run of historical events, until its next live one, fifteen minutes of silence, or the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from safeguarding.events.times import MINUTE
from safeguarding.identity.rows import Shelf, joined

SILENCE = 15 * MINUTE


class Run(msgspec.Struct, array_like=True):
    """A backfill that goes on.

    Attributes:
        events: how many events were taken.
        last: clock of the newest.
        number: how many the agency has had before.
    """

    events: int = 0
    last: int = 0
    number: int = 0


class Report(NamedTuple):
    """A backfill that is over.

    Attributes:
        agency: whose it was.
        number: how many it had before.
        at: clock at which it was over.
        events: how many events it had.
        children: keys of the children whom they concern.
    """

    agency: str
    number: int
    at: int
    events: int
    children: list[str]


class Runs:
    """The newest backfill of each agency; one without events is over."""

    def __init__(self, shelf: Shelf, runs: dict[str, Run]) -> None:
        self._shelf, self._runs = shelf, runs

    def add(self, agency: str, clock: int, children: Iterable[str]) -> None:
        """Count one event of an agency's backfill."""
        run = self._runs.setdefault(agency, Run())
        run.events, run.last = run.events + 1, clock
        for child in children:
            self._shelf.rows.put(b"r|" + joined(agency, child), b"")

    def close(self, agency: str, clock: int) -> Iterator[Report]:
        """An agency sends live again: its backfill is over."""
        run = self._runs.get(agency)
        if run is not None and run.events:
            prefix = b"r|" + joined(agency)
            children = [tail[:-1].decode() for tail in self._shelf.tails(prefix)]
            self._shelf.clear(prefix)
            yield Report(agency, run.number, clock, run.events, children)
            self._runs[agency] = Run(number=run.number + 1)

    def silent(self, clock: int, *, end: bool) -> Iterator[Report]:
        """Backfills that are over by a clock, in the order in which they ended.

        Args:
            clock: the pipeline's clock.
            end: nothing more comes: whatever goes on is over.
        """
        if not self._runs:
            return
        for agency, run in sorted(self._runs.items(), key=lambda item: (item[1].last, item[0])):
            if run.last + SILENCE <= clock:
                yield from self.close(agency, run.last + SILENCE)
        for agency in sorted(self._runs) if end else ():
            yield from self.close(agency, clock)
