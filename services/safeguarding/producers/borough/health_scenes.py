"""What health services see on a day: appointments, contacts of the healthy child programme, worries, emergencies."""

from __future__ import annotations

from datetime import date, timedelta

from safeguarding.events.times import HOUR
from safeguarding.producers.borough.columns import patient
from safeguarding.producers.borough.diary import at, day_text
from safeguarding.producers.borough.hub_scenes import referral
from safeguarding.producers.borough.population import Child, Family
from safeguarding.producers.borough.town import Town

_SERVICES = ("120", "130", "215", "215", "420", "655", "SLT", "IMM")
_DUE = (("HCP2", 12), ("HCP3", 48), ("HCP4", 365), ("HCP5", 800))  # contact and age in days
_WORRIES = ("9Sg1.", "9Sg3.", "9Sg6.", "9Sg9.", "9SgA.", "9SgB.", "9SgD.")
_ACHES = ("fall from a bike", "fever", "wheeze", "cut hand", "tummy pain", "head knock at play")


def attended(town: Town, day: date) -> None:
    """A child is brought to an appointment."""
    if (found := town.anybody(day)) is not None:
        _seen(town, *found, day, town.random.choice(_SERVICES))


def not_brought(town: Town, day: date) -> None:
    """A child is not brought; the next appointment is mostly kept."""
    found = town.somebody(day) if town.chance(0.6) else town.anybody(day)
    if found is None:
        return
    family, child = found
    service, missed = town.random.choice(_SERVICES), 1
    while True:
        when = town.moment(day, 9, 16)
        town.introduce(family, when, day)
        columns = patient(child) | {"ServiceCode": service, "MissedInARow": str(missed)}
        town.diary.enter("health", "DNA", when, columns, saved=2 * HOUR)
        day, missed = town.working_day(day, town.random.randrange(14, 50)), missed + 1
        if town.chance(0.78) or missed > 3:
            break
    if town.chance(0.7):
        _seen(town, family, child, day, service)


def _seen(town: Town, family: Family, child: Child, day: date, service: str) -> None:
    when = town.moment(day, 9, 16)
    town.introduce(family, when, day)
    town.diary.enter("health", "ATT", when, patient(child) | {"ServiceCode": service}, saved=HOUR)


def worry(town: Town, day: date) -> None:
    """A GP, nurse or health visitor writes down a worry; a grave one goes to the hub."""
    found = town.somebody(day)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 9, 17)
    town.introduce(family, when, day)
    level = town.random.choices("123", (68, 26, 6))[0]
    case = town.diary.number("SN", when)
    columns = patient(child) | {"ReadCode": town.random.choice(_WORRIES), "ConcernLevel": level}
    if town.chance(0.3):
        columns |= {"ChildSeen": "Y", "Presentation": "quiet, close to the parent"}
    town.diary.enter("health", "CONC", when, columns, case=case, note="Tired, clothes too small.", saved=HOUR)
    if level == "3":
        referral(town, family, [child], "3", case, when + 2 * HOUR, grave=True)


def hardship(town: Town, day: date) -> None:
    """Arrears, a food bank, a cold house: help is offered, nobody is under suspicion."""
    family = town.random.choice(town.poor)
    children = [child for child in family.children if child.born < day]
    if children:
        when = town.moment(day, 9, 17)
        town.introduce(family, when, day)
        columns = patient(town.random.choice(children)) | {"ReadCode": "9SgE.", "ConcernLevel": "1"}
        town.diary.enter("health", "CONC", when, columns, note="Food bank voucher given.", basis="CON")


def emergency(town: Town, day: date) -> None:
    """A child comes to the emergency department; rarely for self-harm, then CAMHS follows."""
    found = town.anybody(day)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 7, 23.5)
    town.introduce(family, when, day)
    harm = child.age(day) >= 12 and town.chance(0.05)
    reason = "took tablets" if harm else town.random.choice(_ACHES)
    case = town.diary.number("ED", when)
    columns = patient(child) | {"PresentingComplaint": reason, "SelfHarm": "Y" if harm else "N"}
    town.diary.enter("health", "ED", when, columns, case=case, saved=3 * HOUR, sent=6 * HOUR)
    if harm:
        _camhs(town, child, day, case)


def camhs(town: Town, day: date) -> None:
    """A young person is referred to CAMHS and seen weeks later."""
    found = town.somebody(day, 8)
    if found is not None:
        town.introduce(found[0], at(day, 9), day)
        _camhs(town, found[1], day, town.diary.number("CAM", at(day, 9)))


def _camhs(town: Town, child: Child, day: date, case: str) -> None:
    taken = at(town.working_day(day, 3), 11)
    who = patient(child)
    town.diary.enter("health", "CAMHSREF", taken, who | {"Clinician": "CAMHS single point of access"}, case=case)
    seen = at(town.working_day(day, town.random.randrange(25, 70)), 14)
    town.diary.enter("health", "CAMHSSEEN", seen, who | {"Clinician": "J. Rowanby, nurse"}, case=case)


def dental(town: Town, day: date) -> None:
    """A dentist is worried about a child's teeth."""
    found = town.somebody(day, 2, 15)
    if found is None:
        return
    family, child = found
    when = town.moment(day, 9, 16)
    town.introduce(family, when, day)
    columns = {"CariesIndex": town.random.choice("123"), "DentalNote": "Decayed milk teeth, pain at night."}
    town.diary.enter("health", "DENT", when, patient(child) | columns, saved=4 * HOUR)


def relapse(town: Town, day: date) -> None:
    """An adult mental health team names signs to look for, with the patient's knowledge."""
    family, _ = town.household(day)
    when = town.moment(day, 10, 16)
    town.introduce(family, when, day)
    signs = {"WarningSigns": "stops opening letters; keeps the children at home", "DutyContact": "01632 960344"}
    case = f"MH-{70_000 + family.mother.number}"
    town.diary.enter("health", "RELAPSE", when, patient(family.mother) | signs, case=case, basis="CON")


def moved_practice(town: Town, day: date) -> None:
    """A family changes its practice."""
    family = town.random.choice(town.families)
    when = town.moment(day, 9, 17)
    town.introduce(family, when, day)
    for child in family.children:
        if child.born < day:
            town.register(family, child, when, practice=f"A99{100 + town.random.randrange(24)}")


def contacts_due(town: Town) -> dict[date, list[tuple[Family, Child, str]]]:
    """Contacts of the healthy child programme, by the day on which they are due in the year."""
    due: dict[date, list[tuple[Family, Child, str]]] = {}
    for family in town.families:
        for child in family.children:
            for contact, days in _DUE:
                day = town.working_day(child.born + timedelta(days=days))
                if town.start <= day < town.start + timedelta(days=365):
                    due.setdefault(day, []).append((family, child, contact))
            booked = town.working_day(child.born - timedelta(days=70))
            if booked >= town.start and town.chance(0.4):
                due.setdefault(booked, []).append((family, child, "HCP1"))
    return due


def contact(town: Town, day: date, family: Family, child: Child, code: str) -> None:
    """One contact, completed or missed (the harder life is, the more often)."""
    when = town.moment(day, 9, 16)
    if code == "HCP1":  # before the birth: in the mother's record
        columns = patient(family.mother) | {"ExpectedDueDate": day_text("health", child.born)}
        town.diary.enter("health", "HCPC", when, columns | {"ContactCode": code}, saved=HOUR)
        return
    town.introduce(family, when, day)
    missed = town.chance(min(0.5, 0.06 + 0.03 * family.strain))
    kind = "HCPM" if missed else "HCPC"
    town.diary.enter("health", kind, when, patient(child) | {"ContactCode": code}, saved=2 * HOUR)
