"""`safeguarding rebuild`: folds the log again from its beginning and says whether it gives what came out live."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.cli.rebuilt import Said
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Record

EXAMPLE = "Example: safeguarding rebuild --verify"
_SHOWN = 50


def rebuild(
    verify: Annotated[bool, typer.Option("--verify", help="Compare; nothing is written anywhere.")] = False,
    patience: Annotated[float, typer.Option(help="Seconds for which rooms may still be catching up.")] = 60.0,
) -> None:
    """Fold the log again, in memory, and compare alerts, notices, disclosures and records with the live ones."""
    from safeguarding.cli.rebuilt import Generation, differences, row_differences
    from safeguarding.cli.rooms import build
    from safeguarding.settings import Settings
    from safeguarding.wire.quarantine import left_out
    from safeguarding.wire.topics import ACCEPTED, QUARANTINED

    if not verify:
        raise typer.BadParameter("say --verify; nothing else is done yet")
    settings = Settings()
    new = Generation(build(("identity", "correlation", "routing"), settings), settings.partitions)
    (log,), (quarantine,) = _read(settings, ACCEPTED), _read(settings, QUARANTINED)
    new.take(log, left_out(quarantine))
    before, rows_before = new.said(), new.rows()
    _wait_for_rooms(settings, log[-1].offset + 1 if log else 0, patience)
    live, live_rows = _live(settings), _live_rows(settings)
    (log,), (quarantine,) = _read(settings, ACCEPTED), _read(settings, QUARANTINED)  # they may have gone on meanwhile
    new.take(log, left_out(quarantine))
    found = list(differences(live, before, new.said()))
    if new.whole:
        found += row_differences(live_rows, rows_before, new.rows())
    else:
        _say("records of the log have been erased: histories keep other places than before and are not compared")
    for difference in found[:_SHOWN]:
        print(difference)  # noqa: T201  # the output
    counts = f"{len(log)} records of the log, {sum(map(len, live.values()))} of the live topics"
    print(f"{counts}: {f'{len(found)} differences' if found else 'the same'}")  # noqa: T201  # the output
    raise typer.Exit(1 if found else 0)


def _read(settings: Settings, topic: str) -> list[list[Record]]:
    """Records of a topic, by partition."""
    from safeguarding.cli.reader import TopicReader

    reader = TopicReader(settings, [topic], from_start=True, patient=False)
    try:
        return reader.until_end()
    finally:
        reader.close()


def _live(settings: Settings) -> Said:
    from safeguarding.cli.rebuilt import OUTPUTS, texts

    return {topic: [text for records in _read(settings, topic) for text in texts(records)] for topic in OUTPUTS}


def _live_rows(settings: Settings) -> list[dict[bytes, bytes]]:
    """Correlation's rows, as a worker that lost its disk would find them."""
    from safeguarding.cli.rebuilt import records_of
    from safeguarding.runtime.changelog import Replica
    from safeguarding.runtime.rows import Rows
    from safeguarding.wire.topics import changelog_topic

    found = []
    for records in _read(settings, changelog_topic("correlation")):
        with tempfile.TemporaryDirectory() as folder:
            rows = Rows(Path(folder) / "rows", fresh=True)
            Replica(rows).take(records)  # type: ignore[arg-type]  # a Record's key may be missing, a row's never is
            found.append(records_of(dict(rows.scan(b""))))
            rows.close()
    return found


def _wait_for_rooms(settings: Settings, end: int, patience: float) -> None:
    """Wait until what the log holds up to a place has gone through every room.

    Raises:
        SafeguardingError: a room has not come so far in time.
    """
    from kafka import KafkaConsumer, TopicPartition
    from kafka.admin import KafkaAdminClient

    from safeguarding.cli.lag import committed
    from safeguarding.errors import SafeguardingError
    from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED

    servers = settings.bootstrap_servers.split(",")
    admin, reader = KafkaAdminClient(bootstrap_servers=servers), KafkaConsumer(bootstrap_servers=servers)
    try:
        ends: dict[Any, int] = {TopicPartition(settings.topic_prefix + ACCEPTED, 0): end}
        for room, next_topic in (("identity", FACTS), ("correlation", RAISED), ("routing", None)):
            group, limit = settings.topic_prefix + room, time.monotonic() + patience
            while behind := _behind(committed(admin, group), ends):
                if time.monotonic() > limit:
                    raise SafeguardingError(f"room {room} is {behind} records behind: start it, and verify again")
                time.sleep(0.2)
            if next_topic is not None:
                name = settings.topic_prefix + next_topic
                ends = reader.end_offsets([TopicPartition(name, p) for p in reader.partitions_for_topic(name) or ()])
    finally:
        admin.close()
        reader.close()


def _behind(done: dict[Any, int], ends: dict[Any, int]) -> int:
    return sum(max(0, end - done.get(place, 0)) for place, end in ends.items())


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # for a person
