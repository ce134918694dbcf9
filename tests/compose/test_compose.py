"""`docker compose up`: John's alert reaches the hub, his GP and his school nurse; a second `up` goes on."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
JOHN = "9990000034"
pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]


class Stack:
    """One compose project of this test's own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._environment = os.environ | {"SAFEGUARDING_PORT": str(port), "COMPOSE_PROJECT_NAME": f"sg{port}"}

    def run(self, *words: str) -> str:
        done = subprocess.run(
            ["docker", "compose", *words], cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def told(self, audience: str) -> list[dict[str, Any]]:
        """What an audience has been told so far, as a watcher reads it."""
        out = self.run(
            "exec", "-T", "watch-hub", "safeguarding", "watch", audience, "--from-start", "--until-end", "--json"
        )
        return [json.loads(line) for line in out.splitlines()]

    def wait_for(self, audience: str, rule: str) -> dict[str, Any]:
        """The first thing that the audience is told of John under a rule (a watcher cannot wake us: we look again)."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            for line in self.told(audience):
                name = line["rule"] if isinstance(line["rule"], str) else line["rule"]["id"]
                if name == rule and line["child"]["identifiers"].get("nhs_number") == JOHN:
                    return line
            time.sleep(1)
        raise AssertionError(f"{audience} was not told of John: {self.run('logs', '--tail', '20', 'rooms')}")


@pytest.fixture
def stack() -> Iterator[Stack]:
    stack = Stack()
    try:
        stack.run("up", "--detach", "--build")
        yield stack
    finally:
        stack.run("down", "--volumes", "--timeout", "20")


def test_john_is_seen_by_those_who_may_know_and_a_second_up_goes_on(stack: Stack):
    alert = stack.wait_for("hub", "cumulative-concern")
    assert {entry["agency"] for entry in alert["because"]} >= {"health", "education", "police"}
    gp = stack.wait_for("gp", "cumulative-concern")
    nurse = stack.wait_for("school-nurse", "cumulative-concern")
    for notice in (gp, nurse):
        assert notice["alert_id"] == alert["alert_id"]
        assert not notice.keys() & {"because", "history", "observed"}
    stack.run("stop")
    codes = [json.loads(line) for line in stack.run("ps", "--all", "--format", "json").splitlines()]
    stopped = {c["Service"]: c["ExitCode"] for c in codes if c["Service"] != "kafka"}  # the JVM says 143 to SIGTERM
    assert set(stopped.values()) == {0}, stopped
    before = [(line["alert_id"], line["revision"]) for line in _after_restart(stack)]
    assert len(before) == len(set(before))


def _after_restart(stack: Stack) -> list[dict[str, Any]]:
    stack.run("up", "--detach")
    known = len(stack.told("hub"))
    end = time.monotonic() + 180
    while time.monotonic() < end:
        lines = stack.told("hub")
        if len(lines) > known:
            return lines
        time.sleep(1)
    state = stack.run("ps", "--all", "--format", "{{.Service}} {{.Status}}")
    logs = stack.run("logs", "--tail", "12", "rooms") + stack.run("logs", "--tail", "2", "police", "health", "kafka")
    raise AssertionError(f"nothing new after a second up, {known} known:\n{state}{logs}")
