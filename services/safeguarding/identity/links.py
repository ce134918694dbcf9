"""Adults carry children: links with a source, a start, an end, and what may travel along them (people.md)."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from safeguarding.events.times import local

_POLICE = frozenset({"police.incident.recorded", "police.da_form.completed"})


class Link(NamedTuple):
    """One adult and one child."""

    child: str
    how: str
    start: int
    end: int | None
    only: str | None


class Links:
    """All links, by adult and by what said so."""

    def __init__(self) -> None:
        self._by_adult: dict[str, dict[str, tuple[int, list[Link]]]] = {}
        self._households: dict[str, int] = {}  # when the newest list of each was true

    def learn(self, event: dict[str, Any], adults: dict[str, str], children: list[str]) -> None:
        """Keep the links that an event tells of.

        Args:
            event: the event.
            adults: role by key of each adult who was found.
            children: keys of the children who were found.
        """
        kind, at = event["type"], event["occurred_at"]
        if kind == "cgl.client.children_linked":
            how = event["data"]["lives_with"]
            for adult, role in adults.items():
                if role == "client":
                    self._set(adult, "cgl", at, [Link(child, how, at, None, None) for child in children])
        elif kind in _POLICE and children:
            for adult in adults:
                links = [Link(child, "incident", at, _year_later(at), "police") for child in children]
                self._set(adult, f"police|{event['id']}", at, links)
        elif kind == "hub.household.changed":
            self._household(f"household|{event['case_ref'] or event['id']}", at, list(adults), children)
        for person in event["people"]:
            if person["role"] == "unborn_child" and len(adults) == 1:
                (adult,) = adults
                for child in children:
                    self._set(adult, f"pregnancy|{child}", at, [Link(child, "pregnancy", at, None, None)])

    def _household(self, source: str, at: int, adults: list[str], children: list[str]) -> None:
        """The newest list of a household stands; a late one changes nothing."""
        if self._households.get(source, at) > at:
            return
        self._households[source] = at
        for adult, sources in self._by_adult.items():
            if adult not in adults and source in sources:
                sources[source] = (at, [])
        for adult in adults:
            self._set(adult, source, at, [Link(child, "household", at, None, None) for child in children])

    def of(self, adult: str, event: dict[str, Any]) -> dict[str, str]:
        """Children whom an event about this adult reaches, and how each is linked."""
        at, found = event["occurred_at"], dict[str, str]()
        for _, links in self._by_adult.get(adult, {}).values():
            for link in links:
                inside = link.only is None or (link.start <= at and (link.end is None or at < link.end))
                if inside and link.only in (None, event["agency"]):
                    found.setdefault(link.child, link.how)
        return found

    def _set(self, adult: str, source: str, at: int, links: list[Link]) -> None:
        sources = self._by_adult.setdefault(adult, {})
        known = sources.get(source)
        if known is None or known[0] <= at:
            sources[source] = (at, links)


def _year_later(instant: int) -> int:
    """Start of the same London date a year later; 29 February reads as 1 March."""
    day = local(instant).date()
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:
        later = date(day.year + 1, 3, 1)
    return instant + (later.toordinal() - day.toordinal()) * 86_400_000
