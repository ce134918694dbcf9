"""A worker of a real room that kills itself with -9 at an edge: `python -m cluster.dying_worker ROOM SEED`.

Edges are the places where a death is the hardest: before and after outputs are sent, the changelog is acknowledged,
offsets join a transaction, the transaction is committed, rows are kept on disk. It dies at one in twelve of them, or at
the one that CHAOS_DIES names: ``Delivery.send:after:2`` is after the second time that outputs were sent.
"""

import functools
import inspect
import os
import random
import signal
import sys
from typing import Any

from aiokafka import AIOKafkaProducer

from safeguarding.cli.rooms import build
from safeguarding.runtime.delivery import Delivery
from safeguarding.runtime.lane import Lane
from safeguarding.runtime.worker import run
from safeguarding.settings import Settings

EDGES = [
    (Delivery, "send"),
    (Delivery, "keep"),
    (Lane, "keep"),
    (AIOKafkaProducer, "send_offsets_to_transaction"),
    (AIOKafkaProducer, "commit_transaction"),
]


CHOSEN = os.environ.get("CHAOS_DIES", "")


def deadly(owner: type, name: str, dice: random.Random) -> None:
    done, seen = getattr(owner, name), dict.fromkeys(("before", "after"), 0)

    def perhaps(when: str) -> None:
        seen[when] += 1
        here = f"{owner.__name__}.{name}:{when}:{seen[when]}" == CHOSEN
        if here or (not CHOSEN and dice.random() < 1 / 12):
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(done)
    async def later(*args: Any, **kwargs: Any) -> Any:
        perhaps("before")
        found = await done(*args, **kwargs)
        perhaps("after")
        return found

    @functools.wraps(done)
    def at_once(*args: Any, **kwargs: Any) -> Any:
        perhaps("before")
        found = done(*args, **kwargs)
        perhaps("after")
        return found

    setattr(owner, name, later if inspect.iscoroutinefunction(done) else at_once)


if __name__ == "__main__":
    for owner, name in EDGES:
        deadly(owner, name, random.Random(int(sys.argv[2])))  # noqa: S311  # a seed must give the same run
    settings = Settings()
    (room,) = build([sys.argv[1]], settings)
    run(room, settings)
