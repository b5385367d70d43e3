"""Rectification and referral (整改与移送): what follows a failed inspection."""

from kernel.limit import Limit
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.rectification import Round
from supervision.domain.referral import Referral
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.verbs import (
    PenaliseTask,
    RectifyTask,
    ReferTask,
    ReportRectified,
    SupplementTask,
    VerifyTask,
)
from supervision.handlers import alerts, change, clocks, officers, publicity
from supervision.outgoing import process as telling
from supervision.ports import Work


def order_rectification(work: Work, command: RectifyTask) -> Task:
    """责令整改, round 1. Refuses ``inspection-needed``, ``verb-not-now``."""
    task = change.found(work, command.task_id)
    limit = command.limit or work.rules.rectify
    ordered = task.ordered(_round(work, command.demand, limit, command.by))
    after = change.keep(work, task, ordered, Verb.RECTIFY, command.by, work.now, command.demand)
    clocks.begin(work, after, DeadlineKind.RECTIFY, limit, work.now)
    clocks.tell(work, telling.rectification_ordered(after, command.by, work.now))
    return after


def report_rectified(work: Work, command: ReportRectified) -> Task:
    """报告整改完成; the clock runs until somebody has looked."""
    task = change.found(work, command.task_id)
    reported = task.reported(command.by, command.report, work.now)
    after = change.keep(work, task, reported, Verb.REPORT, command.by, work.now, command.report)
    work.publish(telling.rectification_reported(after, command.by, work.now))
    return after


def verify_rectification(work: Work, command: VerifyTask) -> Task:
    """复查: passed closes; failed orders the next round, by the demand and limit of the last one unless others are given."""
    task = change.found(work, command.task_id)
    crew = change.officers(work, task.department, command.officers, "/inspectors")
    officers.require_fit(work, crew, work.today, (task.source_system, task.object_no))
    officers.require_certificates(work, task, crew)
    again, limit = None, None
    if not command.passed and task.rounds:
        limit = command.limit or Limit.parse(task.rounds[-1].limit)
        again = _round(work, command.demand or task.rounds[-1].demand, limit, command.by)
    done = task.verified(work.today, command.officers, command.note, work.now, passed=command.passed, again=again)
    after = change.keep(work, task, done, Verb.VERIFY, command.by, work.now, command.note)
    clocks.begin(work, after, DeadlineKind.RECTIFY, limit, work.now)
    clocks.tell(work, telling.rectification_verified(after, command, work.now))
    if not after.state.open:
        clocks.tell(work, telling.closed(after, command.by, work.now, command.note))
        publicity.overtaken(work, after, "RECTIFIED", "整改已复查合格", "the rectification was verified")
    return after


def refer_task(work: Work, command: ReferTask) -> Task:
    """移送执法. Refuses ``inspection-needed``."""
    task = change.found(work, command.task_id)
    referral = Referral(
        to_department=command.referred_to,
        reason=command.reason,
        referred_by=command.by,
        referred_at=work.now,
        inspection_no=task.inspection_no,
        off_system=command.off_system,
    )
    after = change.keep(work, task, task.referred(referral), Verb.REFER, command.by, work.now, command.reason)
    clocks.tell(work, telling.referral_made(after, command, work.now))
    if command.off_system:
        alerts.referred_off_system(work, after, work.today)
    return after


def supplement_referral(work: Work, command: SupplementTask) -> Task:
    """要求补充材料."""
    task = change.found(work, command.task_id)
    after = change.keep(work, task, task.supplemented(), Verb.SUPPLEMENT, command.by, work.now, command.reason)
    work.publish(telling.referral_supplemented(after, command, work.now))
    alerts.supplement_asked(work, after, after.referral.supplements if after.referral else 0, work.today)
    return after


def penalise_task(work: Work, command: PenaliseTask) -> Task:
    """登记处罚结果: a penalty that touches the licence starts the clock to tell the approver."""
    task = change.found(work, command.task_id)
    command.penalty.require_day(work.today)
    known = task.penalised(command.penalty, work.now)
    after = change.keep(work, task, known, Verb.PENALISE, command.by, work.now, command.penalty.punish_result)
    limit = after.feedback_limit or work.rules.feedback
    clocks.begin(work, after, DeadlineKind.FEEDBACK, limit, work.now)
    clocks.tell(work, telling.referral_concluded(after, command.by, work.now))
    publicity.overtaken(work, after, "PENALISED", "处罚结果已登记", "the outcome of the referral is recorded")
    if not after.state.open:
        clocks.tell(work, telling.closed(after, command.by, work.now, ""))
    return after


def _round(work: Work, demand: str, limit: Limit, by: str) -> Round:
    return Round(
        demand=demand,
        limit=str(limit),
        due_on=clocks.last_day(work, limit),
        ordered_by=by,
        ordered_at=work.now,
    )
