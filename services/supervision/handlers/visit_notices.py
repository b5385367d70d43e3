"""Notices of site visits (入企检查通知): what enterprises, heads of departments and whoever requested a visit are told."""

from kernel.notice import Notice
from kernel.visit import VisitState
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.counting import uses_of
from supervision.domain.visits.rules import VisitEdition
from supervision.domain.watch import Post
from supervision.ports import Work


def tell_announced(work: Work, visit: SiteVisit, edition: VisitEdition) -> None:
    """告知企业: who comes, when, why, under which law, how often this year, and what it may do about it."""
    uses = uses_of(edition, work.visits.counted(*visit.subject), visit.department, visit.day.year, visit.joint_no)
    used_zh = "；".join(f"{use.cap.code} 已用 {use.used} 次、上限 {use.cap.per_year} 次" for use in uses)
    used_en = "; ".join(f"{use.cap.code} {use.used} of {use.cap.per_year} used" for use in uses)
    matters_zh = "、".join(matter.name or matter.code for matter in visit.matters)
    shown = "、".join(visit.certificates) or "到场出示"
    _tell(
        work,
        visit,
        "VISIT_ANNOUNCED",
        f"{visit.department} 定于 {visit.planned_on} 到 {visit.object_name or visit.object_no} 检查（{visit.number}），"
        f"执法人员 {len(visit.officers)} 名，执法证件 {shown}；检查事项：{matters_zh}；事由：{visit.reason}；"
        f"依据：{visit.legal_basis}；{visit.planned_on.year} 年频次（含本次）：{used_zh}；检查码 {visit.code}，"
        "请于检查时扫码核对；执法人员与本企业有利害关系的，可以申请回避",
        f"{visit.department} visits {visit.object_name or visit.object_no} on {visit.planned_on} ({visit.number}) with "
        f"{len(visit.officers)} officers, certificates {', '.join(visit.certificates) or 'shown at the door'}; matters: "
        f"{', '.join(matter.name or matter.code for matter in visit.matters)}; reason: {visit.reason}; law: "
        f"{visit.legal_basis}; caps of the year with this visit: {used_en}; scan code {visit.code} when they come; "
        "you may ask for an officer with an interest in the matter to stand aside",
    )


def tell_cancelled(work: Work, visit: SiteVisit) -> None:
    """告知企业 that nobody comes."""
    _tell(
        work,
        visit,
        "VISIT_CANCELLED",
        f"{visit.department} 原定 {visit.planned_on} 的检查（{visit.number}）已取消，检查码作废：{visit.end_reason}",
        f"the visit of {visit.department} on {visit.planned_on} ({visit.number}) is cancelled, its code is void: "
        f"{visit.end_reason}",
    )


def tell_waiting(work: Work, visit: SiteVisit) -> None:
    """提醒 whoever requested it: not approved or announced by its day, or announced and nobody came."""
    zh, en = _WAITING[visit.state]
    work.notices.tell(
        Notice(
            person=visit.requested_by,
            kind="VISIT_WAITING",
            fact=f"{visit.visit_no}:{visit.version}",
            zh=f"入企检查 {visit.number}（{visit.planned_on}，{visit.object_name or visit.object_no}）{zh}",
            en=f"site visit {visit.number} ({visit.planned_on}, {visit.object_name or visit.object_no}) {en}",
            about=f"site-visit:{visit.visit_no}",
        )
    )


def tell_head(work: Work, visit: SiteVisit) -> None:
    """告知部门负责人 of an inspection nobody announced."""
    person = work.offices.of(visit.department).holder(Post.HEAD)
    work.notices.tell(
        Notice(
            person=person,
            kind="VISIT_UNANNOUNCED",
            fact=visit.visit_no,
            zh=f"未告知的现场检查：{visit.department} 于 {visit.day} 检查了 {visit.object_name or visit.object_no}"
            f"（{visit.number}），没有已告知企业的入企检查，已补记{'，超出频次上限' if visit.over_cap else ''}；请核实",
            en=f"unannounced inspection: {visit.department} inspected {visit.object_name or visit.object_no} on {visit.day} "
            f"({visit.number}) without an announced visit; it is recorded"
            f"{', above the cap' if visit.over_cap else ''}; look into it",
            about=f"site-visit:{visit.visit_no}",
        )
    )


_WAITING = {
    VisitState.REQUESTED: ("尚未审批，请联系审批人，或取消", "is not approved yet; ask for it, or cancel it"),
    VisitState.APPROVED: ("尚未告知企业，请告知，或取消", "is not announced yet; announce it, or cancel it"),
    VisitState.ANNOUNCED: (
        "已过最后一日，没有人入企；请取消并说明，以退还频次",
        "is over and nobody came; cancel it with a reason, so that its count is given back",
    ),
}


def _tell(work: Work, visit: SiteVisit, kind: str, zh: str, en: str) -> None:
    inbox = f"ENTERPRISE:{visit.holder.id_no}"
    fact = f"{visit.visit_no}:{visit.version}"
    work.notices.tell(Notice(person=inbox, kind=kind, fact=fact, zh=zh, en=en, about=f"site-visit:{visit.visit_no}"))
