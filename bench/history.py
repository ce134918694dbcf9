"""What a new event costs a child with a long history, and what a tick costs among many open deadlines.

    python bench/history.py events --children 200 --past 10 1000 10000 --years 1 10
    python bench/history.py refold --past 10 1000 10000
    python bench/history.py ticks --open 1 10000 1000000

The real correlation room with the whole rule pack over the real store (RocksDB), one JSON line a figure. Histories are
invented: chains of events as agencies send them, most of them answered in time. The children of one size share one
past, each under a key of its own; the same new events go to children of every size, in turns, so that what else the
machine does meets all of them alike.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the child's life is a test's too

from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.correlation.record import Hot, dump
from safeguarding.correlation.rows import due_key, hot_key
from safeguarding.events.times import MINUTE, parse_instant
from safeguarding.runtime.overlay import Overlay
from safeguarding.runtime.rows import Rows
from safeguarding.wire.room import Record
from safeguarding.wire.topics import FACTS
from years import DAY, KNOWN, events, fact

END = parse_instant("2024-09-01T08:00:00+01:00")


class Shared:
    """The store, and under it history rows that all children of one size share."""

    def __init__(self, rows: Rows) -> None:
        self._rows, self._past = rows, dict[bytes, dict[bytes, bytes]]()

    def put(self, subject: bytes, rows: Mapping[bytes, bytes]) -> None:
        """Let a subject have these history rows, whose keys leave it out."""
        self._past[subject] = rows

    def get(self, key: bytes) -> bytes | None:
        """A row."""
        if key.startswith(b"r|"):
            found = self._past.get(key[2:38], {}).get(key[38:])
            if found is not None:
                return found
        return self._rows.get(key)

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Rows of the store; nobody scans history."""
        return self._rows.scan(prefix)

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        """The newest row of the store."""
        return self._rows.newest(prefix)


class Worker:
    """The room over the store; counts the CPU that batches take."""

    def __init__(self, folder: Path) -> None:
        self.room, self.rows = Correlation(built_in()), Rows(folder)
        self.state, self._offset, self._seq = Shared(self.rows), 0, 10_000_000

    def arrive(self, subjects: Sequence[str], event: dict[str, Any]) -> tuple[float, int]:
        """The same event about each of these children, as one batch."""
        self._seq += len(subjects)
        facts = [fact(s, self._seq + n, event, event["published_at"]) for n, s in enumerate(subjects)]
        return self.handle(facts)

    def handle(self, values: Sequence[bytes]) -> tuple[float, int]:
        """CPU seconds of one batch, and the number of its outputs."""
        batch = [Record(FACTS, 0, self._offset + n, b"", value, 0) for n, value in enumerate(values)]
        self._offset += len(batch)
        began = time.process_time()
        overlay = Overlay(self.state)
        out = list(self.room.handle(batch, overlay))
        self.rows.write(overlay.changes, self._offset, self._offset)
        return time.process_time() - began, len(out)


def past_of(count: int, years: int, answered: int) -> dict[bytes, bytes]:
    """All rows of one child after so many events over so many years."""
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(Path(folder) / "rows")
        values = [
            fact(TEMPLATE, n + 1, event, event["published_at"])
            for n, event in enumerate(events(1, count, END - years * 365 * DAY, END - DAY, answered))
        ]
        for start in range(0, len(values), 500):
            worker.handle(values[start : start + 500])
        rows = dict(worker.rows.scan(b""))
        worker.rows.close()
    return rows


TEMPLATE = str(uuid.UUID(int=0))


def settle(worker: Worker, past: Mapping[bytes, bytes], subjects: Sequence[str]) -> int:
    """Give each of these children the past of one; bytes of a child's record without its history rows."""
    old, size = TEMPLATE.encode(), 0
    history = {key[38:]: row for key, row in past.items() if key.startswith(b"r|")}
    kept = {key: row for key, row in past.items() if old in key and not key.startswith(b"r|")}
    for subject in map(str.encode, subjects):
        worker.state.put(subject, history)
        rows = {key.replace(old, subject): row.replace(old, subject) for key, row in kept.items()}
        size = sum(map(len, rows.values()))
        worker.rows.put({key: bytes(8) + row for key, row in rows.items()}, 0)
    return size


def measure(worker: Worker, subjects: Mapping[str, Sequence[str]], new: int, batch: int) -> dict[str, Any]:
    """CPU microseconds of a new event, by size of the past, in batches of so many children."""
    spent: dict[str, list[float]] = {name: [] for name in subjects}
    out = dict.fromkeys(subjects, 0)
    for event in events(900 + batch, new, END, END + 20 * DAY):
        for name, all_of in subjects.items():
            for start in range(0, len(all_of), batch):
                some = all_of[start : start + batch]
                seconds, made = worker.arrive(some, event)
                spent[name].append(seconds / len(some) * 1e6)
                out[name] += made
    return {
        name: {"mean_us": round(sum(times) / len(times), 1), "median_us": round(median(times), 1), "alerts": out[name]}
        for name, times in spent.items()
    }


def run_events(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of new events."""
    for years in args.years:
        with tempfile.TemporaryDirectory() as folder:
            worker = Worker(Path(folder) / "rows")
            subjects, sizes = dict[str, list[str]](), dict[str, int]()
            for past in args.past:
                name = str(past)
                subjects[name] = [str(uuid.UUID(int=past * 1000 + n + 1)) for n in range(args.children)]
                sizes[name] = settle(worker, past_of(past, years, args.answered), subjects[name])
            for batch in args.batch:
                gc.collect()
                found = measure(worker, subjects, args.new, batch)
                how = {"years": years, "answered": args.answered, "batch": batch}
                yield {**how, "record_bytes": sizes, "events": found}
            worker.rows.close()


def run_ticks(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of ticks: nothing falls due, and a hundred fall due."""
    for count in args.open:
        with tempfile.TemporaryDirectory() as folder:
            worker = Worker(Path(folder) / "rows")
            for start in range(0, count, 10_000):
                rows: dict[bytes, bytes | None] = {}
                for n in range(start, min(count, start + 10_000)):
                    subject, due = str(uuid.UUID(int=n + 1)), END + DAY + n * MINUTE
                    record = Hot(subject, "child", wakes={"referral-missing": due}, wake=due, clock=END)
                    rows[due_key(due, subject)] = bytes(8)
                    rows[hot_key(subject)] = bytes(8) + dump(record)
                worker.rows.put(rows, 0)
            idle, due = [], []
            for step in range(args.repeats):
                quiet = [fact("", 1 + 2 * step, None, END + step)]
                idle.append(worker.handle(quiet)[0] * 1e6)
            for step in range(args.repeats):
                clock = END + DAY + (step * 100 + 99) * MINUTE
                due.append(worker.handle([fact("", 1_000_000 + step, None, clock)])[0] * 1e6)
            worker.rows.close()
            yield {"open": count, "idle_us": round(median(idle), 1), "hundred_due_us": round(median(due), 1)}


def run_refold(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of a whole past that is folded again, as after a correction or a merge."""
    for past in args.past:
        told = list(enumerate(events(1, past, END - 10 * 365 * DAY, END - DAY, args.answered), 1))
        again = {"child": KNOWN, "gen": 1}
        facts = [
            fact(TEMPLATE, past + 1, None, END, kind="begin", **again),
            *(
                fact(TEMPLATE, past + 1, e, END, index=n, then_seq=n, then_clock=e["published_at"], gen=1)
                for n, e in told
            ),
            fact(TEMPLATE, past + 1, None, END, kind="end", index=past + 1, **again),
        ]
        spent = []
        for _ in range(args.repeats):
            with tempfile.TemporaryDirectory() as folder:
                worker = Worker(Path(folder) / "rows")
                first = [fact(TEMPLATE, n, event, event["published_at"]) for n, event in told]
                for values in (first, facts):
                    seconds = 0.0
                    for start in range(0, len(values), 500):
                        seconds += worker.handle(values[start : start + 500])[0]
                worker.rows.close()
            spent.append(seconds)
        yield {"past": past, "answered": args.answered, "refold_cpu_s": [round(s, 2) for s in sorted(spent)]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(required=True)
    new = kinds.add_parser("events")
    new.add_argument("--children", type=int, default=200)
    new.add_argument("--past", type=int, nargs="+", default=[10, 10_000])
    new.add_argument("--years", type=int, nargs="+", default=[10, 1])
    new.add_argument("--answered", type=int, default=0, help="the hub acts every so many days; 0: never")
    new.add_argument("--new", type=int, default=25)
    new.add_argument("--batch", type=int, nargs="+", default=[1, 200])
    new.set_defaults(run=run_events)
    ticks = kinds.add_parser("ticks")
    ticks.add_argument("--open", type=int, nargs="+", default=[1, 10_000, 1_000_000])
    ticks.add_argument("--repeats", type=int, default=20)
    ticks.set_defaults(run=run_ticks)
    refold = kinds.add_parser("refold")
    refold.add_argument("--past", type=int, nargs="+", default=[10, 1000, 10_000])
    refold.add_argument("--answered", type=int, default=30)
    refold.add_argument("--repeats", type=int, default=3)
    refold.set_defaults(run=run_refold)
    args = parser.parse_args()
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count()}))
    for line in args.run(args):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
