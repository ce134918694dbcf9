"""Where the demo's lines come from: the four rooms in this process, or (`cli.demo_kafka`) on a real Kafka."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol

from safeguarding.cli.embedded import Embedded
from safeguarding.cli.lines import lines_of_record
from safeguarding.cli.rooms import rule_pack
from safeguarding.wire.topics import DISCLOSURES

Line = dict[str, Any]


class Source(Protocol):
    """The pipeline, as the demo sees it."""

    def publish(self, event: Line) -> None:
        """Send one event in the contract's JSON form."""

    def lines(self) -> list[Line]:
        """What has come out since it was last asked; disclosures are lines too."""

    def finish(self) -> Iterator[list[Line]]:
        """Let time pass up to the last event, and give what is still to come."""

    def close(self) -> None:
        """Leave nothing behind."""


class InProcess:
    """The four rooms on the in-memory runtime: each event's effects are there at once."""

    def __init__(self) -> None:
        self._pipeline = Embedded(rule_pack(None))
        self._new: list[Line] = []

    def publish(self, event: Line) -> None:
        """Send one event through all four rooms."""
        self._new += self._pipeline.publish_text(json.dumps(event))

    def lines(self) -> list[Line]:
        """What came of the events since."""
        new, self._new = self._new, []
        records = self._pipeline.new_records([DISCLOSURES])
        return new + [line for record in records for line in lines_of_record(record)]

    def finish(self) -> Iterator[list[Line]]:
        """What falls due up to the last event."""
        self._new += self._pipeline.pass_time()
        yield self.lines()

    def close(self) -> None:
        """Everything was in memory."""
