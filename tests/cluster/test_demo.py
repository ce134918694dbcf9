"""`safeguarding demo --kafka` on a real broker: the same as in memory, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient

pytestmark = pytest.mark.kafka
DEMO = [sys.executable, "-m", "safeguarding", "demo", "--children", "30", "--speed", "0", "--json"]


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """So that only what these demos leave is found."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def left_behind(bootstrap: str) -> list[str]:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        names = [*admin.list_topics(), *(group["group_id"] for group in admin.list_groups())]
    finally:
        admin.close()
    folders = [str(path) for path in Path(tempfile.gettempdir()).glob("safeguarding-demo-*")]
    return [name for name in names if name.startswith("demo-")] + folders


def told(output: str) -> Counter[tuple[Any, ...]]:
    lines = map(json.loads, output.splitlines())
    return Counter(
        (line["kind"], line["alert_id"], line["revision"], line["status"], line.get("audience"))
        for line in lines
        if line["kind"] in ("alert", "notice")
    )


def test_on_kafka_it_tells_what_it_tells_in_memory_and_leaves_nothing_behind(bootstrap: str):
    live = subprocess.run([*DEMO, "--kafka", bootstrap], text=True, capture_output=True, timeout=240)
    assert live.returncode == 0, live.stderr
    assert "✓ sent = accepted" in live.stderr
    memory = subprocess.run(DEMO, text=True, capture_output=True, timeout=120)
    assert told(live.stdout) == told(memory.stdout)
    assert left_behind(bootstrap) == []


def test_interrupted_it_still_sums_up_and_leaves_nothing_behind(bootstrap: str):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    playing = subprocess.Popen([*DEMO, "--kafka", bootstrap], start_new_session=True, **streams)
    next(playing.stdout)
    os.killpg(playing.pid, signal.SIGINT)  # as a terminal does: the whole group
    _, account = playing.communicate(timeout=120)
    assert playing.returncode == 0, account
    assert "✓ sent = accepted" in account
    assert left_behind(bootstrap) == []
