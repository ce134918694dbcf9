"""Where a question finds the log: on Kafka, in a dump of it, or as a file of events would make it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safeguarding.errors import SafeguardingError

if TYPE_CHECKING:
    from safeguarding.inquiry.log import Log
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Record


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
    from safeguarding.inquiry.log import of_dump, of_text, passed

    if file is None and not is_log:
        raise typer.BadParameter("give a file of events, or --log for the log on Kafka, or --log and a dump of it")
    if not is_log:
        return of_text(text_of(file or Path("-")).split("\n"), until)
    if file is None:
        from safeguarding.settings import Settings

        log = log_on_kafka(Settings())
    else:
        log = of_dump(text_of(file).split("\n"), file.name)
    return log if until is None else passed(log, until)


def text_of(file: Path) -> str:
    """The text of a file; ``-`` is standard input.

    Raises:
        SafeguardingError: it cannot be read.
    """
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SafeguardingError(f"cannot read {file}: {type(problem).__name__}; give a UTF-8 file of events") from None


def log_on_kafka(settings: Settings) -> Log:
    """The whole log as it stands on Kafka now.

    Raises:
        BrokerAway: no broker answers, or the topic is not there.
    """
    from safeguarding.inquiry.log import Log

    return Log(records_on_kafka(settings), settings.clock)


def records_on_kafka(settings: Settings) -> list[Record]:
    """The log's records that hold something and that identity could take, as it does.

    Raises:
        BrokerAway: no broker answers, or the topic is not there.
    """
    from safeguarding.cli.reader import TopicReader
    from safeguarding.wire.quarantine import left_out
    from safeguarding.wire.topics import ACCEPTED, QUARANTINED

    reader = TopicReader(settings, [ACCEPTED, QUARANTINED], from_start=True, patient=False)
    try:
        log, quarantine = reader.until_end()
    finally:
        reader.close()
    bad = left_out(quarantine)
    return [record for record in log if record.value is not None and record.offset not in bad]


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
