"""information-overdue: the hub has asked an agency what it knows, and there is no answer (L49, L68)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from pydantic import Field

from safeguarding.correlation.absence import Answers, Awaited, Step, answer_to, by_agency, in_turn, overdue, pending
from safeguarding.correlation.calendar import date_words, moment_words, working_days_after, working_days_words
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

_ASKED = frozenset({"hub.information.requested"})
_ANSWERED = frozenset({"hub.information.provided"})


class Parameters(Base):
    """Numbers of the rule."""

    days: int = Field(5, ge=1, le=60)
    """Working days for an answer, where the request names no time."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"An information request is unanswered at the time it names, else after {working_days_words(parameters.days)}."
    )


def _due(start: Mark, parameters: Parameters) -> int:
    named: int | None = start.data.get("due_at")
    return working_days_after(start.occurred_at, parameters.days) if named is None else named


def _first_due(start: Mark, answer: Mark | None, starts: Iterable[Mark], parameters: Parameters) -> Mark:
    """Of a request and those after it that wait for the same answer the one that is due first."""
    until = None if answer is None else answer.occurred_at
    after = [m for m in starts if m.occurred_at >= start.occurred_at and (until is None or m.occurred_at <= until)]
    return min([start, *after], key=lambda mark: _due(mark, parameters))


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    asked: dict[tuple[str, str], list[Mark]] = {}
    for mark in look.marks(_ASKED):
        if not mark.backfill:
            asked.setdefault((mark.case or mark.event_id, mark.data["from_agency"]), []).append(mark)
    answers, none = by_agency(look.marks(_ANSWERED)), Answers(())
    for (case, agency), starts in asked.items():
        # one case may ask several agencies; each waits for itself
        each = f"{case}|{agency}"
        settled = look.consumed.get(each, ())
        given = answers.get(agency, none)
        start, answer = pending(starts, given, settled)
        start = _first_due(start, answer, [mark for mark in starts if mark.event_id not in settled], parameters)
        roles = [f"agency:{agency}" if role == "asked" else role for role in parameters.audiences]
        for one, came in in_turn(look, each, starts, (start, answer), partial(answer_to, given, starts)):
            steps = [Step(_due(one, parameters), roles)]
            yield Awaited(each, one, came, steps, "hours without an answer", "the information came")


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a case and agency."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """When it was asked for, and until when; the hub's reference is nobody else's."""
    start = finding.because[0]
    asked, due = date_words(start.day), moment_words(_due(start, parameters))
    return Say(f"The hub asked for information on this child on {asked}; it was due by {due}.", "contact_hub")


RULE = Rule(
    id="information-overdue",
    types=_ASKED | _ANSWERED,
    parameters=Parameters,
    words=words,
    clears_when="the information is provided",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    names=frozenset({"asked"}),
)
