"""What an enterprise does itself (企业办理); the officer who has the task is told."""

from kernel.notice import Notice
from supervision.domain.enterprise import ENTERPRISE, AddOwnEvidence, ReportOwn, require_own
from supervision.domain.evidence import Evidence
from supervision.domain.task import Task
from supervision.handlers.evidence import keep_evidence
from supervision.handlers.rectifications import report_rectified
from supervision.ports import Work


def report_own(work: Work, command: ReportOwn) -> Task:
    """企业报告整改完成. Refuses ``not-found`` (404) for another's task, ``verb-not-now`` (409)."""
    task = require_own(work.tasks.get(command.task_id), command)
    after = report_rectified(work, command)
    work.notices.tell(
        Notice(
            person=task.claimed_by,
            kind="RECTIFICATION_REPORTED",
            fact=f"{task.task_id}:{len(task.rounds)}:{work.now.isoformat()}",
            zh=f"企业已报告整改完成：{task.object_name or task.object_no}；请复查",
            en=f"the enterprise reported the rectification done: {task.object_name or task.object_no}; verify it",
            about=f"task:{task.task_id}",
        )
    )
    return after


def add_own_evidence(work: Work, command: AddOwnEvidence) -> Evidence:
    """企业提交整改证据. Refuses ``not-found`` (404) for another's task, ``verb-not-now`` (409)."""
    task = require_own(work.tasks.get(command.task_id), command)
    return keep_evidence(work, task, command, ENTERPRISE)
