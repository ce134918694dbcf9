"""Who is meant: exact matching in a fixed order; whatever is not certain waits for a person (people.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from safeguarding.identity.evidence import Evidence, Mark
from safeguarding.identity.groups import Groups
from safeguarding.identity.person import Person, all_of
from safeguarding.identity.rows import Shelf, joined

PREGNANCY_DAYS = 42
_NAME = ("name", "date_of_birth")
OF_AN_UNBORN = "unborn_and_born"


class Doubt(NamedTuple):
    """Why nobody could be named, and who might be meant: keys and what agrees, never values."""

    reason: str
    candidates: list[dict[str, Any]]

    @property
    def keys(self) -> list[str]:
        """Keys of the records that might be meant."""
        return [candidate["key"] for candidate in self.candidates]


class Beside(NamedTuple):
    """The others of an event in which a person is named.

    Attributes:
        taken: keys of those who have been found: twins may share all but their numbers.
        mother: key of her through whom an unborn child is known; None when no adult could be her.
        doubtful: there is a mother, and she is in doubt herself.
        others: keys of other unborn children who have been found.
        unborn: how many unborn children are named.
    """

    taken: frozenset[str] = frozenset()
    mother: str | None = None
    doubtful: bool = False
    others: frozenset[str] = frozenset()
    unborn: int = 1


class People:
    """The records of people and the ways to find them."""

    def __init__(self, shelf: Shelf, groups: Groups) -> None:
        self._shelf, self._groups = shelf, groups

    def find(self, evidence: Evidence, beside: Beside) -> str | Doubt | None:
        """Key of the record meant, a doubt, or None: nobody who is known.

        Args:
            evidence: what the person can be known by.
            beside: the others of the event.
        """
        owners = list(dict.fromkeys([key for mark in evidence.marks if (key := self.owner(mark))]))
        if len(owners) > 1 and len(self._roots(owners)) > 1:
            return _doubt("identifiers_conflict", owners, ["identifiers"])
        if owners:
            clash = self._clash(owners[0], evidence)
            if clash:
                return _doubt(clash, owners[:1], ["identifiers"])
            return self._also_named(owners[0], evidence) or owners[0]
        if evidence.unborn:
            return self._unborn(evidence, beside)
        if evidence.whole_name:
            return self._by_name(evidence, beside.taken)
        rest = self._by_rest(evidence)
        return _doubt("never_joins", rest, ["name"]) if rest else None

    def owner(self, mark: Mark) -> str | None:
        """Key of the record that holds an identifier."""
        key = self._shelf.rows.get(b"m|" + joined(*mark))
        return None if key is None else key.decode()

    def alike(self, evidence: Evidence) -> list[str]:
        """Keys of the records with this name, birth and postcode, when there is no number by which one is found."""
        if any(self.owner(mark) for mark in evidence.marks) or not (evidence.whole_name and evidence.postcode):
            return []
        known = [(key, self._groups.person(key)) for key in self._named(evidence)]
        return [key for key, person in known if person is not None and evidence.postcode in person.postcodes]

    def related(self, evidence: Evidence, mother: str | None) -> set[str]:
        """Keys of all records that share anything with this evidence by which somebody could be found."""
        found = {key for mark in evidence.marks if (key := self.owner(mark))}
        if evidence.whole_name:
            found.update(self._named(evidence))
        found.update(self._by_rest(evidence))
        if evidence.unborn and mother is not None:
            found.update(self._children_of(mother))
        return found

    def learn(self, person: Person, evidence: Evidence, mother: str | None) -> None:
        """Make a record findable by what has just been learnt of it.

        Args:
            person: the record; identifiers and ways to find it are added here.
            evidence: what the event says.
            mother: key of the mother of an unborn child.
        """
        rows, key = self._shelf.rows, person.key.encode()
        for mark in evidence.marks:
            if mark not in person.marks and self.owner(mark) is None:
                rows.put(b"m|" + joined(*mark), key)
                person.marks.append(mark)
        for row in _name_rows(evidence):
            if row not in person.ways:
                self._shelf.write(row, sorted({*self._keys(row), person.key}))
                person.ways.append(row)
        if evidence.unborn and mother is not None and mother not in person.mothers:
            person.mothers.append(mother)
            rows.put(b"u|" + joined(mother) + key, b"")

    def forget(self, person: Person) -> None:
        """Remove a record and every way to find it; what it was learnt from is read again."""
        rows, key = self._shelf.rows, person.key.encode()
        for mark in person.marks:
            rows.delete(b"m|" + joined(*mark))
        for row in person.ways:
            self._shelf.write(row, [other for other in self._keys(row) if other != person.key] or None)
        for mother in person.mothers:
            rows.delete(b"u|" + joined(mother) + key)
        self._groups.forget(person.key)

    def _roots(self, keys: Iterable[str]) -> set[str]:
        return {self._groups.root(key) for key in keys}

    def _clash(self, key: str, evidence: Evidence) -> str | None:
        people = self._groups.people(key)
        if not any(p.unborn if evidence.unborn else p.born for p in people):
            return OF_AN_UNBORN  # that the one became the other is for a person to say
        if evidence.nhs_number:
            numbers = all_of(p.numbers() for p in people)
            if numbers and evidence.nhs_number not in numbers:
                return "second_nhs_number"
        if evidence.birth is not None:
            births = all_of(p.births for p in people)
            if births and evidence.birth not in births:
                return "second_date_of_birth"
        return None

    def _also_named(self, key: str, evidence: Evidence) -> Doubt | None:
        """A doubt when the numbers are one person's, and name and birth are another's who is known: a twin's."""
        if not evidence.whole_name:
            return None
        row = _name_row(evidence)
        if any(row in person.ways for person in self._groups.people(key)):
            return None  # the person is known by this name, as nearly always
        others = [{"key": other, "matched": [*_NAME]} for other in self._named(evidence)]
        return Doubt("several_match", [{"key": key, "matched": ["identifiers"]}, *others]) if others else None

    def _unborn(self, evidence: Evidence, beside: Beside) -> str | Doubt | None:
        if beside.doubtful:
            return Doubt("mother_in_doubt", [])
        if beside.mother is None:
            return None
        hers = [key for key in self._children_of(beside.mother) if self._groups.root(key) not in beside.others]
        left = [key for key in hers if self._expected_with(key, evidence)]
        maybe = [key for key in hers if evidence.expected is None or not self._dated(key)]
        if not left and maybe:
            return _doubt("no_expected_date", maybe, ["mother"])
        if len(self._roots(left)) > 1 and len(self._roots(left)) + len(beside.others) != beside.unborn:
            return _doubt("several_match", left, ["mother", "expected_date_of_birth"])
        return min(left, key=self._age_of, default=None)

    def _children_of(self, mother: str) -> Iterator[str]:
        for record in self._groups.members(mother):
            yield from (tail.decode() for tail in self._shelf.tails(b"u|" + joined(record)))

    def _dated(self, key: str) -> bool:
        person = self._groups.person(key)
        return person is not None and bool(person.expected)

    def _expected_with(self, key: str, evidence: Evidence) -> bool:
        person = self._groups.person(key)
        if person is None or evidence.expected is None:
            return False
        return any(abs(day - evidence.expected) <= PREGNANCY_DAYS for day in person.expected)

    def _age_of(self, key: str) -> tuple[Any, ...]:
        person = self._groups.person(key)
        return (person.first if person else (True, 0, 0, 0), key)

    def _named(self, evidence: Evidence) -> list[str]:
        return self._keys(_name_row(evidence))

    def _keys(self, row: bytes) -> list[str]:
        """Keys of the records that are found by one row, in order."""
        return self._shelf.read(row, list[str]) or []

    def _by_name(self, evidence: Evidence, taken: frozenset[str]) -> str | Doubt | None:
        """Family name, given name, birth and postcode; without the postcode it is a question, not an answer."""
        same = sorted(self._named(evidence), key=self._age_of)
        groups = {key: self._groups.people(key) for key in same}
        possible = [key for key in same if not (evidence.nhs_number and all_of(p.numbers() for p in groups[key]))]
        there = [key for key in same if evidence.postcode in all_of(p.postcodes for p in groups[key])]
        if there:
            several = len(self._roots(there)) > 1 or not taken.isdisjoint(self._roots(there))
            if several or there[0] not in possible:
                reason = "several_match" if several else "second_nhs_number"
                return _doubt(reason, there, [*_NAME, "postcode"])
            return there[0]
        if possible:
            return _doubt("postcode_differs" if evidence.postcode else "no_postcode", possible, _NAME)
        return None

    def _by_rest(self, evidence: Evidence) -> list[str]:
        """Whom the rest may mean when a name or a date of birth takes no part; of their own kind only."""
        if evidence.whole_name or evidence.unborn or not (evidence.baby or evidence.made_up is not None):
            return []
        if evidence.family and not evidence.baby and evidence.given:
            prefix = b"n|" + joined(evidence.family, evidence.given)
            rows = [prefix + birth for birth in self._shelf.tails(prefix)]
        elif evidence.family and evidence.birth is not None:
            rows = [b"f|" + joined(evidence.family, f"{evidence.birth}")]
        elif evidence.family and evidence.postcode:
            rows = [b"f|" + joined(evidence.family, evidence.postcode)]
        else:
            return []
        keys = dict.fromkeys(key for row in rows for key in self._keys(row))
        return [key for key in keys if self._may_be(key, evidence)]

    def _may_be(self, key: str, evidence: Evidence) -> bool:
        people = self._groups.people(key)
        if not any(p.child if evidence.child else p.adult for p in people):
            return False
        if evidence.nhs_number and all_of(p.numbers() for p in people):
            return False
        postcodes = all_of(p.postcodes for p in people)
        return not evidence.postcode or not postcodes or evidence.postcode in postcodes


def _name_rows(evidence: Evidence) -> list[bytes]:
    """Rows by which a record is found by name, and by what is left when a name or a birth takes no part."""
    if evidence.unborn or not (evidence.family or evidence.given):
        return []
    birth = "" if evidence.birth is None else f"{evidence.birth}"
    rows = [b"f|" + joined(evidence.family, part) for part in (birth, evidence.postcode) if part and evidence.family]
    if not evidence.baby and (birth or evidence.made_up is not None):
        rows.append(b"n|" + joined(evidence.family, evidence.given, birth))
    return rows


def _name_row(evidence: Evidence) -> bytes:
    """The row of records with this whole name and birth."""
    return b"n|" + joined(evidence.family, evidence.given, f"{evidence.birth}")


def _doubt(reason: str, keys: Iterable[str], matched: Iterable[str]) -> Doubt:
    return Doubt(reason, [{"key": key, "matched": list(matched)} for key in dict.fromkeys(keys)])
