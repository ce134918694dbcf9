"""Reads files of events or of an agency's export rows, line by line."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer

from safeguarding.cli.faults import Fault, fault_of
from safeguarding.errors import Refused, SafeguardingError
from safeguarding.events.envelope import AGENCIES


def known_agency(agency: str | None, *, records: bool) -> None:
    """Refuse an agency that there is not, and rows of nobody's export (wrong usage)."""
    if agency is not None and agency not in AGENCIES:
        raise typer.BadParameter(f"--agency: one of {', '.join(AGENCIES)}")
    if records and agency is None:
        raise typer.BadParameter("--records needs --agency: whose export is it?")


class Line(NamedTuple):
    """One event of a file, still unread.

    Attributes:
        number: line of the file, 1 first.
        content: text of JSON, or a row of an export.
    """

    number: int
    content: str | dict[str, str]


def lines_of_file(file: Path, *, records: bool) -> Iterator[Line]:
    """Lines of a file, or of standard input as they come.

    Args:
        file: the file; ``-`` for standard input, ``.json`` for one event that may span lines.
        records: rows of an export: CSV with a header when the name ends in .csv or the first line is no JSON.

    Raises:
        SafeguardingError: the file cannot be read.
    """
    try:
        if str(file) == "-":
            sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream of Python's own
            yield from _lines(sys.stdin, records=records)
        else:
            with file.open(encoding="utf-8-sig", newline="") as text:
                if file.suffix == ".json":  # one event, laid out for reading, as the examples of the schemas are
                    yield Line(1, text.read())
                else:
                    yield from _lines(text, records=records)
    except (OSError, UnicodeDecodeError) as problem:
        raise SafeguardingError(f"cannot read {file}: {type(problem).__name__}; give a UTF-8 file") from None
    except csv.Error as problem:
        raise SafeguardingError(f"cannot read {file} as CSV: {problem}") from None


def _lines(text: Iterable[str], *, records: bool) -> Iterator[Line]:
    rest = iter(text)
    first = next(rest, "")
    if records and first.strip() and not first.lstrip().startswith("{"):
        reader = csv.DictReader(rest, fieldnames=next(csv.reader([first])), restval="", strict=True)
        before = 1  # the header; a cell may hold line breaks
        for row in reader:
            row.pop(None, None)  # cells beyond the header
            yield Line(before + 1, row)
            before = reader.line_num + 1
        return
    for number, line in enumerate(_chain(first, rest), 1):
        if line.strip():
            yield Line(number, line.rstrip("\r\n"))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


class Reader:
    """Turns lines into events and says what is wrong with those that are none.

    Args:
        agency: whose events they must be; None: any agency's.
        records: whether lines are rows of that agency's export.
        stamp: gives the ``published_at`` of events made of rows; None: they are published when they were recorded.
    """

    def __init__(self, agency: str | None, *, records: bool, stamp: Callable[[], str] | None = None) -> None:
        self._agency, self._records, self._stamp = agency, records, stamp
        self._ids: dict[str, tuple[int, int]] = {}

    def raw(self, line: Line) -> dict[str, Any]:
        """The event of a line in the contract's JSON form, unchecked.

        Raises:
            Refused: it is no JSON object, or a row that cannot be mapped.
            json.JSONDecodeError: it is no JSON.
            ValueError: it holds a number of thousands of digits.
            RecursionError: it is nested without end.
        """
        from safeguarding.producers.agencies import EVENT_OF

        row = line.content if isinstance(line.content, dict) else json.loads(line.content)
        if not isinstance(row, dict):
            raise Refused("DECODE_FAILED")
        if self._records:
            if not all(isinstance(value, str) for value in row.values()):
                raise Refused("BAD_VALUE")
            row = EVENT_OF[self._agency or ""](row)
            if self._stamp is not None:
                row["published_at"] = self._stamp()
        return row

    def faults(self, line: Line) -> list[Fault]:
        """Everything that is wrong with a line."""
        from safeguarding.events.acceptance import EVENT_LIMIT, faults, read
        from safeguarding.producers.message import message_of
        from safeguarding.wire.codec import normal_form

        if isinstance(line.content, str) and len(line.content) > 4 * EVENT_LIMIT:
            return [fault_of(line.number, Refused("TOO_LARGE"))]
        try:
            raw = self.raw(line)
        except json.JSONDecodeError as problem:
            place = line.number + problem.lineno - 1
            return [Fault(place, problem.colno, "DECODE_FAILED", None, f"is no JSON: {problem.msg}")]
        except (RecursionError, ValueError):  # the latter of a number of thousands of digits
            return [fault_of(line.number, Refused("DECODE_FAILED"))]
        except Refused as refused:
            return [fault_of(line.number, refused)]
        found = faults(raw)
        if not found and self._agency and raw["agency"] != self._agency:
            found = [Refused("AGENCY_MISMATCH", "agency")]
        if not found:
            try:
                message_of(read(raw))
            except Refused as refused:
                found = [refused]
        if not found and not self._same_as_before(line, normal_form(read(raw))):
            found = [Refused("ID_CONFLICT", "id")]
        return [fault_of(line.number, refused, raw) for refused in found]

    def _same_as_before(self, line: Line, event: dict[str, Any]) -> bool:
        """Whether no earlier line has this id and says otherwise, however it is written."""
        digest = hash(json.dumps({**event, "published_at": None}, sort_keys=True))
        return self._ids.setdefault(f"{event['agency']}|{event['id']}", (line.number, digest))[1] == digest
