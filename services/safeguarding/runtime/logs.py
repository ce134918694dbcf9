"""Logs for operators: key=value, ids and counts only; libraries speak up from warnings on."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

log: Any = structlog.get_logger()
_SELDOM_SECONDS = 10.0
_LINES = 500  # kinds of lines that are remembered


def configure() -> None:
    """Logs to standard error: readable on a terminal, key=value in a pipe."""
    terminal = sys.stderr.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.LogfmtRenderer(bool_as_flag=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Libraries("level=%(levelname)s logger=%(name)s event=%(message)s"))
    handler.addFilter(_Seldom())
    logging.raiseExceptions = False  # else a line that cannot be written is shown with its arguments
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Seldom(logging.Filter):
    """The same line of a library every ten seconds at most: of a broker that is away they speak hundreds of times."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.name, str(record.msg)
        if record.created - self._told.get(line, 0.0) < _SELDOM_SECONDS:
            return False
        if len(self._told) >= _LINES:
            self._told.clear()
        self._told[line] = record.created
        return True


class _Libraries(logging.Formatter):
    """What libraries log: where an exception came from and its kind, not its text, which may quote a record."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")
