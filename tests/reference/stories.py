"""Stories for the reference: a family of three children and two adults, events of all types, times that seek bounds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from building import adult, child
from reference.outcome import Subject
from reference.reading import Event

SPACE = UUID("7d0d0f4e-3b1e-4c55-9a0f-0f3a1f1f7e22")
LONDON = ZoneInfo("Europe/London")
NELL, INES = child(1, date_of_birth="2008-02-29"), child(2, date_of_birth="2003-04-10")
BABY = child(3, date_of_birth="2016-03-01")
CHILDREN = {"c1": NELL, "c2": INES, "c3": BABY}
MOTHER, FATHER = adult(1), adult(2, "adult_perpetrator")
# Each story begins before something at which calendars go wrong.
STARTS = [
    datetime(2019, 10, 24, 9, tzinfo=LONDON),  # the clocks go back, then Christmas
    datetime(2020, 2, 26, 16, 30, tzinfo=LONDON),  # 29 February, then the clocks go forward, then Easter
    datetime(2020, 12, 21, 17, tzinfo=LONDON),  # Christmas, birthdays
    datetime(2019, 1, 30, 23, 30, tzinfo=LONDON),  # the end of a month; a year later there is a 29 February
]
CASES = {"1": ("c1",), "2": ("c1", "c2", "c3"), "3": ("c3",)}
STEPS = [timedelta(hours=n) for n in (0, 1, 9, 24, 48, 72)] + [
    timedelta(days=n) for n in (1, 3, 7, 28, 31, 89, 90, 91, 182, 365, 366)
]
NUDGES = [timedelta(0)] * 4 + [timedelta(minutes=n) for n in (-1, 1)] + [timedelta(days=n) for n in (-1, 1)]
DELAYS = (
    [timedelta(0)] * 8 + [timedelta(hours=n) for n in (1, 2, 30, 50)] + [timedelta(days=n) for n in (2, 30, 95, 400)]
)


def named(number: int) -> str:
    """The id of the n-th event of a story."""
    return str(uuid5(SPACE, str(number)))


def rfc(moment: datetime) -> str:
    return moment.astimezone(LONDON).isoformat(timespec="milliseconds")


class Sort(NamedTuple):
    """How an event of a type is drawn: its data, and who is in it ("child", "client", "incident")."""

    data: st.SearchStrategy[dict[str, Any]]
    about: str = "child"
    case: str = "maybe"


def fixed(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()})


def any_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


CONCERN = st.one_of(
    fixed(category="neglect", level=any_of("low", "medium", "high"), neglect_type=any_of("medical", "educational")),
    fixed(category=any_of("physical", "hardship", "self_harm"), level=any_of("low", "medium", "high")),
)
REFERRED = {"from_agency": any_of("police", "health"), "from_case_ref": any_of("1", "2", "3")}
GRADES = st.dictionaries(any_of("food", "home", "care"), st.integers(1, 4), min_size=2)
CONTACTS = any_of("12_months", "24_30_months")
SERVICES = any_of("dental", "orthoptics", "gp")
DEADLINES = ["court_at", "returned_at", "due_at", "at"]
NOTHING = st.just({})

SORTS: dict[str, Sort] = {
    "police.incident.recorded": Sort(
        fixed(kind=any_of("domestic_abuse", "child_present", "missing", "other"), children_linked=True), "incident"
    ),
    "police.incident.closed": Sort(fixed(closing_code=any_of("QL23", "QL01"))),
    "police.da_form.completed": Sort(
        fixed(tool="dash", grade=any_of("standard", "medium", "high"), marac_referred=st.booleans()), "incident"
    ),
    "police.referral.submitted": Sort(fixed(form="ppn")),
    "police.triage.completed": Sort(fixed(outcome="none", reason="none")),
    "police.missing.reported": Sort(fixed(risk=any_of("none", "low", "high"), cause_for_concern=st.booleans())),
    "police.missing.returned": Sort(fixed(returned_at=any_of(-30, -1, 0))),
    "police.concern.raised": Sort(CONCERN),
    "health.concern.raised": Sort(CONCERN),
    "health.appointment.was_not_brought": Sort(fixed(service=SERVICES)),
    "health.appointment.attended": Sort(fixed(service=SERVICES)),
    "health.hcp_contact.completed": Sort(fixed(contact=CONTACTS)),
    "health.hcp_contact.missed": Sort(fixed(contact=CONTACTS)),
    "health.registration.changed": Sort(
        fixed(gp_practice=any_of("A99001", "A99002"), health_visitor_team=any_of("HV-1", "HV-2"))
    ),
    "health.relapse_indicator.set": Sort(fixed(signs=["stays in bed"], contact="01632 960901"), "client"),
    "health.dental.concern": Sort(fixed(caries=any_of("none", "high"), note="seen")),
    "health.ed.attended": Sort(fixed(reason="fall", self_harm=st.booleans())),
    "health.camhs.referral_accepted": Sort(NOTHING),
    "health.camhs.seen": Sort(NOTHING),
    "cgl.client.children_linked": Sort(fixed(lives_with="yes"), "client"),
    "cgl.relapse_indicator.set": Sort(fixed(signs=["stays in bed"], contact="01632 960902"), "client"),
    "cgl.engagement.changed": Sort(fixed(status=any_of("engaged", "missed", "dropped_out")), "client"),
    "cgl.pregnancy.known": Sort(fixed(expected_date_of_birth="2021-08-01"), "client"),
    "cgl.concern.raised": Sort(CONCERN, "client"),
    "yos.case.opened": Sort(fixed(order="programme", worker="W")),
    "yos.case.closed": Sort(fixed(order="programme", worker="W")),
    "yos.concern.raised": Sort(CONCERN),
    "yos.appointment.missed": Sort(NOTHING),
    "probation.case.allocated": Sort(fixed(provider="P", worker="W"), "client"),
    "probation.case.closed": Sort(fixed(provider="P", worker="W"), "client"),
    "probation.psr_information.requested": Sort(fixed(court_at=any_of(10, 24 * 7, 24 * 30)), "client", "own"),
    "probation.custody.started": Sort(fixed(child_safeguarding_checked=False), "client"),
    "probation.concern.raised": Sort(CONCERN, "client"),
    "hub.referral.received": Sort(fixed(**REFERRED), case="referred"),
    "hub.decision.made": Sort(
        fixed(**REFERRED, outcome=any_of("assessment", "no_further_action"), referrer_told=st.booleans()),
        case="referred",
    ),
    "hub.status.changed": Sort(
        fixed(
            status=any_of("early_help", "cin", "cpp", "lac", "none"),
            reason=any_of("neglect", "emotional"),
            team=any_of("TEAM-1", "TEAM-2"),
            ended=any_of(False, False, True),
        )
    ),
    "hub.psr_information.provided": Sort(fixed(to_case_ref=any_of("P0", "P1", "P2", "P3")), "client", "none"),
    "hub.information.requested": Sort(fixed(from_agency=any_of("health", "cgl"), due_at=any_of(None, 24, 24 * 8))),
    "hub.information.provided": Sort(fixed(from_agency=any_of("health", "cgl"))),
    "hub.return_interview.completed": Sort(fixed(declined=st.booleans(), factors=[])),
    "hub.meeting.scheduled": Sort(
        fixed(
            kind="conference",
            at=any_of(24 * 7),
            invited=st.sets(any_of("dental", "adult_mental_health", "cgl", "probation", "gp", "school_nurse")).map(
                sorted
            ),
        )
    ),
    "hub.core_group.held": Sort(fixed(meeting_ref=any_of("M1", "M2"), distributed_to=[])),
    "hub.minutes.published": Sort(fixed(meeting_ref=any_of("M1", "M2"), distributed_to=[])),
    "hub.neglect_assessment.completed": Sort(fixed(tool=any_of("GCP2", "GCP2", "other"), areas=GRADES)),
    "education.enrolment.changed": Sort(
        fixed(
            school=any_of("999001", "999002", None),
            school_nurse_team=any_of("SN-1", "SN-2"),
            home_educated=any_of(False, False, True),
        )
    ),
    "education.concern.raised": Sort(CONCERN),
    "education.attendance.recorded": Sort(fixed(sessions_possible=100, sessions_absent=any_of(9, 10, 11), term="1")),
    "police.heartbeat.sent": Sort(fixed(every_seconds=86_400), "nobody", "none"),
}
# Identity, households and the answers of other audiences are other tests' stories (people.md, promise 3: merging is
# judged on arrival); agency-silent is about an agency and has its own.


class Theme(NamedTuple):
    """Types by parts of their names, and the rules that the hub answers meanwhile."""

    types: str
    rules: str


THEMES = {
    "abuse": Theme(
        "police.incident police.da_form police.referral education.enrolment",
        "da-escalation marac-repeat referral-missing incident-open encompass-gap",
    ),
    "forms": Theme("police.da_form police.incident.recorded", "da-escalation marac-repeat cumulative-concern"),
    "missing": Theme("police.missing hub.return_interview", "missing-coordinator return-interview"),
    "referrals": Theme("police.referral hub.referral hub.decision", "receipt-missing feedback-due"),
    "requests": Theme("hub.information hub.core_group hub.minutes", "information-overdue minutes-late"),
    "neglect": Theme("health.concern education.concern hub.neglect", "chronic-neglect cumulative-concern"),
    "appointments": Theme("health.appointment hub.status", "not-brought-pattern cumulative-concern"),
    "contacts": Theme("health.hcp health.dental health.ed hub.status", "contact-missed cumulative-concern"),
    "adults": Theme("cgl.client cgl.engagement probation.case yos.case", "family-overlap"),
    "court": Theme("psr_information cgl.relapse health.relapse", "family-overlap"),
    "meetings": Theme(
        "hub.meeting health.dental cgl. probation.custody health.re education.enrolment", "invitee-missing"
    ),
    "concerns": Theme(
        ".concern police.missing health.appointment.was health.ed education.attendance yos.appointment cgl.engagement "
        "hub.status",
        "cumulative-concern",
    ),
    "all": Theme(".", "cumulative-concern da-escalation contact-missed invitee-missing missing-coordinator"),
}


def sorts_of(theme: Theme) -> dict[str, Sort]:
    """The types of a theme, and the hub's answers."""
    found = {kind: sort for kind, sort in SORTS.items() if any(word in kind for word in theme.types.split())}
    answer = Sort(fixed(rule=any_of(*theme.rules.split()), reason=any_of("known", "known", None)), case="none")
    return found | {f"hub.notification.{verb}": answer for verb in ("acknowledged", "actioned", "dismissed")}


@st.composite
def stories(draw: Any, themes: Sequence[str] = tuple(THEMES), most: int = 14) -> list[Event]:
    """What happens to the family, in the order in which it arrives; the first events say who lives where."""
    start = draw(st.sampled_from(STARTS))
    sorts = sorts_of(THEMES[draw(st.sampled_from(themes))])
    moments = [start + timedelta(hours=2)]
    events = []
    for n in range(draw(st.integers(1, most))):
        step = draw(st.sampled_from(STEPS)) + draw(st.sampled_from(NUDGES))
        occurred = max(draw(st.sampled_from(moments[-4:])).astimezone(ZoneInfo("UTC")) + step, moments[0])
        while occurred in moments:
            occurred += timedelta(seconds=1)
        moments.append(occurred)
        published = occurred + draw(st.sampled_from(DELAYS))
        kind = draw(st.sampled_from(sorted(sorts)))
        events.append(_event(draw, kind, sorts[kind], n, occurred, published))
    arriving = sorted(events, key=lambda e: datetime.fromisoformat(e["published_at"]))
    return [*prologue(start), *arriving]


def prologue(start: datetime) -> list[Event]:
    """Who lives together, who their doctors are; one child has no school yet."""
    told: list[Event] = []

    def tell(kind: str, people: Iterable[Event], data: Event, **more: Any) -> None:
        n = 9000 + len(told)
        told.append(
            _envelope(kind, n, start + timedelta(seconds=n - 9000), start + timedelta(seconds=n - 9000))
            | {"people": list(people), "data": data}
            | more
        )

    everybody = [*CHILDREN.values(), MOTHER | {"role": "parent_carer"}, FATHER | {"role": "parent_carer"}]
    tell("hub.household.changed", everybody, {}, case_ref="H")
    for ref, who in CHILDREN.items():
        tell("health.registration.changed", [who], {"gp_practice": "A99001", "health_visitor_team": "HV-1"})
        school = {"school": None} if ref == "c2" else {"school": "999001"}
        tell("education.enrolment.changed", [who], school | {"school_nurse_team": "SN-1"})
    return told


def _envelope(kind: str, n: int, occurred: datetime, published: datetime) -> Event:
    return {
        "type": kind, "id": named(n), "action": "new", "agency": kind.split(".", 1)[0], "occurred_at": rfc(occurred),
        "published_at": rfc(published), "basis": "children_act_2004_s11", "case_ref": None,
    }  # fmt: skip


def _event(draw: Any, kind: str, sort: Sort, n: int, occurred: datetime, published: datetime) -> Event:
    data = data_of(draw, sort, occurred)
    case = draw(st.sampled_from([None, None, "1", "2", "3"])) if sort.case == "maybe" else None
    case = f"P{n % 4}" if sort.case == "own" else case
    whom = CASES.get(case or data.get("from_case_ref", ""), (draw(st.sampled_from(sorted(CHILDREN))),))
    people = [] if sort.about == "nobody" else [CHILDREN[ref] for ref in whom]
    if sort.about == "client":
        people = [draw(st.sampled_from([MOTHER, FATHER])) | {"role": "client"}]
    if sort.about == "incident":
        adults = draw(st.sampled_from([[], [MOTHER, FATHER], [MOTHER, FATHER], [FATHER | {"role": "adult_victim"}]]))
        people = [*(people if not adults or draw(st.booleans()) else []), *adults]
    if kind == "cgl.client.children_linked":
        people += [NELL]
    return _envelope(kind, n, occurred, published) | {"people": people, "data": data, "case_ref": case}


def data_of(draw: Any, sort: Sort, occurred: datetime) -> Event:
    """Drawn data, with its times as times."""
    data = {name: value for name, value in draw(sort.data).items() if value is not None}
    for name in DEADLINES:
        if name in data:
            data[name] = rfc(occurred + timedelta(hours=data[name]))
    if "meeting_ref" in data:
        data["meeting_ref"] += f"/{occurred.year}"  # what is older than a year and a half is no longer remembered
    return data


def subjects() -> list[Subject]:
    """The three children, whom every event about an adult of theirs reaches, and the cases of courts."""
    adults = {MOTHER["ref"], FATHER["ref"]}
    children = [
        Subject(ref, datetime.fromisoformat(who["date_of_birth"]).date(),
                lambda event, ref=ref: bool({p["ref"] for p in event["people"]} & {ref, *adults}))
        for ref, who in CHILDREN.items()
    ]  # fmt: skip
    return [*children, Subject("case", children[0].born, lambda event: ".psr_information." in event["type"])]
