"""What services for adults and for young offenders see: clients with children, people on probation, young people."""

from __future__ import annotations

from datetime import date, timedelta

from safeguarding.events.times import HOUR
from safeguarding.producers.borough.columns import client, in_case, supervised, young_person
from safeguarding.producers.borough.diary import at, day_text, time_text
from safeguarding.producers.borough.hub_scenes import referral
from safeguarding.producers.borough.names import WORKERS
from safeguarding.producers.borough.town import Town

_PROVIDER = {"providerName": "Tees Valley Community Rehabilitation", "providerCode": "TVCR"}


def treatment(town: Town, day: date) -> None:
    """An adult with children is in treatment with CGL for the rest of the year: kept and missed appointments, signs."""
    family, children = town.household(day)
    adult = family.mother if town.chance(0.5) else family.father
    case, who = f"CGL-{20_000 + adult.number}", client(adult)
    when = town.moment(day, 10, 16)
    town.introduce(family, when, day)
    living = "11" if adult.postcode == family.mother.postcode else town.random.choice(("14", "13"))
    named = client(adult, children) | {"CHILDLIVING": living}
    town.diary.enter("cgl", "CHILDREN", when, named, case=case)
    end, status = town.start + timedelta(days=365), "A"
    while (day := town.working_day(day, town.random.randrange(20, 60))) < end and status != "UNPLANNED":
        when = town.moment(day, 10, 16)
        status = town.random.choices(("A", "DNA", "UNPLANNED"), (70, 24, 6))[0]
        town.diary.enter("cgl", "ATTEND", when, who | {"ENGAGEMENT": status}, case=case, saved=3 * HOUR)
        if status == "DNA" and town.chance(0.3):
            columns = who | {"RELAPSESIGNS": "S1;S3", "KEYWORKER": "Duty worker, 01632 960217"}
            town.diary.enter("cgl", "RELAPSE", when + 2 * HOUR, columns, case=case)
        if town.chance(0.02):
            columns = named | {"CONCERN": town.random.choice(("SUB", "NEGS")), "SEVERITY": "M"}
            town.diary.enter("cgl", "SAFEG", when + HOUR, columns, case=case, note="Children alone in the evening.")
            referral(town, family, children, "4", case, when + 3 * HOUR)
    if adult.sex == "F" and town.chance(0.06):
        born = day_text("cgl", day + timedelta(days=120))
        town.diary.enter("cgl", "PREG", at(town.working_day(day), 11), who | {"EDD": born}, case=case)


def supervision(town: Town, day: date) -> None:
    """A parent comes under probation, sometimes after a court report, and leaves it again."""
    family, children = town.household(day)
    adult = family.father
    case, who, worker = f"PR-{300_000 + adult.number}", supervised(adult, children), town.random.choice(WORKERS)
    when = town.moment(day, 9, 16)
    town.introduce(family, when, day)
    if town.chance(0.35):
        _court(town, day, who, in_case(children))
    if town.chance(0.2):
        columns = who | {"safeguardingCheck": "Y" if town.chance(0.7) else "N"}
        town.diary.enter("probation", "CUSTODY", when + HOUR, columns, case=case, basis="CDA115")
    staff = _PROVIDER | {"offenderManager": worker}
    town.diary.enter("probation", "ALLOC", when + 30 * HOUR, who | staff, case=case, basis="CDA115")
    if town.chance(0.12):
        columns = who | {"registerCode": town.random.choice(("DAHX", "DRUG", "NEGS")), "riskLevel": "RM"}
        town.diary.enter("probation", "REGISTER", when + 200 * HOUR, columns, case=case, note="Talked of the children.")
    end = at(town.working_day(day, town.random.randrange(90, 200)), 15)
    town.diary.enter("probation", "TERM", end, supervised(adult) | staff, case=case, basis="CDA115")


def _court(town: Town, day: date, who: dict[str, str], children: dict[str, str]) -> None:
    asked, court = at(day, 9.5), at(town.working_day(day, 14), 10)
    case = town.diary.number("PSR", asked)
    columns = who | _PROVIDER | {"courtDateTime": time_text("probation", court)}
    town.diary.enter("probation", "PSR", asked, columns, case=case, basis="CDA115")
    if town.chance(0.75):
        told = town.moment(town.working_day(day, town.random.randrange(2, 12)), 10, 16)
        columns = children | {"PROBATION_REF": case}
        town.diary.enter("hub", "PSR", told, columns, case=town.diary.number("HUB", told))


def young_offender(town: Town, day: date) -> None:
    """A young person comes to the YOS: a case with missed appointments, perhaps a worry, and an end."""
    found = town.somebody(day, 11)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 10, 16)
    town.introduce(family, when, day)
    case, who = f"YOS-{4_000 + child.number}", young_person(child)
    order = {"Disposal": town.random.choice(("RO", "YRO", "YC", "PREV")), "Case Manager": town.random.choice(WORKERS)}
    town.diary.enter("yos", "Start", when, who | order, case=case)
    for _ in range(town.count(1.4)):
        missed = town.moment(town.working_day(day, town.random.randrange(10, 110)), 10, 17)
        town.diary.enter("yos", "FTA", missed, who, saved=HOUR)
    if town.chance(0.3):
        seen = town.moment(town.working_day(day, town.random.randrange(5, 80)), 11, 17)
        columns = who | {"Safety Concern": town.random.choice(("CE", "NEGSUP", "SH")), "Judgement": "Medium"}
        columns |= {"YP Said": "they just let me go wherever"} if town.chance(0.5) else {}
        town.diary.enter("yos", "Safety", seen, columns, case=case, note="Out at night with adults.")
    end = at(town.working_day(day, town.random.randrange(90, 180)), 16)
    town.diary.enter("yos", "End", end, who | order, case=case)
