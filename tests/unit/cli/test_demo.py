"""`safeguarding demo`, in memory: everything accounted for, John's alert there, the same for the same seed."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from safeguarding.cli.demo import START
from safeguarding.cli.demo_board import Board
from safeguarding.cli.demo_screen import screen
from safeguarding.cli.demo_source import InProcess
from safeguarding.cli.demo_stage import READ_ALERT, READ_STORY, Stage
from safeguarding.producers.borough import year

Line = dict[str, Any]
CHILDREN = 40


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "safeguarding", "demo", "--speed", "0", "--children", str(CHILDREN), *arguments]
    return subprocess.run(command, text=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def as_json() -> subprocess.CompletedProcess[str]:
    return demo("--json")


@pytest.fixture(scope="module")
def lines(as_json) -> list[Line]:
    return [json.loads(line) for line in as_json.stdout.splitlines()]


@pytest.fixture(scope="module")
def stage() -> Stage:
    """The stage when John's alert has just come."""
    stage, source = Stage(START), InProcess()
    for event in year(1, CHILDREN, START):
        stage.sent(event)
        source.publish(event)
        stops = [stage.take(line, now=100.0) for line in source.lines()]
        if any(stops):
            return stage
    raise AssertionError("John's alert never came")


def test_it_ends_well_and_the_account_goes_to_stderr(as_json):
    assert as_json.returncode == 0, as_json.stderr
    assert "✓ sent = accepted + duplicate + test + held + rejected" in as_json.stderr


def test_each_line_is_a_contract_object_in_order_of_time(lines):
    assert {line["kind"] for line in lines} <= {"alert", "notice", "receipt", "held", "report"}
    assert all(line["at"] for line in lines)


def test_each_event_sent_has_one_receipt(lines):
    sent = Counter(event["agency"] for event in year(1, CHILDREN, START))
    assert Counter(line["agency"] for line in lines if line["kind"] == "receipt") == sent


def test_johns_alert_comes_from_five_agencies_and_is_told_thinly(lines):
    of_john = [line for line in lines if (line.get("child") or {}).get("name", {}).get("given") == "John"]
    alerts = [line for line in of_john if line["kind"] == "alert" and line["rule"]["id"] == "cumulative-concern"]
    whole = max(alerts, key=lambda alert: len(alert["because"]))
    assert {event["agency"] for event in whole["because"]} == {"health", "education", "police", "yos", "cgl"}
    notices = [n for n in of_john if n["kind"] == "notice" and n["alert_id"] == whole["alert_id"]]
    assert {notice["audience"] for notice in notices} == {"gp", "school-nurse"}
    assert not any("because" in notice or "history" in notice for notice in notices)


def test_the_same_seed_plays_the_same_and_another_does_not(as_json):
    assert demo("--json").stdout == as_json.stdout
    assert demo("--json", "--seed", "2").stdout != as_json.stdout


def test_in_a_pipe_there_are_plain_lines_with_both_stories_and_the_account():
    done = demo()
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    for words in ("» John  police: out late in a shop doorway", "» Mark  hub: a child protection plan", "John Thirlby"):
        assert words in done.stdout
    assert "Every name and number is invented" in done.stdout
    assert "✓ sent = accepted" in done.stdout


def receipt(**words: str) -> Line:
    return {"kind": "receipt", "agency": "police", "id": "a", "status": "accepted", **words}


def sent(board: Board, event_type: str = "police.concern.raised") -> None:
    board.sent({"agency": "police", "type": event_type}, day=0)


def test_a_record_in_no_state_or_in_two_does_not_add_up():
    board = Board()
    assert board.reconciles
    sent(board)
    assert not board.reconciles
    board.take(receipt())
    assert board.reconciles
    board.take(receipt(status="duplicate"))
    assert not board.reconciles


def test_a_held_record_that_is_decided_moves_on_and_counts_once():
    board = Board()
    sent(board)
    board.take(receipt(status="held"))
    board.take(receipt())
    assert board.reconciles
    assert board.agencies["police"].fates == {"held": 0, "accepted": 1}


def test_a_notice_without_its_disclosure_record_does_not_add_up():
    board = Board()
    board.take({"kind": "notice", "alert_id": "x", "audience": "gp"})
    assert not board.reconciles
    board.take({"kind": "disclosure", "status": "sent", "audience": "gp"})
    assert board.reconciles


def test_a_heartbeat_counts_as_sent_and_is_no_news():
    board = Board()
    sent(board, "police.heartbeat.sent")
    assert (board.agencies["police"].sent, board.agencies["police"].last_type) == (1, "")


def alert(alert_id: str, **words: Any) -> Line:
    line = {
        "kind": "alert",
        "alert_id": alert_id,
        "rule": {"id": "referral-missing"},
        "status": "raised",
        "child": None,
    }
    return {**line, "opened_at": "2017-10-01T00:00:00+01:00", "hold": [], **words}


def test_what_did_not_happen_is_overdue_until_it_is_answered():
    board = Board()
    board.take(alert("a"))
    board.take(alert("b", rule={"id": "cumulative-concern"}))
    assert [a["alert_id"] for a in board.overdue] == ["a"]
    board.take(alert("a", status="resolved"))
    assert board.overdue == []


def test_a_held_notice_waits_until_it_leaves_or_its_alert_ends():
    board = Board()
    held = [{"audience": "gp", "reason": "next_0800"}, {"audience": "school-nurse", "reason": "no_recipient"}]
    board.take(alert("a", hold=held))
    board.take({"kind": "notice", "alert_id": "a", "audience": "gp"})
    assert list(board.waiting) == [("a", "school-nurse")]
    board.take(alert("a", status="withdrawn", hold=held))
    assert not board.waiting


def test_an_alert_stays_long_enough_to_be_read():
    stage = Stage(START)
    stage.take(alert("first"), now=0.0)
    assert stage.alert(now=0.0)["alert_id"] == "first"
    stage.take(alert("second"), now=0.1)
    assert stage.alert(now=READ_ALERT - 0.1)["alert_id"] == "first"
    assert stage.alert(now=READ_ALERT)["alert_id"] == "second"


def test_an_alert_that_ends_does_not_come_into_the_light():
    stage = Stage(START)
    stage.take(alert("first", status="resolved"), now=0.0)
    assert stage.alert(now=100.0) is None


def test_johns_alert_stops_the_play_and_stands_in_the_light(stage):
    shown = stage.alert(now=100.0 + READ_STORY / 2)
    assert shown["child"]["name"] == {"given": "John", "family": "Thirlby"}
    assert stage.john_at == 100.0
    assert set(stage.stories[0].notices) == {"gp", "school-nurse"}


def drawn(stage: Stage, width: int, height: int) -> str:
    out = io.StringIO()
    Console(width=width, height=height, file=out).print(screen(stage, 100.0, width, height))
    return out.getvalue()


@pytest.mark.parametrize("size", [(160, 50), (120, 40), (100, 30), (80, 24), (40, 10)])
def test_the_screen_fits_any_terminal(stage, size):
    rows = drawn(stage, *size).splitlines()
    assert len(rows) <= size[1]
    assert max(map(cell_len, rows)) <= size[0]


def test_the_screen_tells_the_story_the_rule_each_event_and_the_thin_notices(stage):
    text = drawn(stage, 120, 40)
    for words in (
        "five agencies, each under its own threshold",
        "John Thirlby, 12, today",
        "At least 3 concerns from 2 agencies within 90 days",
        "Asks for seconds every day.",
        "Out late, shop doorway.",
        "GP A99001",
        "School nurse SN-THORNABY",
        "every name and number is invented",
    ):
        assert words in text


def test_events_that_do_not_fit_are_counted(stage):
    alert = stage.alert(now=100.0)
    event = alert["because"][0]
    stage.board.alerts[alert["alert_id"]] = {**alert, "because": [event] * 30, "because_count": 30}
    found = re.search(r"(\d+) earlier, and", text := drawn(stage, 120, 40))
    assert found
    assert int(found[1]) + text.count("•") == 30
