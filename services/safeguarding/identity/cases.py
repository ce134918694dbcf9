"""Which events and people belong to a case: an event that names nobody reaches the people of its case.

So does the closing of an incident, whomever it names: it is closed for everybody in it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from safeguarding.identity.rows import Placed, Shelf, joined, number


class Case(msgspec.Struct, array_like=True):
    """A case of an agency.

    Attributes:
        people: keys of the records that its events name.
        whole: some of its events are of the whole case (see `is_of_case`).
    """

    people: list[str] = []
    whole: bool = False


def cases_of(event: dict[str, Any]) -> list[str]:
    """Names of the cases to which an event belongs: its own, and one of another agency that it answers."""
    data, cases = event["data"], []
    if event["case_ref"]:
        cases.append(f"{event['agency']}|{event['case_ref']}")
    if data.get("from_case_ref"):
        cases.append(f"{data['from_agency']}|{data['from_case_ref']}")
    if data.get("to_case_ref"):
        cases.append(f"probation|{data['to_case_ref']}")
    return cases


def is_of_case(event: dict[str, Any]) -> bool:
    """Whether an event is of everybody in its case: it names nobody, or the incident is closed."""
    return not event["people"] or event["type"] == "police.incident.closed"


class Cases:
    """All cases."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def case(self, name: str) -> Case:
        """What is known of a case."""
        return self._shelf.read(b"s|" + joined("case", name), Case) or Case()

    def events(self, name: str) -> list[int]:
        """Offsets of the events of a case."""
        return [int.from_bytes(tail) for tail in self._shelf.tails(b"c|" + joined(name))]

    def whole(self, name: str) -> list[int]:
        """Offsets of the events of a case that are of everybody in it."""
        if not self.case(name).whole:
            return []
        return [offset for offset in self.events(name) if is_of_case(self._shelf.event(offset))]

    def learn(self, offset: int, placed: Placed) -> set[str]:
        """Add an event to its cases; keys of people whom a case's earlier events now reach are returned."""
        event = self._shelf.event(offset)
        reached: set[str] = set()
        for name in cases_of(event):
            self._shelf.rows.put(b"c|" + joined(name) + number(offset), b"")
            case = self.case(name)
            new = [key for key in dict.fromkeys(placed.people) if key is not None and key not in case.people]
            if new or is_of_case(event) > case.whole:
                reached.update(new if case.whole else ())
                case.people += new
                case.whole = case.whole or is_of_case(event)
                self._shelf.write(b"s|" + joined("case", name), case)
        return reached

    def forget(self, offset: int) -> list[str]:
        """Take an event out of its cases; their names are returned."""
        names = cases_of(self._shelf.event(offset))
        for name in names:
            self._shelf.rows.delete(b"c|" + joined(name) + number(offset))
        return names

    def again(self, name: str) -> None:
        """Work out anew who belongs to a case."""
        case = Case()
        for offset in self.events(name):
            placed = self._shelf.placed(offset)
            for key in placed.people if placed else ():
                if key is not None and key not in case.people:
                    case.people.append(key)
            case.whole = case.whole or is_of_case(self._shelf.event(offset))
        self._shelf.write(b"s|" + joined("case", name), case)
