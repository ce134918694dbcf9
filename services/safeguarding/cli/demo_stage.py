"""What stands in the light while the demo plays: the board, the two stories, and one alert long enough to be read."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from safeguarding.cli.demo_board import ENDS, Board
from safeguarding.cli.demo_story import Story, stories
from safeguarding.events.times import local, parse_instant

READ_STORY: Final = 6.0  # seconds that the play stops at a turn of Mark's or John's story
READ_ALERT: Final = 3.0  # seconds that any other alert stays
_STORY_STAYS: Final = 21  # days of the play after its last step
_TURNS: Final = (1, 3)  # which alerts of a story stop the play: the first, and John's whole picture

Line = dict[str, Any]


class Stage:
    """What the screen draws. Told the time by its caller.

    Attributes:
        board: the counts.
        stories: Mark's and John's.
        story: the one that moved last, None before either did.
        alert_id: the alert in the light.
        day: day of the play, from 1.
        john_at: when John's alert came, in the caller's seconds.
    """

    def __init__(self, start: date) -> None:
        self.board, self.stories = Board(), stories()
        self.story: Story | None = None
        self.alert_id: str | None = None
        self.today, self._start = start, start
        self.john_at: float | None = None
        self._moved = start
        self._next: str | None = None
        self._until = 0.0

    @property
    def afterwards(self) -> bool:
        """Whether both stories are told."""
        return (self.today - self._moved).days > _STORY_STAYS and all(s.steps[-1].at for s in self.stories)

    @property
    def day(self) -> int:
        """Day of the play, from 1."""
        return (self.today - self._start).days + 1

    def sent(self, event: Line) -> Story | None:
        """An agency has sent an event; the story whose step it is."""
        self.today = local(parse_instant(event["published_at"])).date()
        self.board.sent(event, self.today.toordinal())
        moved = next((story for story in self.stories if story.sent(event)), None)
        if moved is not None:
            self.story, self._moved = moved, self.today
        return moved

    def take(self, line: Line, now: float) -> float:
        """Something came out; for how many seconds the play should stop so that it can be read.

        Args:
            line: a line (`cli.lines`).
            now: the caller's seconds.
        """
        self.board.take(line)
        moved = next((story for story in self.stories if story.take(line)), None)
        if line["kind"] != "alert" or line["status"] in ENDS:
            return 0.0
        if moved is None:
            self._next = line["alert_id"]
            return 0.0
        if moved.given == "John" and self.john_at is None:
            self.john_at = now
        self.story, self.alert_id, self._next = moved, line["alert_id"], None
        stop = READ_STORY if moved.alerts in _TURNS else 0.0
        self._until = now + (stop or READ_ALERT)
        return stop

    def told(self, line: Line) -> Story | None:
        """The story whose alert, or notice of it, this line is."""
        return next((story for story in self.stories if line.get("alert_id") in story.alert_ids), None)

    def alert(self, now: float) -> Line | None:
        """The alert in the light now: it changes only after there was time to read it."""
        if self._next and now >= self._until:
            self.alert_id, self._next, self._until = self._next, None, now + READ_ALERT
        return self.board.alerts.get(self.alert_id) if self.alert_id else None
