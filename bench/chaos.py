"""Breaks a running pipeline in every way, one kind of fault after the other, and prints a table of what it cost.

    python bench/chaos.py --bootstrap localhost:9092 --repeats 5 kill edge disk
    python bench/chaos.py --down 'docker kill kafka' --up 'docker start kafka' broker
    python bench/chaos.py --bootstrap localhost:9094 --proxy 9094:9092 network

Each run publishes events of an invented borough (a few twice, and nonsense among them) while faults happen every few
seconds, waits until every room has nothing left, and then compares all that came out with the log folded again in
memory. Seconds to recover: from the last event, when every room is killed once more, until none is behind. Exit code
0: nothing lost, nothing twice, nothing wrong.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the run itself is a test's

from cluster import newer
from cluster.chaos import Broker, Chaos, Found, Plan
from cluster.proxy import Proxy
from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.settings import Settings

ANY = ("kill", "all", "edge", "disk", "zombie", "pause", "join", "terms", "offsets", "rules", "merge")
SCENARIOS = {
    "kill": ("kill -9 of a room", Plan(["kill"], (1.0, 3.0))),
    "edge": ("death between sending, keeping and committing", Plan(["edge"], (0.5, 1.0))),
    "ledger": ("routing dies between notices and ledger", Plan(["ledger"], (0.5, 1.0))),
    "zombie": ("paused past its session, replaced, and back", Plan(["zombie"], (1.0, 2.0))),
    "zombie-routing": ("the same of routing, each time", Plan(["zombie:routing"], (1.0, 2.0))),
    "join": ("workers join and leave", Plan(["join"], (0.5, 1.0))),
    "disk": ("kill -9, disk lost", Plan(["disk"], (1.0, 4.0))),
    "all": ("kill -9 of all rooms", Plan(["all"], (6.0, 10.0))),
    "pause": ("paused past its session, nobody in its place", Plan(["pause"], (1.0, 3.0))),
    "pairs": (
        "two workers a room: kill -9, pause, SIGTERM storms, other disks",
        Plan(["kill", "pause", "terms", "elsewhere"], (1.0, 3.0), pairs=True),
    ),
    "merge": ("children merged and separated while correlation is down", Plan(["merge"], (1.0, 3.0))),
    "rules": ("a rule pack comes into force", Plan(["rules", "kill"], (1.0, 3.0))),
    "offsets": ("offsets set back to the beginning", Plan(["offsets"], (1.0, 2.0))),
    "doubled": ("every event twice", Plan(["kill"], (2.0, 4.0), "doubled")),
    "shuffled": ("events in any order", Plan(["kill"], (2.0, 4.0), "shuffled")),
    "poisoned": ("poison behind every 50th", Plan(["kill"], (2.0, 4.0), "poisoned")),
    "clocks": ("senders' clocks two hours off", Plan(["kill"], (2.0, 4.0), "wrong clocks")),
    "roll": ("a newer version room by room, schemas mixed", Plan(["roll", "kill"], (2.0, 3.0))),
    "broker": ("broker kill -9", Plan(["broker"], (4.0, 8.0))),
    "two-brokers": ("two of three brokers kill -9", Plan(["broker"], (8.0, 12.0), direct=True)),
    "network": ("connections cut, slow, half open", Plan(["cut", "slow", "half open"], (2.0, 6.0), direct=True)),
    "mixed": ("all that needs no broker of its own", Plan(ANY, (1.0, 4.0))),
    "everything": ("all of these, and the broker's kill -9", Plan([*ANY, "broker"], (1.0, 4.0))),
}
CALM = ("broker", "two-brokers", "network", "everything")  # need a broker of one's own


def run(args: argparse.Namespace, kind: str, seed: int) -> Found:
    words, plan = SCENARIOS[kind]
    broker = Broker(*(lambda c=c: subprocess.run(c, shell=True, check=False, stdout=sys.stderr)
                      for c in (args.down, args.up))) if args.down else None  # fmt: skip
    with ExitStack() as opened:
        state = opened.enter_context(tempfile.TemporaryDirectory())
        proxy = opened.enter_context(Proxy(*map(int, args.proxy.split(":")))) if args.proxy else None
        settings = Settings(
            bootstrap_servers=args.bootstrap, topic_prefix=f"chaos-{uuid.uuid4().hex[:6]}.", state_dir=state,
            clock="wall" if kind == "clocks" else "events", replication=args.replication, partitions=args.partitions,
        )  # fmt: skip
        create_topics(settings)
        grown = newer.made(settings.state_dir / "newer") if kind == "roll" else None
        chaos = Chaos(settings, seed, plan, broker, proxy, grown)
        try:
            found = chaos.run(args.events, args.rate)
        finally:
            chaos.close()
            delete_topics(settings)
    for line in found.wrong:
        print(line, file=sys.stderr)
    row = {**found._asdict(), "scenario": words, "seed": seed, "settled_s": round(found.settled_s, 1)}
    print(json.dumps({**row, "wrong": len(found.wrong)}), flush=True)
    return found


def line(kind: str, found: list[Found]) -> str:
    """A row of the table."""
    total = [sum(getattr(one, name) for one in found) for name in ("sent", "acked", "said", "lost", "twice")]
    broken = sum(one.faults.total() for one in found)
    slowest = max(one.settled_s for one in found)
    counts = " | ".join(f"{number:,}" for number in (len(found), broken, *total, sum(len(o.wrong) for o in found)))
    return f"| {SCENARIOS[kind][0]} | {counts} | {slowest:.0f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", default=[k for k in SCENARIOS if k not in CALM],
                        help=", ".join(f"{kind}: {words}" for kind, (words, _) in SCENARIOS.items()))  # fmt: skip
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--rate", type=float, default=20.0, help="events a second")
    parser.add_argument("--replication", type=int, default=1)
    parser.add_argument("--partitions", type=int, default=2)
    parser.add_argument("--down", help="shell command that kills the broker, or two of three")
    parser.add_argument("--up", help="shell command that starts what is down")
    parser.add_argument("--proxy", help="LISTEN:BROKER, ports; the broker must advertise LISTEN")
    args = parser.parse_args()
    about = {name: version(name) for name in ("faust-streaming", "aiokafka", "kafka-python", "rocksdict")}
    print(json.dumps({"date": f"{datetime.now(UTC):%Y-%m-%d}", "python": platform.python_version(), **about}))
    rows, wrong = [], 0
    for kind in args.kinds:
        found = [run(args, kind, args.seed + number) for number in range(args.repeats)]
        rows.append(line(kind, found))
        wrong += sum(len(one.wrong) for one in found)
    print("| scenario | runs | faults | sent | acked | compared | lost | twice | wrong | seconds to recover |")
    print("|---|---|---|---|---|---|---|---|---|---|", *rows, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
