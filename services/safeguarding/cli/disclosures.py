"""`safeguarding disclosures`: who was told what about a child, and whether the record of it is whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Record

EXAMPLE_FOR = "Example: safeguarding disclosures for 5b0e6c0a-3c51-4c8e-9a55-0d6a3f1f8a01 --json"
EXAMPLE_VERIFY = "Example: safeguarding disclosures verify"
app = typer.Typer(no_args_is_help=True, help="Who was told what about a child; is the record whole?")


@app.command("for", epilog=EXAMPLE_FOR)
def for_(
    child: Annotated[
        str, typer.Argument(help="Key of the child, or any of its identifiers; - reads it from standard input.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say who was told what about a child, who was not, and why: what an access request asks for."""
    from safeguarding.errors import SafeguardingError
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import DISCLOSURES, RAISED

    settings, wanted = Settings(), sys.stdin.read() if child == "-" else child
    subjects = subjects_of(wanted, _all(settings, RAISED))
    found = [record for records in _all(settings, DISCLOSURES) for record in records if record["subject"] in subjects]
    if not found:
        raise SafeguardingError("nothing has been told of a child known by that; try its key or another identifier")
    for record in sorted(found, key=lambda r: (r["at"], r["number"])):
        print(json.dumps(_line(record), ensure_ascii=False) if as_json else shown(record))  # noqa: T201  # the output


@app.command(epilog=EXAMPLE_VERIFY)
def verify() -> None:
    """Find a disclosure record that was removed or changed; exit code 1 when there is one."""
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import DISCLOSURES, changelog_topic

    settings = Settings()
    heads = [head_of(records) for records in _read(settings, changelog_topic("routing"))]
    chains = _all(settings, DISCLOSURES)
    wrong = list(told_faults(chains, heads))
    for line in wrong:
        print(line)  # noqa: T201  # the output
    count = sum(map(len, chains))
    print(f"{count} records in {len(chains)} chains: {'something is wrong' if wrong else 'whole'}")  # noqa: T201
    raise typer.Exit(1 if wrong else 0)


def subjects_of(wanted: str, alerts: Iterable[Iterable[dict[str, Any]]]) -> set[str]:
    """Keys under which a child is, or was, known.

    Args:
        wanted: a key, or an identifier of any kind; spaces do not count.
        alerts: records of alerts.raised.v1, by partition.
    """
    plain = _plain(wanted)
    found = {wanted.strip().lower()}
    for raised in (record for records in alerts for record in records if "alert" in record):
        child = raised["alert"]["child"] or {}
        if plain in [_plain(number) for number in child.get("identifiers", {}).values() if number]:
            found.add(raised["alert"]["alert_id"].split(".", 1)[0])
    return found


def told_faults(chains: Iterable[list[dict[str, Any]]], heads: list[tuple[int, str] | None]) -> Iterator[str]:
    """What is wrong, one line each: the partition and the number of a record.

    Args:
        chains: disclosure records, by partition.
        heads: where the room that wrote them says that each ends; None: it has written none.
    """
    from safeguarding.events.chain import faults

    for partition, records in enumerate(chains):
        head = heads[partition] if partition < len(heads) else None
        for fault in faults(records, head or (0, "")):
            yield f"partition {partition}: record {fault.number} {fault.what}"


def head_of(records: Iterable[Record]) -> tuple[int, str] | None:
    """Where a chain ends, from the rows that the routing room keeps of a partition; None: it has none."""
    from safeguarding.routing.disclosures import HEAD, head

    value = None
    for record in records:
        if record.key == HEAD and record.value is not None:
            value = record.value[8:]  # the first eight bytes are the changelog's own
    return None if value is None else head({HEAD: value}.get)


def shown(record: dict[str, Any]) -> str:
    """One record in one line; codes, names of fields and reasons, no values."""
    from safeguarding.cli.words import held_because, local_time
    from safeguarding.events.times import rfc3339

    to = f"{record['audience']} {record['recipient'] or ''}".strip()
    what = ", ".join(record["fields"]) if record["status"] == "sent" else held_because(record["reason"] or "")
    when = local_time(rfc3339(record["at"]))
    basis = record["basis"] or "no basis"
    return f"{when}  {record['status']:<9}{to:<28}{record['rule']} revision {record['revision']}  {basis}: {what}"


def _plain(number: str) -> str:
    return "".join(number.split()).upper()


def _line(record: dict[str, Any]) -> dict[str, Any]:
    from safeguarding.cli.lines import contract_form

    return {"kind": "disclosure", **contract_form("record.disclosure", record)}


def _all(settings: Settings, topic: str) -> list[list[dict[str, Any]]]:
    """Decoded records of a topic, by partition."""
    from safeguarding.wire.codec import decode

    return [[decode(r.value)[1] for r in records if r.value is not None] for records in _read(settings, topic)]


def _read(settings: Settings, topic: str) -> list[list[Record]]:
    from safeguarding.cli.reader import TopicReader

    reader = TopicReader(settings, [topic], from_start=True, patient=False)
    try:
        return reader.until_end()
    finally:
        reader.close()
