"""`safeguarding quarantine`: what could not be taken, and what to do with it: back to intake, or out for good."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.cli.quarantined import Item
    from safeguarding.wire.room import Output

app = typer.Typer(no_args_is_help=True, help="Records that could not be taken.")
_Names = Annotated[list[str] | None, typer.Argument(metavar="RECORD...", help="topic/partition/offset, as listed.")]
_Code = Annotated[str | None, typer.Option(help="All open records with this reason code.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")]


@app.command("list", epilog="Example: safeguarding quarantine list --json")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Those that are settled as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List records that wait for somebody: where each stood, its reason code and field, never its content."""
    from safeguarding.cli.quarantined import line

    for item in _items():
        if every or item.state == "open":
            found = line(item)
            print(json.dumps(found) if as_json else _plain(found))  # noqa: T201  # the output


@app.command(epilog="Example: safeguarding quarantine show events.police.v1/0/17")
def show(
    name: Annotated[str, typer.Argument(metavar="RECORD", help="topic/partition/offset, as listed.")],
    show_sensitive: Annotated[bool, typer.Option("--show-sensitive", help="Its bytes as well, in base64.")] = False,
) -> None:
    """Show all that is known of one record."""
    from safeguarding.cli.quarantined import line

    (item,) = _chosen(_items(), [name], None)
    found: dict[str, Any] = line(item)
    if show_sensitive:
        found["value"] = base64.b64encode(item.kept["value"] or b"").decode()
    print(json.dumps(found, indent=2))  # noqa: T201  # the output


@app.command(epilog="Example: safeguarding quarantine redrive --code BACKFILL_CLOSED --yes")
def redrive(names: _Names = None, code: _Code = None, yes: _Yes = False) -> None:  # typer's flags
    """Give records to intake once more, under their own coordinates; one that was given already is left alone."""
    from safeguarding.cli.quarantined import back

    _settle(names, code, back, "redriven", yes=yes)


@app.command(epilog='Example: safeguarding quarantine discard events.police.v1/0/17 --reason "a test file" --yes')
def discard(
    reason: Annotated[str, typer.Option(help="Why it stays out; kept with it, so name nobody.")],
    names: _Names = None,
    code: _Code = None,
    yes: _Yes = False,  # typer's flags
) -> None:
    """Say that records stay out for good; they are kept, and no longer listed."""
    from safeguarding.cli.quarantined import discard as record

    if not reason.strip():
        raise typer.BadParameter("--reason: say why")
    _settle(names, code, lambda item: record(item, reason.strip()), "discarded", yes=yes)


def _settle(names: list[str] | None, code: str | None, made: Callable[[Item], Output], done: str, *, yes: bool) -> None:
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.message import Message
    from safeguarding.settings import Settings

    if bool(names) == bool(code):
        raise typer.BadParameter("name records, or give --code")
    chosen = _chosen(_items(), names, code)
    todo = [item for item in chosen if item.state == "open"]
    outputs = [made(item) for item in todo]  # all are possible, or none is sent
    if yes and todo:
        with Publisher(Settings()) as publisher:
            for output in outputs:
                publisher.send(Message(output.topic, output.key, output.value, list(output.headers)))
    for item in todo:
        print(f"{item.name} {item.kept['code']}: {done if yes else 'would be ' + done}")  # noqa: T201  # the output
    for item in [item for item in chosen if item.state != "open"]:
        print(f"{item.name} {item.kept['code']}: is {item.state} already, left alone")  # noqa: T201  # the output
    if todo and not yes:
        print("nothing was done; say it again with --yes", file=sys.stderr)  # noqa: T201  # for a person


def _items() -> list[Item]:
    from safeguarding.cli.quarantined import items
    from safeguarding.cli.reader import TopicReader
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import QUARANTINED, REDRIVEN

    def read(topic: str) -> list[Any]:
        reader = TopicReader(Settings(), [topic], from_start=True, patient=False)
        try:
            return [record for records in reader.until_end() for record in records]
        finally:
            reader.close()

    return items(read(QUARANTINED), read(REDRIVEN))


def _chosen(found: list[Item], names: list[str] | None, code: str | None) -> list[Item]:
    from safeguarding.errors import SafeguardingError

    if not names:
        return [item for item in found if item.kept["code"] == code]
    by_name = {item.name: item for item in found}
    for name in names:
        if name not in by_name:
            raise SafeguardingError(f"{name} is not in quarantine; see: safeguarding quarantine list --all")
    return [by_name[name] for name in dict.fromkeys(names)]


def _plain(found: dict[str, Any]) -> str:
    field = f" {found['field']}" if "field" in found else ""
    return f"{found['at']}  {found['record']:28} {found['room']:11} {found['state']:9} {found['code']}{field}"
