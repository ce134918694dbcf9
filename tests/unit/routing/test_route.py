"""Whatever stands in an alert, each audience gets what its row allows, once, and every decision leaves a record."""

from typing import Any, ClassVar, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import nhs, upn
from safeguarding.events.alert import Audience, Status
from safeguarding.events.notice import NOTICES
from safeguarding.events.record import FEEDBACK, Feedback
from safeguarding.events.times import parse_instant
from safeguarding.routing.agent import Routing
from safeguarding.routing.minimise import WITHDRAWN, notice
from safeguarding.routing.policy import POLICY, SAYS
from safeguarding.routing.route import Sent, route
from safeguarding.routing.rulings import SHORT, short
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import DISCLOSURES, OPERATORS, RAISED, audience_topic

AT = parse_instant("2017-10-02T12:00:00+01:00")
KEY = "5b0e6c0a-3c51-4c8e-9a55-0d6a3f1f8a01"
CHILD = {
    "identifiers": {
        "nhs_number": nhs(1), "upn": upn(1), "la_child_id": "LA-1", "pnc_id": "2008/0056560Z", "agency_ref": "REF-1",
    },
    "name": {"given": "Nell", "family": "Harrow"},
    "date_of_birth": 14378,
    "expected_date_of_birth": None,
}  # fmt: skip
OTHER_RULE = {"id": "brand-new", "version": "1", "words": "RULEWORDS"}
POLICE_COUNT = {"agency": "police", "days_90": 1, "months_12": 1}
SECRETS = [
    "NARRATIVE",
    "WHATWASSEEN",
    "police",
    "cgl",
    "WORDS-IN-FULL",
    "LA-1",
    "REF-1",
    "2008/0056560Z",
    "CLEARS",
    "RULEWORDS",
]


def alert(**other: Any) -> dict[str, Any]:
    return {
        "alert_id": f"{KEY}.cumulative-concern.00112233.1",
        "revision": 1,
        "status": "raised",
        "rule": {"id": "cumulative-concern", "version": "1", "words": "RULEWORDS"},
        "child": CHILD,
        "opened_at": AT,
        "as_of": AT,
        "urgency": "today",
        "observed": [{"what": "WHATWASSEEN", "value": 3, "threshold": 3}],
        "because": [
            {"event_id": "e1", "agency": "cgl", "type": "cgl.concern.raised", "occurred_at": AT, "summary": "NARRATIVE"}
        ],
        "because_count": 1,
        "history": {"counts": [POLICE_COUNT], "first": AT, "last": AT, "entries": []},
        "clears_when": "CLEARS",
        "household": None,
        "audiences": [],
        "recipients": [{"audience": "police", "code": "police", "name": None}],
        "voice": {"seen": True, "alone": True, "words": "WORDS-IN-FULL", "demeanour": "quiet"},
        "contact": "Hub, 01632 960900",
        "hold": [],
        "reason": None,
        "sensitivity": [],
    } | other  # fmt: skip


def telling(audience: str, code: str = "A99001", **other: Any) -> dict[str, Any]:
    return {
        "audience": audience,
        "code": code,
        "name": "Norton Surgery",
        "what": "Please contact the hub.",
        "recipient_action": "contact_hub",
        "counts": {"concerns": 3},
        "grade": "high",
        "signs": ["curtains closed"],
        "voice": "I hid.",
        "contact": None,
        "batch": None,
        "withdrawn": False,
    } | other


def raised(
    *tell: dict[str, Any], held: tuple[dict[str, Any], ...] = (), alert_: Any = None, **other: Any
) -> dict[str, Any]:
    return {
        "at": AT,
        "release": False,
        "alert": alert_ or alert(),
        "tell": list(tell),
        "held": list(held),
        "domestic_abuse": False,
        "basis": "children_act_2004_s11",
    } | other


class Ledger(dict[bytes, bytes]):
    def put(self, key: bytes, value: bytes) -> None:
        self[key] = value


def sent(*records: dict[str, Any]) -> list[Sent]:
    ledger = Ledger()
    found = [each for record in records for each in route(record, KEY, POLICY, ledger)]
    for each in found:
        encode(each.kind, each.value)  # it fits its record type
    return found


def values(found: list[Sent], kind: str) -> list[dict[str, Any]]:
    return [each.value for each in found if each.kind == kind]


words = st.text("abc ", min_size=1, max_size=8)
tellings = st.builds(
    telling,
    st.sampled_from(sorted(NOTICES)),
    counts=st.none() | st.dictionaries(words, st.integers(0, 9), max_size=3),
    grade=st.none() | st.sampled_from(["standard", "medium", "high"]),
    signs=st.none() | st.lists(words, max_size=3),
    voice=st.none() | st.text(max_size=500),
)
statuses = st.sampled_from(get_args(Status))
sensitivity = st.sets(
    st.sampled_from(["confidential_address", "perpetrator_in_household", "hide_from_patient_online", "s_flag"])
).map(sorted)


class TestMinimised:
    @given(tellings, statuses, sensitivity, st.booleans())
    def test_a_notice_holds_nothing_that_its_audiences_row_forbids(
        self, tell: dict[str, Any], status: str, sensitive: list[str], abuse: bool
    ):
        record = raised(tell, alert_=alert(status=status, sensitivity=sensitive), domestic_abuse=abuse)
        row = POLICY[tell["audience"]]
        found = notice(record, tell, row)
        kind, read = decode(encode(f"notice.{tell['audience']}", found))
        assert kind == f"notice.{tell['audience']}"
        if row["identity"] == "linked":
            assert found["child"] is None  # the history names nobody but the police
        else:
            allowed = {row["identity"]} & {"nhs_number", "upn"}
            assert {name for name, value in found["child"]["identifiers"].items() if value} == allowed
            assert read["child"]["identifiers"] == found["child"]["identifiers"]
        for field in ("counts", "signs", "voice", "grade"):
            if row[field] == "never":
                assert field not in found
        if row["grade"] == "medium_high":
            assert found.get("grade") in (None, "medium", "high")
        assert len(found.get("voice") or "") <= SHORT
        text = repr({**found, "what": "", "voice": "", "audience": ""})
        assert not [secret for secret in SECRETS if secret in text]

    @given(tellings, st.sampled_from(["resolved", "withdrawn"]))
    def test_an_end_carries_no_counts_grade_signs_or_voice(self, tell: dict[str, Any], status: str):
        found = notice(raised(alert_=alert(status=status)), tell, POLICY[tell["audience"]])
        assert not {"counts", "grade", "signs", "voice"} & found.keys()
        assert found["recipient_action"] == "none"

    def test_a_withdrawal_repeats_nothing(self):
        tell = telling("gp", what="Domestic abuse incident on 2 October 2017.")
        gone = raised(alert_=alert(status="withdrawn", reason="not this child"))
        assert notice(gone, tell, POLICY["gp"])["what"] == WITHDRAWN % "not this child"

    def test_who_should_never_have_been_told_is_told_nothing_but_that(self):
        found = notice(raised(), telling("gp", withdrawn=True), POLICY["gp"])
        assert (found["status"], found["recipient_action"]) == ("withdrawn", "none")
        assert found["what"] == WITHDRAWN % "not this child"
        assert not {"counts", "grade", "signs", "voice"} & found.keys()

    @given(st.sampled_from(sorted(NOTICES)), sensitivity, st.booleans())
    def test_domestic_abuse_and_the_flag_hide_it_from_online_access(
        self, audience: str, sensitive: list[str], abuse: bool
    ):
        record = raised(alert_=alert(sensitivity=sensitive), domestic_abuse=abuse)
        found = notice(record, telling(audience), POLICY[audience])["handling"]
        assert found["hide_from_patient_online"] is (abuse or "hide_from_patient_online" in sensitive)

    @pytest.mark.parametrize("audience", ["gp", "school-nurse", "health-visitor", "school", "health"])
    def test_a_perpetrator_in_the_household_must_not_learn_of_it(self, audience: str):
        record = raised(alert_=alert(sensitivity=["perpetrator_in_household"]))
        assert notice(record, telling(audience), POLICY[audience])["handling"]["do_not_disclose_to"]
        assert not notice(raised(), telling(audience), POLICY[audience])["handling"]["do_not_disclose_to"]

    def test_an_agency_that_does_not_work_with_the_family_does_not_learn_who_it_is_about(self):
        counts = [POLICE_COUNT, {"agency": "probation", "days_90": 0, "months_12": 1}]
        known = alert(history={"counts": counts, "first": AT, "last": AT, "entries": []})
        assert notice(raised(), telling("probation"), POLICY["probation"])["child"] is None
        child = notice(raised(alert_=known), telling("probation"), POLICY["probation"])["child"]
        assert (child["name"], child["identifiers"]) == (CHILD["name"], {})

    def test_a_notice_about_a_case_has_no_child(self):
        assert notice(raised(alert_=alert(child=None)), telling("police"), POLICY["police"])["child"] is None

    def test_another_number_to_ring_replaces_the_hubs(self):
        assert notice(raised(), telling("gp", contact="CIN-1"), POLICY["gp"])["contact"] == "CIN-1"
        assert notice(raised(), telling("gp"), POLICY["gp"])["contact"] == "Hub, 01632 960900"


class TestVoice:
    @given(st.text(max_size=600))
    def test_short_is_at_most_200_characters_from_the_beginning(self, said: str):
        cut = short(said)
        assert len(cut) <= SHORT
        assert cut == said if len(said) <= SHORT else said.startswith(cut.removesuffix("…"))

    def test_it_is_cut_between_words_and_says_so(self):
        assert short("word " * 60) == " ".join(["word"] * 39) + "…"
        assert short("x" * 300) == "x" * 199 + "…"


ALL_SENSITIVE = ["confidential_address", "hide_from_patient_online", "perpetrator_in_household", "s_flag"]


@pytest.mark.parametrize("audience", sorted(NOTICES))
@pytest.mark.parametrize("rule", sorted(SAYS.keys() - {FEEDBACK}))
@pytest.mark.parametrize("sensitive", [[], ALL_SENSITIVE, *([word] for word in ALL_SENSITIVE)])
def test_every_cell_of_rule_audience_field_and_sensitivity(rule: str, audience: str, sensitive: list[str]):
    """What the rule's words tell decides whether anything goes; the cell of each field, what goes with it."""
    for mine in (True, False):
        agency = audience if mine else "hub"
        event = {"event_id": "e1", "agency": agency, "type": "x.y", "occurred_at": AT, "summary": "NARRATIVE"}
        counts = [{"agency": agency, "days_90": 1, "months_12": 1}]
        evidence = {"because": [event], "history": {"counts": counts, "first": AT, "last": AT, "entries": []}}
        named = {"rule": {"id": rule, "version": "1", "words": "RULEWORDS"}, "sensitivity": sensitive}
        record = raised(telling(audience), alert_=alert(**named, **evidence))
        found, row = sent(record), POLICY[audience]
        referral = SAYS[rule] == "referral" and rule != "information-overdue"
        opens = {"never": False, "own": mine, "linked": mine or referral}
        told = values(found, f"notice.{audience}")
        assert bool(told) is opens.get(row[SAYS[rule]], True)
        if not told:
            (disclosure,) = values(found, "record.disclosure")
            assert disclosure["reason"] == "not_for_this_audience"
            continue
        (notice_,) = told
        for field in ("counts", "grade", "signs", "voice"):
            held = field in NOTICES[audience].model_fields
            assert (field in notice_) is (held and opens.get(row[field], True)), field
        assert (notice_["child"] is not None) is opens.get(row["identity"], True) or referral
        keep_from = "perpetrator_in_household" in sensitive and row["handling"] != "never"
        assert bool(notice_["handling"]["do_not_disclose_to"]) is keep_from
        assert notice_["handling"]["hide_from_patient_online"] is ("hide_from_patient_online" in sensitive)


class TestFeedback:
    """To whoever referred: how far the referral has come, and nothing else that stands in the alert."""

    progress: ClassVar = {"case_ref": "CASE-7", "stage": "decided", "occurred_at": AT, "outcome": "assessment"}

    def record(self, **other: Any) -> dict[str, Any]:
        named = {"rule": {"id": FEEDBACK, "version": "1", "words": "RULEWORDS"}}
        said = {"what": "Referral CASE-7: decided.", "feedback": self.progress}
        return raised(telling("police", "police", **said), alert_=alert(**named | other))

    @pytest.mark.parametrize("audience", sorted(NOTICES))
    @pytest.mark.parametrize("sensitive", [[], ALL_SENSITIVE])
    def test_it_holds_the_referral_and_no_more_whatever_stands_beside_it(self, audience: str, sensitive: list[str]):
        made = self.record(sensitivity=sensitive)
        found = sent(made | {"tell": [{**made["tell"][0], "audience": audience}]})
        told = values(found, "record.feedback")
        assert bool(told) is (POLICY[audience]["referral"] != "never")
        assert {each.kind for each in found} <= {"record.feedback", "record.disclosure", "record.operator_item"}
        for one in told:
            assert one["agency"] == {"school": "education"}.get(audience, audience)
            secrets = [*SECRETS[:2], *SECRETS[4:], "Nell", nhs(1), upn(1), "hid"]
            assert not [word for word in secrets if word in repr(one)]

    def test_the_record_type_has_no_place_for_a_child(self):
        assert not {"child", "voice", "because", "summary", "alert_id", "counts"} & set(Feedback.model_fields)

    def test_it_is_disclosed_as_a_notice_is(self):
        (record,) = values(sent(self.record()), "record.disclosure")
        assert (record["status"], record["audience"], record["rule"]) == ("sent", "police", FEEDBACK)
        assert {"progress.outcome", "progress.case_ref", "what"} <= set(record["fields"])

    def test_a_repeat_says_nothing_and_a_withdrawal_says_so_without_the_content(self):
        gone = self.record(revision=2, status="withdrawn", reason="a correction shows that it does not hold")
        first, last = values(sent(self.record(), self.record(), gone), "record.feedback")
        assert first["feedback_id"] == last["feedback_id"]
        assert (first["progress"]["outcome"], last["progress"]) == ("assessment", None)
        assert "CASE-7" not in repr(last)

    def test_without_a_basis_the_referrer_hears_nothing(self):
        found = sent(self.record() | {"basis": None})
        assert [each.kind for each in found] == ["record.disclosure", "record.operator_item"]


class TestThick:
    @pytest.mark.parametrize("audience", ["hub", "worker"])
    def test_the_hub_and_the_worker_get_the_alert_itself(self, audience: str):
        (found,) = values(sent(raised(telling(audience, "hub"))), "alert.alert")
        assert found == alert()


class TestOnce:
    def test_a_revision_reaches_a_recipient_once(self):
        record = raised(telling("gp"), telling("gp"), telling("gp", "A99002"), telling("hub", "hub"))
        found = sent(record, record, record | {"release": True})
        assert [n["recipient"]["code"] for n in values(found, "notice.gp")] == ["A99001", "A99002"]
        assert len(values(found, "alert.alert")) == 1
        assert len(values(found, "record.disclosure")) == 3

    def test_each_revision_is_told(self):
        second = raised(telling("gp"), alert_=alert(revision=2, status="amended"))
        assert [n["revision"] for n in values(sent(raised(telling("gp")), second), "notice.gp")] == [1, 2]

    def test_all_revisions_to_one_recipient_are_one_notice(self):
        second = raised(telling("gp"), telling("gp", "A99002"), alert_=alert(revision=2, status="amended"))
        found = values(sent(raised(telling("gp")), second), "notice.gp")
        assert found[0]["notice_id"] == found[1]["notice_id"] != found[2]["notice_id"]

    def test_a_hold_is_recorded_once(self):
        hold = {"audience": "gp", "reason": "no_recipient", "until": None}
        found = sent(raised(held=(hold,)), raised(held=(hold,)))
        assert len(values(found, "record.disclosure")) == len(values(found, "record.operator_item")) == 1

    @given(
        st.lists(st.sampled_from(["gp", "school-nurse", "hub", "police"]), max_size=8),
        st.lists(st.integers(1, 3), max_size=8),
    )
    def test_no_notice_twice_whatever_is_repeated(self, audiences: list[str], revisions: list[int]):
        records = [
            raised(*(telling(a, "X") for a in audiences), alert_=alert(revision=n, status="amended")) for n in revisions
        ]
        told = [(e.audience, e.value["revision"]) for e in sent(*records) if e.kind.startswith(("notice.", "alert."))]
        assert len(told) == len(set(told)) == len(set(audiences)) * len(set(revisions))


class TestRecorded:
    def test_what_is_sent_is_disclosed_field_by_field(self):
        (found,) = values(sent(raised(telling("gp"))), "record.disclosure")
        (told,) = values(sent(raised(telling("gp"))), "notice.gp")
        assert found["status"] == "sent"
        assert (found["audience"], found["recipient"], found["notice_id"]) == ("gp", "A99001", told["notice_id"])
        assert (found["rule"], found["basis"], found["at"]) == ("cumulative-concern", "children_act_2004_s11", AT)
        assert (found["subject"], found["alert_id"], found["revision"]) == (KEY, told["alert_id"], 1)
        top = {name.split(".")[0] for name in found["fields"]}
        assert top == {name for name, value in told.items() if value not in (None, [], {})} - {"handling"}
        assert {"child.name.given", "child.date_of_birth", "child.identifiers.nhs_number"} <= set(found["fields"])
        assert {"counts", "grade", "signs", "voice"} <= set(found["fields"])

    def test_of_a_school_that_nobody_may_learn_of_the_record_has_no_code(self):
        form = {"rule": {"id": "encompass-notice", "version": "1", "words": ""}}
        told = raised(telling("school", "999001"), alert_=alert(**form))
        hidden = raised(telling("school", "999001"), alert_=alert(**form, sensitivity=["s_flag"]))
        assert values(sent(told), "record.disclosure")[0]["recipient"] == "999001"
        (record,) = values(sent(hidden), "record.disclosure")
        assert "999001" not in repr(record)
        (notice,) = values(sent(hidden), "notice.school")
        assert record["notice_id"] == notice["notice_id"]

    @pytest.mark.parametrize("reason", ["no_recipient", "next_0800"])
    def test_what_is_held_is_recorded_and_operators_hear_what_does_not_leave_by_itself(self, reason: str):
        found = sent(raised(held=({"audience": "gp", "reason": reason, "until": None},)))
        (record,) = values(found, "record.disclosure")
        assert (record["status"], record["reason"], record["recipient"], record["fields"]) == ("held", reason, None, [])
        items = values(found, "record.operator_item")
        assert [item["reason"] for item in items] == ([] if reason == "next_0800" else [reason])
        assert not [each for each in found if each.kind.startswith(("notice.", "alert."))]

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (raised(telling("everybody")), "unknown_audience"),
            (raised(telling("operators")), "unknown_audience"),
            (raised(telling("")), "unknown_audience"),
            (raised(telling("gp"), basis=None), "no_basis"),
            (raised(telling("school")), "not_for_this_audience"),
            (raised(telling("cgl")), "not_for_this_audience"),
            (raised(telling("gp"), alert_=alert(rule=OTHER_RULE)), "unknown_rule"),
            (raised(telling("hub", "hub"), basis=""), "no_basis"),
            (raised(telling("gp"), alert_=alert(status="resolved")), "never_told"),
            (raised(telling("gp"), alert_=alert(status="withdrawn")), "never_told"),
        ],
    )
    def test_what_is_not_sure_reaches_nobody_and_is_put_before_a_person(self, record: dict[str, Any], reason: str):
        found = sent(record, record)
        (disclosure,) = values(found, "record.disclosure")
        (item,) = values(found, "record.operator_item")
        assert (disclosure["status"], disclosure["reason"], disclosure["notice_id"]) == ("withheld", reason, None)
        assert (item["reason"], item["kind"]) == (reason, "held_notice")
        assert len(found) == 2

    def test_nobody_to_tell_means_nobody_is_told_and_a_person_hears_of_it_once(self):
        (item,) = sent(raised(), raised())
        assert (item.kind, item.value["reason"]) == ("record.operator_item", "empty_audience")

    @pytest.mark.parametrize(
        "record",
        [
            raised(alert_=alert(audiences=["gp"])),
            raised(alert_=alert(status="resolved")),
            raised(alert_=alert(status="withdrawn")),
            raised() | {"release": True},
        ],
    )
    def test_who_has_been_told_or_waits_is_not_nobody(self, record: dict[str, Any]):
        assert sent(record) == []

    def test_an_end_goes_to_those_who_were_told(self):
        found = sent(raised(telling("gp")), raised(telling("gp"), alert_=alert(revision=2, status="resolved")))
        assert [n["status"] for n in values(found, "notice.gp")] == ["raised", "resolved"]

    @given(st.lists(st.sampled_from([*get_args(Audience), "everybody"]), max_size=5), statuses)
    def test_every_telling_leaves_exactly_one_disclosure(self, audiences: list[str], status: str):
        tell = [telling(audience, f"R{n}") for n, audience in enumerate(audiences)]
        found = values(sent(raised(*tell, alert_=alert(status=status))), "record.disclosure")
        assert [(d["audience"], d["recipient"]) for d in found] == [(t["audience"], t["code"]) for t in tell]
        assert len({d["disclosure_id"] for d in found}) == len(found)


def test_the_room_writes_each_record_to_its_topic_under_the_childs_key():
    record = raised(
        telling("gp"), telling("hub", "hub"), held=({"audience": "school", "reason": "no_recipient", "until": None},)
    )
    value = encode("alert.raised", record)
    ledger = Ledger()
    outputs = list(Routing().handle([Record(RAISED, 0, 0, KEY.encode(), value, AT)], ledger))
    assert {output.key for output in outputs} == {KEY.encode()}
    assert [output.topic for output in outputs] == [
        audience_topic("gp"), DISCLOSURES, audience_topic("hub"), DISCLOSURES, DISCLOSURES, OPERATORS,
    ]  # fmt: skip
    assert list(Routing().handle([Record(RAISED, 0, 1, KEY.encode(), value, AT)], ledger)) == []
