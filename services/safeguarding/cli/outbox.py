"""`safeguarding outbox`: what waits on this machine for a broker, and sending it now."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

EXAMPLE = "Example: safeguarding outbox flush --patience 120"
app = typer.Typer(no_args_is_help=True, help="Events that wait on this machine until the broker has them.")


@app.command(epilog="Example: safeguarding outbox status --json")
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Say how many events wait, for which agencies' topics, and since when."""
    from safeguarding.producers.outbox import Outbox, outbox_file
    from safeguarding.settings import Settings

    file = outbox_file(Settings())
    with Outbox(file) as outbox:
        waiting, oldest = outbox.status()
    seconds = 0 if oldest is None else max(0, int(time.time() - oldest / 1000))
    if as_json:
        found = {"waiting": sum(waiting.values()), "topics": waiting, "oldest_seconds": seconds, "file": str(file)}
        print(json.dumps(found))  # noqa: T201  # the output
        return
    by_topic = ", ".join(f"{topic} {count}" for topic, count in waiting.items())
    text = f"{sum(waiting.values())} events wait in {file}"
    print(text + (f", the oldest for {seconds} s: {by_topic}" if waiting else ""))  # noqa: T201  # the output


@app.command(epilog=EXAMPLE)
def flush(
    patience: Annotated[float, typer.Option(help="Seconds for which a broker that is away is waited for.")] = 60.0,
) -> None:
    """Send what waits; exit code 0 only when the broker has acknowledged all of it."""
    import sys

    from safeguarding.errors import PublishError
    from safeguarding.producers.sender import SafePublisher
    from safeguarding.settings import Settings

    settings = Settings()
    with SafePublisher(settings, say=lambda line: print(line, file=sys.stderr)) as publisher:  # noqa: T201  # for a person
        there = sum(publisher.outbox.status().waiting.values())
        done = publisher.flush(patience)
        left = sum(publisher.outbox.status().waiting.values())
    if not done:
        raise PublishError(
            f"{left} events still wait: Kafka at {settings.bootstrap_servers} did not acknowledge them "
            f"within {patience:g} s; they are safe, run `safeguarding outbox flush` again"
        )
    print(f"{there} events sent, none waits")  # noqa: T201  # the output
