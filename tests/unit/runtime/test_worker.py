"""The command that runs rooms, told to stop at any moment of its start: it ends, and says nothing odd."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

START = 3.0  # seconds until it waits for a broker, about


@pytest.mark.parametrize("moment", range(10))
def test_told_to_stop_while_it_starts(tmp_path: Path, moment: int):
    told = {"SAFEGUARDING_BOOTSTRAP_SERVERS": "127.0.0.1:1", "SAFEGUARDING_STATE_DIR": str(tmp_path)}
    words = [sys.executable, "-m", "safeguarding", "worker", "intake", "routing"]
    with (tmp_path / "said").open("wb") as said:
        worker = subprocess.Popen(words, env=os.environ | told, stderr=said)
        time.sleep(0.1 + START * moment / 10)  # any moment will do
        worker.terminate()
        assert worker.wait(25) in (0, -15), "the latter before Python has come to our first line"
    assert b"Traceback" not in (tmp_path / "said").read_bytes()
