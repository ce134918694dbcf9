"""Logs for operators: key=value, ids and counts only; libraries speak up from warnings on."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

log: Any = structlog.get_logger()


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
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Libraries(logging.Formatter):
    """What libraries log: where an exception came from and its kind, not its text, which may quote a record."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")
