"""What identity needs for many people: seconds to fold the log after a start, memory, and local disk.

    python bench/identity.py --people 100000 --each 3 --repeats 3
    python bench/identity.py --borough 2000 --repeats 3

People are invented: each is heard of in one registration with an NHS number, then in concerns that name them by number,
or by name, birth and postcode, in turn; or they are those of an invented borough in its year. The log is written to a
file first; a fresh process folds it from offset 0 over its rows on disk, batch by batch, as the worker does after every
start. One JSON line a run.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any
from uuid import UUID

from safeguarding.errors import Refused
from safeguarding.events.acceptance import read
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.producers import borough
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.runtime.rows import Rows
from safeguarding.wire.codec import encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, agency_topic, partition_counts

BATCH = 500
START = 1_500_000_000_000


def numbers() -> Iterator[str]:
    """All NHS numbers that are kept for tests, about 909,000; whoever comes after them has none."""
    for body in range(999_000_000, 1_000_000_000):
        weighed = sum(int(digit) * weight for digit, weight in zip(str(body), range(10, 1, -1), strict=True))
        check = (11 - weighed % 11) % 11
        if check != 10:
            yield f"{body}{check}"


def log_of(people: int, each: int) -> Iterator[bytes]:
    """Values of events.accepted.v1: first everybody's registration, then the rest in turn."""
    known = islice(chain(numbers(), repeat(None)), people)
    offset = 0
    registered = _event("health.registration.changed", {"gp_practice": "A99001"})
    concern = _event("education.concern.raised", {"category": "other", "level": "low"})
    cast: list[dict[str, Any]] = []
    for n, number in enumerate(known):
        person = dict(registered["people"][0])
        person["identifiers"] = {**person["identifiers"], "nhs_number": number} if number else None
        person["name"] = {"given": f"Nell{n % 997}", "family": f"Harrow{n % 9973}"}
        person["date_of_birth"] = 12_000 + n % 6_000
        person["postcode"] = f"TS{n % 80} 9Z{chr(65 + n % 26)}"
        cast.append(person)
        yield _accepted(registered, [person], offset)
        offset += 1
    for turn in range(each - 1):
        for n, person in enumerate(cast):
            by = person if (n + turn) % 2 else {**person, "identifiers": None}
            yield _accepted(concern, [by], offset)
            offset += 1


def log_of_borough(children: int) -> Iterator[bytes]:
    """The same for the year of an invented borough."""
    intake = MemoryRuntime([Intake("events", None)], partition_counts(4))
    for event in borough.year(1, children, date(2017, 9, 1)):
        try:
            known = read(event)
        except Refused:  # the borough sends a few that nobody can encode
            continue
        intake.append(agency_topic(known["agency"]), known["id"].encode(), encode(known["type"], known))
        intake.run()
    yield from (record.value for record in intake.records(ACCEPTED))


def _event(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    person = {"ref": "c1", "role": "child", "identifiers": {"nhs_number": "9990000018"}}
    person |= {"name": {"given": "Nell", "family": "Harrow"}, "date_of_birth": "2009-03-14", "postcode": "TS18 9ZZ"}
    raw = {"type": kind, "id": str(UUID(int=0)), "action": "new", "agency": kind.split(".")[0]}
    raw |= {"occurred_at": "2017-10-02T12:00:00Z", "people": [person], "basis": "children_act_2004_s11", "data": data}
    return read(raw)


def _accepted(made: dict[str, Any], people: list[dict[str, Any]], offset: int) -> bytes:
    at = START + offset * 1000
    times = dict.fromkeys(("occurred_at", "recorded_at", "published_at"), at)
    body = encode(made["type"], {**made, **times, "id": str(UUID(int=offset + 1)), "people": people})
    place = {"topic": f"events.{made['agency']}.v1", "partition": 0, "offset": offset}
    return encode("log.accepted", {"kind": "event", "clock": at, "record": place, "body": body})


def fold(file: Path, folder: Path) -> dict[str, Any]:
    """Fold a log as a worker does after a start."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the worker does
    room = Identity(4, eager_ticks=False)
    rows = Rows(folder, fresh=True)
    lane = Lane(room, ACCEPTED, 0, rows, lambda record, name, code: quarantined(record, name, code))
    before, began, count, outputs = _resident(), time.process_time(), 0, 0
    started = time.monotonic()
    log = _read(file)
    while batch := list(islice(log, BATCH)):
        made = lane.handle(batch)
        lane.keep(made)
        count, outputs = count + len(batch), outputs + len(made.outputs)
    cpu, wall = time.process_time() - began, time.monotonic() - started
    after, peak = _resident(), _peak()
    rows.close()
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "events": count,
        "outputs": outputs,
        "cpu_s": round(cpu, 1),
        "wall_s": round(wall, 1),
        "cpu_us_an_event": round(1e6 * cpu / count),
        "resident_mb": after,
        "grown_mb": after - before,
        "peak_mb": peak,
        "disk_mb": disk // 1024 // 1024,
    }


def _read(file: Path) -> Iterator[Record]:
    with file.open("rb") as log_file:
        offset = 0
        while head := log_file.read(4):
            value = log_file.read(int.from_bytes(head))
            yield Record(ACCEPTED, 0, offset, b"", value, START + offset * 1000)
            offset += 1


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024


def _peak() -> int:
    """Of this process alone; what `getrusage` says is also of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--borough", type=int, metavar="CHILDREN", help="a borough's year instead")
    parser.add_argument("--each", type=int, default=3, help="events a person")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--fold", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.fold:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(fold(asked.fold, Path(folder) / "rows")))
        return
    about = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
    about |= {name: version(name) for name in ("msgspec", "rocksdict")}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log"
        with file.open("wb") as out:
            log = log_of_borough(asked.borough) if asked.borough else log_of(asked.people, asked.each)
            for value in log:
                out.write(len(value).to_bytes(4) + value)
        for _ in range(asked.repeats):
            words = [sys.executable, __file__, "--fold", str(file)]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            print(json.dumps({"people": asked.borough or asked.people, **json.loads(done.stdout), **about}), flush=True)


if __name__ == "__main__":
    main()
