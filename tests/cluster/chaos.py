"""A borough's events through the real rooms on a real Kafka while things break; and what must be true afterwards.

Everything is seeded: which fault, which room, when. What came out is compared with the log folded again in memory
(`safeguarding rebuild --verify`), and every record in every agency's topic must have come to exactly one end.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cluster.breaking import FAULTS, ROOMS, rolled
from cluster.kafka_driver import OnKafka
from cluster.ledger import INPUTS, Ledger
from cluster.newer import Newer
from cluster.proxy import Proxy
from cluster.publishing import PATIENCE, Publishing
from cluster.streams import messages
from cluster.workers import Workers
from safeguarding.settings import Settings


class Broker(NamedTuple):
    """How to break the broker, for those who own one."""

    down: Callable[[], Any]
    up: Callable[[], Any]


class Plan(NamedTuple):
    """What happens in a run: faults of these kinds one after the other, pauses between them, what is sent and how.

    A kind may name its room: ``kill:routing``.
    """

    kinds: Sequence[str]
    pause: tuple[float, float]
    shape: str = "plain"
    direct: bool = False
    pairs: bool = False


class Found(NamedTuple):
    """What was found after a run; `said`: alerts, notices, disclosures compared; `wrong` must be empty."""

    sent: int
    acked: int
    lost: int
    twice: int
    states: Counter[str]
    said: int
    faults: Counter[str]
    restarts: int
    settled_s: float
    wrong: list[str]


class Chaos:
    """One run: a stream of events, workers that are killed and come back, and the check at the end.

    Attributes: what faults need to know; `newer`: the sources of a newer version, `merges`: how many were made.
    """

    def __init__(
        self,
        settings: Settings,
        seed: int,
        plan: Plan,
        broker: Broker | None = None,
        proxy: Proxy | None = None,
        newer: Path | None = None,
    ) -> None:
        self.settings, self.broker, self.proxy, self.newer = settings, broker, proxy, newer
        self.environment = environment_of(settings)
        self.dice = random.Random(seed)  # noqa: S311  # a seed must give the same run
        self.workers = Workers(settings, self.environment)
        self.faults = Counter[str]()
        self.merges = self.packs = 0
        self._plan, self._seed = plan, seed
        for room in ROOMS:
            for name in ("@one", "@two") if plan.pairs else ("one",):
                self.workers.start(room, name)

    def run(self, events: int, a_second: float) -> Found:
        """Publish so many events while faults happen, one after the other; then let it settle and look."""
        stream = messages(self._plan.shape, self._seed, events)
        if self.newer is not None:
            stream = Newer(self.newer).mixed(stream)
        self.publishing = Publishing(self.settings, stream, a_second, direct=self._plan.direct)
        self.publishing.start()
        while self.publishing.is_alive():
            self.workers.wait(self.dice.uniform(*self._plan.pause))
            if self.publishing.is_alive() and self._plan.kinds:
                self._break(self.dice.choice(self._plan.kinds))
        self.publishing.join()
        wrong = [f"publishing: {self.publishing.problem!r}"] if self.publishing.problem else []
        if self.newer is not None:
            rolled(self)
        began = time.monotonic()
        wrong += self._settle()
        settled = time.monotonic() - began
        driver = OnKafka(self.settings, self.environment)
        ledger = Ledger(driver, self.publishing.sent)
        if not wrong:
            wrong = [*ledger.balance(), *ledger.order(), *ledger.heartbeats(), *ledger.verify(self.environment)]
        driver.close()
        sent, acked = sum(map(len, self.publishing.sent.values())), self.publishing.acked.total()
        told = (ledger.states, ledger.said, self.faults, self.workers.restarts, settled, wrong)
        return Found(sent, acked, ledger.lost, ledger.twice, *told)

    def close(self) -> None:
        """Stop what is left."""
        self.workers.close()

    def _break(self, kind: str) -> None:
        name, _, room = kind.partition(":")
        self.faults[kind] += 1
        FAULTS[name](self, room or self.dice.choice(ROOMS))

    def _settle(self) -> list[str]:
        """Every room has nothing left; it would be wrong if that never came."""
        for room, name in list(self.workers.processes):  # none that is about to die
            self.workers.kill(room, name)
            self.workers.start(room, name)
        driver = OnKafka(self.settings, self.environment)
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 3:  # a room that is behind fills the next one's input
            behind = {room: driver.behind(room, INPUTS[room]) for room in ROOMS}
            quiet = 0 if any(behind.values()) else quiet + 1
            if time.monotonic() > end:
                driver.close()
                return [f"not settled: {behind}"]
            self.workers.wait(0.5)
        driver.close()
        return []


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings for a process."""
    return os.environ | {
        "SAFEGUARDING_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "SAFEGUARDING_TOPIC_PREFIX": settings.topic_prefix,
        "SAFEGUARDING_STATE_DIR": str(settings.state_dir),
        "SAFEGUARDING_CLOCK": settings.clock,
        "SAFEGUARDING_PARTITIONS": str(settings.partitions),
    }
