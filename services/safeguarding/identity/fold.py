"""The fold of the one log: duplicates, doubts, and the fan-out of an event to everybody it concerns."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid5

import msgspec

from safeguarding.events.envelope import BASES
from safeguarding.events.person import CHILD_ROLES
from safeguarding.events.times import MINUTE
from safeguarding.identity.links import Links
from safeguarding.identity.people import SPACE, Doubt, People

_PACK = msgspec.msgpack.Encoder()
_PSR = {"probation.psr_information.requested", "hub.psr_information.provided"}


class Decision:
    """What becomes of one event.

    Attributes:
        status: accepted, duplicate, held or rejected.
        code: reason code, TEST for a test event.
        facts: for whom it counts, without position and clock (`events.log.Fact`).
        doubts: what a person must decide (`events.record.ReviewItem`).
    """

    def __init__(self, status: str, code: str | None = None, field: str | None = None) -> None:
        self.status, self.code, self.field = status, code, field
        self.facts: list[dict[str, Any]] = []
        self.doubts: list[dict[str, Any]] = []


class Fold:
    """Everything identity remembers: a pure function of the log up to here."""

    def __init__(self, never_join: frozenset[str]) -> None:
        self.people = People(never_join)
        self.links = Links()
        self.clock = 0
        self._cases: dict[str, dict[str, None]] = {}
        self._seen: dict[str, bytes] = {}
        self._places: dict[tuple[str, int], int] = {}
        self._heard: dict[str, int] = {}

    def is_repeat(self, topic: str, partition: int, offset: int) -> bool:
        """Whether this record of an agency has been appended before: our own repeat, not the agency's."""
        place = (topic, partition)
        if offset <= self._places.get(place, -1):
            return True
        self._places[place] = offset
        return False

    def decide(self, event: dict[str, Any]) -> Decision:
        """Take one event: is it new, may it count, and whom does it concern?"""
        name = f"{event['agency']}|{event['id']}"
        digest = blake2b(_PACK.encode({**event, "published_at": 0}), digest_size=16).digest()
        known = self._seen.get(name)
        if known is not None:
            return Decision("duplicate") if known == digest else Decision("rejected", "ID_CONFLICT", "id")
        self._seen[name] = digest
        if event["test"]:
            return Decision("accepted", "TEST")
        if event["basis"] not in BASES and not event["type"].endswith(".heartbeat.sent"):  # which is about nobody
            decision = Decision("held", "NO_BASIS", "basis")
            decision.doubts.append(_item(event, "event", "no_basis"))
            return decision
        return self._place(event)

    def _place(self, event: dict[str, Any]) -> Decision:
        decision = Decision("accepted")
        adults: dict[str, str] = {}
        children: dict[str, str] = {}
        named: list[dict[str, Any]] = []
        grown = [p for p in event["people"] if p["role"] not in CHILD_ROLES]
        for person in [*grown, *(p for p in event["people"] if p["role"] in CHILD_ROLES)]:
            mother = next(iter(adults)) if len(adults) == 1 else None
            found = self.people.find(person, event["agency"], event["id"], mother, children)
            if isinstance(found, Doubt):
                decision.doubts.append(_item(event, "person", found.reason, person["ref"], found.candidates))
                if person["role"] in CHILD_ROLES or person["role"] == "client":
                    decision.status, decision.code = "held", "IDENTITY"
                continue
            self.people.learn(found, person, event["agency"], event["occurred_at"], mother)
            if person["role"] in CHILD_ROLES:
                children.setdefault(found.key, person["ref"])
            else:
                adults.setdefault(found.key, person["role"])
                named.append({"ref": person["ref"], "key": found.key, "role": person["role"]})
        self.links.learn(event, adults, list(children))
        people = self._people_of_case(event, [*children, *adults])
        via_case = not event["people"]
        if via_case:
            children = dict.fromkeys((key for key in people if not self._is_adult(key)), "")
            adults = dict.fromkeys((key for key in people if self._is_adult(key)), "")
        decision.facts = self._facts(event, children, adults, named, via_case=via_case)
        return decision

    def _facts(
        self,
        event: dict[str, Any],
        children: dict[str, str],
        adults: dict[str, str],
        named: list[dict[str, Any]],
        *,
        via_case: bool,
    ) -> list[dict[str, Any]]:
        known = self.people.known
        base = {"kind": "event", "adults": named, "source": event["source"]}
        facts = [
            {
                **base,
                "subject": key,
                "about": "child",
                "ref": ref or None,
                "child": known[key].child(),
                "via_case": via_case,
            }
            for key, ref in children.items()
        ]
        reached = set(children)
        for adult in adults:
            for key, how in self.links.of(adult, event).items():
                if key not in reached:
                    reached.add(key)
                    via = {"via_adult": adult, "via_link": how, "via_case": via_case}
                    facts.append({**base, "subject": key, "about": "child", "child": known[key].child(), **via})
        answered = _answered(event)
        if answered is not None and answered not in reached:
            about = {"about": "child", "child": known[answered].child()} if answered in known else {"about": "case"}
            facts.append({**base, "subject": answered, **about})
        if event["type"].endswith(".heartbeat.sent") or self.clock >= self._heard.get(event["agency"], 0) + MINUTE:
            self._heard[event["agency"]] = self.clock  # once a minute is enough to know that an agency is there
            facts.append({**base, "subject": _subject("agency", event["agency"]), "about": "agency"})
        if event["type"] in _PSR or not any(fact["about"] == "child" for fact in facts):
            case = event["data"].get("to_case_ref") or event["case_ref"] or (event["type"] in _PSR and event["id"])
            agency = "probation" if event["type"] in _PSR else event["agency"]
            if case:
                facts.append({**base, "subject": _subject("case", f"{agency}|{case}"), "about": "case"})
        return facts

    def _people_of_case(self, event: dict[str, Any], keys: list[str]) -> list[str]:
        """Keep who belongs to the event's cases, and say who does."""
        data, cases = event["data"], []
        if event["case_ref"]:
            cases.append(f"{event['agency']}|{event['case_ref']}")
        if data.get("from_case_ref"):
            cases.append(f"{data['from_agency']}|{data['from_case_ref']}")
        if data.get("to_case_ref"):
            cases.append(f"probation|{data['to_case_ref']}")
        found: dict[str, None] = {}
        for case in cases:
            members = self._cases.setdefault(case, {})
            members.update(dict.fromkeys(keys))
            found.update(members)
        return list(found)

    def _is_adult(self, key: str) -> bool:
        """Never named as a child: one who lives in a household, or is a mother herself, is still a child."""
        return key in self.people.adults and key not in self.people.children


def _subject(kind: str, name: str) -> str:
    return str(uuid5(SPACE, f"{kind}|{name}"))


def _answered(event: dict[str, Any]) -> str | None:
    """The subject of the alert that an answer names: an alert's id begins with its key."""
    if ".notification." not in event["type"] or not event["data"]["alert_id"]:
        return None
    try:
        return str(UUID(event["data"]["alert_id"].split(".", 1)[0]))
    except ValueError:
        return None


def _item(
    event: dict[str, Any],
    what: str,
    reason: str,
    ref: str | None = None,
    candidates: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "what": what,
        "reason": reason,
        "agency": event["agency"],
        "id": event["id"],
        "ref": ref,
        "candidates": candidates or [],
    }
