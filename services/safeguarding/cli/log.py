"""`safeguarding log`: the total order of events, ticks and rule activations, kept as a file."""

from __future__ import annotations

import sys

import typer

EXAMPLE = "Example: safeguarding log dump > log.jsonl, then: safeguarding simulate --log log.jsonl"
app = typer.Typer(no_args_is_help=True, help="Keep the log as a file.")


@app.callback()
def _group() -> None:
    """Keep the log as a file."""


@app.command(epilog=EXAMPLE)
def dump() -> None:
    """Write events.accepted.v1 to standard output, byte for byte: it holds all that is known of every child."""
    from safeguarding.cli.log_source import log_on_kafka
    from safeguarding.inquiry.log import dumped
    from safeguarding.settings import Settings

    log = log_on_kafka(Settings())
    lines = 0
    for line in dumped(log):
        print(line)  # noqa: T201  # the output
        lines += 1
    print(f"{lines - 1} records; keep the file as you keep the log", file=sys.stderr)  # noqa: T201  # the account
