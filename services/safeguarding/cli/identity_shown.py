"""Questions and people as `identity` shows them: what agrees, never a value unless it was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from safeguarding.cli.harmless import harmless
from safeguarding.cli.review import Item
from safeguarding.cli.words import held_because, local_day, local_time, what_happened
from safeguarding.events.times import day_text, rfc3339
from safeguarding.identity.look import Look, Sighting

_WHY: Final = {
    "identifiers_conflict": "its identifiers belong to different people",
    "second_nhs_number": "it would give somebody a second NHS number",
    "second_date_of_birth": "it would give somebody a second date of birth",
    "several_match": "several people match",
    "postcode_differs": "name and date of birth agree, the postcode is another",
    "no_postcode": "name and date of birth agree, a postcode is missing",
    "never_joins": "a value in it never joins people, the rest may mean somebody known",
    "unborn_and_born": "a number of an unborn child and of somebody born: are they one?",
    "mother_in_doubt": "its mother is in doubt herself",
    "no_expected_date": "it has the same mother, an expected date is missing",
    "unknown_person": "nobody is known by that",
    "same_record": "they are one already",
    "no_basis": "no lawful basis is given: it waits for an update that brings one",
}
_FIELDS: Final = {"nhs_number": "NHS number", "upn": "UPN", "uprn": "UPRN", "pnc_id": "PNC id", "la_child_id": "LA id"}
Line = dict[str, Any]


def line_of(item: Item) -> Line:
    """A question as JSON."""
    line = {"kind": "question", "name": item.name, "open": item.open, "since": rfc3339(item.since)}
    line |= {name: getattr(item, name) for name in ("what", "reason", "agency", "id")}
    return line | ({"ref": item.ref} if item.ref else {}) | {"candidates": [dict(c) for c in item.candidates]}


def in_a_line(item: Item) -> str:
    """A question in one line."""
    state = "" if item.open else "answered  "
    many = f"{len(item.candidates)} candidates" if len(item.candidates) != 1 else "1 candidate"
    head = f"{state}{local_time(rfc3339(item.since))}  {item.agency:<10}{item.name}  {because(item.reason)}"
    return f"{head}; {many}" if item.what == "person" else head


def because(reason: str) -> str:
    """Why a question was asked, in plain words."""
    return _WHY.get(reason) or held_because(reason)


def question_of(look: Look, item: Item, *, sensitive: bool) -> Line:
    """A question with all that helps to answer it."""
    line, asked = line_of(item), look.named(item.agency, item.id, item.ref) if item.ref else None
    cards = [card_of(look, c["key"], sensitive=sensitive) | {"matched": c["matched"]} for c in item.candidates]
    if asked is None:
        return line | {"candidates": cards}
    line |= {"type": asked.event["type"], "occurred_at": rfc3339(asked.event["occurred_at"])}
    line |= {"role": asked.person["role"]}
    for card in cards:
        verdicts = look.agreement(asked, card["key"])
        for verdict in ("agrees", "differs", "unknown"):
            card[verdict] = [name for name, found in verdicts.items() if found == verdict]
        card["others_in_common"] = look.in_common(asked, card["key"])
    if sensitive:
        line["person"] = _values([asked])
    return line | {"candidates": cards}


def card_of(look: Look, key: str, *, sensitive: bool) -> Line:
    """A person: keys, and how often which agency named them; values only when asked for."""
    seen, members = look.sightings(key), look.members(key)
    card: Line = {"kind": "person", "key": key, "goes_on_as": members[0] if members else key}
    if len(members) > 1:
        card["joined"] = members
    card["roles"] = sorted({s.person["role"] for s in seen})
    card["events"] = dict(sorted(Counter(s.event["agency"] for s in seen).items()))
    if seen:
        times = [s.event["occurred_at"] for s in seen]
        card |= {"first": rfc3339(min(times)), "last": rfc3339(max(times))}
    return card | ({"person": _values(seen)} if sensitive else {})


def question_lines(line: Line) -> Iterator[str]:
    """A question for a person at a terminal."""
    what = f"{line['agency']} {what_happened(line['type'])}, {local_day(line['occurred_at'])}" if "type" in line else ""
    who = f": {harmless(line['ref'])}, {line['role'].replace('_', ' ')}" if "role" in line else ""
    yield f"{line['name']}  {what}{who}"
    yield f"  waits since {local_time(line['since'])}: {because(line['reason'])}"
    if "person" in line:
        yield f"  {_spoken(line['person'])}"
    for number, card in enumerate(line["candidates"], 1):
        first, *rest = person_lines(card)
        yield f"{number}. {first}"
        yield from (f"   {text}" for text in rest)
    if line["what"] == "person":
        yield f"answer: safeguarding identity decide {line['name']} KEY (or --new) --who YOU --why 'what you found out'"


def person_lines(card: Line) -> Iterator[str]:
    """A person for a person at a terminal."""
    yield card["key"] + (f", goes on as {card['goes_on_as']}" if card["goes_on_as"] != card["key"] else "")
    if "joined" in card:
        yield f"joined: {', '.join(card['joined'])}"
    seen = ", ".join(f"{agency} {count}" for agency, count in card["events"].items())
    when = f", {local_day(card['first'])} to {local_day(card['last'])}" if seen else ""
    yield f"{', '.join(role.replace('_', ' ') for role in card['roles'])}; named by {seen or 'nobody'}{when}"
    if "person" in card:
        yield _spoken(card["person"])
    for verdict in ("agrees", "differs"):
        if card.get(verdict):
            yield f"{verdict}: {', '.join(map(_field, card[verdict]))}"
    if card.get("unknown"):
        yield f"known of one only: {', '.join(map(_field, card['unknown']))}"
    if card.get("others_in_common"):
        yield f"others in common: {card['others_in_common']}"
    if "weight" in card:
        yield f"Splink: match weight {card['weight']:+.1f}, an order of candidates and no answer"


def _values(seen: Sequence[Sighting]) -> Line:
    """Every spelling, number, date and address that the events give, the newest last."""
    said: dict[str, list[str]] = {}
    for sighting in seen:
        person = sighting.person
        name = " ".join(filter(None, ((person["name"] or {}).get("given"), (person["name"] or {}).get("family"))))
        numbers = {scheme: value for scheme, value in (person["identifiers"] or {}).items() if value}
        if "agency_ref" in numbers:
            numbers[f"{sighting.event['agency']}_ref"] = numbers.pop("agency_ref")
        days = {field: person[field] for field in ("date_of_birth", "expected_date_of_birth")}
        days = {field: day_text(day) for field, day in days.items() if day is not None}
        rest = {field: person[field] for field in ("sex", "postcode", "uprn") if person[field]}
        rest |= {"address": "confidential"} if person["address_confidential"] else {}
        for field, value in {**({"name": name} if name else {}), **days, **numbers, **rest}.items():
            if value not in said.setdefault(field, []):
                said[field].append(value)
    return dict(said)


def _spoken(values: Line) -> str:
    return "; ".join(f"{_field(field)} {harmless(' / '.join(said))}" for field, said in values.items())


def _field(name: str) -> str:
    return _FIELDS.get(name, name.replace("_", " "))
