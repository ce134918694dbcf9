"""What the police see on a day: domestic abuse, children at incidents, worries, missing children."""

from __future__ import annotations

from datetime import date, timedelta

from safeguarding.events.times import HOUR, MINUTE, local
from safeguarding.producers.borough.columns import in_case, nominals
from safeguarding.producers.borough.diary import time_text
from safeguarding.producers.borough.hub_scenes import referral
from safeguarding.producers.borough.population import Adult, Child, Family
from safeguarding.producers.borough.town import Town

_WORDS = ("I put the telly on loud", "we hid in the wardrobe", "can you make it stop", "I looked after the baby")


def domestic_abuse(town: Town, day: date) -> None:
    """An incident, mostly with a form, and a referral when children are there. Some steps are late or missing."""
    family, children = town.household(day)
    when = town.moment(day, 17, 23.9) if town.chance(0.7) else town.moment(day, 0, 17)
    town.introduce(family, when, day)
    there = children if town.chance(0.52) else []
    case = town.diary.number("CLV", when)
    people = _people(family, there)
    place = family.mother.postcode
    same = {"SUSPECT_AT_ADDR": "Y"} if family.father.postcode == place else {}
    linked = "Y" if there else "N"
    columns = people | same | {"OCC_CLASS": "DV" if town.chance(0.6) else "DVN", "OCC_POSTCODE": place}
    town.diary.enter("police", "INC", when, columns | {"CHILDREN_LINKED": linked}, case=case, note="Argument at home.")
    closing = {"CLOSE_CODE": "QL23" if town.chance(0.9) else town.random.choice(("QL07", "QN11", "QC02"))}
    town.diary.enter("police", "INCCL", when + town.random.randrange(3, 20) * HOUR, closing, case=case)
    if town.chance(0.62):
        _form(town, family, there, when, case)


def _form(town: Town, family: Family, there: list[Child], when: int, case: str) -> None:
    grade = town.random.choices("SMH", (64, 27, 9))[0]
    late = town.random.randrange(20, 34) if town.chance(0.05) else town.random.randrange(1, 9)
    ticks = {"S": 4, "M": 10, "H": 16}[grade] + town.random.randrange(4)
    columns = _people(family, there) | {"RISK_GRADE": grade, "RISK_TICKS": str(ticks)}
    if grade == "H":
        columns["MARAC_REF"] = "Y" if town.chance(0.8) else "N"
    if there:
        columns |= {"CHILD_SEEN": "Y", "CHILD_SAID": town.random.choice(_WORDS)} if town.chance(0.4) else {}
    kind = "DARA" if town.chance(0.2) else "DASH"
    town.diary.enter("police", kind, when + 40 * MINUTE, columns, case=case, saved=late * HOUR, note="Risk form.")
    if there and (sent := _referred(town, when)) is not None:
        columns = _people(family, there)
        town.diary.enter("police", "PPN", sent, columns, case=case, note="Children in the house.")
        referral(town, family, there, "2B", case, sent, grave=grade == "H")


def _referred(town: Town, when: int) -> int | None:
    """When an incident's referral is sent: the same night; of fourteen, one when somebody asks, and one never.

    Counted, not left to the dice, so that even a small borough has both.
    """
    town.referrals += 1
    if town.referrals % 14 == 9:
        return None
    hours = town.random.randrange(26, 90) if town.referrals % 14 == 3 else town.random.randrange(2, 12)
    return when + hours * HOUR


def child_present(town: Town, day: date) -> None:
    """An incident of another kind with a child there, and its referral."""
    family, children = town.household(day)
    when = town.moment(day, 8, 23)
    town.introduce(family, when, day)
    case = town.diary.number("CLV", when)
    people = nominals([("CH", child) for child in children] + [("PAR", family.mother)])
    columns = people | {"OCC_CLASS": "CHP", "CHILDREN_LINKED": "Y", "OCC_POSTCODE": family.mother.postcode}
    town.diary.enter("police", "INC", when, columns, case=case, note="Neighbours called; children in the room.")
    town.diary.enter("police", "INCCL", when + 6 * HOUR, {"CLOSE_CODE": "QL23"}, case=case)
    if (sent := _referred(town, when)) is not None:
        town.diary.enter("police", "PPN", sent, people, case=case)
        referral(town, family, children, "2B", case, sent)


def worry(town: Town, day: date) -> None:
    """An officer is worried about one child."""
    found = town.somebody(day, 3)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 9, 23.5)
    town.introduce(family, when, day)
    code = town.random.choice(("VC01", "VC02", "VC07", "VC09", "VC10", "VC99"))
    columns = {"VULN_CODE": code, "VULN_RAG": town.random.choices("GAR", (70, 25, 5))[0]}
    case = town.diary.number("VUL", when)
    note = "Out late with older young people."
    town.diary.enter("police", "VUL", when, nominals([("CH", child)]) | columns, case=case, note=note)


def missing(town: Town, day: date) -> None:
    """A young person begins to go missing: one episode or a run of them, each with a return and mostly an interview."""
    found = town.somebody(day, 12)
    if found is None:
        return
    family, child = found
    for _ in range(town.random.choices((1, 2, 3, 5), (45, 25, 18, 12))[0]):
        _episode(town, family, child, day)
        day += timedelta(days=town.random.randrange(4, 45))


def _episode(town: Town, family: Family, child: Child, day: date) -> None:
    when = town.moment(day, 18, 23.9)
    town.introduce(family, when, day)
    case = town.diary.number("MIS", when)
    who = nominals([("CH", child)])
    grave = town.chance(0.1)
    risk = town.random.choices(("NAR", "LOW", "MED", "HIGH"), (15, 35, 42, 8))[0]
    columns = who | {"MISPER_RISK": risk, "MISPER_CFC": "Y" if grave else "N"}
    town.diary.enter("police", "MIS", when, columns, case=case, note="Not home since school.")
    back = when + town.random.randrange(3, 26) * HOUR
    town.diary.enter("police", "MISRT", back, who | {"RETURNED_DTTM": time_text("police", back)}, case=case)
    if grave and town.chance(0.7):
        seen = town.moment(town.working_day(local(back).date(), 1), 9, 12)
        columns = in_case([child]) | {"ALERT_RULE": "missing-coordinator", "ALERT_OUTCOME": "coordinator allocated"}
        town.diary.enter("hub", "ALACK", seen, columns)
    if town.chance(0.75):
        talk = town.moment(town.working_day(local(back).date(), 1), 10, 16)
        columns = {"RHI_DECLINED": "N", "RHI_FACTORS": town.random.choice(("arguments at home", "friends; a party"))}
        if town.chance(0.3):
            columns = {"RHI_DECLINED": "Y"}
        town.diary.enter("hub", "RHI", talk, in_case([child]) | columns, case=town.diary.number("RHI", talk))


def _people(family: Family, children: list[Child]) -> dict[str, str]:
    adults: list[tuple[str, Child | Adult]] = [("VIC", family.mother), ("SUS", family.father)]
    return nominals([("CH", child) for child in children] + adults)
