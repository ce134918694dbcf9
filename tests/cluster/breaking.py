"""What breaks during a run: each fault is a function of the run and a room, and leaves workers behind that work."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from cluster.kafka_driver import OnKafka, until
from cluster.ledger import INPUTS
from cluster.streams import merge
from safeguarding.runtime.worker import is_alive

if TYPE_CHECKING:
    from cluster.chaos import Chaos

ROOMS = ("intake", "identity", "correlation", "routing")
SESSION = 10.0


def kill(run: "Chaos", room: str) -> None:
    """kill -9 of a worker, which is started again."""
    name = run.dice.choice([name for where, name in run.workers.processes if where == room])
    run.workers.kill(room, name)
    run.workers.start(room, name)


def kill_all(run: "Chaos", _: str) -> None:
    """kill -9 of all workers at once."""
    every = list(run.workers.processes)
    for room, name in every:
        run.workers.processes[room, name].kill()
    for room, name in every:
        run.workers.kill(room, name)
        run.workers.start(room, name)


def edge(run: "Chaos", room: str) -> None:
    """Death between sending, keeping and committing; whoever looks after workers then starts an ordinary one."""
    run.workers.kill(room)
    run.workers.start(room, "one", "cluster.dying_worker", room, str(run.dice.randrange(10**6)))
    run.workers.wait(4)


def ledger(run: "Chaos", _: str) -> None:
    """Routing dies when its notices are acknowledged and its ledger is not yet written."""
    run.workers.kill("routing")
    run.workers.start(
        "routing",
        "one",
        "cluster.dying_worker",
        "routing",
        "1",
        CHAOS_DIES=f"Delivery.send:after:{run.dice.randrange(1, 5)}",
    )
    run.workers.wait(4)


def disk(run: "Chaos", room: str) -> None:
    """kill -9, and the disk is lost."""
    run.workers.kill(room)
    run.workers.lose_disk(room)
    run.workers.start(room)


def zombie(run: "Chaos", room: str) -> None:
    """Paused until another worker has its partitions, then awake again."""
    run.workers.processes[room, "one"].send_signal(signal.SIGSTOP)
    run.workers.start(room, "two")
    run.workers.wait(SESSION + run.dice.uniform(2, 5))
    run.workers.processes[room, "one"].send_signal(signal.SIGCONT)
    run.workers.wait(3)
    run.workers.end(room, "two")


def pause(run: "Chaos", room: str) -> None:
    """Paused for longer than its session, and back, with nobody in its place or with its twin."""
    name = run.dice.choice([name for where, name in run.workers.processes if where == room])
    worker = run.workers.processes[room, name]
    worker.send_signal(signal.SIGSTOP)
    run.workers.wait(SESSION + run.dice.uniform(2, 15))
    worker.send_signal(signal.SIGCONT)


def join(run: "Chaos", room: str) -> None:
    """Another worker comes and goes."""
    run.workers.start(room, "two")
    run.workers.wait(run.dice.uniform(3, 6))
    run.workers.end(room, "two")


def terms(run: "Chaos", room: str) -> None:
    """SIGTERM again and again, at whatever the worker is doing, starting up included."""
    name = run.dice.choice([name for where, name in run.workers.processes if where == room])
    for _ in range(4):
        run.workers.processes[room, name].terminate()
        run.workers.wait(run.dice.uniform(0.1, 3))


def elsewhere(run: "Chaos", room: str) -> None:
    """kill -9; started again on another disk."""
    name = run.dice.choice([name for where, name in run.workers.processes if where == room])
    run.workers.kill(room, name)
    folder = run.settings.state_dir / f"elsewhere-{run.faults.total()}"
    run.workers.start(room, name, SAFEGUARDING_STATE_DIR=str(folder))


def broker(run: "Chaos", _: str) -> None:
    """The broker, or two of three, killed and back."""
    assert run.broker is not None
    run.broker.down()
    run.workers.wait(run.dice.uniform(0, 12))
    run.broker.up()


def cut(run: "Chaos", _: str) -> None:
    """The network is cut for some seconds."""
    assert run.proxy is not None
    run.proxy.cut()
    run.workers.wait(run.dice.uniform(0, 12))
    run.proxy.heal()


def slow(run: "Chaos", _: str) -> None:
    """The network is slow for some seconds."""
    assert run.proxy is not None
    run.proxy.delay(run.dice.uniform(0.1, 1.0))
    run.workers.wait(run.dice.uniform(5, 12))
    run.proxy.heal()


def half_open(run: "Chaos", _: str) -> None:
    """Connections that nobody answers any more, and nobody closes."""
    assert run.proxy is not None
    run.proxy.half_open()
    run.workers.wait(run.dice.uniform(1, 5))


def merges(run: "Chaos", _: str) -> None:
    """Two children become one while correlation is away."""
    run.workers.kill("correlation")
    run.publishing.also(merge(run.merges, run.publishing.now))
    run.merges += 1
    until(lambda: not run.publishing.is_alive() or run.publishing.nothing_more, "the decision is on its way")
    run.workers.start("correlation")


def rules(run: "Chaos", _: str) -> None:
    """Another rule pack comes into force."""
    run.packs += 1
    pack = files("safeguarding.correlation").joinpath("pack.toml").read_text(encoding="utf-8")
    pack = re.sub(r'(?<=\[cumulative-concern\]\nversion = )"1"', f'"{run.packs + 1}"', pack)
    file = run.settings.state_dir / "pack.toml"
    file.write_text(pack.replace("concerns = 3,", f"concerns = {3 - run.packs % 2},"), encoding="utf-8")
    command = [sys.executable, "-m", "safeguarding", "rules", "activate", str(file)]
    subprocess.run(command, env=run.environment, check=True, stdout=subprocess.DEVNULL, timeout=120)


def offsets(run: "Chaos", room: str) -> None:
    """A room's offsets are set back to the beginning while it is down."""
    driver = OnKafka(run.settings, run.environment)
    worker = run.workers.processes.pop((room, "one"))
    worker.kill()
    worker.wait(20)
    until(lambda: not driver.members(room), "its session is over")
    driver.forget_offsets(room, INPUTS[room])
    driver.close()
    run.workers.start(room)


def roll(run: "Chaos", _: str) -> None:
    """The next room gets the newer version, from the end of the pipeline to its beginning."""
    assert run.newer is not None
    room = next((room for room in reversed(ROOMS) if room not in run.workers.sources), None)
    if room is not None:
        run.workers.sources[room] = run.newer
        run.workers.end(room)
        run.workers.start(room)


def rolled(run: "Chaos") -> None:
    """The rest of the rooms too; what came before intake knew its schema is given back."""
    for _ in ROOMS:
        roll(run, "")
    until(lambda: is_alive("intake", run.settings), "intake works")
    run.environment["PYTHONPATH"] = str(run.newer)
    command = [sys.executable, "-m", "safeguarding", "quarantine", "redrive", "--code", "SCHEMA_UNKNOWN", "--yes"]
    subprocess.run(command, env=run.environment, check=True, stdout=subprocess.DEVNULL, timeout=120)


FAULTS: dict[str, Callable[["Chaos", str], None]] = {
    "kill": kill, "all": kill_all, "edge": edge, "ledger": ledger, "disk": disk, "zombie": zombie, "pause": pause,
    "join": join, "terms": terms, "elsewhere": elsewhere, "broker": broker, "cut": cut, "slow": slow,
    "half open": half_open, "merge": merges, "rules": rules, "offsets": offsets, "roll": roll,
}  # fmt: skip
