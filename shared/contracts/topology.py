"""Who speaks and who listens (事件拓扑): the streams, and what each service reads from them.

Plain data: the provisioner makes streams and durables from it, the reconciler knows from it who must have received
what, and tests compare it with what the services really subscribe to.
"""

from contracts import (
    apikey,
    approval,
    audit,
    calendar,
    catalogue,
    complaint,
    constraint,
    credit,
    directory,
    draws,
    feedback,
    plans,
    process,
    publicity,
    redress,
    risk,
    supervision,
    visit,
    watch,
)
from contracts.event import Event, cloud_type, speaker

EVENTS: dict[str, type[Event]] = {
    cloud_type(event): event
    for event in (
        *approval.EVENTS,
        *directory.EVENTS,
        *calendar.EVENTS,
        *supervision.EVENTS,
        *process.EVENTS,
        *catalogue.EVENTS,
        *complaint.EVENTS,
        *watch.EVENTS,
        *feedback.EVENTS,
        *risk.EVENTS,
        *visit.EVENTS,
        *publicity.EVENTS,
        *plans.EVENTS,
        *draws.EVENTS,
        *credit.EVENTS,
        *constraint.EVENTS,
        *redress.EVENTS,
        *apikey.EVENTS,
        *audit.EVENTS,
    )
}
"""CloudEvents type → event class."""

STREAMS: dict[str, tuple[str, ...]] = {
    "APPROVAL": ("shenguan.approval.>",),
    "SUPERVISION": ("shenguan.supervision.>",),
    "CREDIT": ("shenguan.credit.>",),
    "CONSOLE": ("shenguan.console.>",),
    "INTAKE": ("shenguan.intake.>",),
}
"""Stream → the subjects it keeps. INTAKE takes what bureau systems send and keeps it for a day."""


def told_by(service: str) -> tuple[type[Event], ...]:
    """Every event a service tells."""
    return tuple(event for event in EVENTS.values() if speaker(event) == service)


LISTENS: dict[str, dict[str, tuple[type[Event], ...]]] = {
    "approval": {
        "SUPERVISION": (
            supervision.TaskCreated,
            supervision.TaskJoined,
            supervision.TaskClaimed,
            supervision.TaskCancelled,
            supervision.InspectionConcluded,
            supervision.ApprovalUnmatched,
            process.TaskReturned,
            process.TaskRouted,
            process.TaskArbitrated,
            process.TaskHandedOver,
            process.TaskClosed,
            *feedback.RAISED,
            audit.SupervisionAuditSealed,
        ),
        "CREDIT": (
            credit.GradeChanged,
            credit.RecordAdded,
            credit.RecordExpired,
            credit.RecordRepaired,
            credit.RecordWithdrawn,
            credit.SubjectMerged,
            credit.SubjectSplit,
            *constraint.EVENTS,
            redress.ObjectionLodged,
            redress.ObjectionDecided,
            redress.ReviewRequested,
            audit.CreditAuditSealed,
        ),
        "CONSOLE": (audit.ConsoleAuditSealed,),
    },
    "supervision": {
        "APPROVAL": (
            approval.CaseDecided,
            approval.CaseCorrected,
            directory.DirectoryChanged,
            calendar.CalendarChanged,
            *feedback.ANSWERED,
            apikey.ApiKeyChanged,
            audit.ApprovalAuditSealed,
        ),
        "CREDIT": (credit.GradeChanged, redress.ObjectionLodged, redress.ObjectionDecided, audit.CreditAuditSealed),
        "CONSOLE": (audit.ConsoleAuditSealed,),
    },
    "credit": {
        "APPROVAL": (
            approval.CaseDecided,
            approval.CaseCorrected,
            approval.ItemListed,
            calendar.CalendarChanged,
            apikey.ApiKeyChanged,
            audit.ApprovalAuditSealed,
        ),
        "SUPERVISION": (supervision.InspectionConcluded, process.ReferralConcluded, audit.SupervisionAuditSealed),
        "CONSOLE": (audit.ConsoleAuditSealed,),
    },
    "console": {service.upper(): told_by(service) for service in ("approval", "supervision", "credit")},
}
"""Service → stream → the events it must receive."""

INTAKE: tuple[str, ...] = ("approval", "supervision")
"""Services that take facts from bureau systems on ``shenguan.intake.<service>.v1.*``."""


def stream_of(service: str) -> str:
    """The stream a service publishes to."""
    return service.upper()


def speaker_of(stream: str) -> str:
    """The service a stream belongs to; for INTAKE nobody's."""
    return stream.lower()


def durable_of(service: str, stream: str) -> str:
    """The durable consumer of a service on a stream, e.g. ``supervision-from-approval``."""
    return f"{service}-from-{stream.lower()}"


def filters_of(service: str, stream: str) -> tuple[str, ...]:
    """The NATS subjects a service's durable selects from a stream."""
    if stream == "INTAKE":
        return (f"shenguan.intake.{service}.v1.>",)
    return tuple(
        f"shenguan.{event.fact}.v{version}.>"
        for event in LISTENS[service][stream]
        for version in range(1, event.generation + 1)
    )


def durables() -> list[tuple[str, str]]:
    """Every (service, stream) pair that has a durable consumer."""
    listening = [(service, stream) for service, streams in LISTENS.items() for stream in streams]
    return listening + [(service, "INTAKE") for service in INTAKE]
