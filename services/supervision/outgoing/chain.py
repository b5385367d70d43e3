"""The chain (主链事件): tasks, inspections, what had no link. With ``process`` the only translation from its own facts to contract events."""

from datetime import datetime
from typing import Any

from contracts.catalogue import CataloguePublished
from contracts.event import Object, Subject
from contracts.supervision import (
    ApprovalUnmatched,
    Finding,
    InspectionConcluded,
    TaskCancelled,
    TaskClaimed,
    TaskCreated,
    TaskJoined,
    TaskNarrowed,
)
from contracts.watch import AlertRaised
from supervision.domain.alerts import Alert, Case
from supervision.domain.catalogue import VersionRecord
from supervision.domain.decision import Decision
from supervision.domain.inspection import Inspection
from supervision.domain.matching import Narrowed
from supervision.domain.register import Holder
from supervision.domain.task import Task


def task_created(task: Task) -> TaskCreated:
    """监管任务已生成."""
    return TaskCreated(
        **about(task),
        ad_hoc=task.ad_hoc,
        purpose=task.purpose,
        draw_no=task.draw_no,
        method=task.method,
        relation=task.relation,
        link_code=task.link_code,
        catalogue_version=task.catalogue_version,
        created_at=task.created_at,
    )


def task_claimed(task: Task, at: datetime) -> TaskClaimed:
    """监管任务已认领."""
    return TaskClaimed(
        **about(task),
        claimed_by=task.claimed_by,
        claimed_at=at,
        automatically=task.claimed_automatically,
    )


def task_joined(task: Task, decision: Decision, at: datetime) -> TaskJoined:
    """决定并入未办结任务."""
    return TaskJoined(**about(task, decision.case_id), joined_at=at)


def task_cancelled(task: Task, decision: Decision, at: datetime) -> TaskCancelled:
    """监管任务已取消."""
    return TaskCancelled(**about(task, decision.case_id), reason=decision.kind, cancelled_at=at)


def task_narrowed(narrowed: Narrowed, decision: Decision, at: datetime) -> TaskNarrowed:
    """监管任务已减去事项."""
    task = narrowed.task
    return TaskNarrowed(
        **about(task, decision.case_id),
        reason=decision.kind,
        item_code=narrowed.item_code,
        items=task.items,
        narrowed_at=at,
    )


def approval_unmatched(decision: Decision) -> ApprovalUnmatched:
    """决定未匹配监管事项."""
    return ApprovalUnmatched(
        source_system=decision.source_system,
        region=decision.region,
        case_id=decision.case_id,
        item_code=decision.item_code,
        decided_on=decision.decided_on,
        subject=subject_of(decision.holder),
        object=Object(
            object_no=decision.object_no,
            name=decision.object_name,
            address=decision.object_address,
        ),
    )


def inspection_concluded(task: Task, inspection: Inspection) -> InspectionConcluded:
    """检查已办结."""
    report = inspection.report
    return InspectionConcluded(
        **about(task),
        inspection_no=report.inspection_no,
        result=report.result,
        findings=tuple(
            Finding(line_code=found.line_code, severity=found.severity, note=found.note) for found in report.findings
        ),
        inspected_on=report.inspected_on,
        inspectors=report.inspectors,
        orphan=inspection.orphan,
        purpose=task.purpose,
        items=task.items,
        close_reason=task.close_reason or "",
    )


def catalogue_published(record: VersionRecord, region: str) -> CataloguePublished:
    """目录版本已发布."""
    content = record.content
    return CataloguePublished(
        source_system="supervision",
        region=region,
        version=content.version,
        effective_from=content.effective_from,
        effective_to=content.effective_to,
        change_reason=content.change_reason,
        links=len(content.links),
        item_codes=tuple(sorted({link.item_code for link in content.links})),
        drafted_by=record.drafted_by,
        submitted_by=record.submitted_by,
        published_by=record.published_by,
    )


def alert_raised(alert: Alert, case: Case, at: datetime) -> AlertRaised:
    """预警已发出; the region and source are those of the case that raised it."""
    return AlertRaised(
        source_system=case.source_system,
        region=case.region,
        rule=alert.rule,
        key=alert.key,
        period=alert.period,
        number=alert.number,
        facts=alert.facts,
        raised_on=alert.raised_on,
        at=at,
    )


def about(task: Task, case_id: str = "") -> dict[str, Any]:
    """What every event about a task begins with; ``case_id``: the deciding case, when it is not the one that made it."""
    return {
        "source_system": task.source_system,
        "region": task.region,
        "task_id": task.task_id,
        "department": task.department,
        "case_id": case_id or task.case_id,
        "subject": subject_of(task.holder),
        "object": object_of(task),
    }


def subject_of(holder: Holder) -> Subject:
    """主体 as it travels."""
    return Subject(id_type=holder.id_type, id_no=holder.id_no, kind=holder.kind, name=holder.name)


def object_of(task: Task) -> Object:
    """监管对象 as it travels."""
    return Object(object_no=task.object_no, name=task.object_name, address=task.object_address)
