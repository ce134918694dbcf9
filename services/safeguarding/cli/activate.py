"""`safeguarding rules activate`: another rule pack comes into force by a record in the log."""

from __future__ import annotations

import sys
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from safeguarding.errors import ConfigurationError

if TYPE_CHECKING:
    from safeguarding.correlation.finding import Pack

EXAMPLE = "Example: safeguarding backtest --rules new.toml --log, and then: safeguarding rules activate new.toml"


def activate(file: Annotated[Path, typer.Argument(help="The rule pack, a TOML file.")]) -> None:
    """Let a rule pack judge from now on: it is checked, written to the log, and every worker follows."""
    from safeguarding.cli.log_source import log_on_kafka, text_of
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.correlation.pack import parse
    from safeguarding.inquiry.log import activation
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.message import Message
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import ACCEPTED

    settings, text = Settings(), text_of(file)
    new = parse(text, file.name)
    activated = log_on_kafka(settings).activated
    old = parse(activated[-1], "activated rule pack") if activated else rule_pack(settings.rules)
    differ = changes(old, new)
    clock = int(time() * 1000) if settings.clock == "wall" else 0  # where the events drive the clock, it is the log's
    key, value = activation(text, clock, str(uuid4()))
    with Publisher(settings, say=lambda line: print(line, file=sys.stderr)) as publisher:  # noqa: T201  # for who waits
        publisher.send(Message(ACCEPTED, key, value, []))
    for line in differ:
        print(line)  # noqa: T201  # the output


def changes(old: Pack, new: Pack) -> list[str]:
    """What another pack changes, in a line a rule.

    Args:
        old: the pack in force.
        new: the one that follows it.

    Raises:
        ConfigurationError: it changes nothing, or other numbers stand under the version of the ones before.
    """
    from safeguarding.inquiry.backtest import differing

    lines = []
    for rule in sorted(differing(old, new)):
        before, after = old.rules.get(rule), new.rules.get(rule)
        if before and after and before.version == after.version:
            raise ConfigurationError(f"{rule}: other numbers than before are another version: raise {before.version}")
        words = [f"version {one.version}" if one else "not in force" for one in (before, after)]
        lines.append(f"{rule}: {words[0]} -> {words[1]}")
    if old.answer_hours != new.answer_hours:
        lines.append(f"answer_hours: {old.answer_hours} -> {new.answer_hours}")
    if not lines and old.contact == new.contact:
        raise ConfigurationError("the rules in force judge alike: there is nothing to activate")
    return lines
