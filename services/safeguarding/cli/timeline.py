"""A window as a line of text: when it began and ended, and where in it each event lies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from string import ascii_letters
from typing import Any, Final

from safeguarding.cli.words import local_day, local_time, what_happened
from safeguarding.events.times import LONDON

_WIDTH: Final = 60


class Legend:
    """A letter for each event of an answer, so that it is told once and found again.

    Args:
        events: what is to be said of events, by id (`inquiry.why.events`).
    """

    def __init__(self, events: dict[str, Any]) -> None:
        self._events = events
        self._letters = {event: ascii_letters[n] if n < len(ascii_letters) else "#" for n, event in enumerate(events)}
        self._told: set[str] = set()

    def letter(self, event: str) -> str:
        """The letter of an event; of one that is not known, its id."""
        letter = self._letters.get(event, event)
        return event if letter == "#" else letter

    def line(self, event: str) -> str:
        """One event in a line: letter, when, who, what, and its id; no narrative."""
        self._told.add(event)
        if event not in self._events:
            return f"id {event}"
        known = self._events[event]
        level = f", {known['level']}" if known["level"] else ""
        via = ", through an adult" if known["via_adult"] else ""
        old = ", history" if known["backfill"] else ""
        words = f"{what_happened(known['type'])}{level}{via}{old}"
        when = local_time(known["occurred_at"])[:16]
        return f"{self._letters[event]}  {when}  {known['agency']:<9}  {words:<40}  id {event}"

    def window(self, window: dict[str, Any]) -> Iterator[str]:
        """The lines of one window.

        Args:
            window: what `inquiry.why.windows` says of it.
        """
        known = [event for event in window["events"] if event in self._events]
        if not known:
            return
        first, last = date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
        line, days = ["·"] * _WIDTH, max(1, (last - first).days)
        for event in known:
            day = datetime.fromisoformat(self._events[event]["occurred_at"]).astimezone(LONDON).date()
            place = min(_WIDTH - 1, max(0, (day - first).days * (_WIDTH - 1) // days))
            line[place] = self._letters[event] if line[place] == "·" else "+"
        yield f"|{''.join(line)}|"
        begin = local_day(window["from"])
        yield f"{begin}{local_day(window['to']):>{_WIDTH + 2 - len(begin)}}"
        yield from (self.line(event) for event in known if event not in self._told)
