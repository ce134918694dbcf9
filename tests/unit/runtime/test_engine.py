"""What the engine does when partitions come and go; the broker's client is a list of what was sent."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agents.rooms import TOLD, Folding, Telling
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.errors import StateError
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.runtime.engine import Engine, Start
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic, changelog_topic

LOG = TopicPartition(ACCEPTED, 0)
POLICE = TopicPartition(agency_topic("police"), 0)


class Row(NamedTuple):
    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Batch(list):
    def append(self, **record: Any) -> bool:
        super().append(record)
        return True

    def record_count(self) -> int:
        return len(self)


class Client:
    """As much of aiokafka's producer as the engine uses."""

    def __init__(self) -> None:
        self.topics: list[str] = []

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        self.topics.append(topic)
        sent = asyncio.get_running_loop().create_future()
        sent.set_result(None)
        return sent


def engine(room: Any, folder: Path) -> tuple[Engine, Client]:
    made, client = Engine(room, Settings(), lambda p: Rows(folder / f"rows-{p}", fresh=True)), Client()
    made.use(client)
    return made, client


class Slow(Client):
    """One with transactions, which acknowledges nothing by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[str, asyncio.Future[Any]] = {}
        self.committed = False

    async def begin_transaction(self) -> None:
        assert not self.open

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        self.open[topic] = asyncio.get_running_loop().create_future()
        return self.open[topic]

    async def send_offsets_to_transaction(self, offsets: Any, group: str) -> None:
        self.open["offsets"] = asyncio.get_running_loop().create_future()
        await self.open["offsets"]

    async def commit_transaction(self) -> None:
        self.committed = True


PARTS = [TOLD, changelog_topic("routing"), "offsets"]


async def one_turn(folder: Path, client: Slow) -> tuple[asyncio.Task[Any], Lane]:
    """A transactional room that has been given one record, and waits for the broker."""
    room, (tp, rows) = Telling(), (TopicPartition(RAISED, 0), Rows(folder / "rows", fresh=True))
    made = Engine(room, Settings(), lambda _: rows)
    made.lanes[tp], made._producers[0] = Lane(room, RAISED, 0, rows, quarantined), client
    record = SimpleNamespace(offset=0, key=b"child", value=b'["count", "a"]', timestamp=0, headers=())
    turn = asyncio.ensure_future(made.turn({tp: [record]}))
    await asyncio.sleep(0.01)
    return turn, made.lanes[tp]


@pytest.mark.parametrize("last", PARTS)
def test_a_transaction_is_committed_when_its_last_part_is_acknowledged(tmp_path: Path, last: str):
    async def story() -> None:
        client = Slow()
        turn, lane = await one_turn(tmp_path, client)
        assert sorted(client.open) == sorted(PARTS), "all are on their way at once"
        for part in PARTS:
            if part != last:
                client.open[part].set_result(SimpleNamespace(offset=0))
        await asyncio.sleep(0.01)
        assert (client.committed, turn.done(), lane.next) == (False, False, 0)
        client.open[last].set_result(SimpleNamespace(offset=0))
        await turn
        assert client.committed
        assert lane.next == 1

    asyncio.run(story())


@pytest.mark.parametrize("refused", PARTS)
def test_a_transaction_of_which_a_part_is_refused_is_not_committed(tmp_path: Path, refused: str):
    async def story() -> None:
        client = Slow()
        turn, lane = await one_turn(tmp_path, client)
        for part in PARTS:
            if part == refused:
                client.open[part].set_exception(KafkaError())
            else:
                client.open[part].set_result(SimpleNamespace(offset=0))
        with pytest.raises(KafkaError):
            await turn
        assert (client.committed, lane.next) == (False, 0)

    asyncio.run(story())


def test_who_has_lost_the_log_makes_no_ticks(tmp_path: Path):
    async def story() -> None:
        room, client = engine(Identity(partitions=1, eager_ticks=False), tmp_path)
        await room.pass_time(1000)
        assert client.topics == [], "it never had the log"
        await room.prepare(LOG, Start(None, 0))
        await room.pass_time(2000)
        assert client.topics == [ACCEPTED]
        await room.release({LOG})
        await room.pass_time(3000)
        assert client.topics == [ACCEPTED], "another worker has the clock now"
        await room.prepare(LOG, Start(None, 0))
        await room.pass_time(4000)
        assert client.topics == [ACCEPTED, ACCEPTED]
        await room.close()

    asyncio.run(story())


@pytest.mark.parametrize("start", [Start(None, 7), Start(7, 7), Start(None, 0)])
def test_a_topic_whose_handled_records_have_expired_is_read_from_its_beginning(tmp_path: Path, start: Start):
    room, _ = engine(Intake("wall", frozenset()), tmp_path)
    assert asyncio.run(room.prepare(POLICE, start)) == start.beginning


def test_records_that_expired_before_they_were_handled_stop_the_room(tmp_path: Path):
    room, _ = engine(Intake("wall", frozenset()), tmp_path)
    with pytest.raises(StateError, match="gone before they were handled"):
        asyncio.run(room.prepare(POLICE, Start(5, 7)))


def test_a_log_whose_beginning_is_gone_is_not_folded(tmp_path: Path):
    room, _ = engine(Identity(partitions=1, eager_ticks=False), tmp_path)
    with pytest.raises(StateError, match="gone before they were handled"):
        asyncio.run(room.prepare(LOG, Start(9, 7)))


def test_input_of_a_partition_that_was_just_lost_does_not_reach_the_rows(tmp_path: Path):
    opened: list[int] = []

    def rows_of(partition: int) -> Rows:
        opened.append(partition)
        return Rows(tmp_path / str(partition), fresh=True)

    room = Engine(Correlation(built_in()), Settings(), rows_of)
    late = Row(3, b"a key", b"a record of the input", ())
    room.follow(TopicPartition(FACTS, 0), [late])
    assert opened == []
    room.follow(TopicPartition(changelog_topic("correlation"), 0), [late])
    assert opened == [0]


def test_a_stand_by_that_took_what_the_owner_could_not_begins_again_without_it():
    """It is of a newer version; but what is in quarantine does not count until it is given back."""
    room = Folding()
    lane = Lane(room, ACCEPTED, 0, None, quarantined)
    log = [Record(ACCEPTED, 0, offset, None, b"word", 0) for offset in range(3)]
    lane.fold(log, 3)
    assert room.seen == {"word": 3}
    lane.leave_out({1})
    assert lane.next == 0
    lane.fold(log, 3)
    assert room.seen == {"word": 2}
    lane.leave_out({1})
    assert lane.next == 3, "that is known"
