"""contact-missed: a healthy-child contact was missed, and somebody else is worried too (L58)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from safeguarding.correlation.finding import NINETY_DAYS, Finding, Reach, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import CONCERN_TYPES, concern_level
from safeguarding.correlation.near import best
from safeguarding.correlation.parameters import MOST_MONTHS
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span, Unit, counter, inside, units, widest

_MISSED = "health.hcp_contact.missed"
_COMPLETED = frozenset({"health.hcp_contact.completed"})


class Parameters(Base):
    """Numbers of the rule."""

    months: int = Field(12, ge=1, le=MOST_MONTHS)
    """Within so many months of each other."""


def words(parameters: Parameters) -> str:
    """The rule in one sentence."""
    return f"A healthy-child contact was missed and there is another concern within {_span(parameters).words}."


def _span(parameters: Parameters) -> Span:
    return Span(months=parameters.months)


def _made_good(completed: Sequence[Mark]) -> dict[str, int]:
    """When each contact was last completed."""
    return {mark.data["contact"]: mark.occurred_at for mark in completed}  # by time: the last one stays


def _is_open(mark: Mark, made_good: Mapping[str, int]) -> bool:
    """Whether a contact was missed and has not been made good since."""
    last = made_good.get(mark.data["contact"])
    return last is None or last < mark.occurred_at


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every concern in a window with a missed contact and another concern."""
    found = units(look.marks(CONCERN_TYPES), concern_level)
    missed = [mark for unit in found for mark in unit.marks if mark.type == _MISSED]
    if not missed or len(found) < 2:
        return [], None
    good = _made_good(look.marks(_COMPLETED))
    still = frozenset(mark.event_id for mark in missed if _is_open(mark, good))
    spent = look.consumed.get("", frozenset())
    new = counter(found, lambda unit: not unit.is_among(spent)) if spent else len
    windows = [window for window in widest(found, _span(parameters)) if len(window) > 1 and new(window)]
    waiting = counter(found, lambda unit: unit.is_among(still))
    holding = [window for window in windows if waiting(window)]
    made_good, has_missed = not holding, counter(found, _has_missed)
    evidence = inside(found, holding or [window for window in windows if has_missed(window)])
    if not evidence or (made_good and not look.open):
        return [], None
    observed = [
        Seen("missed healthy-child contacts", len(still)),
        Seen(f"concerns within {_span(parameters).words}", len(evidence), 2),
    ]
    because = [unit.first for unit in evidence]
    support = [mark for unit in evidence for mark in unit.marks]
    finding = Finding("", because, observed, parameters.urgency, parameters.audiences, support=support)
    return [finding._replace(resolved="the contact has been completed") if made_good else finding], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The best window: a missed contact that has not been made good, and another concern."""
    found, spent = units(look.marks(CONCERN_TYPES), concern_level), look.consumed.get("", frozenset())
    good, span = _made_good(look.marks(_COMPLETED)), _span(parameters)

    def weigh(window: Sequence[Unit]) -> list[Seen]:
        missed = [mark for unit in window for mark in unit.marks if mark.type == _MISSED and _is_open(mark, good)]
        seen = [Seen("missed contacts not made good", min(1, len(missed)), 1), Seen("concerns", len(window), 2)]
        new = sum(not unit.is_among(spent) for unit in window)
        return seen + [Seen("new since the last close", new, 1)] * bool(spent)

    return [best(widest(found, span), weigh, span)]


def _has_missed(unit: Unit) -> bool:
    return any(mark.type == _MISSED for mark in unit.marks)


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which contact, and that others are worried."""
    contacts = sorted({m.data["contact"].replace("_", " ") for m in finding.support if m.type == _MISSED})
    what = f"Missed contact ({', '.join(contacts)}), and others have shared a concern. Please make contact."
    return Say(what, "contact_hub", {"concerns": len(finding.because)})


RULE = Rule(
    id="contact-missed",
    types=CONCERN_TYPES | _COMPLETED,
    parameters=Parameters,
    words=words,
    clears_when="the contact is completed",
    find=find,
    tell=tell,
    quiet=NINETY_DAYS,
    near=near,
)
