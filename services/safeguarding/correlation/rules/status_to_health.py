"""status-to-health: health learns of a child's plan or care status when it changes (L54, L55)."""

from __future__ import annotations

from safeguarding.correlation.calendar import date_words
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.recipients import PLANS
from safeguarding.correlation.record import Mark

_TYPES = frozenset({"hub.status.changed"})
_WORDS = {"cin": "child in need", "cpp": "child protection plan", "lac": "looked after", "": "no plan"}


class Parameters(Base):
    """The rule has no numbers."""


def words(parameters: Parameters) -> str:  # no numbers
    """The rule in one sentence."""
    return "The child's status changes to, from or between child in need, child protection plan and looked after."


def _status(mark: Mark) -> str:
    status: str = mark.data["status"]
    return status if status in PLANS and not mark.data["ended"] else ""


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding for each event after which another status stands than before it."""
    findings, before = [], ""
    for mark in look.marks(_TYPES):
        now = _status(mark)
        if now != before and not mark.backfill:
            change = (_WORDS[before], _WORDS[now])
            seen = [Seen("from {} to {}".format(*change), 1)]
            findings.append(
                Finding(mark.event_id, [mark], seen, parameters.urgency, parameters.audiences, extra=change)
            )
        before = now
    return findings, None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """The status before and after, since when, and the team to ring."""
    mark, (before, now) = finding.because[0], finding.extra
    what = f"Status changed on {date_words(mark.day)}: from {before} to {now}."
    return Say(what, "file", contact=mark.data.get("team"))


RULE = Rule(
    id="status-to-health",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
)
