"""Something that did not happen: a start, an answer that is awaited, and the steps after which somebody is told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import duration_words
from safeguarding.correlation.finding import Finding, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.record import Mark
from safeguarding.events.times import HOUR, MINUTE


class Step(NamedTuple):
    """From when on whom to tell."""

    due: int
    roles: Sequence[str]


class Awaited(NamedTuple):
    """One answer that is waited for.

    Attributes:
        case: what the rule keeps apart.
        start: the event from which the time runs.
        answer: the answer, if it is known.
        steps: in order of their due time.
        what: what is observed, such as "hours without a referral".
        answered: how its arrival is told, such as "the referral arrived".
        since: when the time began to run, if that is not when the start occurred.
    """

    case: str
    start: Mark
    answer: Mark | None
    steps: Sequence[Step]
    what: str
    answered: str
    since: int | None = None


def belongs(start: Mark, answer: Mark) -> bool:
    """Whether an answer is to this start: by case, or by child when either has none (rules.md)."""
    if start.answers and answer.answers:
        return start.answers == answer.answers
    mine, theirs = {start.case, start.answers} - {""}, {answer.case, answer.answers} - {""}
    return bool(mine & theirs) if mine and theirs else answer.occurred_at >= start.occurred_at


class Answers:
    """Answers of one kind, found by the cases that they name.

    Args:
        marks: by time of occurrence.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._places: dict[str, list[int]] = {}
        for place, mark in enumerate(marks):
            for name in {mark.case, mark.answers} - {""} or {""}:
                self._places.setdefault(name, []).append(place)

    def to(self, start: Mark, since: int | None = None) -> Mark | None:
        """The first that belongs to a start, and occurred at this time or after it."""
        names = {start.case, start.answers} - {""}
        after = 0 if since is None else self._since(since)
        if not names:  # by child, in whatever case the answer stands
            after = max(after, self._since(start.occurred_at))
            return self._marks[after] if after < len(self._marks) else None
        found = [self._first(name, after, start) for name in (*names, "")]
        place = min((place for place in found if place is not None), default=None)
        return None if place is None else self._marks[place]

    def _since(self, time: int) -> int:
        return bisect_left(self._marks, time, key=lambda mark: mark.occurred_at)

    def _first(self, name: str, after: int, start: Mark) -> int | None:
        places = self._places.get(name, ())
        if not name and places:
            after = max(after, self._since(start.occurred_at))
        some = places[bisect_left(places, after) :] if after else places
        return next((place for place in some if belongs(start, self._marks[place])), None)


def by_agency(marks: Iterable[Mark]) -> dict[str, Answers]:
    """Answers by the agency that they are to."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.data["from_agency"], []).append(mark)
    return {agency: Answers(some) for agency, some in found.items()}


def answer_to(answers: Answers, starts: Sequence[Mark], start: Mark) -> Mark | None:
    """The answer to one of a case's starts, which are by time of occurrence: asked again, one from before is none."""
    return answers.to(start, None if start is starts[0] else start.occurred_at)


def pending(
    starts: Sequence[Mark], answers: Answers, settled: Collection[str], since: int | None = None
) -> tuple[Mark, Mark | None]:
    """Of one case's starts the earliest without an answer; else the earliest that the newest of them is answered with.

    Args:
        starts: by time of occurrence; asked again, an answer from before is none.
        answers: what may be one.
        settled: ids of starts whose alert is closed: they do not hide a later one.
        since: what occurred before is none.
    """
    start, answer = starts[0], answers.to(starts[0], since)
    for again in starts[1:]:
        if answer is None and start.event_id not in settled:
            break
        if answer is None or answer.occurred_at < again.occurred_at:
            start = again
            answer = answers.to(start, start.occurred_at)
    return start, answer


def in_turn(
    look: Look,
    case: str,
    starts: Iterable[Mark],
    waiting: tuple[Mark, Mark | None],
    answer_to: Callable[[Mark], Mark | None],
) -> list[tuple[Mark, Mark | None]]:
    """What a case waits for; before it the start that its open alert rests on, when that has been answered meanwhile.

    A late answer resolves, whatever has begun to wait since.

    Args:
        look: the record and the rule's own alerts.
        case: what the rule keeps apart.
        starts: of the case.
        waiting: the start that waits, or waited last, and its answer.
        answer_to: finds the answer to a start.
    """
    told = look.open.get(case, ())
    ended = [(start, answer_to(start)) for start in starts if start.event_id in told and start is not waiting[0]]
    return [*(one for one in ended if one[1] is not None), waiting]


def reference(start: Mark) -> str:
    """The sender's own case reference, for people who have the case."""
    return start.case.partition("|")[2] or "without a reference"


def overdue(look: Look, awaited: Iterable[Awaited], urgency: str) -> tuple[list[Finding], int | None]:
    """What holds of each awaited answer, and when that can change by itself.

    Args:
        look: the record and the clock.
        awaited: what is waited for.
        urgency: urgency of the alerts.
    """
    findings, wakes = [], []
    for one in awaited:
        since = one.start.occurred_at if one.since is None else one.since
        if one.answer is not None:
            if one.case not in look.open:
                continue
            took = one.answer.occurred_at - since
            seen = [Seen("minutes between the two events", max(0, took) // MINUTE)]
            over = f"{one.answered} after {duration_words(took)}" if took > 0 else one.answered
            findings.append(Finding(one.case, [one.start], seen, urgency, one.steps[0].roles, resolved=over, extra=one))
            continue
        reached = [step for step in one.steps if step.due <= look.due]
        wakes += [step.due for step in one.steps if step.due > look.due][:1]
        if reached:
            last = reached[-1]
            seen = [Seen(one.what, (look.clock - since) // HOUR, (last.due - since) // HOUR)]
            stage = len(reached) - 1
            findings.append(Finding(one.case, [one.start], seen, urgency, last.roles, stage=stage, extra=one))
    return findings, min(wakes, default=None)
