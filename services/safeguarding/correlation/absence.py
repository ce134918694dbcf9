"""Something that did not happen: a start, an answer that is awaited, and the steps after which somebody is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from safeguarding.correlation.calendar import duration_words
from safeguarding.correlation.finding import Finding, Seen
from safeguarding.correlation.record import Mark


class Step(NamedTuple):
    """From when on whom to tell."""

    due: int
    roles: tuple[str, ...]


def answer_to(start: Mark, answers: Sequence[Mark]) -> Mark | None:
    """The first answer that belongs to a start: by case, or by child when either has none (rules.md)."""
    for mark in answers:
        cases = {case for case in (mark.case, mark.answers) if case}
        if start.case and cases:
            if start.case in cases:
                return mark
        elif mark.occurred_at >= start.occurred_at:
            return mark
    return None


def absence(
    start: Mark, answer: Mark | None, steps: Sequence[Step], clock: int, *, what: str, answered: str, urgency: str
) -> tuple[Finding | None, int | None]:
    """What holds of one awaited answer, and when that can change by itself.

    Args:
        start: the event from which the time runs.
        answer: the answer, if it is known.
        steps: in order of their due time.
        clock: the pipeline's clock.
        what: what is observed, such as "hours without a referral".
        answered: how its arrival is told, such as "the referral arrived".
        urgency: urgency of the alert.
    """
    case = start.case or start.event_id
    reached = [step for step in steps if step.due <= clock]
    if answer is not None:
        delay = duration_words(answer.occurred_at - start.occurred_at)
        seen = [Seen("minutes between the two events", max(0, answer.occurred_at - start.occurred_at) // 60_000)]
        roles = steps[0].roles
        return Finding(case, [start], seen, urgency, roles, resolved=f"{answered} after {delay}"), None
    following = next((step.due for step in steps if step.due > clock), None)
    if not reached:
        return None, following
    first = (steps[0].due - start.occurred_at) // 3_600_000
    hours = (clock - start.occurred_at) // 3_600_000
    finding = Finding(case, [start], [Seen(what, hours, first)], urgency, reached[-1].roles, stage=len(reached) - 1)
    return finding, following
