"""What a rule finds: which events, what was observed, who should know. A rule is a value; the fold does the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from safeguarding.correlation.look import Look
from safeguarding.correlation.parameters import Parameters
from safeguarding.correlation.record import Mark
from safeguarding.correlation.windows import Span

NINETY_DAYS = Span(days=90)


class Seen(NamedTuple):
    """One number against its threshold (none: a plain fact)."""

    what: str
    value: int
    threshold: int | None = None


class Finding(NamedTuple):
    """What holds now, for one case of a rule.

    Attributes:
        case: what the rule keeps apart (a case, an event), or empty.
        because: the events it rests on, by time of occurrence.
        observed: the numbers against the thresholds.
        urgency: immediate, today or routine.
        roles: who should know: audiences, or the roles that `recipients` turns into them.
        stage: step reached; a higher one than before is an escalation (of a finished alert: a graver form).
        resolved: why it is over, for a rule that ends by itself.
        later: clock at which a role may be told at the earliest, by role.
        support: every event behind `because`, when a concern rests on more than its earliest.
        extra: what the rule's own `tell` needs.
    """

    case: str
    because: Sequence[Mark]
    observed: Sequence[Seen]
    urgency: str
    roles: Sequence[str]
    stage: int = 0
    resolved: str | None = None
    later: Mapping[str, int] = {}
    support: Sequence[Mark] = ()
    extra: Any = None


class Reach(NamedTuple):
    """How far the best window of a threshold went, whether that was enough or not.

    Attributes:
        seen: what it holds against what it needs; all of it together is enough.
        marks: the events in it.
        span: length of the window; None: it has none.
    """

    seen: Sequence[Seen]
    marks: Sequence[Mark]
    span: Span | None

    @property
    def lacks(self) -> int:
        """How much is missing, all numbers together; 0: it is enough."""
        return sum(max(0, (seen.threshold or 0) - seen.value) for seen in self.seen)


class Say(NamedTuple):
    """What a rule says to one audience; the policy of routing lets through what the audience may hold."""

    what: str
    recipient_action: str = "none"
    counts: dict[str, int] | None = None
    grade: str | None = None
    signs: list[str] | None = None
    voice: bool = False
    contact: str | None = None
    feedback: dict[str, Any] | None = None


class Rule(NamedTuple):
    """A rule: what it looks at, what it finds, what it says.

    Attributes:
        id: name of the rule.
        types: event types that can change what it finds.
        parameters: model of its parameters; its docstrings are the documentation.
        words: the rule in one plain sentence with its numbers.
        clears_when: what closes an alert, in words.
        find: everything that holds now, and the next clock at which that can change by itself.
        tell: what an audience is told.
        about: whom it concerns: a child, a case or an agency.
        decision: answers that close an alert (``hub.actioned``); empty: no decision does.
        quiet: time without new evidence after which an open alert closes by itself; None: never.
        finished: raised once and done: only a correction or a graver form touches it.
        domestic_abuse: hidden from the patient's online access.
        watches: rules whose notices, once sent, can change what this one finds.
        near: of a rule that counts, how far each of its thresholds was reached.
        gathers: an open alert goes on taking evidence in, so what is old of it stands aside, for this rule alone.
        context: of such a rule, what it reads beside its evidence: these types stand aside too.
        counts: whether an event of its types is evidence at all; what is none cannot raise what was muted, or is mere
            history. None: all of them are.
        names: of the roles that only a case can fill (who has referred, who was asked), those that it fills.
    """

    id: str
    types: frozenset[str]
    parameters: type[Parameters]
    words: Callable[[Any], str]
    clears_when: str
    find: Callable[[Look, Any], tuple[list[Finding], int | None]]
    tell: Callable[[Finding, str, Look, Any], Say]
    about: str = "child"
    decision: tuple[str, ...] = ()
    quiet: Span | None = None
    finished: bool = False
    domestic_abuse: bool = False
    watches: frozenset[str] = frozenset()
    near: Callable[[Look, Any], list[Reach]] | None = None
    gathers: bool = False
    context: frozenset[str] = frozenset()
    counts: Callable[[Mark], bool] | None = None
    names: frozenset[str] = frozenset()

    def heeds(self, mark: Mark) -> bool:
        """Whether an event of its types can change what it finds."""
        return self.counts is None or self.counts(mark)


class Active(NamedTuple):
    """A rule with its parameters and version, as a pack has it.

    Attributes:
        rule: the rule.
        parameters: an instance of its model.
        version: version of the parameters.
        words: the rule in one sentence with its numbers.
        valid_from: first London date on which it is judged; None: since ever.
        valid_to: last London date on which it is judged; None: for good.
    """

    rule: Rule
    parameters: Any
    version: str
    words: str
    valid_from: int | None = None
    valid_to: int | None = None

    def in_force(self, day: int) -> bool:
        """Whether the rule is judged on a London date."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Pack(NamedTuple):
    """The rules in force.

    Attributes:
        rules: by id, in the order in which they are judged.
        by_type: which rules an event type can change, by subject (child, case, agency) and type.
        watching: the rules that watch what others have sent.
        finished: ids of the rules whose alerts are done when raised.
        contact: whom to ring about an alert: the children's hub.
        answer_hours: hours after which operators hear of an immediate alert that nobody has answered.
    """

    rules: Mapping[str, Active]
    by_type: Mapping[tuple[str, str], tuple[Active, ...]]
    watching: tuple[Active, ...]
    finished: frozenset[str]
    contact: str
    answer_hours: int = 4
