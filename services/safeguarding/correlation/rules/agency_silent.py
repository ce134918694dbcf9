"""agency-silent: no alerts is not no concern; an agency from which nothing comes may only be cut off (L46)."""

from __future__ import annotations

from pydantic import Field

from safeguarding.correlation.calendar import duration_words
from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.hearing import beats_every, last_heard, usual_gap
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.events.catalogue import TYPES
from safeguarding.events.times import MINUTE


class Parameters(Base):
    """Numbers of the rule."""

    heartbeats: int = Field(2, ge=1, le=100)
    """Silent for so many times its heartbeat;"""
    gaps: int = Field(3, ge=1, le=100)
    """of an agency without heartbeats, its usual gap."""
    known_gaps: int = Field(5, ge=1, le=1000)
    """A gap is usual only when so many are known, and of five days, or alike for two hours."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return (
        f"Nothing has come from an agency for {parameters.heartbeats} times its heartbeat, or, without heartbeats, "
        f"{parameters.gaps} times its usual gap."
    )


def _norm(last: Mark, parameters: Parameters) -> int | None:
    every, gap = beats_every(last), usual_gap(last, parameters.known_gaps)
    if every is not None:
        return parameters.heartbeats * every
    return None if gap is None else parameters.gaps * gap


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """What holds of the one agency."""
    last = last_heard(look.hot.marks)
    norm = _norm(last, parameters) if last is not None else None
    if last is None or (norm is None and not look.open):
        return [], None
    silent, due = look.clock - last.at, None if norm is None else last.at + norm
    seen = [Seen("minutes of silence", silent // MINUTE, None if norm is None else norm // MINUTE)]
    finding = Finding("", [last], seen, parameters.urgency, parameters.audiences, extra=last.agency)
    if due is not None and due <= look.due:
        return [finding], None
    return [finding._replace(resolved="heard again")] if look.open else [], due


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # one audience
    """Which agency, and for how long."""
    silent = duration_words(look.clock - finding.because[0].at)
    return Say(f"Nothing has come from {finding.extra} for {silent}. No alerts is not no concern.")


RULE = Rule(
    id="agency-silent",
    types=frozenset(TYPES),
    parameters=Parameters,
    words=words,
    clears_when="the agency is heard again",
    find=find,
    tell=tell,
    about="agency",
)
