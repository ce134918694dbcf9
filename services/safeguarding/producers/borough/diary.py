"""The diary of the borough: export rows of all agencies in the order in which their systems send them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from heapq import heappop, heappush
from typing import Final

from safeguarding.events.times import LONDON, MINUTE, SECOND, instant_of, local
from safeguarding.producers.agencies import LAYOUTS

Entry = tuple[int, str, dict[str, str]]
_BASES: Final = {
    "police": "CA04-11",
    "health": "S11",
    "cgl": "11",
    "yos": "CA04 s11",
    "probation": "CA11",
    "hub": "CA04S11",
    "education": "CA11",
}


def at(day: date, hour: float) -> int:
    """The instant of a local hour, such as 21.25, on a date."""
    return instant_of(datetime.combine(day, time(), LONDON)) + int(hour * 60) * MINUTE


class Diary:
    """Takes rows in any order and gives them in the order of sending; keeps only what is not sent yet.

    Args:
        first: number of the first record of each kind, so that two diaries never share a reference.
    """

    def __init__(self, first: int = 1) -> None:
        self._first = first
        self._waiting: list[tuple[int, int, str, dict[str, str]]] = []
        self._count = 0
        self._sent = 0
        self._numbers: dict[str, int] = {}

    def number(self, stem: str, when: int) -> str:
        """The next reference of a series, such as ``CLV-17-000042``."""
        self._numbers[stem] = self._numbers.get(stem, self._first - 1) + 1
        return f"{stem}-{local(when):%y}-{self._numbers[stem]:06d}"

    def enter(
        self,
        agency: str,
        kind: str,
        when: int,
        columns: dict[str, str],
        *,
        case: str = "",
        saved: int = 5 * MINUTE,
        sent: int = MINUTE,
        note: str = "",
        basis: str | None = None,
        ref: str = "",
    ) -> tuple[int, dict[str, str]]:
        """Write a row and say when it is sent.

        Args:
            agency: whose row.
            kind: the export's kind of record.
            when: when it happened.
            columns: the columns of this kind of record.
            case: reference of the case.
            saved: milliseconds until staff saved it.
            sent: milliseconds from there until the system sent it.
            note: free text.
            basis: the system's code of the lawful basis; empty for none, None for the usual one.
            ref: the record's number; the next of its kind when empty.
        """
        layout = LAYOUTS[agency]
        row = {
            layout.kind: kind,
            layout.ref: ref or self.number(f"{agency[:3].upper()}{kind[:4].upper()}", when),
            layout.case: case,
            layout.occurred: local(when).strftime(layout.time_form),
            layout.recorded: local(when + saved).strftime(layout.time_form),
            layout.summary: note,
            layout.basis: _BASES[agency] if basis is None else basis,
            **columns,
        }
        row = {column: text for column, text in row.items() if text}
        self.send(when + saved + sent, agency, row)
        return when + saved + sent, row

    def send(self, when: int, agency: str, row: dict[str, str]) -> None:
        """Have a row sent at an instant, or now if that is past."""
        self._count += 1
        heappush(self._waiting, (max(when // SECOND * SECOND, self._sent), self._count, agency, row))

    def until(self, when: int | None) -> Iterator[Entry]:
        """Rows sent before an instant, in order; None: all that are left."""
        while self._waiting and (when is None or self._waiting[0][0] < when):
            sent, _, agency, row = heappop(self._waiting)
            yield sent, agency, row
        self._sent = max(self._sent, when or 0)


def day_text(agency: str, day: date) -> str:
    """A date as an agency's system writes it."""
    return day.strftime(LAYOUTS[agency].day_form)


def time_text(agency: str, when: int) -> str:
    """A time as an agency's system writes it."""
    return local(when).strftime(LAYOUTS[agency].time_form)
