"""Something that did not happen: a start, an answer that is awaited, and the steps after which somebody is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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


def answer_to(start: Mark, answers: Iterable[Mark]) -> Mark | None:
    """The first answer that belongs to a start.

    Args:
        start: the event that asks.
        answers: by time of occurrence.
    """
    return next((mark for mark in answers if belongs(start, mark)), None)


def pending(starts: Sequence[Mark], answers: Sequence[Mark], settled: Collection[str]) -> tuple[Mark, Mark | None]:
    """Of one case's starts the earliest without an answer; else the earliest that the newest of them is answered with.

    Args:
        starts: by time of occurrence; asked again, an answer from before is none.
        answers: by time of occurrence.
        settled: ids of starts whose alert is closed: they do not hide a later one.
    """
    start, answer = starts[0], answer_to(starts[0], answers)
    for again in starts[1:]:
        if answer is None and start.event_id not in settled:
            break
        if answer is None or answer.occurred_at < again.occurred_at:
            start = again
            answer = answer_to(start, [mark for mark in answers if mark.occurred_at >= start.occurred_at])
    return start, answer


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
