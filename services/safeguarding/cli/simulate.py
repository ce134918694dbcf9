"""`safeguarding simulate`: what would the pipeline do with these events? The live rooms, without a broker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLE = "Example: safeguarding simulate events.jsonl --until 2017-11-10T12:00:00+00:00 --json"


def simulate(
    file: Annotated[
        Path | None, typer.Argument(help="Events, one JSON object a line; - for standard input; with --log a dump.")
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="The log on Kafka, or a dump of it, in place of events.")] = False,
    until: Annotated[str | None, typer.Option(help="Let time pass up to this moment after the last event.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    rules: Annotated[Path | None, typer.Option(help="A rule pack in place of the built-in one.")] = None,
) -> None:
    """Say what the pipeline would do with a file of events, in the order in which they stand; or did, by its log."""
    from safeguarding.cli.embedded import Embedded
    from safeguarding.cli.log_source import moment, text_of, the_log  # the command starts fast without it
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.settings import Settings

    end, never_join = moment(until), Settings().never_join
    if log or file is None:
        accepted = the_log(file, is_log=log, until=end)
        accepted = accepted if rules is None else accepted.under_one_pack()  # these rules, whatever came into force
        replayed = Embedded(rule_pack(rules), eager=accepted.eager, never_join=never_join)
        outcomes: Iterator[list[dict[str, Any]]] = (replayed.take(record) for record in accepted.records)
    else:
        outcomes = _outcomes(Embedded(rule_pack(rules), never_join=never_join), text_of(file), end)
    for lines in outcomes:
        for line in lines:
            print(json.dumps(line, ensure_ascii=False) if as_json else _plain(line))  # noqa: T201  # the output


def _outcomes(pipeline: Any, text: str, end: int | None) -> Iterator[list[dict[str, Any]]]:
    for line in text.split("\n"):
        if line.strip():
            yield pipeline.publish_text(line)
    yield pipeline.pass_time(end)


def _plain(line: dict[str, Any]) -> str:
    """One line for a person, without anybody's details."""
    return f"{line['at']}  {line['kind']:7} {_PLAIN[line['kind']](line).rstrip()}"


def _rule(line: dict[str, Any]) -> str:
    rule = line.get("rule", "")
    return f"{rule['id'] if isinstance(rule, dict) else rule} revision {line['revision']} {line['status']}"


_PLAIN: dict[str, Callable[[dict[str, Any]], str]] = {
    "receipt": lambda a: f"{a.get('agency', '?')} {a['status']} {a.get('code', '')} {a.get('field', '')}",
    "alert": lambda a: f"{_rule(a)}: {', '.join(a['audiences'])}",
    "notice": lambda a: f"{_rule(a)}: {a['audience']} {a['recipient']['code']}",
    "held": lambda a: f"{a['what']} {a.get('rule', '')} {a.get('audience', '')} {a['reason']}",
    "feedback": lambda a: f"{a['agency']}: {a['progress']['stage'] if 'progress' in a else a['status']}",
    "report": lambda a: f"{a['agency']}: {a['events']} events of {a['children']} children",
}
