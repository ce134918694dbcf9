"""`simulate` for a person: one line each, its words apart."""

import json
import sys
from pathlib import Path

import pytest

from safeguarding.cli import main
from safeguarding.testing.builders import child, event


def test_whatever_kind_a_line_is_of_its_words_stand_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    file = tmp_path / "events.jsonl"
    referral = event("police.referral.submitted", child(1), case_ref="P-1")
    received = event("hub.referral.received", child(1), data={"from_agency": "police", "from_case_ref": "P-1"})
    file.write_text("".join(json.dumps(made) + "\n" for made in (referral, received)), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["safeguarding", "simulate", str(file)])
    with pytest.raises(SystemExit):
        main()
    lines = [line.split()[1:] for line in capsys.readouterr().out.splitlines()]
    assert ["receipt", "police", "accepted"] in lines
    assert ["feedback", "police:", "received"] in lines
