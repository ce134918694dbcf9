"""What a fact costs the correlation room: a borough's events, the whole rule pack, no broker and no disk.

    python bench/correlation.py --facts 20000 --repeats 3

The events of an invented borough go through intake and identity first; what identity says of them is then handed to the
correlation room alone, over rows in memory, in batches as a worker takes them. One JSON line a run, in CPU time.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import time
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from itertools import islice
from typing import Any

from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import read
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.producers import borough
from safeguarding.runtime.memory import MemoryRuntime, Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import encode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import FACTS, agency_topic, partition_counts

BATCH = 500


def facts(count: int, children: int) -> list[Record]:
    """The first facts that identity makes of a borough's events."""
    runtime = MemoryRuntime([Intake("events", None), Identity(1, eager_ticks=True)], partition_counts(1))
    found: list[Record] = []
    events = borough.year(1, children, date(2017, 9, 1))
    while len(found) < count:
        some = list(islice(events, 1000))
        if not some:
            break
        for event in some:
            try:
                known = read(event)
            except Exception:  # the borough sends a few that nobody can encode
                continue
            topic, value = agency_topic(known["agency"]), encode(known["type"], known)
            runtime.append(topic, known["id"].encode(), value, timestamp=known["published_at"])
        runtime.run()
        found = runtime.records(FACTS)
    return found[:count]


def run(records: Sequence[Record]) -> dict[str, Any]:
    """CPU of all these facts, from an empty store."""
    room, rows, alerts = Correlation(built_in()), Rows(), 0
    gc.collect()
    began = time.process_time()
    for start in range(0, len(records), BATCH):
        overlay = Overlay(rows)
        alerts += len(list(room.handle(records[start : start + BATCH], overlay)))
        rows.apply(overlay.changes)
    spent = time.process_time() - began
    sizes = sorted(len(value) for key, value in rows.rows.items() if key.startswith(b"h|"))
    return {
        "facts": len(records),
        "outputs": alerts,
        "us_per_fact": round(spent / len(records) * 1e6, 1),
        "facts_per_cpu_s": round(len(records) / spent),
        "cpu_s_per_100k": round(spent / len(records) * 1e5, 2),
        "record_bytes": {"median": sizes[len(sizes) // 2], "largest": sizes[-1]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--facts", type=int, default=20_000)
    parser.add_argument("--children", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    about = {name: version(name) for name in ("fastavro", "msgspec", "sortedcontainers")}
    print(json.dumps({"python": platform.python_version(), "cores": os.cpu_count(), **about}))
    records = facts(args.facts, args.children)
    for _ in range(args.repeats):
        print(json.dumps(run(records)), flush=True)


if __name__ == "__main__":
    main()
