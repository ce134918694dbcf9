"""`safeguarding simulate`: what would the pipeline do with these events? The live rooms, without a broker."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLE = "Example: safeguarding simulate events.jsonl --until 2017-11-10T12:00:00+00:00 --json"


def simulate(
    file: Annotated[Path, typer.Argument(help="Events, one JSON object a line; - for standard input.")],
    until: Annotated[str | None, typer.Option(help="Let time pass up to this moment after the last event.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    rules: Annotated[Path | None, typer.Option(help="A rule pack in place of the built-in one.")] = None,
) -> None:
    """Say what the pipeline would do with a file of events, in the order in which they stand there."""
    from safeguarding.cli.embedded import Embedded  # the command starts fast without it
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.errors import SafeguardingError
    from safeguarding.events.times import parse_instant
    from safeguarding.settings import Settings

    try:
        end = parse_instant(until) if until else None
    except ValueError as problem:
        raise typer.BadParameter(f"--until: {problem}, such as 2017-11-10T12:00:00+00:00") from None
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SafeguardingError(f"cannot read {file}: {type(problem).__name__}; give a UTF-8 file of events") from None
    pipeline = Embedded(rule_pack(rules), Settings().never_join)
    for lines in _outcomes(pipeline, text, end):
        for line in lines:
            print(json.dumps(line, ensure_ascii=False) if as_json else _plain(line))  # noqa: T201  # the output


def _outcomes(pipeline: Any, text: str, end: int | None) -> Iterator[list[dict[str, Any]]]:
    for line in text.split("\n"):
        if line.strip():
            yield pipeline.publish_text(line)
    yield pipeline.pass_time(end)


def _plain(line: dict[str, Any]) -> str:
    """One line for a person, without anybody's details."""
    return f"{line['at']}  {line['kind']:8}{_PLAIN[line['kind']](line).rstrip()}"


def _rule(line: dict[str, Any]) -> str:
    rule = line.get("rule", "")
    return f"{rule['id'] if isinstance(rule, dict) else rule} revision {line['revision']} {line['status']}"


_PLAIN: dict[str, Callable[[dict[str, Any]], str]] = {
    "receipt": lambda a: f"{a.get('agency', '?')} {a['status']} {a.get('code', '')} {a.get('field', '')}",
    "alert": lambda a: f"{_rule(a)}: {', '.join(a['audiences'])}",
    "notice": lambda a: f"{_rule(a)}: {a['audience']} {a['recipient']['code']}",
    "held": lambda a: f"{a['what']} {a.get('rule', '')} {a.get('audience', '')} {a['reason']}",
    "report": lambda a: f"{a['agency']}: {a['events']} events of {a['children']} children",
}
