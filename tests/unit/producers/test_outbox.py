"""What a producer with an outbox has said yes to is on disk: whole, in order, once, and for nobody else to read."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguarding.errors import Refused, StateError
from safeguarding.producers.message import Message, checked, message_of
from safeguarding.producers.outbox import Outbox, outbox_file
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event

messages = st.lists(
    st.builds(
        Message,
        st.sampled_from(["events.police.v1", "events.health.v1"]),
        st.binary(max_size=20),
        st.binary(max_size=50),
        st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=9)), max_size=3),
    ),
    max_size=9,
)
KEEPS = """
import sys
from safeguarding.testing.builders import child, event
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings
with SafePublisher(Settings()) as publisher:
    for number in range(100_000):
        own = event("police.concern.raised", child(number % 9), summary=str(number))
        publisher.publish(own)
        print(own["id"], flush=True)
"""


@given(messages, messages, st.integers(1, 9))
@settings(max_examples=25)  # each syncs a disk
def test_messages_come_out_as_they_went_in(tmp_path_factory, some: list[Message], more: list[Message], most: int):
    file = tmp_path_factory.mktemp("outbox") / "outbox.sqlite"
    with Outbox(file) as outbox:
        outbox.keep(some)
    with Outbox(file) as outbox:
        outbox.keep(more)
        found = []
        while batch := outbox.oldest(most):
            found += [kept.message for kept in batch]
            outbox.forget(batch[-1].place)
        assert found == [*some, *more]
        assert outbox.status() == ({}, None)


def test_what_cannot_all_be_kept_is_not_kept_at_all(tmp_path: Path):
    def fails() -> list[Message]:
        yield message_of(checked(event("police.concern.raised", child(1))))
        yield Message("events.police.v1", None, b"", [])

    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        with pytest.raises(StateError, match="not kept"):
            outbox.keep(fails())
        assert outbox.oldest(9) == []


def test_a_full_disk_is_an_error_and_not_a_promise(tmp_path: Path):
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox._rows.execute("pragma max_page_count=1")
        with pytest.raises(StateError) as problem:
            outbox.keep([message_of(checked(event("police.concern.raised", child(1), summary="x" * 20_000)))])
    assert "xxx" not in str(problem.value)


def test_nobody_else_on_the_machine_may_read_it_and_nothing_sent_stays_in_it(tmp_path: Path):
    file = tmp_path / "outbox.sqlite"
    with Outbox(file) as outbox:
        outbox.keep([message_of(checked(event("police.concern.raised", child(1), summary="canary in the outbox")))])
        assert {stat.S_IMODE(part.stat().st_mode) for part in tmp_path.iterdir()} == {0o600}
        assert any(b"canary" in part.read_bytes() for part in tmp_path.iterdir())
        outbox.forget(outbox.oldest(1)[0].place)
    assert not any(b"canary" in part.read_bytes() for part in tmp_path.iterdir())


def test_an_event_that_intake_would_refuse_is_not_kept(tmp_path: Path):
    publisher = SafePublisher(Settings(state_dir=tmp_path, bootstrap_servers="127.0.0.1:1"))
    with pytest.raises(Refused):
        publisher.publish({**event("police.concern.raised", child(1)), "colour": 1})
    assert publisher.outbox.oldest(1) == []


def test_each_commit_is_synced(tmp_path: Path):
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert outbox._rows.execute("pragma journal_mode").fetchone() == ("wal",)
        assert outbox._rows.execute("pragma synchronous").fetchone() == (2,)  # full


@pytest.mark.parametrize("after", [1, 2, 50, 333])
def test_kill_9_takes_nothing_away_that_was_kept_and_the_ids_stay(tmp_path: Path, after: int):
    """No broker anywhere: the process is killed while it keeps."""
    tests = Path(__file__).parents[2]
    environment = os.environ | {
        "SAFEGUARDING_STATE_DIR": str(tmp_path),
        "SAFEGUARDING_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent / "services")]),
    }
    with subprocess.Popen([sys.executable, "-c", KEEPS], env=environment, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline().strip() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        said += [line.strip() for line in process.stdout if line.endswith("\n")]
    with Outbox(outbox_file(Settings(state_dir=tmp_path))) as outbox:
        kept = [kept.message.key.decode() for kept in outbox.oldest(100_000)]
    assert kept[: len(said)] == said
    assert len(kept) <= len(said) + 1, "at most the one that was kept and not yet told"


def test_a_file_that_is_no_outbox_is_said_to_be_none(tmp_path: Path):
    file = tmp_path / "outbox.sqlite"
    file.write_text("a letter" * 1000)
    with pytest.raises(StateError, match=str(file)):
        Outbox(file)


def test_two_processes_may_keep_in_one_outbox(tmp_path: Path):
    file = tmp_path / "outbox.sqlite"
    message = message_of(checked(event("police.concern.raised", child(1))))
    with Outbox(file) as one, Outbox(file) as other:
        for _ in range(5):
            one.keep([message])
            other.keep([message])
        assert one.status().waiting == {"events.police.v1": 10}
    assert sqlite3.connect(file).execute("select count(*) from waiting").fetchone() == (10,)
