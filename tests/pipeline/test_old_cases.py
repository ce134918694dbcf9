"""A case is as old as its first event, also when that has left the hot record minutes before the case goes on."""

from building import child, event, simulate

AUGUST, LATER = "2017-08-01T15:06:00+01:00", "2018-09-02T03:18:00+01:00"


def test_a_case_that_goes_on_after_it_was_let_go_of_is_no_new_concern():
    low = {"category": "neglect", "level": "low"}
    lines = simulate(
        [
            event("police.concern.raised", AUGUST, child(), data=low, case_ref="1"),
            event("health.concern.raised", "2018-06-05T03:12:00+01:00", child(), data=low),
            event("police.concern.raised", LATER, child(), data=low),  # on this day what is old is let go of
            event("police.concern.raised", "2018-09-02T03:24:00+01:00", child(), data=low, case_ref="1"),
        ]
    )
    assert not [line for line in lines if line["kind"] == "alert"]
