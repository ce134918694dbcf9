"""`safeguarding demo`: a borough's year in a minute, on this machine, with nothing else installed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.cli.demo_show import Show
    from safeguarding.cli.demo_source import Source
    from safeguarding.cli.demo_stage import Stage

EXAMPLE = "Example: safeguarding demo --speed 20, or: safeguarding demo --speed 0 --json"
START = date(2017, 9, 4)
_INTRODUCTION = 3.0  # seconds to read what one will see
_FRAME = 0.125  # seconds between two pictures

Line = dict[str, Any]


def demo(
    seed: Annotated[int, typer.Option(help="The same seed plays the same year.")] = 1,
    speed: Annotated[float, typer.Option(min=0, help="Days of the story in a second; 0: as fast as it can.")] = 9,
    children: Annotated[int, typer.Option(min=1, max=50_000, help="How many children live in the borough.")] = 1500,
    as_json: Annotated[bool, typer.Option("--json", help="One contract object a line; the account to stderr.")] = False,
    kafka: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Play it on this Kafka with Faust workers.")
    ] = None,
) -> None:
    """Play a year of an invented borough: what seven agencies see, and what the hub, GPs and nurses are told."""
    began = time.monotonic()
    from rich.console import Console

    from safeguarding.cli.demo_show import JsonLines, LiveScreen, PlainLines
    from safeguarding.cli.demo_stage import Stage
    from safeguarding.cli.demo_summary import summary
    from safeguarding.producers.borough import year

    console = Console(highlight=False, markup=False, emoji=False)
    stage = Stage(START)
    show: Show
    if as_json:
        show = JsonLines()
    elif console.is_terminal and not console.is_dumb_terminal:
        show = LiveScreen(stage, console)
    else:
        show = PlainLines(stage, console)
    with _stop_on_signals() as stop:
        source = _source(kafka)
        try:
            Play(stage, show, source, speed, stop).run(year(seed, children, START))
        finally:
            stop.leaving = True
            source.close()
    to_john = None if stage.john_at is None else stage.john_at - began
    account = Console(stderr=True, highlight=False, markup=False, emoji=False) if as_json else console
    for part in summary(stage.board, time.monotonic() - began, to_john):
        account.print(part, soft_wrap=not account.is_terminal)
    if not stage.board.reconciles:
        raise typer.Exit(1)


class Stop:
    """Whether somebody has asked for the end."""

    asked = False
    leaving = False


@contextmanager
def _stop_on_signals() -> Iterator[Stop]:
    """Ctrl-C and SIGTERM end the play between two events, so that the account adds up; a second one ends at once."""
    stop = Stop()

    def ask(number: int, _frame: object) -> None:
        if stop.asked and not stop.leaving:  # what has been made is taken away in any case
            raise KeyboardInterrupt
        stop.asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Play:
    """Sends the events at their pace, and shows what comes of them."""

    def __init__(self, stage: Stage, show: Show, source: Source, speed: float, stop: Stop) -> None:
        self._stage, self._show, self._source, self._speed, self._stop = stage, show, source, speed, stop
        self._first: datetime | None = None
        self._zero = self._drawn = 0.0

    def run(self, events: Iterable[Line]) -> None:
        """From the first event to the last line."""
        self._zero = time.monotonic() + (_INTRODUCTION if self._speed else 0)
        self._show.start()
        try:
            for event in events:
                self._wait_for(event)
                if self._stop.asked:
                    break
                story = self._stage.sent(event)
                self._show.sent(event, story)
                self._source.publish(event)
                self._take(self._source.lines())
            for lines in self._source.finish():
                self._take(lines)
        finally:
            self._show.stop()

    def _wait_for(self, event: Line) -> None:
        """Until the event's time has come, with a picture now and then."""
        at = datetime.fromisoformat(event["published_at"])
        self._first = self._first or at
        self._picture()
        while self._speed and not self._stop.asked:
            due = self._zero + (at - self._first).total_seconds() / 86_400 / self._speed
            left = due - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _FRAME))
            self._take(self._source.lines())
            self._picture()

    def _take(self, lines: list[Line]) -> None:
        for line in lines:
            pause = self._stage.take(line, time.monotonic())
            self._show.came(line, self._stage.told(line))
            if self._speed:
                self._zero += pause

    def _picture(self) -> None:
        now = time.monotonic()
        if now - self._drawn >= _FRAME:
            self._show.draw(now)
            self._drawn = now


def _source(kafka: str | None) -> Source:
    from safeguarding.cli.demo_source import InProcess

    if kafka is None:
        return InProcess()
    from safeguarding.cli.demo_kafka import OnKafka

    return OnKafka(kafka)
