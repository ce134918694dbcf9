"""Adults carry children: ties with a source, a start, an end, and what may travel along them (people.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

import msgspec

from safeguarding.events.person import CHILD_ROLES
from safeguarding.events.times import LONDON, instant_of, local
from safeguarding.identity.evidence import expected_of
from safeguarding.identity.rows import Placed, Shelf, joined

# Types that tell of a state of an adult which lasts: what stood when a tie began stands for the child as well.
LASTS = frozenset(
    {
        "health.registration.changed",
        "probation.case.allocated",
        "probation.case.closed",
        "cgl.engagement.changed",
        "cgl.pregnancy.known",
    }
)
HOUSEHOLD = "hub.household.changed"
CGL_LIST = "cgl.client.children_linked"
_INCIDENTS = frozenset({"police.incident.recorded", "police.da_form.completed"})
_PREGNANCY = 280 * 86_400_000
_WITH = ("yes", "contact")


class Tie(msgspec.Struct, array_like=True):
    """One record of an adult and one of a child.

    Attributes:
        incidents: beginning and end of each police incident's reach; for police events only.
        cgl: CGL's lists of the client's children: when, how they live, and whether this child is among them.
        households: by household, from when on both were, or were not, among its people.
        expected: of an unborn child, the day on which it is expected.
    """

    incidents: list[tuple[int, int]] = []
    cgl: list[tuple[int, int, str, bool]] = []
    households: dict[str, list[tuple[int, int, bool]]] = {}
    expected: int | None = None

    @property
    def lasts(self) -> bool:
        """More than the police's incidents."""
        return bool(self.cgl or self.households) or self.expected is not None

    @property
    def pregnant_since(self) -> int | None:
        """When the pregnancy began with an unborn child."""
        return None if self.expected is None else self.expected * 86_400_000 - _PREGNANCY

    def carries(self, event: dict[str, Any]) -> tuple[str, bool] | None:
        """How an event about the adult reaches the child, and whether it happened before the tie began.

        Args:
            event: the event; it must lie inside the tie, or tell of a state that lasts.
        """
        at, kind = event["occurred_at"], event["type"]
        cgl = self._cgl(at)
        together = any(_newest(versions, at) for versions in self.households.values())
        ways = [cgl if cgl in _WITH else None, "household" if together else None, self._pregnancy(at), cgl]
        if event["agency"] == "police" and any(start <= at < end for start, end in self.incidents):
            ways.append("incident")
        how = next(filter(None, ways), None)
        if how is not None:
            return how, False
        began, how = self._beginning()
        return (how, True) if kind in LASTS and how is not None and at < began else None

    def _cgl(self, at: int) -> str | None:
        """Of children who live with the client, and of those who do not, the newest list of each stands."""
        newest = {how: (start, inside) for start, _, how, inside in self.cgl if start <= at}
        return max(((start, how) for how, (start, inside) in newest.items() if inside), default=(0, None))[1]

    def _pregnancy(self, at: int) -> str | None:
        began = self.pregnant_since
        return "pregnancy" if began is not None and began <= at else None

    def _beginning(self) -> tuple[int, str | None]:
        """When and how the first tie that lasts began."""
        ways: list[tuple[int, str | None]] = [(start, how) for start, _, how, inside in self.cgl if inside]
        ways += [(start, "household") for v in self.households.values() for start, _, inside in v if inside]
        if self.pregnant_since is not None:
            ways.append((self.pregnant_since, "pregnancy"))
        return min(ways, key=lambda way: way[0], default=(0, None))


class Changed(NamedTuple):
    """A tie that an event changed; `new`: it has become one that lasts; `since`: when, if not with the event."""

    adult: str
    child: str
    new: bool
    since: int | None


class Links:
    """All ties, by adult and by child; keys are those of records, whatever was merged."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def children(self, adult: str) -> Iterator[tuple[str, Tie]]:
        """Children tied to a record of an adult."""
        for tail in self._shelf.tails(b"w|" + joined(adult)):
            child = tail[:-1].decode()
            yield child, self._tie(adult, child)

    def tied(self, adults: list[str], root: Callable[[str], str]) -> dict[str, Tie]:
        """Children tied to a person: each once, by the key under which the child goes on.

        Args:
            adults: keys of all records that are the person.
            root: says under which key a child goes on.
        """
        found: dict[str, Tie] = {}
        several = len(adults) > 1
        for adult in adults:
            for child, tie in self.children(adult):
                key = root(child)
                several = several or key in found
                found[key] = _both(found[key], tie) if key in found else tie
        lists = sorted(one for adult in adults for one in self._lists(adult)) if several else []
        for child, tie in found.items() if several else ():
            cgl = [(at, place, how, child in map(root, children)) for at, place, how, children in lists]
            tie.cgl = cgl if any(inside for *_, inside in cgl) else []
        return found

    def adults(self, child: str) -> list[str]:
        """Adults tied to a record of a child."""
        return [tail[:-1].decode() for tail in self._shelf.tails(b"z|" + joined(child))]

    def learn(self, event: dict[str, Any], placed: Placed, mother: str | None) -> list[Changed]:
        """Keep the ties that one event tells of, but for households (see `household`).

        Args:
            event: the event.
            placed: its place.
            mother: key of the adult on whom its unborn children hang.
        """
        at, changed = event["occurred_at"], list[Changed]()
        if len(event["people"]) < 2 and event["type"] != CGL_LIST:
            return changed  # there is nobody to be tied to; that CGL's client has no child any more is news
        adults, children = sides(event, placed)
        for adult in adults if children and event["type"] in _INCIDENTS else ():
            for child in children:
                changed += self._change(adult, child, incidents=[(at, _year_later(at))])
        if event["type"] == CGL_LIST:
            said = (at, placed.place, event["data"]["lives_with"], children)
            for adult in [key for person, key in _pairs(event, placed) if key and person["role"] == "client"]:
                changed += self._list(adult, said)
        for person, key in _pairs(event, placed):
            if mother is not None and key is not None and person["role"] == "unborn_child":
                day = expected_of(event, person)
                changed += self._change(mother, key, expected=day if day is not None else at // 86_400_000)
        return changed

    def household(self, source: str, lists: Iterable[tuple[dict[str, Any], Placed]]) -> list[Changed]:
        """Work out the ties of a household anew from all lists of its people.

        Args:
            source: name of the household.
            lists: the events that list its people, in any order.
        """
        ordered = sorted(lists, key=lambda pair: (pair[0]["occurred_at"], pair[1].place))
        versions = [(event["occurred_at"], placed.place, *map(set, sides(event, placed))) for event, placed in ordered]
        row = b"s|" + joined("household", source)
        old = {(adult, child) for adult, child in self._shelf.read(row, list[tuple[str, str]]) or []}
        new = {(adult, child) for *_, adults, children in versions for adult in adults for child in children}
        changed = []
        for adult, child in sorted(old | new):
            said = [(at, place, adult in adults and child in children) for at, place, adults, children in versions]
            changed += self._change(adult, child, household=(source, said if (adult, child) in new else []))
        self._shelf.write(row, sorted(new) or None)
        return changed

    def forget(self, adult: str) -> None:
        """Remove what `learn` kept of a record of an adult."""
        self._shelf.write(_lists_row(adult), None)
        for child, tie in list(self.children(adult)):
            self._write(adult, child, Tie(households=tie.households))

    def _list(self, adult: str, said: tuple[int, int, str, list[str]]) -> list[Changed]:
        """Add one of CGL's lists: every child in any of them is, or is no longer, the client's."""
        lists = sorted([*(one for one in self._lists(adult) if one[:2] != said[:2]), said])
        self._shelf.write(_lists_row(adult), lists)
        changed = []
        for child in dict.fromkeys(child for *_, children in lists for child in children):
            cgl = [(at, place, how, child in children) for at, place, how, children in lists]
            changed += self._change(adult, child, cgl=cgl)
        return changed

    def _lists(self, adult: str) -> list[tuple[int, int, str, list[str]]]:
        return self._shelf.read(_lists_row(adult), list[tuple[int, int, str, list[str]]]) or []

    def _tie(self, adult: str, child: str) -> Tie:
        return self._shelf.read(b"w|" + joined(adult, child), Tie) or Tie()

    def _change(
        self,
        adult: str,
        child: str,
        *,
        incidents: Iterable[tuple[int, int]] = (),
        cgl: list[tuple[int, int, str, bool]] | None = None,
        household: tuple[str, list[tuple[int, int, bool]]] | None = None,
        expected: int | None = None,
    ) -> list[Changed]:
        before, tie = self._tie(adult, child), self._tie(adult, child)
        tie.incidents = _joined_up([*tie.incidents, *incidents])
        tie.cgl = tie.cgl if cgl is None else cgl
        if household is not None:
            households = {**tie.households, household[0]: household[1]}
            tie.households = {name: said for name, said in households.items() if said}
        tie.expected = expected if tie.expected is None else tie.expected
        if tie == before:
            return []
        self._write(adult, child, tie)
        since = tie.pregnant_since if before.expected is None else None  # it began before anybody told of it
        return [Changed(adult, child, tie.lasts and not before.lasts, since)]

    def _write(self, adult: str, child: str, tie: Tie) -> None:
        empty = not (tie.incidents or tie.lasts)
        self._shelf.write(b"w|" + joined(adult, child), None if empty else tie)
        self._shelf.write(b"z|" + joined(child, adult), None if empty else True)


def sides(event: dict[str, Any], placed: Placed) -> tuple[list[str], list[str]]:
    """Keys of the adults and of the children of an event who have been found."""
    pairs = [(person["role"] in CHILD_ROLES, key) for person, key in _pairs(event, placed) if key is not None]
    adults, children = ([key for is_child, key in pairs if is_child is side] for side in (False, True))
    return adults, children


def household_of(event: dict[str, Any], label: str) -> str:
    """Name of the household that an event lists; without a case, that of the event's chain."""
    return str(event["case_ref"] or label)


def _lists_row(adult: str) -> bytes:
    return b"s|" + joined("cgl", adult)


def _pairs(event: dict[str, Any], placed: Placed) -> list[tuple[dict[str, Any], str | None]]:
    return list(zip(event["people"], placed.people, strict=True))


def _both(one: Tie, other: Tie) -> Tie:
    """What ties records of one adult and one child, but for CGL's lists."""
    households = dict(one.households)
    for name, said in other.households.items():
        inside = {version[:2]: version[2] for version in households.get(name, [])}
        households[name] = [(*version[:2], version[2] or inside.get(version[:2], False)) for version in said]
    expected = other.expected if one.expected is None else one.expected
    return Tie(_joined_up([*one.incidents, *other.incidents]), [], households, expected)


def _newest(versions: list[tuple[int, int, bool]], at: int) -> bool:
    return next((inside for start, _, inside in reversed(versions) if start <= at), False)


def _joined_up(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch made one, so that a year of incidents is one entry."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _year_later(instant: int) -> int:
    """The first moment of the same London date a year later; 29 February reads as 1 March."""
    day = local(instant).date()
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:
        later = date(day.year + 1, 3, 1)
    return instant_of(datetime.combine(later, time(0), LONDON))
