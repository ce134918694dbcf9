"""`safeguarding identity report`: how well people can be told apart, by agency and identifier; figures only."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from time import time
from typing import Annotated, Any, Final, NamedTuple

import typer

from safeguarding.cli.review import Item
from safeguarding.identity.evidence import NHS, SCHEMES, marks_of

GO_LIVE: Final = 95.0  # per cent of children with a matched NHS number below which CP-IS lets no authority go live
CONFLICTS: Final = ("identifiers_conflict", "second_nhs_number", "second_date_of_birth")
_AGES: Final = ((1, "under a day"), (7, "under a week"), (28, "under 4 weeks"))
_DAY: Final = 86_400_000
Place = tuple[str, int, int]  # topic, partition, offset of an agency's record
Line = dict[str, Any]


def report(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Match rates by agency and identifier, what is held and for how long, conflicts. No person is named."""
    from safeguarding.cli.identity_log import read
    from safeguarding.cli.review import items
    from safeguarding.events.envelope import AGENCIES
    from safeguarding.settings import Settings
    from safeguarding.wire.codec import decode_as, decode_event
    from safeguarding.wire.topics import ACCEPTED, REVIEW, receipt_topic

    settings = Settings()
    (log,) = read(settings, ACCEPTED)
    values = (decode_as("log.accepted", record.value) for record in log)
    receipts = [
        decode_as("record.receipt", record.value)
        for agency in AGENCIES
        for records in read(settings, receipt_topic(agency))
        for record in records
    ]
    (review,) = read(settings, REVIEW)
    questions = items(review)
    counted = _counting(receipts)
    events = (decode_event(v["body"]) for v in values if v["kind"] == "event" and place_of(v["record"]) in counted)
    clock = max((r["at"] for r in receipts), default=0) if settings.clock == "events" else int(time() * 1000)
    lines = [*matches(events, questions), *held(questions, clock)]
    for line in lines:
        print(json.dumps(line) if as_json else plain(line))  # noqa: T201  # the output
    if not lines and not as_json:
        print("nobody has been named yet")  # noqa: T201  # the output


def place_of(record: Line) -> Place:
    """Where an agency's record stands."""
    return record["topic"], record["partition"], record["offset"]


def _counting(receipts: Iterable[Line]) -> set[Place]:
    """Records whose newest receipt says that they count, or will when a doubt is settled."""
    newest = {place_of(receipt["record"]): receipt for receipt in sorted(receipts, key=lambda r: r["at"])}
    return {p for p, r in newest.items() if r["status"] in ("accepted", "held") and r["code"] != "TEST"}


class _Named(NamedTuple):
    """A born child of an event: by which schemes it was sent, and which of these pass their check."""

    agency: str
    id: str
    ref: str
    sent: frozenset[str]
    good: frozenset[str]


def matches(events: Iterable[Line], questions: Iterable[Item]) -> Iterator[Line]:
    """For each agency: of the times it named a born child, how often with which number, and how often in doubt.

    Args:
        events: that count, in the form rooms use; read once, in any number.
        questions: the review queue.
    """
    waiting = {(q.agency, q.id, q.ref) for q in questions if q.open and q.what == "person"}
    replaced, children = set[tuple[str, str]](), list[_Named]()
    for event in events:
        if event["supersedes"]:
            replaced.add((event["agency"], event["supersedes"]))
        if event["action"] != "delete":
            children += [_named(event, person) for person in event["people"] if person["role"] == "child"]
    named, doubted, matched, conflicts = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    valid, aside = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for child in (child for child in children if child[:2] not in replaced):
        in_doubt = child[:3] in waiting
        named[child.agency] += 1
        doubted[child.agency] += in_doubt
        matched[child.agency] += NHS in child.good and not in_doubt
        valid[child.agency].update(child.good)
        aside[child.agency].update(child.sent - child.good)
    for question in questions:
        conflicts[question.agency] += question.reason in CONFLICTS
    for agency in sorted(named):
        rate = 100 * matched[agency] / named[agency]
        yield {
            "kind": "agency",
            "agency": agency,
            "children_named": named[agency],
            "nhs_number_matched": round(rate, 1),
            "below_go_live": rate < GO_LIVE,
            "with": {s: round(100 * valid[agency][s] / named[agency], 1) for s in SCHEMES if valid[agency][s]},
            "bad_check_digit": dict(sorted(aside[agency].items())),
            "in_doubt": doubted[agency],
            "conflicts": conflicts[agency],
        }


def _named(event: Line, person: Line) -> _Named:
    agency = event["agency"]
    schemes = {scheme for scheme, _ in marks_of(person, agency)}
    good = frozenset("agency_ref" if scheme == f"{agency}.ref" else scheme for scheme in schemes)
    sent = frozenset(scheme for scheme in SCHEMES if (person["identifiers"] or {}).get(scheme))
    return _Named(agency, event["id"], person["ref"], sent, good)


def held(questions: Iterable[Item], clock: int) -> Iterator[Line]:
    """Open questions by reason and age, and all conflicts there ever were.

    Args:
        questions: the review queue.
        clock: now.
    """
    waiting: dict[str, Counter[str]] = {}
    for question in (q for q in questions if q.open):
        days = (clock - question.since) / _DAY
        age = next((words for limit, words in _AGES if days < limit), "4 weeks and more")
        waiting.setdefault(question.reason, Counter())[age] += 1
    for reason, ages in sorted(waiting.items()):
        yield {"kind": "held", "reason": reason, "questions": ages.total(), "ages": dict(ages)}
    closed = sum(not q.open for q in questions)
    if waiting or closed:
        yield {"kind": "questions", "open": sum(a.total() for a in waiting.values()), "answered": closed}


def plain(line: Line) -> str:
    """A line for a person."""
    if line["kind"] == "questions":
        return f"questions  {line['open']} open, {line['answered']} answered"
    if line["kind"] == "held":
        ages = ", ".join(f"{count} {age}" for age, count in line["ages"].items())
        return f"held       {line['reason'].replace('_', ' ')}: {line['questions']} ({ages})"
    mark = f"  BELOW {GO_LIVE:g} %, the bar of CP-IS" if line["below_go_live"] else ""
    rates = ", ".join(f"{scheme.replace('_', ' ')} {rate} %" for scheme, rate in line["with"].items()) or "no number"
    bad = sum(line["bad_check_digit"].values())
    rest = f"{bad} bad check digits, {line['in_doubt']} in doubt, {line['conflicts']} conflicts"
    head = f"{line['agency']:<11}children named {line['children_named']}: NHS number matched"
    return f"{head} {line['nhs_number_matched']} %{mark}; sent with {rates}; {rest}"
