"""Alerts (预警): what other use cases call when something happened that a rule counts."""

from datetime import date

from kernel.alert import AlertRule
from kernel.notice import Notice
from supervision import outgoing
from supervision.domain.alerts import Alert, Case
from supervision.domain.inspection import Inspection
from supervision.domain.task import Task
from supervision.domain.watch import Post
from supervision.ports import Work


def inspected(work: Work, task: Task, inspection: Inspection) -> None:
    """An inspection was recorded: 未亮码检查 without an excuse (not known never counts), 频繁检查 without a cause."""
    report, rules = inspection.report, work.alerts.rules
    fact = f"{inspection.source_system}:{report.inspection_no}"
    if report.code_shown is False and not report.code_excuse:
        _count(work, _case(AlertRule.CODE_NOT_SHOWN, task, fact, report.inspected_on))
    watched = rules.in_force(AlertRule.FREQUENT_CHECK, report.inspected_on)
    if watched and not report.for_cause and not inspection.orphan:
        subject = (task.holder.id_type, task.holder.id_no)
        if rules.frequent(report.inspected_on, work.alerts.visits(*subject)):
            _count(work, _case(AlertRule.FREQUENT_CHECK, task, fact, report.inspected_on))
        work.alerts.visited(*subject, report.inspected_on)


def overdue(work: Work, task: Task, deadline_id: str, on: date) -> None:
    """批后核查逾期: a follow-up check of a task was not made in time."""
    _count(work, _case(AlertRule.OVERDUE_CHECK, task, deadline_id, on))


def referred_off_system(work: Work, task: Task, on: date) -> None:
    """线下线索移送: a case was referred to enforcement outside the system."""
    _count(work, _case(AlertRule.OFF_SYSTEM_REFERRAL, task, task.task_id, on))


def supplement_asked(work: Work, task: Task, number: int, on: date) -> None:
    """移送质量: enforcement asked for more material, for the ``number``-th time of this referral."""
    _count(work, _case(AlertRule.REFERRAL_QUALITY, task, f"{task.task_id}:{number}", on))


def _case(rule: AlertRule, task: Task, fact: str, on: date) -> Case:
    return Case(
        rule=rule,
        fact=fact,
        on=on,
        department=task.department,
        region=task.region,
        source_system=task.source_system,
    )


def _count(work: Work, case: Case) -> None:
    key = work.alerts.rules.key_of(case)
    if key is None:
        return
    tally, alert = work.alerts.rules.counted(work.alerts.tally(*key), case)
    work.alerts.save(tally)
    if alert is not None:
        work.alerts.add(alert)
        work.publish(outgoing.alert_raised(alert, case, work.now))
        for person in _told(work, alert, case):
            work.notices.tell(_notice(alert, person))


def _told(work: Work, alert: Alert, case: Case) -> list[str]:
    if alert.key != case.department:
        return [Post.LINKAGE_OFFICE.inbox(alert.key)]
    office = work.offices.of(case.department)
    return [office.holder(Post.HEAD), office.holder(Post.SUPERIOR)]


_NAMES = {
    AlertRule.OVERDUE_CHECK: ("批后核查逾期", "overdue follow-up checks"),
    AlertRule.CODE_NOT_SHOWN: ("未亮码检查", "inspections without a shown code"),
    AlertRule.FREQUENT_CHECK: ("频繁检查", "frequent inspections of one enterprise"),
    AlertRule.OFF_SYSTEM_REFERRAL: ("线下线索移送", "referrals outside the system"),
    AlertRule.REFERRAL_QUALITY: ("移送质量", "referrals that needed more material"),
}


def _notice(alert: Alert, person: str) -> Notice:
    zh, en = _NAMES[alert.rule]
    return Notice(
        person=person,
        kind="ALERT",
        fact=alert.alert_id,
        zh=f"预警：{alert.key} {zh}，涉及 {len(alert.facts)} 起（{alert.raised_on}），请核实并整改",
        en=f"alert: {en} at {alert.key}, {len(alert.facts)} cases ({alert.raised_on}); look into them",
        about=f"alert:{alert.alert_id}",
    )
