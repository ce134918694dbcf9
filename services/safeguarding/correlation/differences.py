"""The past folded again against what was sent: which alerts are raised, amended, resolved, withdrawn now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from safeguarding.correlation.desk import Desk
from safeguarding.correlation.dispatch import ended, say, to_roles
from safeguarding.correlation.document import Sending, Telling, case_hash, record
from safeguarding.correlation.finding import Active, Finding, Pack
from safeguarding.correlation.lifecycle import current, highest_number
from safeguarding.correlation.look import Look
from safeguarding.correlation.pairs import paired
from safeguarding.correlation.recipients import targets
from safeguarding.correlation.record import NEVER, Hot, Life, Mark, Told

# Whose recipient is the child's own.
_PERSONAL = frozenset({"gp", "health-visitor", "school-nurse", "school", "worker"})
_THICK = frozenset({"hub", "worker"})  # who are told of the history
_UNNAMED = frozenset({"home-education"})


class Differences:
    """What must be told now, for one subject.

    Args:
        hot: the record as it would be, had all been known from the start; with the clock of now.
        sent: the alerts as they were sent.
        own: recipients that are, or ever were, this child's own, and all that it is or was known by.
        left: earliest clock of an event that is another child's, as somebody has said; None: there is none.
        why: what showed that something was wrong, in words.
        pack: the rules in force.
        desk: what is beyond the record.
    """

    def __init__(
        self, hot: Hot, sent: Sequence[Life], own: Collection[str], left: int | None, why: str, pack: Pack, desk: Desk
    ) -> None:
        self._hot, self._sent, self._own, self._left, self._why = hot, sent, own, left, why
        self._pack, self._desk = pack, desk
        self.gone: list[Life] = []
        self._found: list[Life] = []
        self._whole: Look | None = None

    def records(self, found: Sequence[Life]) -> Iterator[dict[str, Any]]:
        """Records for alerts.raised.v1; the alerts found get the ids, revisions and recipients of those sent.

        Args:
            found: the alerts as they would be; changed. What was sent and is not among them ends up in `gone`.
        """
        self._found = sorted(found, key=lambda life: life.opened_at)
        pairs = paired(self._sent, found)
        for before, now in pairs:
            if now is not None and before is None:
                now.n = 0
            elif before is not None and now is not None:
                now.n, now.name, now.opened_at, now.revision = before.n, before.name, before.opened_at, before.revision
                now.answered, now.urged = now.answered or before.answered, before.urged
        for before, now in pairs:
            if before is not None and now is None:
                self.gone.append(before)
                if before.status != "withdrawn" and before.rule in self._pack.rules:
                    yield self._withdraw(before)
        for before, now in pairs:
            if now is not None and now.rule in self._pack.rules:
                yield from self._new(now, found) if before is None else self._same(before, now)

    def taken_back(self, found: Sequence[Life]) -> Iterator[dict[str, Any]]:
        """As `records`, of a past that a backfill has changed: it raises and amends nothing on its own (contract.md).

        What is found otherwise, or is new, waits for the next live event of its rule: an alert stands as it was sent.

        Args:
            found: the alerts as they would be; changed. What has not been sent has no revision afterwards.
        """
        for before, now in paired(self._sent, found):
            if now is None and before is not None:
                self.gone.append(before)
                if before.status != "withdrawn" and before.rule in self._pack.rules:
                    yield self._withdraw(before)
            elif now is not None and before is not None:
                for name in now.__struct_fields__:
                    setattr(now, name, getattr(before, name))
            elif now is not None:
                now.revision = 0

    def _withdraw(self, life: Life) -> dict[str, Any]:
        life.status, life.reason, life.pending = "withdrawn", self._why, []
        return self._close(life, closed_at=self._hot.clock)

    def _new(self, life: Life, found: Sequence[Life]) -> Iterator[dict[str, Any]]:
        """An alert that should have been there; one that would be over disturbs nobody."""
        life.name, life.n, life.told, life.pending = case_hash(life.case), 0, [], []
        life.n = 1 + highest_number([*self._sent, *(other for other in found if other is not life)], life, self._desk)
        life.opened_at, life.revision, life.urged = self._hot.clock, 0, False
        if life.status == "withdrawn":
            return
        told = list(self._open(life, "raised")) if life.open else [self._close(life, closed_at=life.closed_at)]
        if not told:  # a notice of long ago that would be none by what is known now
            life.status, life.closed_at = "withdrawn", self._hot.clock
        yield from told

    def _same(self, before: Life, now: Life) -> Iterator[dict[str, Any]]:
        told, now.told = now.told, before.told
        now.basis, now.sensitivity, now.domestic_abuse = before.basis, before.sensitivity, before.domestic_abuse
        changed = (before.because, before.versions, before.said) != (now.because, now.versions, now.said)
        changed = changed or not set(self._own).issuperset(before.shown)
        if not now.open:
            wrong = before.status != "withdrawn" and any(map(self._is_wrong, before.told))
            if before.open or before.status != now.status or before.reason != now.reason or changed or wrong:
                yield self._close(now, closed_at=now.closed_at)
        elif not before.open:
            yield from self._open(now, "raised")
        elif changed or before.stage != now.stage or any(map(self._is_wrong, before.told)):
            steps = now.stage > before.stage and now.rule not in self._pack.finished
            yield from self._open(now, "escalated" if steps else "amended")
        else:
            now.status, now.shown, now.as_of = before.status, before.shown, before.as_of
            if self._left is not None and before.as_of >= self._left:
                yield from self._put_right(now)
            yield from self._missing(now, told)

    def _open(self, life: Life, status: str) -> Iterator[dict[str, Any]]:
        """A revision of an alert that stands, for its recipients and whoever was told before; wrong ones are let go."""
        active, (look, finding) = self._pack.rules[life.rule], self._seen(life)
        if finding is None:
            return
        life.status, life.as_of = status, look.clock
        life.revision += 1
        taken = self._take_back(life)
        sending = to_roles(look, active, life, finding, finding.roles)
        known = {(t["audience"], t["code"]) for t in sending.tell}
        also = [say(look, active, finding, t) for t in life.told if (t.audience, t.code) not in known]
        sending.tell.extend([*also, *taken])
        sending.audiences.extend(t["audience"] for t in also)
        yield record(look, active, life, finding, self._pack, self._desk, sending)

    def _put_right(self, life: Life) -> Iterator[dict[str, Any]]:
        """The same again for whoever was told of the child's history, in which events of another child stood."""
        active, (look, finding) = self._pack.rules[life.rule], self._seen(life)
        thick = [told for told in life.told if told.audience in _THICK]
        if thick and finding is not None:
            life.status, life.as_of = "amended", look.clock
            life.revision += 1
            tell = [say(look, active, finding, told) for told in thick]
            sending = Sending(tell, [], [told.audience for told in life.told])
            yield record(look, active, life, finding, self._pack, self._desk, sending)

    def _close(self, life: Life, *, closed_at: int | None) -> dict[str, Any]:
        life.closed_at = closed_at
        life.revision += 1
        active, audiences = self._pack.rules[life.rule], [told.audience for told in life.told]
        taken = self._take_back(life)
        sending = Sending([*(ended(told, life) for told in life.told), *taken], [], audiences)
        look, finding = (self._reaching(life), None) if life.status == "withdrawn" else self._seen(life)
        return record(look, active, life, finding, self._pack, self._desk, sending)

    def _take_back(self, life: Life) -> list[Telling]:
        """Let go of whoever should never have been told, and learns nothing more of this child."""
        wrong = [told for told in life.told if self._is_wrong(told)]
        life.told = [told for told in life.told if told not in wrong]
        return [{**ended(told, life), "what": "", "withdrawn": True} for told in wrong]

    def _missing(self, life: Life, told: Sequence[Told]) -> Iterator[dict[str, Any]]:
        """Somebody who would have been told, and still is the one to tell."""
        known = list(life.told)
        would = {(t.audience, t.code) for t in told} - {(t.audience, t.code) for t in known}
        if not would:
            return
        active, (look, finding) = self._pack.rules[life.rule], self._seen(life)
        if finding is None:
            return
        still = {role: targets(role, look.hot, look.clock) for role in finding.roles}
        roles = [role for role, found in still.items() if any((t.audience, t.code) in would for t in found)]
        sending = to_roles(look, active, life, finding, roles)
        tell = [t for t in sending.tell if (t["audience"], t["code"]) in would]
        life.told = [*known, *(Told(t["audience"], t["code"], t["name"]) for t in tell)]
        if tell:
            sending = Sending(tell, [], [t.audience for t in life.told], release=True)
            yield record(look, active, life, finding, self._pack, self._desk, sending)

    def _seen(self, life: Life) -> tuple[Look, Finding | None]:
        """What the rule finds for an alert, and by which record: one that is finished is seen by itself."""
        active, look = self._pack.rules[life.rule], self._reaching(life)
        finding = current(look, active, life)
        if finding is None and active.rule.finished:
            look, finding = self._then(look, active, life)
        if finding is None:
            look, finding = self._known(look.whole(life.rule).these(life.because), active, life)
        return look, finding

    def _reaching(self, life: Life) -> Look:
        """This moment with all that an alert rests on; a notice may rest on what came long before it, too."""
        look = self._now()
        here = life.rule not in self._pack.finished and look.whole(life.rule).holds(life.because)
        return look if here else self._ever() or look

    def _ever(self) -> Look | None:
        """This moment by the whole history; None: nothing has left the record."""
        if self._hot.dropped == NEVER:
            return None
        if self._whole is None:
            marks = sorted(self._desk.history(), key=lambda mark: (mark.occurred_at, mark.event_id))
            hot = msgspec.structs.replace(self._hot, marks=marks, lives=self._found, aside={})
            self._whole = Look(hot, hot.clock, hot.clock - 1)
        return self._whole

    def _then(self, look: Look, active: Active, life: Life) -> tuple[Look, Finding | None]:
        """What a notice said when it was found, although by what came after it there would be none."""
        arrived = sorted(look.marks(active.rule.types), key=lambda mark: mark.seq)
        last = max((n for n, mark in enumerate(arrived, 1) if mark.event_id in life.because), default=len(arrived))
        seen = (self._known(arrived[:n], active, life) for n in range(last, len(arrived)))
        return next((one for one in seen if one[1] is not None), (look, None))

    def _known(self, marks: Iterable[Mark], active: Active, life: Life) -> tuple[Look, Finding | None]:
        """What the rule finds for an alert by these events alone."""
        marks = sorted(marks, key=lambda mark: (mark.occurred_at, mark.event_id))
        now = self._now()
        look = Look(msgspec.structs.replace(self._hot, marks=marks), now.clock, now.due)
        return look, current(look, active, life)

    def _now(self) -> Look:
        return Look(self._hot, self._hot.clock, self._hot.clock - 1)

    def _is_wrong(self, told: Told) -> bool:
        """Somebody who never was this child's own practice, nurse, school or worker."""
        return told.audience in _PERSONAL and told.code not in self._own and told.code not in _UNNAMED
