"""referral-feedback: whoever referred learns that the hub has it, by when it decides, and what it decided (L50)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.calendar import moment_words, working_days_after, working_days_words
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base

_DECIDED = "hub.decision.made"
_TYPES = frozenset({"hub.referral.received", _DECIDED})


class Parameters(Base):
    """Numbers of the rule."""

    decision_days: int = Field(1, ge=1, le=30)
    """Working days from the receipt within which the referrer may expect a decision; as `receipt-missing` has it."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    days = working_days_words(parameters.decision_days)
    return f"A referral has been received by the hub, to be decided within {days}, or decided."


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding for each receipt and each decision of the hub's."""
    findings = []
    for mark in look.marks(_TYPES):
        agency = mark.data["from_agency"]
        if mark.backfill or not mark.direct or agency == "hub":
            continue
        roles = [f"agency:{agency}" if role == "referrer" else role for role in parameters.audiences]
        seen = [Seen("decided" if mark.type == _DECIDED else "received", 1)]
        findings.append(Finding(mark.event_id, [mark], seen, parameters.urgency, roles))
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which referral, received when and decided by when; or what was decided."""
    mark = finding.because[0]
    reference = mark.answers.partition("|")[2]
    feedback = {"case_ref": reference, "stage": "received", "occurred_at": mark.occurred_at}
    if mark.type == _DECIDED:
        outcome = mark.data["outcome"]
        what = f"Referral {reference}: the hub has decided: {outcome.replace('_', ' ')}."
        return Say(what, feedback={**feedback, "stage": "decided", "outcome": outcome})
    due = working_days_after(mark.occurred_at, parameters.decision_days)
    what = f"Referral {reference}: the hub has received it and decides by {moment_words(due)}."
    return Say(what, feedback={**feedback, "decision_due_at": due})


RULE = Rule(
    id="referral-feedback",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
    names=frozenset({"referrer"}),
)
