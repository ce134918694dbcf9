"""`safeguarding rules`: the rule pack in plain words, and how another one comes into force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLE = (
    "Example: safeguarding rules · safeguarding rules --rules new.toml --json · safeguarding rules activate new.toml"
)
app = typer.Typer(no_args_is_help=False, invoke_without_command=True, help="The rule pack in plain words.")


@app.callback(epilog=EXAMPLE)
def rules(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("--rules", help="A rule pack in place of the built-in one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a rule.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The page docs/rules.md.")] = False,
) -> None:
    """Say every rule in plain words: why there is one, its numbers, whom it tells, and where it comes from."""
    if context.invoked_subcommand is not None:
        return
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.inquiry.catalogue import catalogue, urging

    pack = rule_pack(file)
    found = catalogue(pack)
    if as_json:
        for rule in found:
            print(json.dumps(rule, ensure_ascii=False))  # noqa: T201  # the output
        return
    if markdown:
        from safeguarding.cli.rules_page import page

        print(page(found, urging(pack)), end="")  # noqa: T201  # the output
        return
    for line in (*_text(found), f"{urging(pack)} Whom to ring: {pack.contact}."):
        print(line.rstrip())  # noqa: T201  # the output


def _text(found: list[dict[str, Any]]) -> Iterator[str]:
    for rule in found:
        sources = f"  [{', '.join(rule['sources'])}]" if rule["sources"] else ""
        yield f"{rule['id']} (version {rule['version']}){sources}"
        yield f"  {rule['words']}"
        yield f"  {'why':<12}{rule['why']}"
        yield f"  {'tells':<12}{', '.join(rule['audiences'])}; {rule['urgency']}"
        quiet = f"; quiet after {rule['quiet_after']}" if rule["quiet_after"] else ""
        yield f"  {'ends when':<12}{rule['clears_when']}{quiet}"
        if rule["valid_from"] or rule["valid_to"]:
            yield f"  {'in force':<12}{rule['valid_from'] or 'always'} to {rule['valid_to'] or 'now'}"
        for number, one in enumerate(rule["parameters"]):
            yield f"  {'' if number else 'numbers':<12}{one['name']} = {shown(one['value'])}  {one['meaning']}"
        yield ""


def shown(value: Any) -> str:
    """A parameter as it is written in a rule pack."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {shown(one)}" for name, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
