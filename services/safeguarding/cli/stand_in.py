"""`safeguarding stand-in`: plays one agency of an invented borough, for the demo on Kafka."""

from __future__ import annotations

import signal
import sys
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

EXAMPLE = "Example: SAFEGUARDING_CLOCK=events safeguarding stand-in police --speed 2"


def stand_in(
    agency: Annotated[str, typer.Argument(help="police, health, cgl, yos, probation, hub or education.")],
    seed: Annotated[int, typer.Option(help="The same seed tells the same year; give all stand-ins the same.")] = 1,
    children: Annotated[int, typer.Option(min=1, help="Children in the borough.")] = 400,
    speed: Annotated[float, typer.Option(min=0.0, help="Days of the story in a second; 0: as fast as it goes.")] = 1.0,
    start: Annotated[str | None, typer.Option(help="First day of the story, YYYY-MM-DD.")] = None,
) -> None:
    """Publish a year of one agency's records, paced; started again, it goes on where it was."""
    from safeguarding.cli.event_files import known_agency
    from safeguarding.producers.stand_in import StandIn
    from safeguarding.settings import Settings

    known_agency(agency, records=False)
    settings = Settings()
    player = StandIn(
        agency,
        settings,
        seed=seed,
        children=children,
        start=_first_day(start, settings.clock),
        speed=speed,
        say=lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201  # what a person reads in the logs
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: player.stop.set())
    player.play()


def _first_day(text: str | None, clock: str) -> date:
    """The day asked for; else the letter's autumn, or with the wall's clock a year ago, so that nothing lies ahead."""
    if text is None:
        return date(2017, 9, 1) if clock == "events" else datetime.now().astimezone().date() - timedelta(days=370)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("--start: a date is written 2017-09-01") from None
