"""Domestic-abuse incidents of a child, one per case: an incident of that kind or a form (rules.md, words used)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import LEVELS
from safeguarding.correlation.record import Mark

INCIDENT, FORM, CLOSED = "police.incident.recorded", "police.da_form.completed", "police.incident.closed"
DA_TYPES = frozenset({INCIDENT, FORM})
FORMS = frozenset({FORM})
CLOSINGS = frozenset({CLOSED})


class Incident(NamedTuple):
    """One case.

    Attributes:
        case: the case, or the event's id where it has none.
        marks: its incident and its forms, by time of occurrence.
    """

    case: str
    marks: Sequence[Mark]

    @property
    def first(self) -> Mark:
        """Its earliest event."""
        return self.marks[0]

    @property
    def live(self) -> list[Mark]:
        """Its events that are not mere history."""
        return [mark for mark in self.marks if not mark.backfill]

    @property
    def with_child(self) -> list[Mark]:
        """Its live events in which the child is named, not only an adult who is linked to the child."""
        return [mark for mark in self.marks if mark.direct and not mark.backfill]

    @property
    def heard_at(self) -> int:
        """Clock at which its first live event arrived."""
        return min(mark.at for mark in self.live)


def is_domestic_abuse(mark: Mark) -> bool:
    """Whether an event is a domestic-abuse incident or form."""
    return mark.type == FORM or (mark.type == INCIDENT and mark.data["kind"] == "domestic_abuse")


def da_incidents(look: Look) -> list[Incident]:
    """All of them, in order of their earliest event."""
    return cast("list[Incident]", look.once(_incidents))


def _incidents(look: Look) -> list[Incident]:
    cases: dict[str, list[Mark]] = {}
    for mark in look.marks(DA_TYPES):
        if is_domestic_abuse(mark):
            cases.setdefault(mark.case or mark.event_id, []).append(mark)
    return [Incident(case, marks) for case, marks in cases.items()]


def grade_level(form: Mark) -> int:
    """How grave a form is: standard, medium, high."""
    return LEVELS[form.data["grade"]]
