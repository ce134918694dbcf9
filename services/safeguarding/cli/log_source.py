"""Where a question finds the log: on Kafka, in a dump of it, or as a file of events would make it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from safeguarding.errors import SafeguardingError

if TYPE_CHECKING:
    from safeguarding.inquiry.log import Log
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Record

_SHOWN: Final = 10_000  # records, after which who waits is told how far it is


def the_log(file: Path | None, *, is_log: bool, until: int | None = None) -> Log:
    """The log that is meant.

    Args:
        file: a file of events, or with `is_log` a dump; None: the log on Kafka.
        is_log: whether the log itself is asked for.
        until: time passes up to this clock after the last record.

    Raises:
        BadParameter: neither a file nor the log was named.
        SafeguardingError: the file cannot be read, or is no dump; or no broker answers.
    """
    from safeguarding.inquiry.log import Again, of_dump, of_text, passed

    if file is None and not is_log:
        raise typer.BadParameter("give a file of events, or --log for the log on Kafka, or --log and a dump of it")
    if not is_log:
        return of_text(text_of(file or Path("-")).split("\n"), until)
    if file is None:
        from safeguarding.settings import Settings

        log = log_on_kafka(Settings())
    else:
        log = of_dump(text_of(file).split("\n") if str(file) == "-" else _Lines(file), file.name)
    log = log if until is None else passed(log, until)
    records = log.records
    return log._replace(records=Again(lambda: counted(records)))


class _Lines:
    """The lines of a file, read anew each time they are gone through."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __iter__(self) -> Iterator[str]:
        try:
            with self._file.open(encoding="utf-8-sig") as lines:
                yield from lines
        except (OSError, UnicodeDecodeError) as problem:
            raise SafeguardingError(_unreadable(self._file, problem)) from None


def counted(records: Iterable[Record]) -> Iterator[Record]:
    """The same records; somebody who waits on a terminal sees how many there were."""
    waits, number = sys.stderr.isatty(), 0
    for number, record in enumerate(records, 1):  # the last one is told
        yield record
        if waits and number % _SHOWN == 0:
            print(f"\r{number} records", end="", file=sys.stderr, flush=True)  # noqa: T201  # for who waits
    if waits and number >= _SHOWN:
        print(f"\r{number} records", file=sys.stderr)  # noqa: T201  # for who waits


def text_of(file: Path) -> str:
    """The text of a file; ``-`` is standard input.

    Raises:
        SafeguardingError: it cannot be read.
    """
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SafeguardingError(_unreadable(file, problem)) from None


def _unreadable(file: Path, problem: Exception) -> str:
    return f"cannot read {file}: {type(problem).__name__}; give a UTF-8 file of events"


def log_on_kafka(settings: Settings) -> Log:
    """The log as it stands on Kafka now; it is read as it is gone through.

    Raises:
        BrokerAway: no broker answers, or the topic is not there.
    """
    from safeguarding.cli.reader import TopicReader
    from safeguarding.inquiry.log import Again, Log
    from safeguarding.wire.quarantine import left_out
    from safeguarding.wire.topics import ACCEPTED, QUARANTINED

    def reader(topic: str) -> TopicReader:
        return TopicReader(settings, [topic], from_start=True, patient=False)

    with closing(reader(ACCEPTED)) as first:
        end = first.end()
    with closing(reader(QUARANTINED)) as aside:
        bad = frozenset[int]().union(*map(left_out, aside.until_end()))

    def read() -> Iterator[Record]:
        """What holds something and identity could take."""
        with closing(reader(ACCEPTED)) as again:
            yield from (r for r in again.up_to(end) if r.value is not None and r.offset not in bad)

    return Log(Again(read), settings.clock)


def moment(text: str | None) -> int | None:
    """The clock that ``--until`` names.

    Raises:
        BadParameter: it is no time.
    """
    from safeguarding.events.times import parse_instant

    try:
        return parse_instant(text) if text else None
    except ValueError as problem:
        raise typer.BadParameter(f"--until: {problem}, such as 2017-11-10T12:00:00+00:00") from None
