"""`identity`: what waits, what helps to answer it, what a word would change, and how good the matching is."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from building import adult, child, event, nhs, upn
from safeguarding.cli import _app
from safeguarding.cli.embedded import Embedded
from safeguarding.cli.identity_act import act, effect_lines, needless
from safeguarding.cli.identity_log import Known
from safeguarding.cli.identity_rank import ranked
from safeguarding.cli.identity_report import held, matches, plain
from safeguarding.cli.identity_shown import card_of, in_a_line, person_lines, question_lines, question_of
from safeguarding.cli.review import Item, items, meant
from safeguarding.correlation.pack import built_in
from safeguarding.errors import SafeguardingError
from safeguarding.events.acceptance import read_json
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as, encode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, REVIEW

AT = "2017-10-02T12:00:00+01:00"
LATER = "2017-10-03T12:00:00+01:00"
NELL = child(1, name={"given": "Nell", "family": "O'Brien"})
UNSURE = NELL | {"ref": "x1", "identifiers": {"agency_ref": "P-7"}, "postcode": "TS25 9ZZ"}
VALUES = ("Nell", "Brien", "2009", "TS1", "TS25", nhs(1), "P-7", "Marsh")
KNOWN_TWICE = [
    event("health.concern.raised", AT, NELL, adult(1), data={"category": "physical", "level": "low"}),
    event("education.concern.raised", AT, NELL, data={"category": "physical", "level": "low"}),
    event("police.concern.raised", AT, UNSURE, adult(1), data={"category": "physical", "level": "high"}),
]


def played(*events: dict[str, Any]) -> Embedded:
    pipeline = Embedded(built_in())
    for made in events:
        pipeline.publish_text(json.dumps(made))
    return pipeline


def queue(pipeline: Embedded) -> list[Item]:
    return items(pipeline.runtime.records(REVIEW))


Folding = Callable[[Embedded], Known]


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Folding]:
    opened: list[Rows] = []

    def fold(pipeline: Embedded) -> Known:
        opened.append(Rows(tmp_path / f"rows-{len(opened)}", fresh=True))
        return Known(pipeline.runtime.records(ACCEPTED), Settings(clock="events"), opened[-1])

    yield fold
    for rows in opened:
        rows.close()


def word(at: int, *, is_open: bool = True, **other: Any) -> Record:
    value = {"what": "person", "reason": "no_postcode", "agency": "police", "id": "a1b2", "ref": "c1"}
    value |= {"candidates": [{"key": "k", "matched": ["name"]}], "at": at, "open": is_open}
    return Record(REVIEW, 0, 0, b"a1b2", encode("record.review_item", value | other), at)


class TestTheQueue:
    def test_a_question_is_open_until_it_is_closed(self):
        assert [item.open for item in items([word(1)])] == [True]
        assert [item.open for item in items([word(1), word(2, is_open=False)])] == [False]
        assert [(item.open, item.since) for item in items([word(1), word(2, is_open=False), word(3)])] == [(True, 3)]

    def test_each_person_of_an_event_is_a_question_of_their_own(self):
        found = items([word(1), word(1, ref="c2"), word(2, is_open=False)])
        assert [(item.ref, item.open) for item in found] == [("c1", False), ("c2", True)]

    def test_a_question_whose_candidates_change_has_waited_all_the_time(self):
        (item,) = items([word(1), word(5, is_open=False), word(5, reason="several_match")])
        assert (item.since, item.reason, item.open) == (1, "several_match", True)

    def test_what_a_paused_writer_repeats_late_changes_nothing(self):
        said = [word(1), word(2, is_open=False)]
        assert items([*said, word(1)]) == items(said) == items([*said, *said])

    def test_the_one_that_waits_longest_comes_first(self):
        assert [item.ref for item in items([word(2), word(1, ref="c2")])] == ["c2", "c1"]

    @pytest.mark.parametrize("wanted", ["a1b2/c1", "a1/c1", "A1B2/c1", " a1b2/c1 "])
    def test_a_question_is_found_by_the_beginning_of_its_name(self, wanted: str):
        assert [item.ref for item in meant(items([word(1), word(1, ref="c2")]), wanted)] == ["c1"]

    def test_an_answered_question_is_meant_where_another_answer_may_come(self):
        said = [word(1), word(2, is_open=False)]
        assert [item.open for item in meant(items(said), "a1b2", answered=True)] == [False]
        waits = items([*said, word(3, ref="c2")])
        assert [item.ref for item in meant(waits, "a1", answered=True)] == ["c2"], "before all that waits"

    def test_an_answered_question_is_not_meant(self):
        assert meant(items([word(1), word(2, is_open=False)]), "a1b2") == []
        assert len(meant(items([word(1), word(1, ref="c2")]), "a1b2")) == 2


class TestShowing:
    def test_what_agrees_and_what_differs_is_shown_and_no_value(self, known: Folding):
        pipeline = played(*KNOWN_TWICE)
        (item,) = queue(pipeline)
        shown = question_of(known(pipeline).look, item, sensitive=False)
        (card,) = shown["candidates"]
        assert (item.reason, item.ref, shown["role"]) == ("postcode_differs", "x1", "child")
        assert card["agrees"] == ["family_name", "given_name", "date_of_birth"]
        assert card["differs"] == ["postcode"]
        assert card["unknown"] == ["nhs_number", "own_reference"]
        assert card["events"] == {"education": 1, "health": 1}
        assert card["others_in_common"] == 1, "the same adult stands beside both"
        text = "\n".join([json.dumps(shown), in_a_line(item), *question_lines(shown)])
        assert not [value for value in VALUES if value in text.replace("2 Oct 2017", "").replace("2017-", "")]

    def test_values_are_shown_when_they_are_asked_for(self, known: Folding):
        pipeline = played(*KNOWN_TWICE)
        (item,) = queue(pipeline)
        shown = question_of(known(pipeline).look, item, sensitive=True)
        assert shown["person"]["postcode"] == ["TS25 9ZZ"]
        assert shown["person"]["police_ref"] == ["P-7"]
        assert shown["candidates"][0]["person"]["nhs_number"] == [nhs(1)]
        text = "\n".join(question_lines(shown))
        assert "name Nell O'Brien" in text
        assert "TS25 9ZZ" in text

    def test_a_name_cannot_move_the_cursor(self, known: Folding):
        evil = child(1, name={"given": "Ne\N{SOFT HYPHEN}ll", "family": "Harrow"})
        pipeline = played(event("health.concern.raised", AT, evil))
        look = known(pipeline).look
        (key,) = keys(pipeline)
        assert "\N{SOFT HYPHEN}" not in "\n".join(person_lines(card_of(look, key, sensitive=True)))

    def test_an_event_without_a_basis_waits_for_its_agency_and_not_for_a_decision(self, known: Folding):
        pipeline = played(event("health.concern.raised", AT, NELL, basis=None))
        (item,) = queue(pipeline)
        assert (item.what, item.name) == ("event", item.id)
        lines = list(question_lines(question_of(known(pipeline).look, item, sensitive=False)))
        assert "an update" in lines[1]
        assert len(lines) == 2


def keys(pipeline: Embedded) -> list[str]:
    """Keys of children whom events reach, in the order in which they were first heard of."""
    facts = [decode_as("log.fact", r.value) for r in pipeline.runtime.records("facts.accepted.v1")]
    facts = sorted((f for f in facts if f.get("about") == "child"), key=lambda f: (f["seq"], f["index"]))
    return list(dict.fromkeys(f["subject"] for f in facts))


def decided(item: Item, *who: tuple[str, str]) -> dict[str, Any]:
    data = {"event_agency": item.agency, "event_id": item.id, "ref": item.ref}
    return act("decided", list(who), data, summary="J. Hale: the GP confirmed it", record=None, at=LATER)


def said(what: str, *who: str) -> dict[str, Any]:
    people = [("child", key) for key in who]
    return act(what, people, {}, summary="J. Hale: one child", record="D-17", at=LATER)


class TestDeciding:
    def test_a_decision_names_the_person_by_key_and_nothing_else(self):
        made = decided(items([word(1)])[0], ("child", "k"))
        assert made["people"] == [{"ref": "p1", "role": "child", "identifiers": {"agency_ref": "k"}}]
        assert made["summary"] == "J. Hale: the GP confirmed it"

    def test_what_it_would_change_is_what_it_changes(self, known: Folding):
        pipeline = played(*KNOWN_TWICE)
        (item,) = queue(pipeline)
        (key,) = keys(pipeline)
        made = decided(item, ("child", key))
        effect = known(pipeline).would(made)
        assert (effect.status, effect.told, effect.closed, effect.opened) == ("accepted", {key: 3}, 1, 0)
        assert effect_lines(effect) == [f"{key}: its history is told anew, 3 events", "questions answered: 1, asked: 0"]
        assert queue(pipeline)[0].open, "looking changes nothing"
        pipeline.publish_text(json.dumps(made))
        assert not queue(pipeline)[0].open
        assert keys(pipeline) == [key]

    def test_somebody_new_is_a_decision_too(self, known: Folding):
        pipeline = played(*KNOWN_TWICE)
        (item,) = queue(pipeline)
        effect = known(pipeline).would(decided(item))
        assert (effect.status, effect.closed) == ("accepted", 1)
        (other,) = effect.told
        assert other not in keys(pipeline)
        pipeline.publish_text(json.dumps(decided(item)))
        assert other in keys(pipeline)

    def test_a_word_that_would_change_nothing_is_refused_and_told_why(self, known: Folding):
        pipeline = played(KNOWN_TWICE[0], event("health.concern.raised", AT, child(2)))
        look, (one, other) = known(pipeline).look, keys(pipeline)
        assert needless(look, "merged", one, other) is None
        assert needless(look, "separated", one, other) == "they are not joined, there is no merge to undo"
        assert needless(look, "merged", one, one) == "that is one key twice"
        pipeline.publish_text(json.dumps(said("merged", one, other)))
        look = known(pipeline).look
        assert needless(look, "merged", one, other) == "they are one already"
        assert needless(look, "separated", one, other) is None

    def test_a_merge_by_keys_and_its_undoing(self, known: Folding):
        pipeline = played(*KNOWN_TWICE[:2], event("yos.concern.raised", AT, child(2)))
        one, other = keys(pipeline)
        effect = known(pipeline).would(said("merged", one, other))
        assert (effect.status, effect.told[one], effect.moved) == ("accepted", 3, {other: one})
        pipeline.publish_text(json.dumps(said("merged", one, other)))
        look = known(pipeline).look
        assert look.members(other) == [one, other]
        assert card_of(look, other, sensitive=False)["goes_on_as"] == one
        effect = known(pipeline).would(said("separated", one, other))
        assert (effect.told[one], effect.told[other]) == (2, 1)

    def test_an_act_that_means_nobody_would_be_held(self, known: Folding):
        pipeline = played(*KNOWN_TWICE)
        effect = known(pipeline).would(said("merged", keys(pipeline)[0], "nobody"))
        assert (effect.status, effect.code) == ("held", "IDENTITY")

    def test_two_of_one_event_who_are_both_merged_are_both_seen(self, known: Folding):
        pipeline = played(event("health.concern.raised", AT, child(1), child(2)))
        pipeline.publish_text(json.dumps(said("merged", *keys(pipeline))))
        assert len(known(pipeline).look.sightings(keys(pipeline)[0])) == 2

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["decide", "a1b2", "--who", "J", "--why", "x"], "--new"),
            (["decide", "a1b2", "key", "--new", "--who", "J", "--why", "x"], "--new"),
            (["merge", "a", "b", "--why", "x"], "--who"),
            (["merge", "a", "b", "--who", " ", "--why", "x"], "--who"),
            (["separate", "a", "--who", "J", "--why", "x"], "OTHER"),
            (["list", "--agency", "nobody"], "one of"),
        ],
    )
    def test_wrong_usage_is_refused_before_anything_is_read(self, words: list[str], says: str):
        done = CliRunner().invoke(_app(), ["identity", *words])
        assert done.exit_code == 2
        assert says in done.output


def in_room_form(*made: dict[str, Any]) -> list[dict[str, Any]]:
    return [read_json(json.dumps(one)) for one in made]


class TestReport:
    def report(self, *made: dict[str, Any], questions: list[Item] | None = None) -> dict[str, dict[str, Any]]:
        return {line["agency"]: line for line in matches(in_room_form(*made), questions or [])}

    def test_the_match_rate_is_by_agency_and_identifier(self):
        events = [event("health.concern.raised", AT, child(n)) for n in range(3)]
        events.append(event("health.concern.raised", AT, child(4, identifiers={"upn": upn(1)})))
        events.append(event("education.concern.raised", AT, child(5, identifiers={"upn": upn(5)})))
        found = self.report(*events)
        assert found["health"]["nhs_number_matched"] == 75.0
        assert found["health"]["with"] == {"nhs_number": 75.0, "upn": 25.0}
        assert found["education"]["with"] == {"upn": 100.0}

    @pytest.mark.parametrize(("without", "marked"), [(0, False), (1, False), (2, True)])
    def test_below_95_per_cent_is_marked(self, without: int, marked: bool):
        people = [child(n, ref=f"c{n}", **({"identifiers": None} if n < without else {})) for n in range(20)]
        line = self.report(event("health.concern.raised", AT, *people))["health"]
        assert line["below_go_live"] is marked
        assert ("BELOW 95 %" in plain(line)) is marked

    def test_a_number_with_a_bad_check_digit_is_no_match(self):
        line = self.report(event("health.concern.raised", AT, child(identifiers={"nhs_number": "9990000019"})))[
            "health"
        ]
        assert (line["nhs_number_matched"], line["bad_check_digit"]) == (0.0, {"nhs_number": 1})

    def test_a_child_in_doubt_is_no_match_whatever_its_number(self):
        made = event("police.concern.raised", AT, child(1))
        doubt = word(1, id=made["id"], ref="c1", reason="second_nhs_number")
        line = self.report(made, questions=items([doubt]))["police"]
        assert (line["nhs_number_matched"], line["in_doubt"], line["conflicts"]) == (0.0, 1, 1)

    def test_a_corrected_event_counts_once_and_adults_and_the_unborn_not(self):
        first = event("health.concern.raised", AT, child(1, identifiers=None), adult(1))
        unborn = {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": "2018-01-10"}
        second = event("health.concern.raised", AT, child(1), unborn, action="update", supersedes=first["id"])
        line = self.report(first, second)["health"]
        assert (line["children_named"], line["nhs_number_matched"]) == (1, 100.0)

    def test_what_waits_is_counted_by_reason_and_age(self):
        day = 86_400_000
        asked = [word(0), word(25 * day, ref="c2"), word(27 * day, ref="c3", reason="several_match")]
        lines = list(held(items([*asked, word(27 * day, ref="c4"), word(28 * day, ref="c4", is_open=False)]), 28 * day))
        assert [(line["reason"], line["ages"]) for line in lines[:-1]] == [
            ("no_postcode", {"4 weeks and more": 1, "under a week": 1}),
            ("several_match", {"under a week": 1}),
        ]
        assert lines[-1] == {"kind": "questions", "open": 3, "answered": 1}
        assert [plain(line) for line in lines]

    def test_figures_name_nobody(self):
        pipeline = played(*KNOWN_TWICE)
        lines = [*matches(in_room_form(*KNOWN_TWICE), queue(pipeline)), *held(queue(pipeline), pipeline.clock)]
        text = json.dumps(lines) + "".join(map(plain, lines))
        assert not [value for value in VALUES if value in text]


def two_candidates(known: Folding) -> tuple[Any, Item, list[dict[str, Any]]]:
    """A question with two candidates, the second of whom is the likelier by far."""
    far = NELL | {"identifiers": {"nhs_number": nhs(2)}, "name": {"given": "Tom", "family": "Marsh"}}
    pipeline = played(event("yos.concern.raised", AT, far), *KNOWN_TWICE)
    (item,) = queue(pipeline)
    return known(pipeline).look, item, [{"key": key} for key in keys(pipeline)]


def test_without_the_extra_it_is_said_how_to_install_it(known: Folding, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "splink", None)  # importing it fails, as where it is not installed
    with pytest.raises(SafeguardingError, match=r"safeguarding-pipeline\[splink\]"):
        ranked(*two_candidates(known))


def test_splink_orders_candidates(known: Folding):
    look, item, cards = two_candidates(known)
    found = ranked(look, item, cards)
    assert [card["key"] for card in found] == [card["key"] for card in reversed(cards)]
    assert found[0]["weight"] > found[1]["weight"]
