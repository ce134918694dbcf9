"""`safeguarding publish`: sends events of a file, or of an agency's export, and waits for every acknowledgement."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Annotated

import typer

from safeguarding.errors import Refused, SafeguardingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from safeguarding.cli.event_files import Line, Reader
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.message import Message
    from safeguarding.producers.receipts import Receipts

EXAMPLE = "Example: safeguarding publish events.jsonl · safeguarding publish --agency police --records export.csv"
_SHOWN = 20


def publish(
    file: Annotated[Path, typer.Argument(help="Events, one JSON object a line; - for standard input.")],
    agency: Annotated[str | None, typer.Option(help="All go to this agency's topic.")] = None,
    records: Annotated[bool, typer.Option("--records", help="Rows of that agency's export (CSV or JSONL).")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Send what intake will reject, for tests.")] = False,
) -> None:
    """Send events to Kafka, in order; nothing of a file is sent unless all of it is right."""
    from safeguarding.cli.event_files import Reader, known_agency, lines_of_file
    from safeguarding.events.envelope import AGENCIES
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.receipts import Receipts
    from safeguarding.settings import Settings

    known_agency(agency, records=records)
    settings, stream = Settings(), str(file) == "-"
    stamp = None if settings.clock == "events" else _now

    def reader() -> Reader:
        return Reader(agency, records=records, stamp=stamp)

    def lines() -> Iterator[Line]:
        return lines_of_file(file, records=records)

    agencies = set(AGENCIES) if stream else _survey(lines(), reader(), file, check=not no_check)
    with ExitStack() as stack:
        publisher = stack.enter_context(Publisher(settings, say=_say))
        ordered = settings.clock == "events" and agency is None and len(agencies) > 1
        receipts = stack.enter_context(Receipts(settings, sorted(agencies))) if ordered else None
        queue, reading, wrong = _Queue(publisher, receipts), reader(), 0
        for line in lines() if stream else _shown(lines()):
            faults = [str(fault) for fault in reading.faults(line)] if stream and not no_check else []
            if not faults:
                try:
                    queue.send(_message(line, reading, agency, check=not no_check))
                except Refused as refused:
                    faults = [f"line {line.number}: {refused}"]
            for fault in faults:
                _say(fault)
            wrong += bool(faults)
        publisher.flush()
    _say_done(queue.sent, wrong)
    raise typer.Exit(1 if wrong else 0)


def _survey(lines: Iterable[Line], reader: Reader, file: Path, *, check: bool) -> set[str]:
    """The agencies of a file, all of whose lines must be right."""
    agencies, wrong, count = set[str](), 0, 0
    for line in lines:
        count += 1
        faults = reader.faults(line) if check else []
        for fault in faults[: max(0, _SHOWN - wrong)]:
            _say(str(fault))
        wrong += bool(faults)
        if not faults:
            try:
                agencies.add(str(reader.raw(line).get("agency")))
            except (Refused, ValueError, RecursionError):
                continue  # told when it is its turn
    if wrong:
        raise SafeguardingError(f"nothing was sent: {wrong} of {count} lines are wrong; mend {file} and publish again")
    return agencies


class _Queue:
    """Sends messages; with receipts, another agency's turn comes when the log has the last event of the one before."""

    def __init__(self, publisher: Publisher, receipts: Receipts | None) -> None:
        self._publisher, self._receipts, self._last = publisher, receipts, ""
        self.sent = Counter[str]()

    def send(self, message: Message) -> None:
        if self._receipts is not None and self._last not in ("", message.topic):
            self._publisher.flush()
            self._receipts.wait(self._last, self._publisher.offsets[self._last])
        self._publisher.send(message)
        self._last = message.topic
        self.sent[message.topic.split(".")[1]] += 1


def _message(line: Line, reader: Reader, agency: str | None, *, check: bool) -> Message:
    from safeguarding.producers.message import checked, message_of
    from safeguarding.producers.unchecked import unchecked

    try:
        raw = reader.raw(line)
    except (ValueError, RecursionError):
        raise Refused("DECODE_FAILED") from None
    event = checked(raw) if check else unchecked(raw)
    return message_of(event, agency)


def _shown(lines: Iterable[Line]) -> Iterable[Line]:
    """The lines, with progress on a terminal."""
    if not sys.stderr.isatty():
        return lines
    from rich.console import Console
    from rich.progress import track

    return track(lines, "publishing", console=Console(stderr=True), transient=True)


def _now() -> str:
    from safeguarding.events.times import rfc3339

    return rfc3339(int(time() * 1000))


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # what a person must see


def _say_done(sent: Counter[str], wrong: int) -> None:
    counts = ", ".join(f"{agency} {number}" for agency, number in sorted(sent.items()))
    print(f"published {sent.total()} events" + (f": {counts}" if counts else ""))  # noqa: T201  # the output
    if wrong:
        _say(f"safeguarding: {wrong} lines were not sent; mend them and publish them again")
