"""The hot record of a child: small and bounded; history rows are the truth, this is their cache."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

NEVER = -(1 << 31)  # a date before all others


class Mark(msgspec.Struct, array_like=True, frozen=True):
    """What the rules need of one event; the event itself is in its history row.

    Attributes:
        event_id: id of the event; of a corrected one, that by which the chain of its corrections is known.
        agency: who sent it.
        type: what happened.
        occurred_at: when, milliseconds.
        day: its London calendar date, days since 1970.
        case: ``agency|case_ref`` that it belongs to, or empty.
        answers: ``agency|case_ref`` of another agency's case that it answers, or empty.
        seq: its place in the log (offset, index): finds the history row.
        direct: the child is named in it, or it reaches the child through its case.
        backfill: history that raises nothing on its own.
        data: the few fields that rules read.
        at: the pipeline's clock when it arrived.
        stands: id of the correction that stands, empty when the event was not corrected.
    """

    event_id: str
    agency: str
    type: str
    occurred_at: int
    day: int
    case: str
    answers: str
    seq: tuple[int, int]
    direct: bool
    backfill: bool
    data: dict[str, Any]
    at: int = 0
    stands: str = ""


class Told(msgspec.Struct, array_like=True):
    """Somebody who has been told of an alert."""

    audience: str
    code: str
    name: str | None


class Pending(msgspec.Struct, array_like=True):
    """An audience that could not be told yet: until its recipient is known, or until a time."""

    role: str
    audience: str
    reason: str
    until: int | None


class Life(msgspec.Struct, array_like=True):
    """One life of an alert: from its first revision to its close.

    Attributes:
        rule: id of the rule.
        case: what the rule keeps apart (a case, an event), or empty.
        n: number in the alert's id; never used again.
        revision: newest revision.
        status: status of the newest revision.
        opened_at: clock of revision 1.
        fresh_at: clock at which evidence last arrived.
        because: ids of the events it rests on.
        versions: ids of the corrections among them that stand.
        name: what stands for the case in the alert's id; a corrected case keeps it.
        stage: step that has been reached (0 is the first).
        told: who has been told.
        pending: who has not been told yet.
        closed_at: clock at which it was resolved or withdrawn.
        mute_until: a dismissal keeps the rule silent until then.
        graver_than: level and agencies that were dismissed; more than this breaks the silence.
        reason: why it was closed.
        basis: lawful basis of what was told; a withdrawal needs it when its events are gone.
        sensitivity: how what was told must be handled, for the same reason.
        domestic_abuse: whether it was about domestic abuse.
        places: empty; a former version kept here where the events stand of one that has left the hot record.
        said: digest of the numbers and words of the newest revision (see `said`).
        shown: digests of what the child was shown to be known by.
        as_of: clock of the newest revision that was told while open.
        urgency: how soon somebody should look.
        answered: somebody who was told has acknowledged, actioned or dismissed it.
        urged: operators have heard that nobody had.
    """

    rule: str
    case: str
    n: int
    revision: int
    status: str
    opened_at: int
    fresh_at: int
    because: list[str]
    versions: list[str] = []
    name: str = ""
    stage: int = 0
    told: list[Told] = []
    pending: list[Pending] = []
    closed_at: int | None = None
    mute_until: int | None = None
    graver_than: tuple[int, list[str]] | None = None
    reason: str | None = None
    basis: str | None = None
    sensitivity: list[str] = []
    domestic_abuse: bool = False
    places: list[tuple[int, int]] = []
    urgency: str = ""
    answered: bool = False
    urged: bool = False
    said: str = ""
    shown: list[str] = []
    as_of: int = 0

    @property
    def open(self) -> bool:
        """Neither resolved nor withdrawn."""
        return self.closed_at is None


class Who(msgspec.Struct, array_like=True):
    """Who looks after the child now; each with the time of the event that said so.

    `nurse_school` is the school whose nurses `school_nurse` are, empty without a school; None: nobody wrote it down.
    """

    gp: tuple[int, str, str | None] | None = None
    health_visitor: tuple[int, str] | None = None
    midwifery: tuple[int, str] | None = None
    school: tuple[int, str | None] | None = None
    school_nurse: tuple[int, str | None] | None = None
    home_educated: tuple[int, bool] | None = None
    nurse_school: str | None = None


class Hot(msgspec.Struct, array_like=True):
    """All that correlation needs of one subject to judge its next event.

    Attributes:
        subject: key of the child, case or agency.
        about: child, case or agency.
        gen: generation of its facts.
        child: the child as identity knows it.
        who: who looks after the child.
        marks: events the rules may still need, by time of occurrence.
        lives: alerts, open ones and closed ones whose evidence is still among the marks.
        wakes: when a rule must be looked at again although nothing arrives, by rule.
        wake: the earliest of them: the one row of this subject among the deadlines.
        days: events by agency and day, for the counts in an alert.
        last: the 25 newest entries (occurred_at, agency, type).
        first: time of the earliest event.
        sensitivity: what sticks to the child: confidential address, s-flag.
        clock: the last clock this subject has seen.
        swept: London date on which what is not needed was last dropped.
        dropped: newest London date of anything that was dropped.
        aside: by rule, what its open alert needs of events that have left `marks`: packed, nobody else looks at it.
        repeats: only in a stored record, see `dump`: (place of an alert among `lives`, place of an earlier one, from
            where on the evidence of the earlier one is also how that of this one begins).
    """

    subject: str
    about: str
    gen: int = 0
    child: dict[str, Any] | None = None
    who: Who = msgspec.field(default_factory=Who)
    marks: list[Mark] = []
    lives: list[Life] = []
    wakes: dict[str, int] = {}
    wake: int | None = None
    days: dict[str, dict[int, int]] = {}
    last: list[tuple[int, str, str]] = []
    first: int | None = None
    sensitivity: list[str] = []
    clock: int = 0
    swept: int = 0
    dropped: int = NEVER
    aside: dict[str, list[bytes]] = {}
    repeats: list[tuple[int, int, int]] = []


_FEW = 8  # events of an alert that are not worth the search
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Hot)
_LIFE = msgspec.msgpack.Decoder(Life)
_MARKS = msgspec.msgpack.Decoder(list[Mark])


def dump_life(life: Life) -> bytes:
    """A life as MessagePack, for those that have left the hot record."""
    return _ENCODER.encode(life)


def load_life(data: bytes) -> Life:
    """The life that `dump_life` wrote."""
    return _LIFE.decode(data)


def dump_marks(marks: Sequence[Mark]) -> bytes:
    """Marks as MessagePack, for those that stand aside."""
    return _ENCODER.encode(marks)


def load_marks(parts: Iterable[bytes]) -> list[Mark]:
    """All marks that `dump_marks` wrote."""
    return [mark for part in parts for mark in _MARKS.decode(part)]


def dump(hot: Hot) -> bytes:
    """The record as MessagePack.

    An alert that follows a closed one of its rule and case often rests on most of the same events: those are written
    once, with the earlier alert.
    """
    repeats, lives = list[tuple[int, int, int]](), list(hot.lives)
    newest: dict[tuple[str, str], int] = {}
    for place, life in enumerate(hot.lives):
        if len(life.because) < _FEW:
            continue
        before = newest.get((life.rule, life.case))
        newest[life.rule, life.case] = place
        start = None if before is None else _start(hot.lives[before].because, life.because)
        if before is not None and start is not None:
            repeats.append((place, before, start))
            known = len(hot.lives[before].because) - start
            lives[place] = msgspec.structs.replace(life, because=life.because[known:])
    return _ENCODER.encode(msgspec.structs.replace(hot, lives=lives, repeats=repeats) if repeats else hot)


def load(data: bytes) -> Hot:
    """The record that `dump` wrote."""
    hot = _DECODER.decode(data)
    for place, before, start in hot.repeats:
        hot.lives[place].because = hot.lives[before].because[start:] + hot.lives[place].because
    hot.repeats = []
    return hot


def _start(before: Sequence[str], now: Sequence[str]) -> int | None:
    """From where on the first is how the second begins; None: from nowhere."""
    try:
        start = before.index(now[0])
    except ValueError:
        return None
    return start if before[start:] == now[: len(before) - start] else None
