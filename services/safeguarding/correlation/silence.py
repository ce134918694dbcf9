"""What keeps a rule silent after a close: a dismissal, or its days of rest; and what is grave enough to break it."""

from __future__ import annotations

from collections.abc import Sequence

from safeguarding.correlation.calendar import at_local, day_of
from safeguarding.correlation.finding import Active, Finding
from safeguarding.correlation.marks import LEVELS, gravity
from safeguarding.correlation.record import Life, Mark

MUTE_DAYS = 28


def quieten(life: Life, active: Active, finding: Finding | None, clock: int, *, dismissed: bool) -> None:
    """Keep the rule silent from now on, if the close asks for it.

    Args:
        life: the alert that is being closed; changed in place.
        active: its rule.
        finding: what it rests on; None: nothing any more.
        clock: the pipeline's clock; its date is the first of the days.
        dismissed: a dismissal mutes, any close may begin a rest.
    """
    days = max(MUTE_DAYS if dismissed else 0, active.parameters.silence.rest_days)
    if not days:
        return
    marks = _support(finding) if finding else ()
    agencies = sorted({mark.agency for mark in marks})
    life.mute_until = at_local(day_of(clock) + days, 0)
    life.graver_than = (max((gravity(mark) for mark in marks), default=0), agencies)


def is_muted(lives: Sequence[Life], active: Active, finding: Finding, clock: int) -> bool:
    """Whether a closed alert of the rule keeps it silent: nothing that has come since is graver than what was closed.

    Args:
        lives: the rule's alerts about this child, whatever their case.
        active: the rule.
        finding: what holds now.
        clock: the pipeline's clock.
    """
    return any(
        life.mute_until is not None
        and clock < life.mute_until
        and not any(_is_graver(mark, life, active) for mark in _support(finding))
        for life in lives
    )


def _support(finding: Finding) -> Sequence[Mark]:
    return finding.support or finding.because


def _is_graver(mark: Mark, life: Life, active: Active) -> bool:
    if life.graver_than is None or life.closed_at is None or mark.at < life.closed_at:
        return False
    silence, (level, agencies) = active.parameters.silence, life.graver_than
    now = gravity(mark)
    if now > level and (now == LEVELS["high"] or not silence.high_only):
        return True
    return silence.agency_breaks and mark.agency not in agencies
