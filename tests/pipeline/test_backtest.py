"""A back-test says what the two simulations would have said, one beside the other."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from building import child, event, simulate
from safeguarding.cli import _app
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.pack import assemble, built_in, parse
from safeguarding.errors import SafeguardingError
from safeguarding.events.acceptance import read
from safeguarding.events.record import FEEDBACK
from safeguarding.events.times import HOUR, parse_instant, rfc3339
from safeguarding.inquiry.backtest import EFFECTS, Life, Pair, backtest, changed, pairs
from safeguarding.inquiry.log import accepted, of_text
from safeguarding.inquiry.rerun import rerun
from safeguarding.producers.borough import year

PACK = built_in()
START = parse_instant("2017-09-04T09:00:00+01:00")
Event = dict[str, Any]


def pack_with(rule: str, **changes: Any) -> Pack:
    active = PACK.rules[rule]
    parameters = active.rule.parameters.model_validate(active.parameters.model_dump() | changes)
    words = active.rule.words(parameters)
    actives = {**PACK.rules, rule: active._replace(parameters=parameters, version="2", words=words)}
    return assemble(list(actives.values()), PACK.contact)


def tiers(concerns: int) -> Pack:
    return pack_with("cumulative-concern", tiers=[{"concerns": concerns, "agencies": 2, "days": 90}])


def concerns(n: int, *days: int) -> list[Event]:
    agencies = ("health", "police", "yos", "police", "health")
    return [
        event(f"{agency}.concern.raised", rfc3339(START + day * 24 * HOUR + n * HOUR), child(n),
              data={"category": "physical", "level": "low"})
        for agency, day in zip(agencies, days, strict=False)
    ]  # fmt: skip


def registered(n: int) -> Event:
    return event("health.registration.changed", rfc3339(START - 24 * HOUR), child(n), data={"gp_practice": "A99001"})


def story(*some: list[Event]) -> list[Event]:
    return sorted([made for events in some for made in events], key=lambda made: parse_instant(made["published_at"]))


STORY = story([registered(1), registered(2)], concerns(1, 0, 10, 20), concerns(2, 0, 10, 20, 30), concerns(3, 0, 10))


def compared(old: Pack, new: Pack, events: list[Event] = STORY) -> dict[str, Any]:
    log = of_text([json.dumps(made) for made in events], START + 60 * 24 * HOUR)
    (rule,) = backtest(log.records, old, new, eager=True)["rules"]
    return rule


def test_a_higher_threshold_silences_one_alert_and_moves_another():
    rule = compared(tiers(3), tiers(4))
    assert (rule["alerts"]["now"], rule["alerts"]["new"]) == (2, 1)
    assert {effect: n for effect, n in rule["effects"].items() if n} == {"silenced": 1, "later": 1}
    (later,) = rule["examples"]["later"]
    assert (later["now"]["events"], later["new"]["events"]) == (3, 4)
    assert later["new"]["at"] == "2017-10-04T11:05:00+01:00"
    assert later["now"]["alert_id"] == later["new"]["alert_id"]


def test_a_lower_threshold_raises_one_and_moves_others():
    rule = compared(tiers(3), tiers(2))
    assert {effect: n for effect, n in rule["effects"].items() if n} == {"raised": 1, "earlier": 2}


def test_messages_are_counted_as_simulate_sends_them():
    rule = compared(tiers(3), tiers(4))
    for name, pack in (("now", tiers(3)), ("new", tiers(4))):
        lines = simulate(STORY, rfc3339(START + 60 * 24 * HOUR), pack)
        sent = Counter(line["audience"] for line in lines if line["kind"] == "notice")
        sent["hub"] = sum("hub" in line["audiences"] for line in lines if line["kind"] == "alert")
        assert {audience: n[name] for audience, n in rule["told"].items() if n[name]} == dict(sent)
    assert rule["told"]["gp"]["now_a_day"] == round(rule["told"]["gp"]["now"] / 61, 2)


def test_a_rule_that_comes_or_goes_is_compared_with_none():
    without = assemble([a for name, a in PACK.rules.items() if name != "cumulative-concern"], PACK.contact)
    gone, come = compared(PACK, without), compared(without, PACK)
    assert gone["new"] is None
    assert gone["effects"]["silenced"] == come["effects"]["raised"] == 2


def test_only_rules_that_differ_are_run_and_those_that_watch_them():
    assert changed(tiers(3), tiers(4)) == ["cumulative-concern"]
    assert changed(PACK, pack_with("encompass-notice", from_age=6)) == ["encompass-gap", "encompass-notice"]
    with pytest.raises(SafeguardingError, match="judge alike"):
        backtest([], PACK, built_in(), eager=True)


lives = st.builds(
    Life, st.uuids().map(str), st.integers(0, 9), st.frozensets(st.sampled_from("abcd"), min_size=1), st.just((1, 1))
)


@given(st.lists(lives, max_size=5), st.lists(lives, max_size=5))
def test_each_alert_stands_in_one_pair(old: list[Life], new: list[Life]):
    found = pairs(old, new)
    assert [pair.old for pair in found if pair.old] == old
    assert sorted(pair.new.alert_id for pair in found if pair.new) == sorted(life.alert_id for life in new)
    assert all(pair.effect in EFFECTS for pair in found)
    assert all(pair.old.events & pair.new.events for pair in found if pair.old and pair.new)


def test_an_alert_against_itself_is_as_before():
    life = Life("a", 1, frozenset("x"), (1, 1))
    assert [pair.effect for pair in pairs([life], [life])] == ["as before"]
    assert Pair(None, life).effect == "raised"


def test_a_borough_in_more_processes_says_the_same():
    records = list(accepted(read(made) for made in year(7, 300, date(2017, 9, 4))))
    runs = [rerun(records, [tiers(3), PACK], eager=True, processes=n) for n in (1, 4)]
    assert runs[0].events == runs[1].events == len(records) - 1  # the last is no event: time passed
    assert sorted(runs[0].revisions[1])
    for one, other in zip(runs[0].revisions, runs[1].revisions, strict=True):
        assert sorted(one) == sorted(other)


def test_a_borough_says_what_simulate_says():
    made = list(year(7, 300, date(2017, 9, 4)))
    lines = simulate(made)
    (revisions,) = rerun(accepted(read(one) for one in made), [PACK], eager=True).revisions
    said = sorted((line["alert_id"], line["revision"], line["status"]) for line in lines if line["kind"] == "alert")
    found = [
        r for r in revisions if not r.release and r.alert_id.split(".")[1] != FEEDBACK
    ]  # no alert, and no line of one
    assert sorted((r.alert_id, r.revision, r.status) for r in found) == said


def test_the_command_says_it_in_words(tmp_path: Path):
    file, rules = tmp_path / "events.jsonl", tmp_path / "new.toml"
    file.write_text("\n".join(json.dumps(made) for made in STORY), encoding="utf-8")
    text = Path(__file__).parents[2] / "services/safeguarding/correlation/pack.toml"
    rules.write_text(text.read_text("utf-8").replace("concerns = 3, agencies = 2", "concerns = 4, agencies = 2"))
    parse(rules.read_text("utf-8"), "new.toml")
    result = CliRunner().invoke(_app(), ["backtest", str(file), "--rules", str(rules)])
    assert result.exit_code == 0
    assert "1 silenced, 1 later" in result.stdout
    assert "raise `version` before it is activated" in result.stdout
    assert CliRunner().invoke(_app(), ["backtest", str(file)]).exit_code == 2
    assert CliRunner().invoke(_app(), ["backtest", str(file), "--rules", str(rules), "--borough", "5"]).exit_code == 2
