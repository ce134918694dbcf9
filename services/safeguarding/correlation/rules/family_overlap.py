"""family-overlap: a parent reports to probation or CGL, the child to youth offending; neither knows it (L80)."""

from __future__ import annotations

from collections.abc import Sequence

from safeguarding.correlation.absence import Answers
from safeguarding.correlation.finding import NINETY_DAYS, Finding, Rule, Say, Seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters as Base
from safeguarding.correlation.record import Mark

_OPENED, _CLOSED = frozenset({"yos.case.opened"}), frozenset({"yos.case.closed"})
_ALLOCATED, _RELEASED = frozenset({"probation.case.allocated"}), frozenset({"probation.case.closed"})
_LINKED, _ENGAGED = frozenset({"cgl.client.children_linked"}), frozenset({"cgl.engagement.changed"})


class Parameters(Base):
    """The rule has no numbers; the hub is told instead of probation where the adult's service is CGL."""


def words(parameters: Parameters) -> str:  # no numbers
    """The rule in one sentence."""
    return "An adult on the caseload of probation or CGL is linked to a child with an open YOS case."


def _standing(opened: Sequence[Mark], closed: Sequence[Mark]) -> list[Mark]:
    """Those of a caseload that nobody has closed since."""
    ends = Answers(closed)
    return [mark for mark in opened if ends.to(mark, mark.occurred_at) is None]


def _cases(standing: Sequence[Mark]) -> list[Mark]:
    """The earliest of each case."""
    cases = dict[str, Mark]()
    for mark in standing:
        cases.setdefault(mark.case or mark.event_id, mark)
    return list(cases.values())


def _by_adult(marks: Sequence[Mark]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        via = mark.data.get("via")
        for adult in [via] if via else mark.data.get("clients", ()):
            found.setdefault(adult, []).append(mark)
    return found


def _cgl(linked: Sequence[Mark], engaged: Sequence[Mark]) -> list[Mark]:
    """A client whose children or engagement are known, unless the last word is that the client has dropped out."""
    known = sorted([*linked, *engaged], key=lambda mark: (mark.occurred_at, mark.event_id))
    if engaged and engaged[-1].data["status"] == "dropped_out":
        return []
    left = max((mark.occurred_at for mark in engaged if mark.data["status"] == "dropped_out"), default=None)
    return [mark for mark in known if left is None or mark.occurred_at > left][:1]


def find(look: Look, parameters: Parameters) -> tuple[list[Finding], int | None]:
    """One finding an adult; over when either service has closed."""
    opened = look.marks(_OPENED)
    if not opened:
        return [], None
    young = _standing(opened, look.marks(_CLOSED))
    allocated, released = _by_adult(look.marks(_ALLOCATED)), _by_adult(look.marks(_RELEASED))
    linked, engaged = _by_adult(look.marks(_LINKED)), _by_adult(look.marks(_ENGAGED))
    findings = []
    for adult in {**allocated, **linked, **engaged}:
        probation = _standing(allocated.get(adult, ()), released.get(adult, ()))
        cgl = _cgl(linked.get(adult, ()), engaged.get(adult, ()))
        if young and (probation or cgl):
            findings.append(_overlap(adult, young, probation, cgl, parameters))
        elif adult in look.open:
            over = "the youth offending case is closed" if not young else "the adult's case is closed"
            ended = _overlap(adult, young or opened, probation or allocated.get(adult, []), cgl, parameters)
            findings.append(ended._replace(resolved=over))
    return findings, None


def _overlap(
    adult: str, young: Sequence[Mark], probation: Sequence[Mark], cgl: Sequence[Mark], parameters: Parameters
) -> Finding:
    told = [role for role in parameters.audiences if probation or role != "probation"]
    roles = [*told, "hub"] if cgl and "hub" not in told else told
    because = sorted([*_cases(young), *_cases(probation), *cgl], key=lambda mark: (mark.occurred_at, mark.event_id))
    seen = [Seen("services that work with the family", 1 + bool(probation) + bool(cgl), 2)]
    return Finding(adult, because, seen, parameters.urgency, roles, extra=(young, probation, cgl))


def tell(finding: Finding, audience: str, look: Look, parameters: Parameters) -> Say:
    """That the other works with the family, and whom to ring; not why."""
    young, probation, cgl = finding.extra
    if audience == "yos":
        others = ["probation"] * bool(probation) + ["the drug and alcohol service"] * bool(cgl)
        contact = probation[-1].data["worker"] if probation else None
        return Say(f"An adult of this family works with {' and '.join(others)}.", "contact_hub", contact=contact)
    worker = young[-1].data["worker"]
    return Say("A young person of this family works with the youth offending service.", "contact_hub", contact=worker)


RULE = Rule(
    id="family-overlap",
    types=_OPENED | _CLOSED | _ALLOCATED | _RELEASED | _LINKED | _ENGAGED,
    parameters=Parameters,
    words=words,
    clears_when="either service closes its case",
    find=find,
    tell=tell,
    quiet=NINETY_DAYS,
)
