"""What a rule that counts nothing still waits for: the event types of which one more would make it fire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from safeguarding.correlation.finding import Active
from safeguarding.correlation.marks import mark_of
from safeguarding.correlation.record import Hot, Mark
from safeguarding.events.acceptance import read
from safeguarding.events.catalogue import TYPES
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder


def lacking(hot: Hot, active: Active, fires: Callable[[Sequence[Mark]], bool]) -> list[str]:
    """Event types of which one more, such as the example beside its schema, would make a rule fire.

    Args:
        hot: the subject's record.
        active: the rule.
        fires: whether it fires by these marks, when all its time has passed.
    """
    kinds = [kind for kind in sorted(active.rule.types) if kind in TYPES]
    return [kind for kind in kinds if any(fires([*hot.marks, mark]) for mark in _tried(kind, hot))]


def _tried(kind: str, hot: Hot) -> Iterator[Mark]:
    """The example of a type as if it had just happened to the subject, of a case of its own; and its other answers."""
    event = read(json.loads((folder() / CONTRACTS[kind].example).read_text(encoding="utf-8")))
    event |= {"id": "one-more", "case_ref": "one-more", "occurred_at": hot.clock, "published_at": hot.clock}
    fact: dict[str, Any] = dict.fromkeys(("then_clock", "then_seq", "root", "via_adult", "via_link", "via_case"))
    fact |= {"seq": 0, "index": 0, "clock": hot.clock, "before": False, "live": True, "adults": []}
    yield mark_of(event, fact)
    otherwise = {name: not value if isinstance(value, bool) else value for name, value in event["data"].items()}
    if otherwise != event["data"]:
        yield mark_of(event | {"data": otherwise}, fact)
