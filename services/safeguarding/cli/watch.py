"""`safeguarding watch`: what an audience is told, or what stands in any topic, line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from safeguarding.cli.reader import TopicReader
    from safeguarding.wire.room import Record

EXAMPLE = "Example: safeguarding watch hub --from-start --until-end --json"


def watch(
    what: Annotated[
        str,
        typer.Argument(
            metavar="TOPIC|AUDIENCE",
            help="hub, gp, school-nurse …; receipts, feedback, operators, review, quarantine, disclosures; or a topic.",
        ),
    ],
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the first record there is.")] = False,
    until_end: Annotated[bool, typer.Option("--until-end", help="Stop at what is there now.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One whole JSON object a line, for programs.")] = False,
    show_sensitive: Annotated[
        bool, typer.Option("--show-sensitive", help="Show names, numbers, narrative and the child's words.")
    ] = False,
    by_child: Annotated[
        bool,
        typer.Option("--by-child", help="What is open for an audience, child by child; answered on a terminal."),
    ] = False,
) -> None:
    """Show alerts, notices and other records as they come; names and narrative only when asked for."""
    from safeguarding.cli.reader import TopicReader  # the command starts fast without it
    from safeguarding.settings import Settings

    topics = _topics(what)
    console = _console()
    if by_child:
        _by_child(console, what, once=until_end or as_json or not sys.stdin.isatty(), sensitive=show_sensitive)
        return
    try:
        reader = TopicReader(Settings(), topics, from_start=from_start, patient=not until_end)
        try:
            for line in _lines(reader, until_end=until_end):
                _print(console, line, as_json=as_json, sensitive=show_sensitive)
        finally:
            reader.close()
    except KeyboardInterrupt:
        raise typer.Exit(0) from None  # being stopped is how watching ends


def _by_child(console: Console, audience: str, *, once: bool, sensitive: bool) -> None:
    """What is open, child by child, newest revision; on a terminal it can be answered."""
    from safeguarding.cli.by_child import converse, open_lines, shown_by_child, standing
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import AUDIENCES

    if audience not in AUDIENCES:
        raise typer.BadParameter(f"--by-child is for an audience: {', '.join(AUDIENCES)}")
    if not once:
        try:
            converse(Settings(), audience, sensitive=sensitive)
        except (KeyboardInterrupt, EOFError):
            raise typer.Exit(0) from None
        return
    for text in shown_by_child(standing(open_lines(Settings(), audience)), sensitive=sensitive):
        console.print(text, soft_wrap=not console.is_terminal)


def _topics(what: str) -> list[str]:
    """The topics of an audience or a short name."""
    from safeguarding.cli.lines import FEEDBACKS, RECEIPTS
    from safeguarding.wire import topics as catalogue

    short = {
        "receipts": list(RECEIPTS),
        "feedback": list(FEEDBACKS),
        "operators": [catalogue.OPERATORS],
        "review": [catalogue.REVIEW],
        "quarantine": [catalogue.QUARANTINED],
        "disclosures": [catalogue.DISCLOSURES],
        **{audience: [catalogue.audience_topic(audience)] for audience in catalogue.AUDIENCES},
        **{topic: [topic] for topic in catalogue.TOPICS},
    }
    if what not in short:
        known = ", ".join(name for name in short if "." not in name)
        raise typer.BadParameter(f"nobody is called that; try one of {known}, or a topic's name")
    return short[what]


def _lines(reader: TopicReader, *, until_end: bool) -> Iterator[dict[str, Any]]:
    from safeguarding.cli.lines import lines_of_record
    from safeguarding.events.times import parse_instant

    def lines(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
        return (line for record in records for line in lines_of_record(record))

    if until_end:
        partitions = [lines(records) for records in reader.until_end()]
        yield from merge(*partitions, key=lambda line: parse_instant(line["at"]))
        return
    while True:
        yield from lines(reader.ready(wait_ms=500))


def _console() -> Console:
    from rich.console import Console

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter must not end the watch
    return Console(highlight=False, markup=False, emoji=False)


def _print(console: Console, line: dict[str, Any], *, as_json: bool, sensitive: bool) -> None:
    if as_json:
        print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201  # the output
        return
    from safeguarding.cli.shown import shown

    for text in shown(line, sensitive=sensitive):
        console.print(text, soft_wrap=not console.is_terminal)  # in a pipe a line is a line
