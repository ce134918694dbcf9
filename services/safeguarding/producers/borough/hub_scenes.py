"""What the children's hub does with a referral: receives, decides, asks, plans, meets, closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from safeguarding.events.times import HOUR, MINUTE, local
from safeguarding.producers.borough.columns import in_case
from safeguarding.producers.borough.diary import at, time_text
from safeguarding.producers.borough.names import WORKERS
from safeguarding.producers.borough.population import Child, Family
from safeguarding.producers.borough.town import Town


def referral(
    town: Town, family: Family, children: Sequence[Child], source: str, ref: str, sent: int, *, grave: bool = False
) -> None:
    """A referral arrives, is decided on, and may lead to a plan.

    Args:
        town: the town.
        family: the family.
        children: who was referred.
        source: the hub's code of the referrer.
        ref: the referrer's case reference.
        sent: when the referrer sent it.
        grave: whether it is serious on its face.
    """
    diary, random = town.diary, town.random
    case = diary.number("HUB", sent)
    who = in_case(children)
    origin = {"SOURCE_CODE": source, "SOURCE_REF": ref}
    if not town.chance(0.98):
        return  # lost on the way
    got = sent + random.randrange(10, 55) * MINUTE
    diary.enter("hub", "REF", got, who | origin, case=case)
    day = town.working_day(local(got).date(), 0 if local(got).hour < 12 else 1)
    decided = max(town.moment(day, 11, 16.5), got + 20 * MINUTE)
    outcome = random.choices(("NFA", "EH", "CFA", "STRAT"), (10, 20, 40, 30) if grave else (56, 24, 17, 3))[0]
    told = "Y" if town.chance(0.85) else "N"
    diary.enter("hub", "DEC", decided, who | origin | {"OUTCOME": outcome, "REFERRER_TOLD": told}, case=case)
    if outcome in ("CFA", "STRAT"):
        _ask(town, children, case, decided, outcome)
        if town.chance(0.35 if outcome == "CFA" else 0.6):
            _plan(town, family, children, case, decided, protection=outcome == "STRAT")


def _ask(town: Town, children: Sequence[Child], case: str, decided: int, outcome: str) -> None:
    asked = town.random.choice(("1A", "3"))
    due = at(town.working_day(local(decided).date(), 1 if outcome == "STRAT" else 5), 17)
    columns = in_case(children) | {"ASKED_CODE": asked, "DUE_AT": time_text("hub", due)}
    town.diary.enter("hub", "INFOREQ", decided + HOUR, columns, case=case)
    if town.chance(0.9):
        answered = town.moment(town.working_day(local(decided).date(), town.random.randrange(1, 6)), 9, 17)
        town.diary.enter("hub", "INFORPL", max(answered, decided + 2 * HOUR), columns, case=case)


def _plan(town: Town, family: Family, children: Sequence[Child], case: str, decided: int, *, protection: bool) -> None:
    diary, random = town.diary, town.random
    start = town.working_day(local(decided).date(), random.randrange(8, 15) if protection else random.randrange(18, 40))
    who = in_case(children)
    reason = random.choices(("NEG", "EMO", "PHY", "SAB"), (48, 36, 10, 6))[0]
    team = {"WORKER": random.choice(WORKERS), "TEAM": f"TEAM-{1 + family.number % 5}"}
    basis = "CA89S47" if protection else "CA89S17"
    began = at(start, 14)
    columns = who | team | {"STATUS": "CP" if protection else "CIN", "CATEGORY": reason}
    diary.enter("hub", "STATUS", began, columns, case=case, basis=basis)
    house = in_case(family.children if all(c.born < start for c in family.children) else children, [family.mother])
    diary.enter("hub", "HOUSE", began + 10 * MINUTE, house, case=f"HH-{30_000 + family.number}", basis=basis)
    if reason == "NEG":
        grades = {f"AREA{n}_NAME": name for n, name in enumerate(("physical care", "safety", "love"), 1)}
        grades |= {f"AREA{n}_GRADE": str(random.randrange(2, 6)) for n in (1, 2, 3)}
        diary.enter("hub", "NEGTOOL", began + HOUR, who | grades | {"TOOL": "graded care profile"}, case=case)
    if protection:
        _meet(town, children, case, began)
    end = town.working_day(start, random.randrange(110, 260))
    ended = {"STATUS": "CP" if protection else "CIN", "STATUS_ENDED": "Y"}
    diary.enter("hub", "STATUS", at(end, 15), who | ended, case=case, basis=basis)


def _meet(town: Town, children: Sequence[Child], case: str, began: int) -> None:
    who, diary = in_case(children), town.diary
    for month in (1, 2, 3):
        day = town.working_day(local(began).date(), 30 * month)
        held, meeting = at(day, 13.5), diary.number("CG", began)
        invited = "school;school_nurse;health_visitor;gp" if town.chance(0.7) else "school;health_visitor"
        plan = {"MEETING_TYPE": "CG", "MEETING_AT": time_text("hub", held), "INVITED": invited}
        diary.enter("hub", "MTG", at(town.working_day(day - timedelta(days=12)), 10), who | plan, case=case)
        diary.enter("hub", "CGHELD", held, who | {"MEETING_REF": meeting}, case=case)
        if town.chance(0.8):
            told = at(town.working_day(day, town.random.randrange(2, 7)), 16)
            columns = who | {"MEETING_REF": meeting, "SENT_TO": invited}
            diary.enter("hub", "MINS", told, columns, case=case)
