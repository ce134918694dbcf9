"""`safeguarding backtest`: what a change of the rules would have done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.correlation.finding import Pack
    from safeguarding.wire.room import Record

EXAMPLE = (
    "Example: safeguarding backtest --rules new.toml --borough 43000 · safeguarding backtest --rules new.toml --log"
)


def backtest(
    file: Annotated[
        Path | None, typer.Argument(help="Events, one JSON object a line; - for standard input; with --log a dump.")
    ] = None,
    rules: Annotated[Path, typer.Option(help="The rule pack to try.")] = Path(),
    now: Annotated[Path | None, typer.Option(help="The pack in force, in place of the built-in one.")] = None,
    log: Annotated[bool, typer.Option("--log", help="The log on Kafka, or a dump of it, in place of events.")] = False,
    borough: Annotated[
        int | None, typer.Option(min=1, help="An invented borough's year with so many children.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same borough.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what other rules would have raised, silenced, told earlier or later, and to whom how often."""
    from safeguarding.cli.log_source import the_log
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.correlation.pack import parse
    from safeguarding.inquiry.backtest import backtest as compare

    if rules == Path():
        raise typer.BadParameter("--rules: which rule pack shall be tried?")
    if (borough is not None) and (file is not None or log):
        raise typer.BadParameter("a borough, or a file, or the log: one of them")
    old, new = rule_pack(now), rule_pack(rules)
    activated: list[Pack] = []
    if borough is not None:
        accepted: Iterable[Record] = _borough(borough, seed)
        eager = True
    else:
        found_log = the_log(file, is_log=log)
        accepted, eager = found_log.records, found_log.eager
        activated = [parse(text, "activated rule pack") for text in found_log.activated]
    found = compare(accepted, old, new, eager=eager, activated=activated)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))  # noqa: T201  # the output
        return
    for line in _text(found):
        print(line.rstrip())  # noqa: T201  # the output


def _borough(children: int, seed: int) -> Iterable[Record]:
    from safeguarding.cli.demo import START
    from safeguarding.cli.log_source import counted
    from safeguarding.events.acceptance import read
    from safeguarding.inquiry.log import accepted
    from safeguarding.producers.borough import year

    return counted(accepted(read(event) for event in year(seed, children, START)))


def _text(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['events']} events in {found['days']} days, {found['from'][:10]} to {found['to'][:10]}"
    for rule in found["rules"]:
        yield ""
        yield rule["rule"]
        for name in ("now", "new"):
            words = f"version {rule[name]['version']}: {rule[name]['words']}" if rule[name] else "not in force"
            yield f"  {name:<11}{words}"
        if rule["now"] and rule["new"] and rule["now"]["version"] == rule["new"]["version"]:
            yield f"  {'note':<11}other numbers are another version: raise `version` before it is activated"
        effects = [f"{number} {effect}" for effect, number in rule["effects"].items() if number]
        yield f"  {'alerts':<11}{', '.join(effects) or 'none'}"
        yield f"  {'':<18}{'now':>8}{'new':>8}{'change':>9}{'a day now':>11}{'a day new':>11}"
        yield _row("alerts", rule["alerts"])
        for audience, numbers in rule["told"].items():
            yield _row(f"told {audience}", numbers)
        for effect, examples in rule["examples"].items():
            for number, example in enumerate(examples):
                yield f"  {effect if number == 0 else '':<11}{_example(example)}"


def _row(label: str, numbers: dict[str, Any]) -> str:
    change = numbers["new"] - numbers["now"]
    counts = f"{numbers['now']:>8}{numbers['new']:>8}{change:>+9}"
    return f"  {label:<18}{counts}{numbers['now_a_day']:>11.2f}{numbers['new_a_day']:>11.2f}"


def _example(example: dict[str, Any]) -> str:
    told = [f"{name} {one['at'][:16]} on {one['events']} events of {one['agencies']}" for name, one in example.items()]
    return f"{'; '.join(told)}  {(example.get('now') or example['new'])['alert_id']}"
