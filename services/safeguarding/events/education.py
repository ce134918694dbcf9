"""What schools and the education service may send."""

from __future__ import annotations

from pydantic import Field

from safeguarding.events.base import Word


class EnrolmentChanged(Word):
    """Where the child goes to school, and who the school nurse is."""

    school: str | None = None
    """URN of the school; missing when there is none."""
    school_nurse_team: str | None = None
    """The school nursing team as education names it."""
    home_educated: bool = False
    """Whether the child is educated at home."""


class AttendanceRecorded(Word):
    """Attendance over a term."""

    sessions_possible: int = Field(ge=0, le=1000)
    """Half days of the term."""
    sessions_absent: int = Field(ge=0, le=1000)
    """Half days missed."""
    term: str
    """Which term."""
