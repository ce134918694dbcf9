"""`safeguarding explain`: why an alert fired, or why a rule did not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from safeguarding.correlation.finding import Pack
    from safeguarding.inquiry.facts import Facts

EXAMPLE = (
    "Example: safeguarding explain ALERT_ID · safeguarding explain events.jsonl · "
    "safeguarding explain events.jsonl --child 9990000034 --rule cumulative-concern"
)
_ALERT: Final = re.compile(r"[0-9a-f-]{36}\.[a-z-]+\.[0-9a-f]+\.\d+")
_MOST: Final = 25


def explain(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[ALERT_ID|FILE]", help="An alert of the log on Kafka; or a file, with --log a dump."),
    ] = None,
    alert: Annotated[str | None, typer.Option(help="This alert of the file.")] = None,
    child: Annotated[str | None, typer.Option(help="Alerts about this child: key, number or name.")] = None,
    rule: Annotated[str | None, typer.Option(help="With --child: why this rule did not fire.")] = None,
    log: Annotated[bool, typer.Option("--log", help="The log on Kafka, or a dump of it, in place of events.")] = False,
    until: Annotated[str | None, typer.Option(help="Let time pass up to this moment after the last record.")] = None,
    rules: Annotated[Path | None, typer.Option(help="A rule pack in place of the built-in one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an answer.")] = False,
    show_sensitive: Annotated[bool, typer.Option("--show-sensitive", help="Show the agencies' own words.")] = False,
) -> None:
    """Say why an alert fired: events, windows, thresholds, revisions, who was told, what would have stopped it."""
    from safeguarding.cli.explained import explained, not_fired  # the command starts fast without it
    from safeguarding.cli.log_source import moment, the_log
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.inquiry.facts import Facts

    if rule is not None and child is None:
        raise typer.BadParameter("--rule needs --child: for whom did it not fire?")
    file = None if what is None else Path(what)
    if what is not None and _ALERT.fullmatch(what) and not Path(what).exists():
        file, alert, log = None, what, True
    read, pack = the_log(file, is_log=log, until=moment(until)), rule_pack(rules)
    read = read if rules is None else read.under_one_pack()  # these rules, whatever came into force
    facts = Facts(read, None if alert is None else alert.split(".", 1)[0])
    if child is not None and rule is not None:
        from safeguarding.inquiry.whynot import why_not

        answer = why_not(facts, facts.find(child), rule, pack)
        _say(answer, not_fired(answer), as_json=as_json)
        return
    for answer in _answers(facts, pack, alert, child):
        if as_json and not show_sensitive:
            answer["events"] = {event: {**known, "summary": None} for event, known in answer["events"].items()}
        _say(answer, explained(answer, sensitive=show_sensitive), as_json=as_json)


def _answers(facts: Facts, pack: Pack, alert: str | None, child: str | None) -> Iterator[dict[str, Any]]:
    from safeguarding.errors import SafeguardingError
    from safeguarding.inquiry.why import alert_ids, why

    if alert is not None:
        yield why(facts, alert, pack)
        return
    subjects = [facts.find(child)] if child is not None else list(facts.records)
    found = [name for subject in subjects for name in alert_ids(facts, subject, pack)]
    if not found:
        raise SafeguardingError("no alert was raised; ask why not with --child CHILD --rule RULE")
    if len(found) > _MOST and child is None:
        raise SafeguardingError(f"{len(found)} alerts were raised: name one with --alert, or a child with --child")
    for name in found:
        yield why(facts, name, pack)


def _say(answer: dict[str, Any], lines: Iterator[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))  # noqa: T201  # the output
        return
    for line in lines:
        print(line.rstrip())  # noqa: T201  # the output
    print()  # noqa: T201  # one answer from the next
