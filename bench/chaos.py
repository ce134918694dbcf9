"""Breaks a running pipeline in every way, one kind of fault after the other, and prints a table of what it cost.

    python bench/chaos.py --bootstrap localhost:9092 --repeats 5
    python bench/chaos.py --kinds broker --broker-down 'docker kill kafka' --broker-up 'docker start kafka'

Each run publishes events of an invented borough (a few twice, and nonsense among them) through an outbox while faults
happen every few seconds, waits until every room has nothing left, and then compares all that came out with the log
folded again in memory. `wrong` must be 0. Seconds to settle: from the last event, when
every room is killed once more, until none is behind.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import uuid
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the run itself is a test's

from cluster.chaos import Broker, Chaos, environment_of
from safeguarding.cli.topics import create_topics, delete_topics
from safeguarding.settings import Settings

SCENARIOS = {
    "kill": ("kill -9 of a room", ["kill"], (1.0, 4.0)),
    "all": ("kill -9 of all rooms", ["all"], (6.0, 12.0)),
    "edge": ("death between sending, keeping and committing", ["edge"], (0.5, 1.0)),
    "disk": ("kill -9, disk lost", ["disk"], (2.0, 6.0)),
    "pause": ("paused past the session, and back", ["pause"], (1.0, 3.0)),
    "join": ("workers join and leave", ["join"], (0.5, 2.0)),
    "mixed": ("all of these", ["kill", "all", "edge", "disk", "pause", "join"], (1.0, 5.0)),
    "broker": ("broker kill -9", ["broker"], (5.0, 10.0)),
    "everything": ("everything", ["kill", "all", "edge", "disk", "pause", "join", "broker"], (1.0, 5.0)),
}


OWN = ("broker", "everything")  # need a broker of one's own


def run(args: argparse.Namespace, kind: str, seed: int) -> dict[str, object]:
    broker = None
    if args.broker_down:
        broker = Broker(*(lambda command=c: subprocess.run(command, shell=True, check=False, stdout=sys.stderr)
                          for c in (args.broker_down, args.broker_up)))  # fmt: skip
    with tempfile.TemporaryDirectory() as state:
        settings = Settings(
            bootstrap_servers=args.bootstrap, topic_prefix=f"chaos-{uuid.uuid4().hex[:6]}.", state_dir=state,
            clock="events", replication=args.replication,
        )  # fmt: skip
        create_topics(settings)
        chaos = Chaos(settings, environment_of(settings), seed, broker)
        words, kinds, pause = SCENARIOS[kind]
        try:
            found = chaos.run(args.events, args.rate, kinds, pause)
        finally:
            chaos.close()
            delete_topics(settings)
    for line in found.wrong:
        print(line, file=sys.stderr)
    return {
        "scenario": words,
        "seed": seed,
        "sent": found.sent,
        "states": dict(sorted(found.states.items())),
        "said": found.said,
        "faults": dict(sorted(found.faults.items())),
        "restarts": found.restarts,
        "settled_s": round(found.settled_s, 1),
        "wrong": len(found.wrong),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument(
        "--kinds", nargs="*", choices=SCENARIOS, default=["kill", "all", "disk", "pause", "join", "mixed"]
    )
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=40.0, help="events a second")
    parser.add_argument("--replication", type=int, default=1)
    parser.add_argument("--broker-down", help="shell command that kills the broker, or one of them")
    parser.add_argument("--broker-up", help="shell command that starts it again")
    args = parser.parse_args()
    about = {name: version(name) for name in ("faust-streaming", "aiokafka", "kafka-python", "rocksdict")}
    print(json.dumps({"python": platform.python_version(), **about}))
    wrong = 0
    for kind in args.kinds:
        for number in range(args.repeats):
            row = run(args, kind, args.seed + number)
            wrong += int(str(row["wrong"]))
            print(json.dumps(row), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
