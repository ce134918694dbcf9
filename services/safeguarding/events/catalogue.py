"""The event catalogue: every type, its data, and whether it can count as a concern (contract.md, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from pydantic import Field, create_model

from safeguarding.events import cgl, concern, health, hub, police, probation, yos
from safeguarding.events.base import Word
from safeguarding.events.education import AttendanceRecorded, EnrolmentChanged
from safeguarding.events.envelope import AGENCIES, Envelope
from safeguarding.events.fits import fits


@dataclass(frozen=True)
class EventType:
    """One row of the catalogue.

    Attributes:
        name: ``<agency>.<noun>.<past participle>``.
        agency: the only agency that may send it.
        data: what it tells besides the envelope.
    """

    name: str
    agency: str
    data: type[Word]

    @property
    def about(self) -> str:
        """What it tells, in a sentence."""
        return (self.data.__doc__ or "").strip().split("\n")[0]

    @cached_property
    def model(self) -> type[Envelope]:
        """Envelope with typed ``data``; built when it is first asked for, since few processes need every type."""
        optional = not any(field.is_required() for field in self.data.model_fields.values())
        slot = Field(default_factory=self.data, description=self.about) if optional else Field(description=self.about)
        words = f"{self.name}: {self.about}"
        model = create_model(_title(self.name), __base__=Envelope, __doc__=words, data=(self.data, slot))
        return cast("type[Envelope]", model)

    @cached_property
    def fits(self) -> Callable[[Any], bool]:
        """Whether an event in the form that rooms use is certainly what the model accepts."""
        return fits(self.model)


_DATA: dict[str, type[Word]] = {
    "police.incident.recorded": police.IncidentRecorded,
    "police.incident.closed": police.IncidentClosed,
    "police.da_form.completed": police.DaFormCompleted,
    "police.referral.submitted": police.ReferralSubmitted,
    "police.triage.completed": police.TriageCompleted,
    "police.missing.reported": police.MissingReported,
    "police.missing.returned": police.MissingReturned,
    "police.concern.raised": concern.Concern,
    "health.concern.raised": concern.Concern,
    "health.appointment.was_not_brought": health.WasNotBrought,
    "health.appointment.attended": health.AppointmentAttended,
    "health.hcp_contact.completed": health.HcpContact,
    "health.hcp_contact.missed": health.HcpContact,
    "health.registration.changed": health.RegistrationChanged,
    "health.relapse_indicator.set": health.RelapseIndicator,
    "health.dental.concern": health.DentalConcern,
    "health.ed.attended": health.EdAttended,
    "health.camhs.referral_accepted": health.Camhs,
    "health.camhs.seen": health.Camhs,
    "cgl.client.children_linked": cgl.ChildrenLinked,
    "cgl.relapse_indicator.set": health.RelapseIndicator,
    "cgl.engagement.changed": cgl.EngagementChanged,
    "cgl.pregnancy.known": cgl.PregnancyKnown,
    "cgl.concern.raised": concern.Concern,
    "yos.case.opened": yos.Case,
    "yos.case.closed": yos.Case,
    "yos.concern.raised": concern.Concern,
    "yos.appointment.missed": concern.NoData,
    "probation.case.allocated": probation.Case,
    "probation.case.closed": probation.Case,
    "probation.psr_information.requested": probation.PsrInformationRequested,
    "probation.custody.started": probation.CustodyStarted,
    "probation.concern.raised": concern.Concern,
    "hub.referral.received": hub.ReferralReceived,
    "hub.decision.made": hub.DecisionMade,
    "hub.status.changed": hub.StatusChanged,
    "hub.psr_information.provided": hub.PsrInformationProvided,
    "hub.information.requested": hub.InformationRequested,
    "hub.information.provided": hub.InformationProvided,
    "hub.return_interview.completed": hub.ReturnInterviewCompleted,
    "hub.meeting.scheduled": hub.MeetingScheduled,
    "hub.core_group.held": hub.MeetingRecord,
    "hub.minutes.published": hub.MeetingRecord,
    "hub.neglect_assessment.completed": hub.NeglectAssessmentCompleted,
    "hub.household.changed": concern.NoData,
    "hub.identity.merged": concern.NoData,
    "hub.identity.separated": concern.NoData,
    "hub.identity.decided": hub.IdentityDecided,
    "education.enrolment.changed": EnrolmentChanged,
    "education.concern.raised": concern.Concern,
    "education.attendance.recorded": AttendanceRecorded,
}
for _agency in AGENCIES:
    _DATA[f"{_agency}.heartbeat.sent"] = concern.Heartbeat
    for _verb in ("acknowledged", "actioned", "dismissed"):
        _DATA[f"{_agency}.notification.{_verb}"] = concern.NotificationAnswer


def _title(name: str) -> str:
    return "".join(part.title() for part in name.split(".", 1)[1].replace(".", "_").split("_"))


TYPES: dict[str, EventType] = {n: EventType(n, n.split(".", 1)[0], data) for n, data in sorted(_DATA.items())}
