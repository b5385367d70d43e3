"""Recusals (申请回避) of officers of a visit: asked for by its code, decided by another, kept as a conflict when granted."""

from dataclasses import replace

from kernel.notice import Notice
from kernel.visit import VisitState
from supervision.domain.conflict import DeclareConflict
from supervision.domain.visits import SiteVisit, refusals
from supervision.domain.visits.recusal import AnswerRecusal, AskRecusal, with_answer, with_asked
from supervision.handlers.officers import declare_conflict
from supervision.handlers.site_visits import by_code
from supervision.ports import Work

_WHILE = {VisitState.ANNOUNCED, VisitState.ENTERED}


def ask_recusal(work: Work, command: AskRecusal) -> SiteVisit:
    """申请回避; who approved the visit is told, and decides.

    Refuses ``visit-code-unknown`` (404), ``recusal-late``, ``recusal-open`` (409), ``invalid-content``.
    """
    visit = by_code(work, command.code)
    if visit.state not in _WHILE:
        raise refusals.recusal_late()
    after = replace(visit, recusals=with_asked(visit.recusals, visit.officers, command, work.now))
    if after == visit:
        return visit
    work.visits.save(after)
    asked = after.recusals[-1]
    work.notices.tell(
        Notice(
            person=visit.approved_by,
            kind="RECUSAL_ASKED",
            fact=f"{visit.visit_no}:{len(after.recusals)}",
            zh=f"企业申请回避：入企检查 {visit.number}，要求 {asked.officer} 回避；请审查并决定，决定之前检查不停止",
            en=f"recusal asked for: visit {visit.number}, officer {asked.officer}; look into it and decide, the visit goes "
            "on meanwhile",
            about=f"site-visit:{visit.visit_no}",
        )
    )
    return after


def answer_recusal(work: Work, command: AnswerRecusal) -> SiteVisit:
    """回避决定; granted, the officer has a conflict with the enterprise from today on. The enterprise is told.

    Refuses ``not-found``, ``recusal-unknown`` (404), ``second-person-needed`` (409), ``inspector-unknown``.
    """
    visit = work.visits.get(command.visit_no)
    if visit is None:
        raise refusals.no_such_visit(command.visit_no)
    after = replace(visit, recusals=with_answer(visit.recusals, command, work.now))
    if after == visit:
        return visit
    if command.granted:
        id_type, id_no = visit.subject
        reason = f"准予回避申请（{visit.number}）"
        declare_conflict(
            work,
            DeclareConflict(inspector=command.officer, id_type=id_type, id_no=id_no, reason=reason, by=command.by),
        )
    work.visits.save(after)
    told_zh, told_en = ("准予", "granted") if command.granted else ("不予", "not granted")
    work.notices.tell(
        Notice(
            person=f"ENTERPRISE:{visit.holder.id_no}",
            kind="RECUSAL_DECIDED",
            fact=f"{visit.visit_no}:{command.officer}:{work.now.isoformat()}",
            zh=f"入企检查 {visit.number} 的回避申请已决定：{told_zh}回避。{command.decision}",
            en=f"the request for recusal in visit {visit.number} was decided: {told_en}. {command.decision}",
            about=f"site-visit:{visit.visit_no}",
        )
    )
    return after
