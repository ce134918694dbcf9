"""The page docs/rules.md, written from the rule pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeguarding.cli.rules import shown
from safeguarding.cli.words import what_happened

_HEAD = """# The rules

Written from the built-in rule pack by `make docs`; a test fails when it is out of date. A rule says why, with its
numbers, and never a score. `L26` and the like are findings of the inspection letter that this pipeline answers.

{urge}

Every number stands in `services/safeguarding/correlation/pack.toml`. Copy that file, change what you need, and see what
it would have done before anybody is told anything:

    safeguarding backtest --rules new.toml --borough 5000
    safeguarding backtest --rules new.toml --log
    safeguarding rules activate new.toml

An activated pack stands in the log: it judges from there on, and a replay judges each day by the pack of that day.
Why an alert fired, or why none did:

    safeguarding explain ALERT_ID
    safeguarding explain events.jsonl --child CHILD --rule RULE

| rule | tells | urgency | asked for by |
|---|---|---|---|
"""


def page(found: list[dict[str, Any]], urge: str) -> str:
    """The page.

    Args:
        found: the rules, from `inquiry.catalogue`.
        urge: what becomes of an alert that nobody answers, from there as well.
    """
    rows = [
        f"| [`{rule['id']}`](#{rule['id']}) | {', '.join(rule['audiences'])} | {rule['urgency']} "
        f"| {', '.join(rule['sources']) or '–'} |"
        for rule in found
    ]
    return _HEAD.format(urge=urge) + "\n".join([*rows, *(line for rule in found for line in _rule(rule))]) + "\n"


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"## {rule['id']}", "", rule["why"], "")
    yield f"- **Fires when** {rule['words'][:1].lower()}{rule['words'][1:]}"
    quiet = f" It closes by itself after {rule['quiet_after']} without anything new." if rule["quiet_after"] else ""
    yield f"- **Ends when** {rule['clears_when']}.{quiet}"
    reads = ", ".join(f"{name.split('.')[0]}: {what_happened(name)}" for name in rule["reads"])
    yield f"- **Reads** {reads or 'every event and heartbeat of the agency'}."
    yield f"- **Version** {rule['version']}"
    if rule["parameters"]:
        yield from ("", "| number | value | meaning |", "|---|---|---|")
        for one in rule["parameters"]:
            yield f"| `{one['name']}` | `{shown(one['value'])}` | {one['meaning']} |"
