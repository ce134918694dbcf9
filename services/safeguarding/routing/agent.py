"""Wiring of the routing room: alerts in; notices, disclosures and operators' items out, in one transaction a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from safeguarding.routing.policy import POLICY, checked
from safeguarding.routing.route import Sent, is_news, route
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import DISCLOSURES, OPERATORS, RAISED, audience_topic, feedback_topic

_TOPICS = {"record.disclosure": DISCLOSURES, "record.operator_item": OPERATORS}


class Routing:
    """The fourth room (see `wire.room.Room`)."""

    name = "routing"
    inputs: tuple[str, ...] = (RAISED,)
    memory: Literal["none", "state", "log"] = "state"
    transactional = True

    def __init__(self) -> None:
        self._policy = checked(POLICY)

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        """What goes out for a batch of alerts."""
        out = []
        for record in batch:
            kind, raised = decode(record.value)
            subject, clock = record.key or b"", (("clock", b"%d" % raised["at"]),)
            if kind == "record.operator_item":
                if is_news(raised, state):
                    out.append(Output(OPERATORS, subject, record.value or b"", clock))
                continue
            for sent in route(raised, subject.decode(), self._policy, state):
                out.append(Output(_topic(sent), subject, encode(sent.kind, sent.value), clock))
        return out

    def reset(self) -> None:
        """Nothing is remembered outside `State`."""

    def tick(self, now: int | None) -> Output | None:  # this room has no clock
        """No clock."""
        return None


def _topic(sent: Sent) -> str:
    if sent.kind == "record.feedback":
        return feedback_topic(sent.value["agency"])
    return _TOPICS.get(sent.kind) or audience_topic(sent.audience)
