"""Promise 4: the log folded again gives the same alerts, notices and records; and a difference is found."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cluster import newer
from safeguarding.cli.rebuilt import Difference, Generation, differences, records_of, row_differences, texts
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.correlation.record import load
from safeguarding.errors import Refused
from safeguarding.events.acceptance import read
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.producers import borough
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.codec import encode
from safeguarding.wire.room import Room
from safeguarding.wire.topics import ACCEPTED, RAISED, agency_topic, audience_topic, partition_counts

PACK = built_in()
HUB = audience_topic("hub")
Live = tuple[dict[str, list[str]], list[dict[bytes, bytes]]]


def rooms() -> list[Room]:
    return [Identity(2, eager_ticks=True), Correlation(PACK), Routing()]


def generation() -> Generation:
    return Generation(rooms(), 2)


@pytest.fixture(scope="module")
def runtime() -> MemoryRuntime:
    """A year of a small borough, in the live rooms."""
    live = MemoryRuntime([Intake("events", None), *rooms()], partition_counts(2), batch=7)
    for event in islice(borough.year(3, 60, date(2017, 9, 1)), 2000):
        try:
            known = read(event)
        except Refused:
            continue
        live.append(agency_topic(known["agency"]), known["id"].encode(), encode(known["type"], known))
        live.run()
    return live


@pytest.fixture
def live(runtime: MemoryRuntime) -> Live:
    said = {topic: texts(runtime.records(topic)) for topic in generation().said()}
    return said, [records_of(runtime.state("correlation", n)) for n in range(2)]


def verified(runtime: MemoryRuntime, live: Live, known: int | None = None) -> list[Difference]:
    """As the command does it; `known`: how much of the log was there at first."""
    new, log = generation(), runtime.records(ACCEPTED, 0)
    new.take(log[:known])
    before, rows = new.said(), new.rows()
    new.take(log)
    assert new.whole
    return [*differences(live[0], before, new.said()), *row_differences(live[1], rows, new.rows())]


def test_the_log_folded_again_gives_the_same(runtime: MemoryRuntime, live: Live):
    assert len(live[0][RAISED]) > 20, "else nothing would be compared"
    assert len(live[0][audience_topic("gp")]) > 5
    assert sum(map(len, live[1])) > 100
    assert verified(runtime, live) == []


BY_A_NEWER_VERSION = """
import sys
from safeguarding.cli.rebuilt import row_differences
from safeguarding.wire.codec import decode, encode

live = bytes.fromhex(sys.argv[1])
name, fact = decode(live)
key, again = b"r|child|0", encode(name, fact | {"body": encode(*decode(fact["body"]))})
assert again != live, "else it would be the same version"
other = encode(name, fact | {"clock": fact["clock"] + 1})
for value in (again, other):
    print(len(list(row_differences([{key: live}], [{key: value}], [{key: value}]))))
"""


def test_what_a_former_version_wrote_is_no_difference_to_the_one_that_verifies(tmp_path: Path, live: Live):
    row = next(value for key, value in live[1][0].items() if key.startswith(b"r|"))
    environment = os.environ | {"PYTHONPATH": str(newer.made(tmp_path))}
    command = [sys.executable, "-c", BY_A_NEWER_VERSION, row.hex()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["0", "1"]


def test_a_record_in_the_form_of_a_former_version_is_no_difference(live: Live):
    key, row = next(
        (key, row) for key, row in live[1][0].items() if key.startswith(b"h|") and load(row).who.nurse_school
    )
    fields = msgspec.msgpack.decode(row, strict=False)
    fields[4] = fields[4][:-1]  # nobody wrote down whose nurses they were
    former, other = (msgspec.msgpack.encode([*fields[:13], clock, *fields[14:]]) for clock in (fields[13], 1))
    assert former != row
    assert [len([*row_differences([{key: kept}], [{key: row}], [{key: row}])]) for kept in (former, other)] == [0, 1]


def test_a_log_that_goes_on_while_it_is_verified_is_no_difference(runtime: MemoryRuntime, live: Live):
    assert verified(runtime, live, known=300) == []


def test_repeats_of_ours_between_rooms_are_no_difference(runtime: MemoryRuntime, live: Live):
    live[0][RAISED].append(live[0][RAISED][3])
    assert verified(runtime, live) == []


def _changed(text: str) -> str:
    return json.dumps({**json.loads(text), "urgency": "whenever"}, sort_keys=True)


@pytest.mark.parametrize(
    ("spoil", "what", "fields"),
    [
        (lambda told: told.pop(2), "missing", ()),
        (lambda told: told.append(told[2]), "twice", ()),
        (lambda told: told.append(_changed(told[2]).replace("revision", "version")), "unexpected", ()),
        (lambda told: told.insert(2, _changed(told.pop(2))), "changed", ("urgency",)),
    ],
)
def test_a_difference_is_found_and_named(
    runtime: MemoryRuntime, live: Live, spoil: Callable[[list[str]], Any], what: str, fields: tuple[str, ...]
):
    spoil(live[0][HUB])
    found = verified(runtime, live)
    assert {(one.what, one.where, one.fields) for one in found} == {(what, HUB, fields)}
    assert all("alert_id" in one.name for one in found)


@pytest.mark.parametrize("what", ["missing", "unexpected", "changed"])
def test_a_row_that_differs_is_found(runtime: MemoryRuntime, live: Live, what: str):
    rows = live[1][0]
    key = next(key for key in rows if key.startswith(b"h|"))
    if what == "missing":
        del rows[key]
    else:
        rows[key if what == "changed" else key + b"x"] = b"other"
    (found,) = verified(runtime, live)
    assert (found.what, found.where) == (what, "records")
    assert "partition 0, row h|" in found.name


def test_a_difference_quotes_nothing_of_a_child(runtime: MemoryRuntime, live: Live):
    children = [json.loads(text)["child"] for text in live[0][HUB]]
    names = {child["name"]["family"] for child in children if child and child.get("name")}
    live[0][HUB].clear()
    text = "\n".join(map(str, verified(runtime, live)))
    assert names
    assert not [name for name in names if name in text]
