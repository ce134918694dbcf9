"""`who-would-see` says before what sending does after: the same recipients, the same fields, and why."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from building import adult, child, event, simulate
from safeguarding.cli import _app
from safeguarding.wire.schemas import folder

NELL = child(1, date_of_birth="2009-05-14", identifiers={"nhs_number": "9990000018", "upn": "T808999170001"})
KNOWN = [
    event("health.registration.changed", "2017-01-09T09:00:00+00:00", NELL, data={"gp_practice": "A99001"}),
    event(
        "education.enrolment.changed",
        "2017-01-09T09:00:00+00:00",
        NELL,
        data={"school": "999001", "school_nurse_team": "SN-EAST", "home_educated": False},
    ),
]
FORM = event(
    "police.da_form.completed",
    "2017-10-02T21:00:00+01:00",
    NELL,
    adult(1),
    data={"tool": "dash", "grade": "high", "marac_referred": False},
    case_ref="P-1",
    sensitivity=["perpetrator_in_household"],
    voice={"seen": True, "words": "I hid upstairs."},
    summary="Chair thrown.",
)


def asked(*lines: Any, options: tuple[str, ...] = ()) -> Any:
    text = "\n".join(json.dumps(line) for line in lines)
    return CliRunner().invoke(_app(), ["who-would-see", "-", *options], input=text)


def previews(*lines: Any, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    done = asked(*lines, options=("--json", *options))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def told(preview: dict[str, Any]) -> set[str]:
    return {field["field"] for field in preview["fields"] if field["told"]}


def test_who_is_previewed_is_who_is_told_and_each_field_is_what_the_notice_holds():
    notices = [line for line in simulate([*KNOWN, FORM]) if line["kind"] == "notice"]
    found = [p for p in previews(*KNOWN, FORM) if p["audience"] != "hub"]
    key = "rule", "audience"
    assert [[n[k] for k in key] + [n["recipient"]["code"]] for n in notices] == [
        [p[k] for k in key] + [p["recipient"]] for p in found
    ]
    assert len(found) >= 3
    for notice, preview in zip(notices, found, strict=True):
        held = {name for name in ("child", "what", "counts", "grade", "signs", "voice") if notice.get(name)}
        held |= {name for name, value in notice["handling"].items() if value}
        assert told(preview) == held
        assert all(field["why"] for field in preview["fields"])


def test_no_value_is_shown_unless_asked_for():
    for options in ((), ("--json",)):
        plain = asked(*KNOWN, FORM, options=options).output
        assert not [word for word in ("Nell", "9990000018", "hid upstairs", "Chair", "2 October") if word in plain]
    shown = asked(*KNOWN, FORM, options=("--show-sensitive",)).output
    assert "hid upstairs" in shown
    assert "Chair" not in shown, "what no notice holds is not shown either"


def test_who_is_not_known_is_held():
    assert {(p["audience"], p["verdict"], p["reason"]) for p in previews(FORM)} == {
        ("gp", "held", "no_recipient"), ("school-nurse", "held", "no_recipient"), ("school", "held", "no_recipient"),
    }  # fmt: skip


def test_what_falls_due_later_is_asked_for():
    later = previews(*KNOWN, FORM, options=("--until", "2017-10-05T00:00:00+01:00"))
    assert {"referral-missing", "incident-open"} <= {p["rule"] for p in later}


def test_an_event_without_a_basis_reaches_nobody_and_says_so():
    done = asked(*KNOWN, {name: value for name, value in FORM.items() if name != "basis"})
    assert (done.exit_code, done.stdout) == (0, "")
    assert "held NO_BASIS basis" in done.stderr
    assert "nobody would be told" in done.stderr


@pytest.mark.parametrize("number", range(2))
def test_an_alert_alone_says_the_most_that_each_recipient_may_see(number: int):
    lines = simulate([*KNOWN, FORM])
    alert = [line for line in lines if line["kind"] == "alert"][number]
    found = previews(alert)
    assert {p["audience"] for p in found} == set(alert["audiences"])
    exact = {p["audience"]: told(p) for p in previews(*KNOWN, FORM) if p["rule"] == alert["rule"]["id"]}
    for preview in found:
        assert exact[preview["audience"]] <= told(preview)
        if preview["audience"] == "school":
            assert not {"grade", "counts", "signs"} & told(preview)
        assert preview.get("ceiling", False) is (preview["audience"] != "hub")


def test_an_example_of_the_contract_may_be_asked_about_as_it_stands():
    done = CliRunner().invoke(
        _app(), ["who-would-see", str(Path(folder()) / "police/v1/examples/da_form.completed.json")]
    )
    assert done.exit_code == 0
    assert "held: no recipient" in done.stdout


@pytest.mark.parametrize("text", ["", "   \n"])
def test_nothing_to_read_is_one_line(text: str):
    done = CliRunner().invoke(_app(), ["who-would-see", "-"], input=text)
    assert "nothing to read" in str(done.exception)


def test_an_alert_that_cannot_be_read_names_the_field_and_no_value():
    done = asked({"kind": "alert", "alert_id": "zqcanary"})
    assert done.exit_code == 1
    assert "cannot be read" in str(done.exception)
    assert "zqcanary" not in str(done.exception)
