"""receipt-missing: a referral that nobody has received, or on which nobody has decided (L08)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from safeguarding.correlation.absence import Answers, Awaited, Step, by_agency, overdue, reference
from safeguarding.correlation.calendar import moment_words, working_days_after, working_days_words
from safeguarding.correlation.finding import Finding, Rule, Say
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.events.times import HOUR

_SENT = frozenset({"police.referral.submitted"})
_RECEIVED = frozenset({"hub.referral.received"})
_DECIDED = frozenset({"hub.decision.made"})


class Parameters(Base):
    """Numbers of the rule."""

    receipt_hours: int = Field(1, ge=1, le=720)
    """Hours after which a referral should have been received."""
    decision_days: int = Field(1, ge=1, le=30)
    """Working days from the receipt after which it should have been decided."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"A referral has been sent and not received by the hub after {parameters.receipt_hours} h, "
        f"or received and not decided after {working_days_words(parameters.decision_days)}."
    )


def _by_case(marks: list[Mark], *, answered: bool) -> dict[str, Mark]:
    """The first live event of each case: the sender's own, or the one that the hub answers."""
    found: dict[str, Mark] = {}
    for mark in marks:
        if not mark.backfill:
            found.setdefault((answered and mark.answers) or mark.case or mark.event_id, mark)
    return found


def _roles(parameters: Parameters, agency: str) -> list[str]:
    return [f"agency:{agency}" if role == "referrer" else role for role in parameters.audiences]


def _awaited(look: Look, parameters: Parameters) -> Iterator[Awaited]:
    received = look.marks(_RECEIVED)
    receipts, none = by_agency(received), Answers(())
    for case, sent in _by_case([mark for mark in look.marks(_SENT) if mark.direct], answered=False).items():
        due = sent.occurred_at + parameters.receipt_hours * HOUR
        steps = [Step(due, _roles(parameters, sent.agency))]
        answer = receipts.get(sent.agency, none).to(sent)
        yield Awaited(case, sent, answer, steps, "hours without a receipt", "the hub received it")
    decided = Answers(look.marks(_DECIDED))
    for case, receipt in _by_case(received, answered=True).items():
        due = working_days_after(receipt.occurred_at, parameters.decision_days)
        steps = [Step(due, _roles(parameters, receipt.data["from_agency"]))]
        answer = decided.to(receipt)
        outcome = "" if answer is None else f" ({answer.data['outcome'].replace('_', ' ')})"
        over = f"the hub decided{outcome}"
        yield Awaited(f"{case}|decision", receipt, answer, steps, "hours without a decision", over)


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding a referral without receipt, and one a receipt without decision."""
    return overdue(look, _awaited(look, parameters), parameters.urgency)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which referral waits, for what, and until when it should have come."""
    start, due = finding.because[0], moment_words(finding.extra.steps[0].due)
    if start.type in _SENT:
        what = f"Referral {reference(start)}: the hub has not confirmed that it was received; due by {due}."
        return Say(what, "contact_hub")
    sent = start.answers.partition("|")[2]
    return Say(f"Referral {sent}: the hub has received it and has not decided yet; due by {due}.", "contact_hub")


RULE = Rule(
    id="receipt-missing",
    types=_SENT | _RECEIVED | _DECIDED,
    parameters=Parameters,
    words=words,
    clears_when="the hub's receipt, or its decision, arrives",
    find=find,
    tell=tell,
    decision=("hub.actioned",),
    names=frozenset({"referrer"}),
)
