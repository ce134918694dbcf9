"""`safeguarding worker`: runs rooms on Kafka until it is told to stop."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

EXAMPLE = (
    "Example: SAFEGUARDING_BOOTSTRAP_SERVERS=localhost:9092 safeguarding worker intake identity correlation routing"
)


class RoomName(StrEnum):
    """The rooms, in the order of the pipeline."""

    INTAKE = "intake"
    IDENTITY = "identity"
    CORRELATION = "correlation"
    ROUTING = "routing"


def worker(
    rooms: Annotated[list[RoomName], typer.Argument(help="Which rooms; several run in a process each.")],
    healthy: Annotated[bool, typer.Option("--healthy", help="Only say (exit code 0) whether they run here.")] = False,
) -> None:
    """Run rooms on Kafka. SIGTERM or Ctrl-C stops cleanly; a worker that is started again goes on where it was."""
    from safeguarding.cli.rooms import build
    from safeguarding.runtime.worker import is_alive, run, run_each
    from safeguarding.settings import Settings

    names = list(dict.fromkeys(room.value for room in rooms))
    if healthy:
        raise SystemExit(0 if all(is_alive(name, Settings()) for name in names) else 1)
    if len(names) > 1:
        raise SystemExit(run_each(names))
    settings = Settings()
    (room,) = build(names, settings)
    run(room, settings)
