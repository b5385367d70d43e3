"""Pushing a task (推送监管任务): make it from a link, start its clock, or claim it at once when the link says so."""

from datetime import UTC, datetime, time

from kernel.clock import CHINA
from kernel.limit import Limit
from supervision import outgoing
from supervision.domain.catalogue import PushMode, Trigger
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.decision import Decision
from supervision.domain.matching import Wanted
from supervision.domain.task import Task
from supervision.domain.words import Purpose
from supervision.handlers import clocks, tasks
from supervision.ports import Work


def push(work: Work, decision: Decision, version: str, wanted: Wanted) -> Task:
    """生成并推送一个任务."""
    task = _task(work, decision, version, wanted)
    work.tasks.save(task)
    if task.purpose is Purpose.COMMITMENT:
        clocks.begin(work, task, DeadlineKind.COMMITMENT_CHECK, _promise_limit(work, wanted), _day_began(decision))
    by_itself = wanted.link.push_mode is PushMode.AUTO_CLAIM
    liaison = by_itself and (task.liaison or task.responsible_officer)
    if not liaison:
        # It should claim itself, and names nobody: whoever has the desk gets it when the usual limit ends.
        limit = wanted.link.claim_limit or (work.rules.claim if by_itself else None)
        clocks.begin(work, task, DeadlineKind.CLAIM, limit, work.now)
    clocks.tell(work, outgoing.task_created(task))
    return tasks.claim_automatically(work, task, liaison, work.now) if liaison else task


def _promise_limit(work: Work, wanted: Wanted) -> Limit:
    """承诺核查时限: of a link that is for promises alone, else the configured one."""
    own_link = wanted.link.triggers == {Trigger.COMMITMENT}
    return (wanted.link.first_check_limit if own_link else None) or work.rules.commitment


def _task(work: Work, decision: Decision, version: str, wanted: Wanted) -> Task:
    link = wanted.link
    return Task(
        task_id=work.tasks.new_id(),
        source_system=decision.source_system,
        object_no=decision.object_no,
        holder=decision.holder,
        object_name=decision.object_name,
        object_address=decision.object_address,
        region=decision.region,
        department=link.department,
        created_at=work.now,
        purpose=wanted.purpose,
        relation=link.relation,
        method=link.method,
        check_kind=link.check_kind,
        checklist=link.checklist,
        catalogue_version=version,
        link_code=link.code,
        items=(decision.item_code,),
        case_id=decision.case_id,
        revision=decision.revision,
        liaison=link.liaison,
        responsible_officer=link.responsible_officer,
        first_check_limit=link.first_check_limit,
        feedback_limit=link.feedback_limit,
        visit_exemption=work.visits.rules.made_with(wanted.purpose, link.method, work.today),
    )


def _day_began(decision: Decision) -> datetime:
    """The beginning of the day of the decision in China: the day itself does not count."""
    return datetime.combine(decision.decided_on, time(), CHINA).astimezone(UTC)
