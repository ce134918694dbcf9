"""family-overlap: an adult on the caseload of probation or CGL is linked to a child with an open YOS case."""

from typing import Any

import pytest

from story import Line, Story

RULE = "family-overlap"


class Family(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def opened(self, name: str, day: str, *, case: str | None = "Y-1", **other: Any) -> list[Line]:
        data = {"order": "referral order", "worker": "N. Tunstall"} | other
        return self.tell("yos.case.opened", f"{day} 10:00", name, case=case, **data)

    def closed(self, day: str, *, case: str | None = "Y-1", **other: Any) -> list[Line]:
        return self.tell("yos.case.closed", f"{day} 10:00", case=case, order="o", worker="w", **other)

    def allocated(
        self, name: str, day: str, *, adult: str = "craig", case: str | None = "C-1", **other: Any
    ) -> list[Line]:
        data = {"provider": "CRC", "worker": "B. Stainsby"} | other
        return self.tell("probation.case.allocated", f"{day} 10:00", name, via=adult, case=case, **data)

    def released(self, day: str, *, adult: str = "craig", case: str | None = "C-1") -> list[Line]:
        return self.tell("probation.case.closed", f"{day} 10:00", via=adult, case=case, provider="CRC", worker="w")

    def engaged(self, name: str, day: str, status: str, *, adult: str = "sean", **other: Any) -> list[Line]:
        return self.tell("cgl.engagement.changed", f"{day} 10:00", name, via=adult, status=status, **other)

    def linked(self, name: str, day: str, *, adult: str = "sean") -> list[Line]:
        adults = {adult: "client"}
        return self.tell("cgl.client.children_linked", f"{day} 10:00", name, adults=adults, lives_with="yes")


class TestProbation:
    def test_each_is_told_of_the_other_and_whom_to_ring(self):
        story = Family()
        assert story.allocated("p", "2017-09-01") == []
        assert story.opened("y", "2017-10-16") == [Line("2017-10-16 10:00", RULE, "raised", "p y", "yos probation")]
        yos, probation = story.last["tell"]
        assert story.observed() == {"services that work with the family": (2, 2)}
        assert (yos["contact"], probation["contact"]) == ("B. Stainsby", "N. Tunstall")
        assert "probation" in yos["what"]
        assert "youth offending" in probation["what"]

    def test_whom_to_ring_is_who_works_on_the_case_now(self):
        story = Family()
        story.allocated("p", "2017-09-01", worker="A. Before")
        story.allocated("q", "2017-10-01", worker="B. Now")
        story.opened("y", "2017-10-16")
        assert story.last["tell"][0]["contact"] == "B. Now"
        assert story.said("because") == [("p y",)]

    def test_in_either_order(self):
        story = Family()
        assert story.opened("y", "2017-10-16") == []
        assert story.allocated("p", "2017-10-17")

    @pytest.mark.parametrize("side", ["released", "closed"])
    def test_either_closing_resolves_it(self, side: str):
        story = Family()
        story.allocated("p", "2017-09-01")
        story.opened("y", "2017-10-16")
        [over] = getattr(story, side)("2017-12-20")
        assert (over.status, over.because) == ("resolved", "p y")
        case = "the adult's case" if side == "released" else "the youth offending case"
        assert story.last["alert"]["reason"] == f"{case} is closed"
        assert story.notices("resolved") == [("yos", "yos"), ("probation", "probation")]

    @pytest.mark.parametrize("side", ["released", "closed"])
    def test_closed_before_there_is_no_overlap(self, side: str):
        story = Family()
        (story.allocated if side == "released" else story.opened)("x", "2017-09-01")
        getattr(story, side)("2017-09-20")
        assert (story.opened if side == "released" else story.allocated)("z", "2017-10-16") == []

    def test_closed_in_the_moment_of_its_opening_it_is_closed(self):
        story = Family()
        story.opened("y", "2017-10-16")
        story.closed("2017-10-16")
        assert story.allocated("p", "2017-11-01") == []

    def test_opened_again_it_overlaps_again(self):
        story = Family()
        story.allocated("p", "2017-09-01")
        story.opened("y", "2017-10-16")
        story.closed("2017-10-20")
        assert story.opened("again", "2017-11-16")[0].because == "p again"

    def test_one_of_two_cases_closed_leaves_the_other(self):
        story = Family()
        story.allocated("p", "2017-09-01")
        story.opened("y", "2017-10-16")
        story.opened("z", "2017-10-17", case="Y-2")
        story.closed("2017-10-20")
        assert story.statuses() == ["raised", "amended", "amended"]

    def test_a_case_that_is_told_of_twice_is_one(self):
        story = Family()
        story.allocated("p", "2017-09-01")
        story.opened("y", "2017-10-16")
        assert story.opened("again", "2017-10-17") == []
        assert story.last["alert"]["because_count"] == 2

    def test_a_caseload_of_years_ago_still_stands(self):
        story = Family()
        story.allocated("p", "2014-09-01")
        story.tell("education.concern.raised", "2014-09-02 10:00", category="other", level="low")
        story.tell("education.concern.raised", "2017-09-02 10:00", category="other", level="low")
        assert story.opened("y", "2017-10-16")


class TestCgl:
    def test_a_child_link_is_enough_and_the_hub_is_told_for_cgl(self):
        story = Family()
        story.linked("c", "2017-09-01")
        assert story.opened("y", "2017-10-16")[0].to == "yos hub"

    @pytest.mark.parametrize(("status", "fires"), [("engaged", True), ("missed", True), ("dropped_out", False)])
    def test_engagement_known_and_not_dropped_out(self, status: str, fires: bool):
        story = Family()
        story.linked("c", "2017-08-01")
        story.engaged("e", "2017-09-01", status)
        assert bool(story.opened("y", "2017-10-16")) is fires

    def test_dropping_out_resolves_it_and_coming_back_raises_it_again(self):
        story = Family()
        story.linked("c", "2017-08-01")
        story.opened("y", "2017-10-16")
        story.engaged("e", "2017-11-01", "dropped_out")
        story.engaged("f", "2017-11-20", "engaged")
        assert story.statuses() == ["raised", "resolved", "raised"]

    def test_come_back_after_dropping_out_the_newest_time_stands_for_it(self):
        story = Family()
        story.linked("c", "2017-08-01")
        story.engaged("e", "2017-09-01", "dropped_out")
        story.engaged("f", "2017-09-20", "engaged")
        assert story.opened("y", "2017-10-16")[0].because == "f y"

    def test_the_earliest_word_of_cgl_stands_for_it(self):
        story = Family()
        story.linked("c", "2017-08-01")
        story.engaged("e", "2017-09-01", "engaged")
        assert story.opened("y", "2017-10-16")[0].because == "c y"


@pytest.mark.parametrize("case", ["C-1", None])
def test_a_caseload_without_a_case_reference_is_one_too(case: str | None):
    story = Family()
    story.allocated("p", "2017-09-01", case=case)
    story.opened("y", "2017-10-16", case=None)
    assert story.released("2017-12-20", case=case)[0].status == "resolved"


def test_each_adult_has_an_alert():
    story = Family()
    story.allocated("p", "2017-09-01")
    story.allocated("q", "2017-09-02", adult="donna", case="C-2")
    story.opened("y", "2017-10-16")
    assert story.said("because", "status") == [("p y", "raised"), ("q y", "raised")]


def test_one_adult_on_two_caseloads_has_one():
    story = Family()
    story.allocated("p", "2017-09-01", adult="sean")
    story.linked("c", "2017-09-02", adult="sean")
    assert story.opened("y", "2017-10-16") == [Line("2017-10-16 10:00", RULE, "raised", "p c y", "yos probation hub")]
    assert story.observed() == {"services that work with the family": (3, 2)}


def test_without_a_child_at_the_youth_offending_service_there_is_nothing():
    story = Family()
    assert story.allocated("p", "2017-09-01") == []
    assert story.linked("c", "2017-09-01") == []
