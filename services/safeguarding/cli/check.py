"""`safeguarding check`: would intake take these events? Offline; line, field and remedy of each fault."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: safeguarding check events.jsonl · safeguarding check --agency police --records export.csv"


def check(
    file: Annotated[Path, typer.Argument(help="Events, one JSON object a line; - for standard input.")],
    agency: Annotated[str | None, typer.Option(help="All events must be this agency's.")] = None,
    records: Annotated[bool, typer.Option("--records", help="Rows of that agency's export (CSV or JSONL).")] = False,
) -> None:
    """Check a file of events before it is published: nothing is sent, no broker is needed."""
    from safeguarding.cli.event_files import Reader, known_agency, lines_of_file

    known_agency(agency, records=records)
    reader = Reader(agency, records=records)
    checked = wrong = 0
    for line in lines_of_file(file, records=records):
        found = reader.faults(line)
        for fault in found:
            print(fault)  # noqa: T201  # the output
        checked, wrong = checked + 1, wrong + bool(found)
    print(f"{checked} events: {checked - wrong} right, {wrong} wrong", file=sys.stderr)  # noqa: T201  # the summary
    if not checked:
        print("safeguarding: there is no event in it", file=sys.stderr)  # noqa: T201  # the one line
    raise typer.Exit(1 if wrong or not checked else 0)
