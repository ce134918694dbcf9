"""`safeguarding chronology`: what is known of a child in order of time, as its reader may hold it."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: safeguarding chronology 9990000034 events.jsonl --format html > john.html"


class Form(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def chronology(
    child: Annotated[str, typer.Argument(help="The child's key, one of its numbers, its name, or an alert's id.")],
    file: Annotated[
        Path | None, typer.Argument(help="Events, one JSON object a line; - for standard input; with --log a dump.")
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="The log on Kafka, or a dump of it, in place of events.")] = False,
    audience: Annotated[str, typer.Option(help="Who reads it: hub, worker, gp, school …")] = "hub",
    recipient: Annotated[str | None, typer.Option(help="Which of that audience: a practice, school or team.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.TEXT,
    until: Annotated[str | None, typer.Option(help="Let time pass up to this moment after the last record.")] = None,
    rules: Annotated[Path | None, typer.Option(help="A rule pack in place of the built-in one.")] = None,
) -> None:
    """Write a child's chronology: the voice first, every source named, corrections and tipping points marked."""
    from safeguarding.cli import chronicled
    from safeguarding.cli.chronology_page import page
    from safeguarding.cli.log_source import moment, the_log
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.inquiry.chronology import Corrections
    from safeguarding.inquiry.chronology import chronology as written
    from safeguarding.inquiry.facts import Facts

    read = the_log(file, is_log=log, until=moment(until))
    read = read if rules is None else read.under_one_pack()  # these rules, whatever came into force
    facts = Facts(read, agencies=False)
    answer = written(facts, Corrections.of(read), facts.find(child), rule_pack(rules), audience, recipient)
    shown = {
        Form.TEXT: lambda: "\n".join(line.rstrip() for line in chronicled.text(answer)) + "\n",
        Form.JSON: lambda: json.dumps(answer, ensure_ascii=False) + "\n",
        Form.CSV: lambda: chronicled.table(answer),
        Form.HTML: lambda: page(answer),
    }
    print(shown[form](), end="")  # noqa: T201  # the output
