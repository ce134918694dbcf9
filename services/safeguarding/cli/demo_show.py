"""Three ways to show the demo: a live screen on a terminal, plain lines in a pipe, JSON for programs."""

from __future__ import annotations

import json
import sys
from typing import Any, Final, Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from safeguarding.cli.demo_board import ENDS
from safeguarding.cli.demo_screen import screen
from safeguarding.cli.demo_stage import Stage
from safeguarding.cli.demo_story import INTRODUCTION, Story
from safeguarding.cli.shown import brief, shown

Line = dict[str, Any]
CONTRACT: Final = ("alert", "notice", "receipt", "held", "report")


class Show(Protocol):
    """What a play is shown on."""

    def start(self) -> None:
        """Before the first event."""

    def sent(self, event: Line, story: Story | None) -> None:
        """An event was sent; the story that it belongs to."""

    def came(self, line: Line, story: Story | None) -> None:
        """A line came out; the story that it turns."""

    def draw(self, now: float) -> None:
        """Time for a picture."""

    def stop(self) -> None:
        """After the last event."""


class LiveScreen:
    """The live screen."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage, self._console = stage, console
        self._live = Live(console=console, auto_refresh=False, screen=True)

    def start(self) -> None:
        """Take the terminal."""
        self._live.start()

    def sent(self, event: Line, story: Story | None) -> None:
        """Drawn with the next picture."""

    def came(self, line: Line, story: Story | None) -> None:
        """Drawn with the next picture."""

    def draw(self, now: float) -> None:
        """The picture of now."""
        size = self._console.size
        self._live.update(screen(self._stage, now, size.width, size.height), refresh=True)

    def stop(self) -> None:
        """Give the terminal back, with John's alert and its notices left to read."""
        self._live.stop()
        john, *_ = self._stage.stories
        if john.alert is not None:
            for line in (john.alert, *john.notices.values()):
                for text in shown(line, sensitive=True):
                    self._console.print(text)
            self._console.print(Text(f"\n{john.meaning}\n", "bold"))


class PlainLines:
    """One line for each alert, the two stories whole."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage, self._console, self._month = stage, console, 0

    def start(self) -> None:
        """Say what comes."""
        self._say(Text(INTRODUCTION), Text("Every name and number is invented.\n"))

    def sent(self, event: Line, story: Story | None) -> None:
        """The steps of the stories, and where in the year it is."""
        today = self._stage.today
        if today.month != self._month:
            self._month = today.month
            self._say(Text(f"── {today:%B %Y} ──"))
        if story is not None:
            words = next(step.words for step in reversed(story.steps) if step.at == event["occurred_at"])
            self._say(Text(f"» {story.given}  {words}"))

    def came(self, line: Line, story: Story | None) -> None:
        """The alert; of a story's also the notices, and what it means."""
        if line["kind"] == "alert":
            if story is not None:
                self._say(*shown(line, sensitive=True), Text(f"» {story.given}  {story.meaning}"))
            elif line["status"] not in ENDS:
                self._say(brief(line))
        elif line["kind"] == "notice" and story is not None:
            self._say(*shown(line, sensitive=True))

    def draw(self, now: float) -> None:
        """Nothing moves."""

    def stop(self) -> None:
        """A line between the play and its account."""
        self._say(Text(""))

    def _say(self, *texts: Text) -> None:
        for text in texts:
            self._console.print(text, soft_wrap=True)


class JsonLines:
    """One contract object a line."""

    def start(self) -> None:
        """Nothing but objects."""

    def sent(self, event: Line, story: Story | None) -> None:
        """Its receipt tells."""

    def came(self, line: Line, story: Story | None) -> None:
        """The object."""
        if line["kind"] in CONTRACT:
            print(json.dumps(line, ensure_ascii=False))  # noqa: T201  # the output

    def draw(self, now: float) -> None:
        """Let readers have what there is."""
        sys.stdout.flush()

    def stop(self) -> None:
        """Let readers have the rest."""
        sys.stdout.flush()
