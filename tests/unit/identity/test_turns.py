"""What identity remembers of a batch is what the batch's state says, and never more."""

from collections.abc import Iterator

import pytest

from building import child, event, wire
from safeguarding.identity import agent
from safeguarding.identity.agent import Identity
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import encode
from safeguarding.wire.room import Output, Record
from safeguarding.wire.topics import ACCEPTED


def log(count: int = 12) -> list[Record]:
    """Events of three children in turn; each third corrects the one before it of the same child."""
    return list(_log(count))


def _log(count: int) -> Iterator[Record]:
    ids = list[str]()
    for n in range(count):
        what = {"action": "update", "supersedes": ids[n - 3]} if n % 9 > 6 else {}
        made = event(
            "health.concern.raised", f"2017-10-{n + 1:02}T12:00:00+01:00", child(n % 3), record_ref=str(n), **what
        )
        ids.append(made["id"])
        place = {"topic": "events.health.v1", "partition": 0, "offset": n}
        value = encode("log.accepted", {"kind": "event", "clock": n, "record": place, "body": wire(made)})
        yield Record(ACCEPTED, 0, n, b"", value, n)


def said(records: list[Record], batch: int, *, together: bool) -> list[Output]:
    """What a new room says of a log, in batches, each handed over at once or one by one."""
    room, rows, outputs = Identity(1, eager_ticks=False), Rows(), list[Output]()
    for start in range(0, len(records), batch):
        state, part = Overlay(rows), records[start : start + batch]
        for records_ in [part] if together else [[record] for record in part]:
            outputs += room.handle(records_, state)
        rows.apply(state.changes)
    return outputs


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("batch", [1, 5, 12])
def test_where_a_batch_ends_changes_nothing(batch: int, together: bool):
    assert said(log(), batch, together=together) == said(log(), 1, together=True)


def test_what_is_remembered_is_bounded_and_no_more_is_said_for_it(monkeypatch: pytest.MonkeyPatch):
    expected = said(log(), 12, together=False)
    monkeypatch.setattr(agent, "_REMEMBERED", 4)
    assert said(log(), 12, together=False) == expected


def test_a_batch_that_was_not_kept_is_forgotten():
    records, rows = log(), Rows()
    room = Identity(1, eager_ticks=False)
    list(room.handle(records, Overlay(rows)))  # its outputs could not be sent
    assert list(room.handle(records, Overlay(rows))) == said(records, 12, together=True)


def test_what_a_bad_record_left_behind_is_forgotten():
    records, rows = log(), Rows()
    room, state = Identity(1, eager_ticks=False), Overlay(rows)
    with pytest.raises(Exception):  # noqa: B017, PT011  # of whatever kind
        list(room.handle([records[0], records[1]._replace(value=b"nonsense")], state))
    assert list(room.handle(records, Overlay(rows))) == said(records, 12, together=True)
