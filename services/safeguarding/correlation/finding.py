"""What a rule finds: which events, what was observed, who should know. A rule is a value; the fold does the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from safeguarding.correlation.record import Hot, Mark


class Look(NamedTuple):
    """What a rule may look at: the record and the clock. Nothing else, so that a replay answers the same.

    Attributes:
        hot: the subject's record.
        clock: the pipeline's clock.
        consumed: ids of events that closed alerts of this rule rest on, by case.
    """

    hot: Hot
    clock: int
    consumed: Mapping[str, frozenset[str]]

    def marks(self, types: Iterable[str]) -> list[Mark]:
        """Marks of these types, by time of occurrence."""
        wanted = frozenset(types)
        return [mark for mark in self.hot.marks if mark.type in wanted]


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
        stage: step reached; a higher one than before is an escalation.
        resolved: why it is over, for a rule that ends by itself.
        later: clock at which a role may be told at the earliest, by role.
        level: how grave, to tell whether it breaks a dismissal's silence.
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
    level: int = 0
    extra: Any = None


class Say(NamedTuple):
    """What a rule says to one audience; the policy of routing lets through what the audience may hold."""

    what: str
    recipient_action: str = "none"
    counts: dict[str, int] | None = None
    grade: str | None = None
    signs: list[str] | None = None
    voice: bool = False
    contact: str | None = None


class Rule(NamedTuple):
    """A rule of the pack with the parameters in force.

    Attributes:
        id: name of the rule.
        types: event types that can change what it finds.
        parameters: model of its parameters; its docstrings are the documentation.
        words: the rule in one plain sentence with its numbers.
        clears_when: what closes an alert, in words.
        find: everything that holds now, and the next clock at which that can change by itself.
        tell: what an audience is told.
        decision: notification verbs that close an alert (`actioned`, `acknowledged`); empty: no decision does.
        quiet_days: days without new evidence after which an open alert closes by itself; None: never.
        finished: raised once and done: only a correction touches it.
        domestic_abuse: hidden from the patient's online access.
    """

    id: str
    types: frozenset[str]
    parameters: Any
    words: Callable[[Any], str]
    clears_when: str
    find: Callable[[Look, Any], tuple[list[Finding], int | None]]
    tell: Callable[[Finding, str, Look, Any], Say]
    decision: tuple[str, ...] = ()
    quiet_days: int | None = None
    finished: bool = False
    domestic_abuse: bool = False


class Active(NamedTuple):
    """A rule with its parameters and version, as a pack has it."""

    rule: Rule
    parameters: Any
    version: str
    words: str


class Pack(NamedTuple):
    """The rules in force.

    Attributes:
        rules: by id, in the order in which they are judged.
        by_type: which rules an event type can change.
        contact: whom to ring about an alert: the children's hub.
    """

    rules: Mapping[str, Active]
    by_type: Mapping[str, tuple[Active, ...]]
    contact: str
