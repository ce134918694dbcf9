"""A child's chronology: what happened, who says so, how grave; the child's voice; when rules fired; what was corrected.

Nothing in it is new: events as their agencies sent them, alerts and notices as the rooms make them, and of all of it
only what its reader may hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from safeguarding.correlation.finding import Pack
from safeguarding.correlation.marks import THROUGH_ADULTS, concern_level, is_routine, mark_of, voice_of
from safeguarding.errors import SafeguardingError
from safeguarding.events.catalogue import TYPES
from safeguarding.events.times import rfc3339
from safeguarding.inquiry.facts import Facts, Told
from safeguarding.inquiry.log import Log
from safeguarding.inquiry.said import alerts, notices_to, shown
from safeguarding.routing.policy import POLICY, THICK
from safeguarding.wire.codec import decode_as, decode_event

Entry = dict[str, Any]
_LEVELS: Final = {0: "no risk given", 1: "low", 2: "medium", 3: "high"}
_HIDDEN: Final = {"address_of_incident_postcode"}  # where somebody lives is no part of a chronology
_SCHOOL: Final = {"school"}


class Corrections(NamedTuple):
    """What agencies have said of events that they sent before: by sender and id of what is corrected."""

    by_id: Mapping[tuple[str, str, str], dict[str, Any]]

    @classmethod
    def of(cls, log: Log) -> Corrections:
        """The corrections of a log; of two of the same event, the later."""
        found = {}
        for record in log.records:
            accepted = decode_as("log.accepted", record.value)
            if accepted["kind"] == "event":
                event = decode_event(accepted["body"])
                if event["action"] != "new":
                    found[*_sender(event), event["supersedes"]] = event  # another sender's word is refused
        return cls(found)

    def to(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The correction of an event, if there is one."""
        return self.by_id.get((*_sender(event), event["id"]))


def _sender(event: dict[str, Any]) -> tuple[str, str]:
    return event["agency"], event["source"]


def chronology(
    facts: Facts, corrections: Corrections, who: str, pack: Pack, audience: str = "hub", recipient: str | None = None
) -> Entry:
    """The chronology of one child as one audience may read it.

    Args:
        facts: the facts of the log.
        corrections: the corrections of the log.
        who: key of the child.
        pack: the rules in force.
        audience: who reads it.
        recipient: which of that audience: a practice, a school, a team.

    Raises:
        SafeguardingError: no such audience; or its notices went to several, and none was named.
    """
    if audience not in POLICY or audience == "operators":
        known = ", ".join(name for name in POLICY if name != "operators")
        raise SafeguardingError(f"nobody is called {audience}: a chronology is for one of {known}")
    subject = _goes_on(facts, who)
    told, policy = facts.of(subject), POLICY[audience]
    whole = policy["narrative"] == "all"
    some = told if whole else [one for one in told if _knows_why(one)]
    entries = [e for e in _events(some, corrections) if whole or _is_own(e, audience, policy)]
    if audience in THICK:
        child: Any = shown(facts.child(subject))
        entries += alerts(facts, subject, pack)
    else:
        notices = notices_to(facts, subject, pack, audience, recipient)
        child = notices[-1].pop("child") if notices else None
        entries += [{name: value for name, value in notice.items() if name != "child"} for notice in notices]
    entries.sort(key=lambda entry: (entry["at"], entry["kind"] != "event", "corrected" not in entry, entry["ref"]))
    last = max((one.fact["clock"] for one in told), default=0)
    return {
        "child": child,
        "key": subject,
        "audience": audience,
        "recipient": recipient,
        "as_of": rfc3339(max(last, facts.clock)),
        "entries": [{**entry, "at": rfc3339(entry["at"])} for entry in entries],
    }


def _goes_on(facts: Facts, subject: str) -> str:
    """Under which key a child goes on that was found to be another."""
    told = facts.of(subject)
    while told and told[-1].fact["kind"] == "moved":
        subject = told[-1].fact["note"]
        told = facts.of(subject)
    return subject


def _knows_why(one: Told) -> bool:
    """Whether the sender knows that its event is about the child: another agency's tie to an adult is not its own."""
    return one.event is None or one.fact["via_link"] in (None, "incident")


def _is_own(entry: Entry, audience: str, policy: Mapping[str, str]) -> bool:
    return policy["narrative"] == "own" and entry["agency"] == audience


def _events(told: list[Told], corrections: Corrections) -> Iterator[Entry]:
    """What stands now, and what was corrected; an event that turned out to be another child's is not here at all."""
    stands: dict[str, Told] = {}
    ever: dict[str, Told] = {}
    for one in told:
        if one.fact["kind"] in ("begin", "moved"):
            stands.clear()
        elif one.event is not None:
            stands[one.fact["root"] or one.event["id"]] = one
            ever[one.event["id"]] = one
    hides = any(_is_hidden(one.event) for one in stands.values() if one.event is not None)
    standing = {one.event["id"] for one in stands.values() if one.event is not None}
    for one in stands.values():
        if one.event is not None and _matters(one):
            yield _event(one, hides=hides, of=one.event["supersedes"] if one.event["supersedes"] in ever else None)
    for name, one in ever.items():
        correction = corrections.to(one.event) if one.event is not None else None
        if name not in standing and correction is not None and _matters(one):
            yield _corrected(one, correction, here=correction["id"] in ever)


def _matters(one: Told) -> bool:
    """Whether an event is about the child; most of what happens to an adult is somebody else's business."""
    return one.event is not None and (one.fact["via_adult"] is None or one.event["type"] in THROUGH_ADULTS)


def _is_hidden(event: dict[str, Any]) -> bool:
    secret = {"confidential_address", "s_flag"}.intersection(event["sensitivity"])
    return bool(secret) or any(person["address_confidential"] for person in event["people"])


def _event(one: Told, *, hides: bool, of: str | None) -> Entry:
    event, fact = one.event or {}, one.fact
    skip, usual = _HIDDEN | (_SCHOOL if hides else set()), _usual(event["type"])
    data = {n: v for n, v in event["data"].items() if n not in skip and v not in (None, [], {}) and v != usual.get(n)}
    return {
        "kind": "event",
        "at": event["occurred_at"],
        "ref": event["id"],
        "agency": event["agency"],
        "source": event["source"],
        "record": event["record_ref"],
        "type": event["type"],
        "details": {name: rfc3339(v) if name.endswith("_at") or name == "at" else v for name, v in data.items()},
        "significance": _significance(one),
        "voice": voice_of(event, named=fact["via_adult"] is None and not (fact["via_case"] and event["people"])),
        "summary": event["summary"],
        "via_adult": fact["via_adult"] is not None,
        "history": event["mode"] == "backfill",
        "corrects": of,
    }


@cache
def _usual(event_type: str) -> dict[str, Any]:
    """What a field holds when nobody says otherwise: not worth a word."""
    model = TYPES[event_type].model.model_fields["data"].annotation
    fields = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
    return {name: field.default for name, field in fields.items() if not field.is_required()}


def _corrected(one: Told, correction: dict[str, Any], *, here: bool) -> Entry:
    """An entry that was replaced or withdrawn: that it was there, and no more of what it said."""
    event = one.event or {}
    return {
        "kind": "event",
        "at": event["occurred_at"],
        "ref": event["id"],
        "agency": event["agency"],
        "source": event["source"],
        "record": event["record_ref"],
        "type": event["type"] if here else None,
        "details": {},
        "significance": _significance(one) if here else None,
        "corrected": {
            "how": "replaced" if here else "withdrawn",
            "at": rfc3339(correction["published_at"]),
            "by": correction["id"] if here else None,
        },
    }


def _significance(one: Told) -> str | None:
    """How grave: a level of a concern, a routine signal, or nothing that counts."""
    mark = mark_of(one.event or {}, one.fact)
    level = concern_level(mark)
    if level is None:
        return None
    return "routine signal" if is_routine(mark) else f"{_LEVELS[level]} concern" if level else _LEVELS[level]
