"""`safeguarding who-would-see`: who would be told of an event or an alert, and how much, before anything is sent."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.cli.embedded import Embedded
    from safeguarding.routing.preview import Preview

EXAMPLE = "Example: safeguarding who-would-see events.jsonl · safeguarding who-would-see alert.json --json"


def who_would_see(
    file: Annotated[
        Path,
        typer.Argument(
            help="An alert as `simulate` prints it, or events, one JSON object a line: "
            "the last is asked about, those before it are what is known. - for standard input."
        ),
    ],
    until: Annotated[str | None, typer.Option(help="Let time pass up to this moment after the event.")] = None,
    rules: Annotated[Path | None, typer.Option(help="A rule pack in place of the built-in one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each recipient.")] = False,
    show_sensitive: Annotated[bool, typer.Option("--show-sensitive", help="Show what stands in the fields.")] = False,
) -> None:
    """Say who would be told of an event or an alert, and each field with the reason. Nothing is sent."""
    from safeguarding.errors import SafeguardingError
    from safeguarding.events.times import parse_instant

    try:
        end = parse_instant(until) if until else None
    except ValueError as problem:
        raise typer.BadParameter(f"--until: {problem}, such as 2017-11-10T12:00:00+00:00") from None
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SafeguardingError(f"cannot read {file}: {type(problem).__name__}; give events or an alert") from None
    found = False
    for raised, seen in _previews(text, end, rules):
        found = True
        for line in _told(raised, seen, as_json=as_json, sensitive=show_sensitive):
            print(line)  # noqa: T201  # the output
    if not found:
        print("nobody would be told", file=sys.stderr)  # noqa: T201  # the answer, and no object


def _previews(text: str, until: int | None, rules: Path | None) -> Iterator[tuple[dict[str, Any], Preview]]:
    """Each recipient, with the record that tells it."""
    from safeguarding.routing.policy import POLICY
    from safeguarding.routing.preview import preview

    for raised in _records(text, until, rules):
        yield from ((raised, seen) for seen in preview(raised, POLICY))


def _records(text: str, until: int | None, rules: Path | None) -> Iterator[dict[str, Any]]:
    from safeguarding.cli.embedded import Embedded
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.errors import SafeguardingError

    lines = [text] if _is_one_object(text) else [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise SafeguardingError("there is nothing to read: give an event or an alert as JSON")
    if '"kind"' in lines[-1] and (alert := _alert(lines[-1])) is not None:
        yield alert
        return
    pipeline = Embedded(rule_pack(rules))
    for line in lines[:-1]:
        pipeline.publish_text(line)
    before = _count(pipeline)
    for receipt in [out for out in pipeline.publish_text(lines[-1]) if out["kind"] == "receipt"]:
        if receipt["status"] != "accepted":
            words = " ".join(filter(None, (receipt["status"], receipt.get("code"), receipt.get("field"))))
            print(f"the event would be {words}", file=sys.stderr)  # noqa: T201  # an answer too
    pipeline.pass_time(until)
    yield from _raised(pipeline, before)


def _is_one_object(text: str) -> bool:
    """Whether it is one object over several lines, as an example in schemas/ is."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _alert(line: str) -> dict[str, Any] | None:
    """The record of an alert line, or None when the line is something else."""
    from pydantic import ValidationError

    from safeguarding.errors import SafeguardingError
    from safeguarding.events.alert import Alert
    from safeguarding.routing.preview import raised_of

    fields = json.loads(line)
    if fields.pop("kind", None) != "alert":
        return None
    fields.pop("at", None)
    try:
        return raised_of(Alert.model_validate_json(json.dumps(fields)).model_dump())
    except ValidationError as problem:
        path = ".".join(str(part) for part in problem.errors(include_input=False)[0]["loc"])
        raise SafeguardingError(f"the alert cannot be read: {path}; give it as simulate or watch prints it") from None


def _count(pipeline: Embedded) -> list[int]:
    from safeguarding.wire.topics import RAISED

    return [len(pipeline.runtime.records(RAISED, n)) for n in range(pipeline.runtime.partitions[RAISED])]


def _raised(pipeline: Embedded, before: list[int]) -> Iterator[dict[str, Any]]:
    """What has been raised since, in order of its clock."""
    from safeguarding.wire.codec import decode
    from safeguarding.wire.topics import RAISED

    new = [r for n, known in enumerate(before) for r in pipeline.runtime.records(RAISED, n)[known:]]
    read = [decode(record.value) for record in new]
    yield from sorted((value for name, value in read if name == "alert.raised"), key=lambda value: value["at"])


def _told(raised: dict[str, Any], seen: Preview, *, as_json: bool, sensitive: bool) -> Iterator[str]:
    from safeguarding.cli.harmless import harmless

    alert = raised["alert"]
    if as_json:
        head = {name: alert[name] for name in ("alert_id", "revision", "status")}
        line = {"kind": "preview", "rule": alert["rule"]["id"], **head, "audience": seen.audience}
        line |= {"recipient": seen.code, "verdict": seen.verdict, "reason": seen.why, "ceiling": seen.ceiling or None}
        line["fields"] = [_field(ruling, sensitive=sensitive) for ruling in seen.fields]
        yield json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)
        return
    reason = f": {seen.why.replace('_', ' ')}" if seen.why else ""
    to = harmless(f"{seen.audience} {seen.code or ''}").strip()
    yield f"{alert['rule']['id']} revision {alert['revision']} {alert['status']}: {to} {seen.verdict}{reason}"
    yes = "may" if seen.ceiling else "yes"
    for ruling in seen.fields:
        told = ruling.value not in (None, [], {})
        shown = f" = {harmless(json.dumps(ruling.value, ensure_ascii=False))}" if sensitive and told else ""
        yield f"    {yes if told else 'no':<4}{ruling.field:<26}{ruling.why}{shown}"


def _field(ruling: Any, *, sensitive: bool) -> dict[str, Any]:
    told = ruling.value not in (None, [], {})
    value = {"value": ruling.value} if sensitive and told else {}
    return {"field": ruling.field, "told": told, "why": ruling.why, **value}
