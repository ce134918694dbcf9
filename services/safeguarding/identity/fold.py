"""The fold of the one log: is it new, may it count, whom does it concern, and what does it change of what was known?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from safeguarding.events.envelope import BASES
from safeguarding.events.person import CHILD_ROLES
from safeguarding.events.times import MINUTE
from safeguarding.identity.acts import ACTS, Acts, Asked, Touched
from safeguarding.identity.cases import Cases, cases_of, is_of_case
from safeguarding.identity.chains import Chains, Entry, Link, Refusal
from safeguarding.identity.evidence import NeverJoin
from safeguarding.identity.facts import Fact, Facts
from safeguarding.identity.groups import Groups
from safeguarding.identity.links import CGL_LIST, HOUSEHOLD, Links, household_of, sides
from safeguarding.identity.people import People
from safeguarding.identity.placing import Held, Mention, Placing, adults_first, mention_row, mother_of
from safeguarding.identity.reach import Concern, Reach, agency_subject
from safeguarding.identity.refresh import Refresh
from safeguarding.identity.replay import Replay
from safeguarding.identity.rows import Placed, Rows, Shelf

HEARTBEAT = ".heartbeat.sent"


class Decision(NamedTuple):
    """What becomes of one event.

    Attributes:
        status: accepted, duplicate, held or rejected.
        code: reason code, TEST for a test event.
        field: path of the field at fault.
        facts: for whom it counts, without position and clock (`events.log.Fact`).
        doubts: what a person must decide, or need not any more (`events.record.ReviewItem`).
        children: keys of the children whom it concerns.
    """

    status: str
    code: str | None = None
    field: str | None = None
    facts: Sequence[Fact] = ()
    doubts: Sequence[dict[str, Any]] = ()
    children: Sequence[str] = ()


class Fold:
    """One batch of the log over the rows; what they hold is a pure function of the log up to here."""

    def __init__(self, rows: Rows, event_of: Callable[[bytes], dict[str, Any]], never: NeverJoin) -> None:
        self.shelf = self._shelf = shelf = Shelf(rows, event_of)
        self._groups = groups = Groups(shelf)
        people = People(shelf, groups)
        self._placing = placing = Placing(shelf, groups, people, never)
        self._chains, self._links, self._cases = Chains(shelf), Links(shelf), Cases(shelf)
        self._acts = Acts(shelf, groups, people, placing, self._chains, never)
        self._reach = Reach(shelf, groups, self._links, self._cases)
        replay = Replay(shelf, groups, people, placing)
        self._last_heard: dict[bytes, int] = {}  # clock of each agency's row, read once
        self._facts = facts = Facts(shelf, groups)
        self._refresh = Refresh(shelf, groups, placing, replay, self._links, self._cases, self._reach, facts)

    def take(self, event: dict[str, Any], body: bytes, offset: int, clock: int) -> Decision:
        """Take one event.

        Args:
            event: the event.
            body: its bytes as they came on the wire.
            offset: where it stands in the log.
            clock: the pipeline's clock.
        """
        fault = self._acts.fault(event) if event["type"] in ACTS and event["action"] != "delete" else None
        if fault is not None:
            return Decision("rejected", "BAD_VALUE", fault)
        entry = self._chains.enter(event, offset, clock)
        if isinstance(entry, Refusal):
            return Decision(*entry)
        if event["test"]:
            return Decision("accepted", "TEST")
        self._shelf.keep(offset, body, event)
        self._acts.carry(event["agency"], entry.labels, entry.chain.label)
        if entry.before == ([entry.after] if entry.after else []) and not entry.joins:
            return Decision("accepted")  # superseded on arrival
        items = [item for link in entry.before if (item := self._item_of(link, is_open=False))]
        if entry.after is not None and not self._has_basis(entry.after):
            items += [item for item in [self._item_of(entry.after, is_open=True)] if item]
            return self._changed(entry, None, Decision("held", "NO_BASIS", "basis", doubts=items))
        if entry.after is not None and not entry.before and entry.chain.links[0].offset == entry.after.offset:
            if event["type"] in ACTS:
                return self._changed(entry, entry.after, Decision("accepted"))
            return self._new(event, offset, self._placed(entry))
        return self._changed(entry, entry.after, Decision("accepted", doubts=items))

    def asked(self, event: dict[str, Any], decision: Decision) -> Fact | None:
        """The fact on which correlation says whether somebody's answer counts, and gives its receipt; None: no need."""
        if not _is_answer(event) or decision.status != "accepted" or decision.code or event["mode"] == "backfill":
            return None
        new = [f for f in decision.facts if f["kind"] == "event" and "then_seq" not in f and f["about"] != "agency"]
        key = self._groups.root((event["data"]["alert_id"] or "").partition(".")[0])
        return next((fact for fact in new if fact["subject"] == key), next(iter(new), None))

    def root(self, key: str) -> str:
        """Key under which a person goes on."""
        return self._groups.root(key)

    def _new(self, event: dict[str, Any], offset: int, placed: Placed) -> Decision:
        """An event that changes nothing of what was known; mostly."""
        doubts = dict[Mention, Held]()
        for index in adults_first(event["people"]):
            doubt = self._placing.settle((offset, index), placed)
            if doubt is not None:
                doubts[offset, index] = Held(doubt.reason, doubt.candidates)
        self._shelf.place(offset, placed)
        if placed.alert is not None:
            self._shelf.rows.put(mention_row(placed.alert, placed.place, offset), b"")
        again = self._late(event, offset, placed)
        self._placing.remember_states(event, placed)
        if is_of_case(event):
            self._refresh.remember_whole(cases_of(event), [event])
        concerns = self._reach.of_event(offset, placed) | self._heard(event, placed.clock)
        again = {s for s in again if self._facts.is_news(s, self._reach.history(s), but=offset)}
        facts = [self._facts.new(s, offset, concern) for s, concern in concerns.items() if s not in again]
        facts += self._refresh.tell(again, [offset], {})
        status, code = ("held", "IDENTITY") if self._is_held(event, doubts) else ("accepted", None)
        if _is_answer(event) and status == "accepted" and all(c.about == "agency" for c in concerns.values()):
            field = "data.alert_id" if event["data"]["alert_id"] else "people"
            return Decision("rejected", "BAD_VALUE", field, facts)  # there is nobody of whom it could be
        items = [self._item(mention, held, is_open=True) for mention, held in doubts.items()]
        return Decision(status, code, None, facts, items, [key for key, c in concerns.items() if c.about == "child"])

    def _late(self, event: dict[str, Any], offset: int, placed: Placed) -> set[str]:
        """Children whom older events may reach now: by a tie that came late, or a case whose people were not known."""
        mother = mother_of(event["people"])
        changed = self._links.learn(event, placed, placed.people[mother] if mother is not None else None)
        reached = self._cases.learn(offset, placed)
        if reached:
            self._refresh.remember_whole(cases_of(event))
        if event["type"] == HOUSEHOLD:
            changed += self._refresh.household(household_of(event, placed.label), [offset])
        late = set(reached)
        for tie in changed:
            records, since = self._groups.people(tie.adult), event["occurred_at"]
            since = since if tie.since is None else min(since, tie.since)
            if any(r.last >= since or (tie.new and r.standing) for r in records):
                late.add(tie.child)
        if event["type"] == CGL_LIST:  # it replaces those of all records that are the client
            for members in {tuple(self._groups.members(key)) for key in sides(event, placed)[0]}:
                late |= {child for key in members for child, _ in self._links.children(key)} if members[1:] else set()
        ones = {one for key in reached for one in self._groups.members(key)}
        late |= {child for key in ones for child, _ in self._links.children(key)}
        return {self._groups.root(key) for key in late}

    def _changed(self, entry: Entry, after: Link | None, decision: Decision) -> Decision:
        """An event that changes what was known: a correction, or somebody's word on who is who."""
        touched, removed, added = Touched(), set[int](), None
        for before in entry.before:
            if self._shelf.event(before.offset)["type"] in ACTS:
                touched |= self._acts.undo(before.offset)
            elif self._shelf.placed(before.offset) is not None:
                removed.add(before.offset)
        doubts = list(decision.doubts)
        if after is not None and self._shelf.event(after.offset)["type"] in ACTS:
            event = self._shelf.event(after.offset)
            touched |= self._acts.do(event, after.offset, entry.chain.links[0].offset)
        elif after is not None:
            added = after.offset, self._placed(entry)
        if not removed and added is None and not touched.keys:
            return self._undone(decision, after, touched)
        refreshed = self._refresh.all(touched.keys, touched.offsets, removed, added)
        old, now = refreshed.replayed.before, refreshed.replayed.after
        doubts += [self._item(m, held, is_open=False) for m, held in sorted(old.items()) if now.get(m) != held]
        doubts += [self._item(m, held, is_open=True) for m, held in sorted(now.items()) if old.get(m) != held]
        decision = decision._replace(facts=refreshed.facts, doubts=doubts)
        if added is not None:
            own = {mention: held for mention, held in now.items() if mention[0] == added[0]}
            if self._is_held(self._shelf.event(added[0]), own):
                decision = decision._replace(status="held", code="IDENTITY")
            decision = decision._replace(children=self._children(*added))
        return self._undone(decision, after, touched)

    def _undone(self, decision: Decision, after: Link | None, touched: Touched) -> Decision:
        """Hold an act of which it is not certain whom it means; ask, and say what need not be asked any more."""
        items = [self._asked(one, is_open=False) for one in touched.answered if one not in touched.doubts]
        items += [self._asked(one, is_open=True) for one in touched.doubts if one not in touched.answered]
        decision = decision._replace(doubts=[*decision.doubts, *items])
        if after is None or all(one.offset != after.offset for one in touched.doubts):
            return decision
        return decision._replace(status="held", code="IDENTITY")

    def _asked(self, asked: Asked, *, is_open: bool) -> dict[str, Any]:
        event = self._shelf.event(asked.offset)
        return {**_review(event, "person", asked.reason, asked.ref, asked.candidates), "open": is_open}

    def _placed(self, entry: Entry) -> Placed:
        """Where the event that stands belongs: at the place of the first of its chain."""
        assert entry.after is not None  # noqa: S101  # the callers have looked
        first, event = entry.chain.links[0], self._shelf.event(entry.after.offset)
        nobody: list[str | None] = [None] * len(event["people"])
        live = first.live or entry.after.live
        return Placed(first.offset, first.clock, entry.chain.label, live, nobody, self._answered(event))

    def _answered(self, event: dict[str, Any]) -> str | None:
        """Key of the subject of the alert that an event answers, if there is such a subject."""
        alert = event["data"].get("alert_id") if _is_answer(event) else None
        key = str(alert or "").partition(".")[0]
        return key if key and self._facts.told(key) is not None else None

    def _children(self, offset: int, placed: Placed) -> list[str]:
        return [key for key, concern in self._reach.of_event(offset, placed).items() if concern.about == "child"]

    def _has_basis(self, link: Link) -> bool:
        event = self._shelf.event(link.offset)
        return event["basis"] in BASES or event["type"].endswith(HEARTBEAT)

    def _heard(self, event: dict[str, Any], clock: int) -> dict[str, Concern]:
        """The agency as a subject: once a minute is enough to know that it is there, but for its heartbeats."""
        row, agency = b"l|" + event["agency"].encode(), agency_subject(event["agency"])
        if row not in self._last_heard:
            self._last_heard[row] = self._shelf.read(row, int) or 0
        if not event["type"].endswith(HEARTBEAT) and clock < self._last_heard[row] + MINUTE:
            return {}
        self._last_heard[row] = clock
        self._shelf.write(row, clock)
        return {agency: Concern("agency")}

    def _is_held(self, event: dict[str, Any], doubts: dict[Mention, Held]) -> bool:
        """A child or client in doubt holds the event; another adult holds only what would travel through that adult."""
        roles = {event["people"][index]["role"] for _, index in doubts}
        return bool(roles & (CHILD_ROLES | {"client"}))

    def _item_of(self, link: Link | None, *, is_open: bool) -> dict[str, Any] | None:
        """The question that an event without a basis asks."""
        if link is None or self._has_basis(link):
            return None
        return {**_review(self._shelf.event(link.offset), "event", "no_basis"), "open": is_open}

    def _item(self, mention: Mention, held: Held, *, is_open: bool) -> dict[str, Any]:
        event = self._shelf.event(mention[0])
        ref = event["people"][mention[1]]["ref"]
        return {**_review(event, "person", held.reason, ref, held.candidates), "open": is_open}


def _is_answer(event: dict[str, Any]) -> bool:
    return ".notification." in event["type"]


def _review(
    event: dict[str, Any],
    what: str,
    reason: str,
    ref: str | None = None,
    candidates: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    found = {"what": what, "reason": reason, "agency": event["agency"], "id": event["id"]}
    return {**found, "ref": ref, "candidates": candidates or []}
