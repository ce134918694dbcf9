"""A subject's past folded again: identity sends its facts anew, what was sent is compared, the differences go out.

The facts come as they came at first, with their own clocks, between `begin` and `end`; a record beside the real one
takes them, so that the real one stands until the end, and a crash on the way loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from safeguarding.correlation.differences import Differences
from safeguarding.correlation.fold import arrive, elapse, set_wake
from safeguarding.correlation.packs import Packs
from safeguarding.correlation.recipients import targets
from safeguarding.correlation.record import Hot, Life, dump_life
from safeguarding.correlation.rows import (
    History,
    RowDesk,
    Rows,
    clear_cases,
    clear_history,
    clear_shelf,
    history_key,
    keys_of,
    moved_key,
    shadow_key,
    shelf_key,
    shelved,
    swap_cases,
)
from safeguarding.correlation.said import traits
from safeguarding.correlation.ties import tied, waits_for

_PACK = msgspec.msgpack.Encoder()
_WHY: Final = {
    None: "a correction shows that it does not hold",
    "identity": "not this child",
    "moved": "the child goes on under another record",
}


class Shadow(msgspec.Struct, array_like=True):
    """A past that is being folded again.

    Attributes:
        hot: the record as it would be.
        own: recipients that were this child's own at any time, and all that it was known by.
        ties: adults who are tied to the child by now, and how.
        waiting: states of adults that last and are older than the tie: which tie, and the key of the history row.
    """

    hot: Hot
    own: list[str] = []
    ties: list[tuple[str, str]] = []
    waiting: list[tuple[tuple[str, str], bytes]] = []


class Refolds:
    """Pasts that are being folded again, of the subjects of one partition; each is loaded and saved once a batch."""

    def __init__(self, rows: Rows, packs: Packs, history: History) -> None:
        self._rows, self._packs, self._history = rows, packs, history
        self._open: dict[str, Shadow] = {}
        self._shelves: dict[str, list[Life]] = {}

    def begin(self, fact: dict[str, Any]) -> None:
        """A subject's facts come anew; whatever came of an earlier attempt is forgotten."""
        subject = fact["subject"]
        clear_shelf(self._rows, subject, again=True)
        clear_cases(self._rows, subject)
        self._shelves.pop(subject, None)
        self._open[subject] = Shadow(Hot(subject, fact["about"], gen=fact["gen"], child=fact["child"]))

    def event(self, fact: dict[str, Any], event: dict[str, Any], row: bytes, hot: Hot) -> None:
        """One of them.

        Args:
            fact: the fact.
            event: the event it carries.
            row: its bytes, kept as its history row.
            hot: the record as it stands.
        """
        shadow, subject = self._shadow(fact["subject"]), fact["subject"]
        key = history_key(subject, fact["gen"], fact["then_seq"], fact["index"])
        self._history.write(key, row, (fact, event))
        sent = [*hot.lives, *self._left_before(subject)] if ".notification." in event["type"] else []
        desk = RowDesk(self._rows, subject, fact["gen"], self._history, sent=sent)
        self._pass_packs(shadow.hot, fact["then_seq"], desk)
        tie, new = waits_for(fact), tied(fact, event)
        shadow.ties += sorted(new.difference(shadow.ties))
        self._let_in(shadow, fact, desk, {waited for waited, _ in shadow.waiting} & new)
        if tie is None or tie in shadow.ties:
            arrive(shadow.hot, fact, event, self._packs.at(fact["then_seq"]), desk)
        else:
            shadow.waiting.append((tie, key))
        named = [trait for person in event["people"] if person["ref"] == fact["ref"] for trait in traits(person)]
        shadow.own = sorted({*shadow.own, *_codes(shadow.hot), *named})

    def end(self, fact: dict[str, Any], hot: Hot) -> tuple[Hot, list[dict[str, Any]]]:
        """The last has come: the record that stands from now on, and what must be told.

        Args:
            fact: the fact that ends them, or that the subject has moved.
            hot: the record as it stood.
        """
        subject, gen = fact["subject"], fact["gen"]
        if fact["kind"] == "moved":
            self.begin({**fact, "child": None})
            self._rows.put(moved_key(subject), (fact["note"] or "").encode())
        else:
            self._rows.delete(moved_key(subject))
        shadow = self._shadow(subject)
        silent = RowDesk(self._rows, subject, gen, self._history, sent=[])
        self._pass_packs(shadow.hot, fact["seq"], silent)
        pack = self._packs.newest
        self._let_in(shadow, fact, silent, {waited for waited, _ in shadow.waiting})
        elapse(shadow.hot, fact["clock"] - 1, pack, silent)
        shadow.hot.clock = max(shadow.hot.clock, hot.clock, fact["clock"])
        sent = [*shelved(self._rows, subject, again=False), *hot.lives]
        left = shelved(self._rows, subject, again=True)
        why = _WHY["moved" if fact["kind"] == "moved" else fact["note"]]
        desk = RowDesk(self._rows, subject, gen, self._history)
        own = {*shadow.own, *traits(shadow.hot.child)}
        parted = self._left(subject, hot.gen, gen) if fact["note"] == "identity" else None
        shadow.hot.child = shadow.hot.child or hot.child  # nobody any more: whoever was told of it learns of whom
        differences = Differences(shadow.hot, sent, own, parted, why, pack, desk)
        found = [*left, *shadow.hot.lives]
        if fact["live"]:
            out = list(differences.records(found))
        else:
            out = list(differences.taken_back(found))
            left, shadow.hot.lives = ([a for a in some if a.revision] for some in (left, shadow.hot.lives))
            if any(life.open and life.rule not in pack.finished for life in left):
                _take_in(shadow.hot, left, desk)
                left = []
        self._put_away(hot, shadow.hot, left, differences.gone)
        set_wake(shadow.hot, pack)
        del self._open[subject]
        return shadow.hot, out

    def save(self) -> None:
        """Keep what has not come to its end."""
        for subject, shadow in sorted(self._open.items()):
            self._rows.put(shadow_key(subject), _PACK.encode(shadow))

    def _let_in(self, shadow: Shadow, now: dict[str, Any], desk: RowDesk, ties: set[tuple[str, str]]) -> None:
        """States of adults that waited for these ties arrive now: until then they were none of the child's."""
        clock = now["clock"] if now["then_clock"] is None else now["then_clock"]
        seq = now["seq"] if now["then_seq"] is None else now["then_seq"]
        states = [self._history.read(key) for waited, key in shadow.waiting if waited in ties]
        # the newest first: what is over already must not seem to stand for a moment
        for fact, event in sorted(states, key=lambda told: told[1]["occurred_at"], reverse=True):
            arrive(shadow.hot, {**fact, "then_clock": clock}, event, self._packs.at(seq), desk)
        shadow.waiting = [waiting for waiting in shadow.waiting if waiting[0] not in ties]

    def _pass_packs(self, hot: Hot, seq: int, desk: RowDesk) -> None:
        """Let fall due what did so while a pack was in force that was replaced before a place in the log."""
        for clock, pack in self._packs.before(seq):
            elapse(hot, clock, pack, desk)

    def _left_before(self, subject: str) -> list[Life]:
        """Alerts that had left the record before its past was folded again; meanwhile none joins them."""
        if subject not in self._shelves:
            self._shelves[subject] = shelved(self._rows, subject, again=False)
        return self._shelves[subject]

    def _left(self, subject: str, before: int, now: int) -> int | None:
        """Clock of the first event that was the subject's and is not any more."""
        places, kept = ({key[-12:-4]: key for key in keys_of(self._rows, subject, gen)} for gen in (before, now))
        gone = [self._history.read(key)[0] for place, key in places.items() if place not in kept]
        clocks = [fact["clock"] if fact["then_clock"] is None else fact["then_clock"] for fact in gone]
        return min(clocks, default=None)

    def _shadow(self, subject: str) -> Shadow:
        shadow = self._open.get(subject)
        if shadow is None:
            data = self._rows.get(shadow_key(subject))
            assert data is not None  # noqa: S101  # facts come anew only after `begin`
            shadow = self._open[subject] = msgspec.msgpack.decode(data, type=Shadow)
        return shadow

    def _put_away(self, old: Hot, new: Hot, left: list[Life], gone: list[Life]) -> None:
        """Alerts that stand no more stay at hand as long as what they rested on does; the old generation goes."""
        kept = {mark.event_id for mark in new.marks}
        new.lives += [life for life in gone if not kept.isdisjoint(life.because)]
        for again in (False, True):
            clear_shelf(self._rows, new.subject, again=again)
        for life in [*left, *(life for life in gone if kept.isdisjoint(life.because))]:
            self._rows.put(shelf_key(new.subject, life, again=False), dump_life(life))
        swap_cases(self._rows, new.subject)
        self._rows.delete(shadow_key(new.subject))
        if old.gen != new.gen:
            clear_history(self._rows, new.subject, old.gen)


def _take_in(hot: Hot, left: list[Life], desk: RowDesk) -> None:
    """An alert that goes on, although it would have left the record long ago: all that has left it is there again."""
    hot.marks = sorted(desk.history(), key=lambda mark: (mark.occurred_at, mark.event_id))
    hot.lives[:0] = left
    hot.aside = {}


def _codes(hot: Hot) -> Iterator[str]:
    """Recipients that are this child's own now."""
    who = hot.who
    for known in (who.gp, who.health_visitor, who.midwifery, who.school, who.school_nurse):
        if known is not None and known[1] is not None:
            yield known[1]
    yield from (t.code for t in targets("hub-or-worker", hot, hot.clock) if t.audience == "worker" and t.code)
