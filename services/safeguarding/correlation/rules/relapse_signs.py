"""relapse-signs: what one would see when a parent is becoming unwell or using again, and whom to ring (L56)."""

from __future__ import annotations

from safeguarding.correlation.finding import Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

_TYPES = frozenset({"cgl.relapse_indicator.set", "health.relapse_indicator.set"})
# How an adult is linked who lives with the child or is in contact; an unborn child lives with its mother.
_NEAR = frozenset({"yes", "contact", "household", "pregnancy"})


class Parameters(Base):
    """The rule has no numbers."""


def words(parameters: Parameters) -> str:  # no numbers
    """The rule in one sentence."""
    return "Signs of relapse have been set for an adult who lives with the child or is in contact."


def _is_near(mark: Mark) -> bool:
    return mark.direct or mark.data.get("link") in _NEAR


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding an indicator."""
    return [
        Finding(
            mark.event_id,
            [mark],
            [Seen("signs to look for", len(mark.data["signs"]))],
            parameters.urgency,
            parameters.audiences,
        )
        for mark in look.marks(_TYPES)
        if not mark.backfill and _is_near(mark)
    ], None


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Signs and contact only: no diagnosis, no treatment, not even which service."""
    data = finding.because[0].data
    what = "An adult close to this child may be becoming unwell. Please look for these signs and ring the contact."
    return Say(what, "look_for_signs", signs=list(data["signs"]), contact=data["contact"])


RULE = Rule(
    id="relapse-signs",
    types=_TYPES,
    parameters=Parameters,
    words=words,
    clears_when="nothing: it is a notice",
    find=find,
    tell=tell,
    finished=True,
)
