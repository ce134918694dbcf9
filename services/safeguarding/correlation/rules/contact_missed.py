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
from safeguarding.correlation.windows import Span, Unit, counter, inside, kinds, units, widest

_MISSED = "health.hcp_contact.missed"
_ONLY_MISSED = frozenset({_MISSED})
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


def _points(look: Look) -> list[Unit]:
    """When each concern counts: on its earliest date, and whenever a contact was missed, however old its case is."""
    points = units(look.marks(CONCERN_TYPES), concern_level)
    points += [Unit(mark, unit.level, unit.marks) for unit in points for mark in unit.marks[1:] if mark.type == _MISSED]
    return sorted(points, key=lambda point: (point.first.occurred_at, point.first.event_id))


def _concern(point: Unit) -> str:
    """The concern that a point in time belongs to, by its earliest event."""
    return point.marks[0].event_id


def _missed(point: Unit) -> bool:
    return point.first.type == _MISSED


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """Every concern in a window with a missed contact and another concern."""
    if not look.marks(_ONLY_MISSED):
        return [], None  # nearly always
    points, good = _points(look), _made_good(look.marks(_COMPLETED))
    still = frozenset(point.first.event_id for point in points if _missed(point) and _is_open(point.first, good))
    spent = look.consumed.get("", frozenset())
    new = counter(points, lambda point: not point.is_among(spent)) if spent else len
    windows = widest(points, _span(parameters))
    enough = [w for w, concerns in zip(windows, kinds(windows, _concern), strict=True) if concerns > 1 and new(w)]
    waiting, has_missed = counter(points, lambda point: point.first.event_id in still), counter(points, _missed)
    holding = [window for window in enough if waiting(window)]
    rests = inside(points, holding or [window for window in enough if has_missed(window)])
    evidence = list({_concern(point): point.marks for point in rests}.values())
    if not evidence or not (holding or look.open):
        return [], None
    observed = [
        Seen("missed healthy-child contacts", len(still)),
        Seen(f"concerns within {_span(parameters).words}", len(evidence), 2),
    ]
    because = sorted((marks[0] for marks in evidence), key=lambda mark: (mark.occurred_at, mark.event_id))
    support = [mark for marks in evidence for mark in marks]
    contacts = sorted({mark.data["contact"].replace("_", " ") for mark in support if mark.event_id in still})
    told = parameters.audiences
    finding = Finding("", because, observed, parameters.urgency, told, support=support, extra=contacts)
    return [finding if holding else finding._replace(resolved="the contact has been completed")], None


def near(look: Look, parameters: Parameters) -> list[Reach]:
    """The best window: a missed contact that has not been made good, and another concern."""
    points, spent = _points(look), look.consumed.get("", frozenset())
    good, span = _made_good(look.marks(_COMPLETED)), _span(parameters)

    def weigh(window: Sequence[Unit]) -> list[Seen]:
        missed = any(_missed(point) and _is_open(point.first, good) for point in window)
        concerns = len({_concern(point) for point in window})
        seen = [Seen("missed contacts not made good", int(missed), 1), Seen("concerns", concerns, 2)]
        new = len({_concern(point) for point in window if not point.is_among(spent)})
        return seen + [Seen("new since the last close", new, 1)] * bool(spent)

    return [best(widest(points, span), weigh, span)]


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:  # same for all
    """Which contact, and that others are worried."""
    what = f"Missed contact ({', '.join(finding.extra)}), and others have shared a concern. Please make contact."
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
    gathers=True,
    context=_COMPLETED,
    counts=lambda mark: mark.type in _COMPLETED or concern_level(mark) is not None,
)
