"""The notice (thin): one record type per audience, so that what a type cannot hold cannot leak."""

from __future__ import annotations

from pydantic import Field

from safeguarding.events.alert import RecipientAction, Status, Urgency
from safeguarding.events.base import Word
from safeguarding.events.person import Name
from safeguarding.events.times import Day


class To(Word):
    """Who the notice is for."""

    code: str
    """ODS code, URN, team as its agency names it, else the agency."""
    name: str | None = None
    """Name of the recipient."""


class Handling(Word):
    """How the notice must be handled."""

    hide_from_patient_online: bool = False
    """True: never visible in the patient's online access."""
    do_not_disclose_to: list[str] = Field(default_factory=list)
    """Who must not learn of it."""


class NhsIdentifiers(Word):
    """The one number a health audience holds."""

    nhs_number: str | None = None
    """NHS number."""


class UpnIdentifiers(Word):
    """The one number a school holds."""

    upn: str | None = None
    """Unique pupil number."""


class NoIdentifiers(Word):
    """This audience holds no number of the child's."""


class _NamedChild(Word):
    name: Name | None = None
    """Name."""
    date_of_birth: Day | None = None
    """Date of birth."""
    expected_date_of_birth: Day | None = None
    """Expected date of birth, of an unborn child."""


class NhsChild(_NamedChild):
    """The child, for a health audience."""

    identifiers: NhsIdentifiers = NhsIdentifiers()
    """Numbers this audience may hold."""


class SchoolChild(_NamedChild):
    """The child, for its school."""

    identifiers: UpnIdentifiers = UpnIdentifiers()
    """Numbers this audience may hold."""


class PlainChild(_NamedChild):
    """The child, for an audience that holds no number of it."""

    identifiers: NoIdentifiers = NoIdentifiers()
    """Numbers this audience may hold: none."""


class Notice(Word):
    """What every notice says."""

    notice_id: str
    """The same for every revision to the same recipient."""
    alert_id: str
    """The alert it comes from."""
    rule: str
    """Name of the rule."""
    revision: int
    """Revision of the alert."""
    status: Status
    """raised, amended, escalated, resolved or withdrawn."""
    audience: str
    """Which audience."""
    recipient: To
    """Who it is for."""
    what: str
    """Plain words, no narrative."""
    urgency: Urgency
    """How soon somebody should look."""
    recipient_action: RecipientAction
    """What the recipient is asked to do."""
    handling: Handling
    """How it must be handled."""
    contact: str
    """Whom to ring."""
    batch: str | None = None
    """The same for all notices of one batch."""


class GpNotice(Notice):
    """To the child's general practice."""

    child: NhsChild | None = None
    """Whom it is about."""
    counts: dict[str, int] | None = None
    """Totals, no agency named."""
    grade: str | None = None
    """Risk grade, medium and high only."""
    signs: list[str] | None = None
    """Signs of relapse to look for."""
    voice: str | None = None
    """The child's words, at most 200 characters."""


class SchoolNurseNotice(GpNotice):
    """To the child's school nursing team."""


class HealthVisitorNotice(GpNotice):
    """To the child's health visiting team, or the mother's before birth."""


class SchoolNotice(Notice):
    """To the child's school."""

    child: SchoolChild | None = None
    """Whom it is about."""
    voice: str | None = None
    """The child's words, at most 200 characters."""


class PoliceNotice(Notice):
    """To the police."""

    child: PlainChild | None = None
    """Whom it is about."""
    counts: dict[str, int] | None = None
    """Totals, no agency named."""


class ProbationNotice(Notice):
    """To probation."""

    child: PlainChild | None = None
    """Whom it is about."""


class YosNotice(ProbationNotice):
    """To the youth offending service."""


class CglNotice(ProbationNotice):
    """To the drug and alcohol service."""


class HealthNotice(Notice):
    """To a health service that referred or was asked."""

    child: NhsChild | None = None
    """Whom it is about."""


NOTICES: dict[str, type[Notice]] = {
    "gp": GpNotice,
    "school-nurse": SchoolNurseNotice,
    "health-visitor": HealthVisitorNotice,
    "school": SchoolNotice,
    "police": PoliceNotice,
    "probation": ProbationNotice,
    "yos": YosNotice,
    "cgl": CglNotice,
    "health": HealthNotice,
}
