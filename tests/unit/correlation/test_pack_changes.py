"""Another pack takes over while alerts are open and notices wait: nothing hangs, nothing leaves that nobody judges."""

from story import Story, pack_of


def waiting() -> Story:
    story = Story("da-health-notice")
    story.tell("police.da_form.completed", "2017-10-02 21:00", "a", tool="dash", grade="standard")
    assert story.held() == [("gp", "next_0800"), ("school-nurse", "next_0800")]
    return story


def test_a_notice_whose_rule_is_gone_does_not_leave():
    story = waiting()
    story.pack = pack_of(["closing-code"], {})
    story.tell("education.concern.raised", "2017-10-02 22:00", category="other", level="low")
    assert story.wait("2017-10-20 21:00") == []
    assert story.notices() == []


def test_a_deadline_of_a_rule_that_is_gone_passes():
    story = Story("incident-open")
    story.tell("police.da_form.completed", "2017-10-02 21:00", "a", tool="dash", grade="standard")
    story.pack = pack_of(["closing-code"], {})
    assert story.wait("2017-10-20 21:00") == []


def test_a_rule_is_judged_between_its_dates_only():
    story = Story("incident-open")
    active = story.pack.rules["incident-open"]
    ended = active._replace(valid_to=story.hot.clock // 86_400_000)
    story.pack = story.pack._replace(
        rules={"incident-open": ended}, by_type=dict.fromkeys(story.pack.by_type, (ended,))
    )
    story.tell("police.da_form.completed", "2017-10-02 21:00", "a", tool="dash", grade="standard")
    assert story.wait("2017-10-20 21:00") == []
