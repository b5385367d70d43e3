"""Supervision task (监管任务): one department's duty to see to one object, from push to close.

Each verb answers with the next state or refuses by the table in transitions.py; there are no setters, so a closed task
never opens again. Clocks are kept beside the task (see handlers/clocks.py). Instants are aware, UTC; days are days in China.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from kernel.inspection import InspectionResult, TaskState
from kernel.limit import Limit
from supervision.domain import refusals
from supervision.domain.catalogue import Method, Relation
from supervision.domain.rectification import Round
from supervision.domain.referral import Penalty, Referral
from supervision.domain.register import Holder
from supervision.domain.transitions import TRANSITIONS, Verb, require
from supervision.domain.words import CloseReason, Purpose


@dataclass(frozen=True, kw_only=True)
class Task:
    """监管任务. Without a link or a complaint it is ad hoc (临时任务): made and concluded by an inspection that found none open.

    Holder and object are those of the moment it was made or re-scoped: the evidence of what was handed over.
    """

    task_id: str
    source_system: str
    object_no: str
    holder: Holder
    object_name: str
    object_address: str
    region: str
    department: str
    created_at: datetime
    purpose: Purpose = Purpose.ROUTINE
    relation: Relation = Relation.PRIMARY
    method: Method = Method.ON_SITE
    check_kind: str = ""
    checklist: str = ""
    catalogue_version: str = ""
    link_code: str = ""
    items: tuple[str, ...] = ()
    """审批事项 whose decisions it serves; it ends with the last of them."""
    case_id: str = ""
    revision: int = 0
    liaison: str = ""
    responsible_officer: str = ""
    first_check_limit: Limit | None = None
    feedback_limit: Limit | None = None
    visit_exemption: str = ""
    """豁免情形 of a site visit for it, from the moment it was made."""
    state: TaskState = TaskState.PENDING_CLAIM
    claimed_by: str = ""
    claimed_at: datetime | None = None
    claimed_automatically: bool = False
    planned_on: date | None = None
    crew: tuple[str, ...] = ()
    """排定的执法人员."""
    draw_no: str = ""
    """抽取编号, when the object and its officers were drawn (双随机)."""
    complaint_id: str = ""
    """The complaint (投诉举报) that asked for it."""
    inspection_no: str = ""
    rounds: tuple[Round, ...] = ()
    referral: Referral | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    closing_case: str = ""

    @property
    def ad_hoc(self) -> bool:
        """临时任务."""
        return not self.link_code and not self.complaint_id

    @property
    def people(self) -> frozenset[str]:
        """Everybody who stands on it in any part."""
        return frozenset({self.claimed_by, self.liaison, self.responsible_officer, *self.crew} - {""})

    @property
    def age(self) -> tuple[datetime, str]:
        """Sort key, oldest first; ids made within one instant are in order."""
        return (self.created_at, self.task_id)

    @property
    def place(self) -> tuple[Purpose, str, str]:
        """What an object has one open task of at a time: purpose, department, checklist (并案依据)."""
        return (self.purpose, self.department, self.checklist)

    @property
    def awaits_inspection(self) -> bool:
        """True when an inspection of the object may conclude it (可由检查办结)."""
        return self.state in TRANSITIONS[Verb.CONCLUDE] and not self.inspection_no

    def admits(self, officers: Collection[str]) -> bool:
        """True when these may check it: of a drawn task (双随机), all who were drawn come."""
        return not self.draw_no or set(self.crew) <= set(officers)

    @property
    def lapses(self) -> bool:
        """True when it may end with its licence (可撤销): what was referred or complained of is followed up all the same."""
        return self.state in TRANSITIONS[Verb.CANCEL] and not self.complaint_id

    def serves(self, item_code: str) -> bool:
        """True when a decision on this item stands behind it; an item it does not name is every item (旧数据)."""
        return not self.items or item_code in self.items

    def joined_by(self, item_code: str) -> Self:
        """并案: it serves one more item."""
        return self if item_code in self.items else replace(self, items=(*self.items, item_code))

    def moved_to(self, holder: Holder, object_name: str, object_address: str) -> Self:
        """变更: the holder, the name or the address are others now (行政许可法 art. 49)."""
        return replace(self, holder=holder, object_name=object_name, object_address=object_address)

    def claimed(self, inspector: str, at: datetime) -> Self:
        """认领. The same inspector may repeat it; refuses ``task-claimed`` (409). A pool task is done with that."""
        require(self.state, Verb.CLAIM)
        if self.state is TaskState.PENDING_CLAIM:
            return self._taken(Verb.CLAIM, inspector, at, automatically=False)
        if self.claimed_by == inspector:
            return self
        raise refusals.claimed(self.claimed_by)

    def auto_claimed(self, liaison: str, at: datetime) -> Self:
        """自动认领 by the liaison: pushed as claimed, or the limit to claim has passed (推送即认领)."""
        require(self.state, Verb.AUTO_CLAIM)
        return self._taken(Verb.AUTO_CLAIM, liaison, at, automatically=True)

    def returned(self) -> Self:
        """退回: not ours, or more information is needed."""
        return self._released(Verb.RETURN, TaskState.RETURNED, self.department)

    def routed(self, department: str, liaison: str, officer: str) -> Self:
        """改派 to a department, which may be the same."""
        mine = self._released(Verb.ROUTE, TaskState.PENDING_CLAIM, department)
        return replace(mine, liaison=liaison, responsible_officer=officer)

    def disputed(self) -> Self:
        """提出争议: the arbiter decides whose it is."""
        return self._released(Verb.DISPUTE, TaskState.DISPUTED, self.department)

    def arbitrated(self, department: str, liaison: str, officer: str) -> Self:
        """裁定 whose it is."""
        mine = self._released(Verb.ARBITRATE, TaskState.PENDING_CLAIM, department)
        return replace(mine, liaison=liaison, responsible_officer=officer)

    def transferred(self, officer: str) -> Self:
        """部门内转办 to another officer of the department."""
        return self._moved(Verb.TRANSFER, self.state, claimed_by=officer)

    def handed_over(self, department: str, person: str, successor: str) -> Self:
        """交接: to another department, and from a person to a successor wherever the person stands."""
        changed = {
            name: successor
            for name in ("claimed_by", "liaison", "responsible_officer")
            if person and getattr(self, name) == person
        }
        crew = tuple(dict.fromkeys(successor if each == person else each for each in self.crew))
        return self._moved(Verb.HAND_OVER, self.state, department=department, crew=crew, **changed)

    def planned(self, on: date, crew: tuple[str, ...]) -> Self:
        """排期."""
        return self._moved(Verb.PLAN, TaskState.PLANNED, planned_on=on, crew=crew)

    def started(self) -> Self:
        """到场开始."""
        return self._moved(Verb.START, TaskState.INSPECTING)

    def inspected(self, inspection_no: str, result: InspectionResult, at: datetime) -> Self:
        """检查: passed closes the task; otherwise it waits for rectification, referral or a reasoned close."""
        self._require_uninspected(Verb.INSPECT)
        if result is InspectionResult.PASS:
            return self._closed(Verb.INSPECT, CloseReason.INSPECTED, at, inspection_no=inspection_no)
        return self._moved(Verb.INSPECT, TaskState.INSPECTING, inspection_no=inspection_no)

    def concluded(self, inspection_no: str, at: datetime) -> Self:
        """检查并办结, whatever the result: what follows is seen to elsewhere."""
        self._require_uninspected(Verb.CONCLUDE)
        return self._closed(Verb.CONCLUDE, CloseReason.INSPECTED, at, inspection_no=inspection_no)

    def ordered(self, first: Round) -> Self:
        """责令整改, round 1. Refuses ``inspection-needed`` (409) before an inspection is recorded."""
        require(self.state, Verb.RECTIFY)
        self._require_inspection()
        return self._moved(Verb.RECTIFY, TaskState.RECTIFYING, rounds=(first,))

    def reported(self, by: str, report: str, at: datetime) -> Self:
        """报告整改完成."""
        require(self.state, Verb.REPORT)
        last = replace(self.rounds[-1], reported_by=by, reported_at=at, report=report)
        return self._moved(Verb.REPORT, self.state, rounds=(*self.rounds[:-1], last))

    def verified(
        self, on: date, crew: tuple[str, ...], note: str, at: datetime, *, passed: bool, again: Round | None = None
    ) -> Self:
        """复查: passed closes the task; failed orders another round."""
        require(self.state, Verb.VERIFY)
        last = replace(self.rounds[-1], verified_on=on, verified_by=crew, passed=passed, note=note)
        rounds = (*self.rounds[:-1], last)
        if passed:
            return self._closed(Verb.VERIFY, CloseReason.RECTIFIED, at, rounds=rounds)
        if again is None:
            raise refusals.next_round_needed()
        return self._moved(Verb.VERIFY, TaskState.RECTIFYING, rounds=(*rounds, again))

    def referred(self, referral: Referral) -> Self:
        """移送执法. Refuses ``inspection-needed`` (409)."""
        require(self.state, Verb.REFER)
        self._require_inspection()
        return self._moved(Verb.REFER, TaskState.REFERRED, referral=referral)

    def supplemented(self) -> Self:
        """要求补充材料."""
        referral = self._referral(Verb.SUPPLEMENT)
        return self._moved(
            Verb.SUPPLEMENT, self.state, referral=replace(referral, supplements=referral.supplements + 1)
        )

    def penalised(self, penalty: Penalty, at: datetime) -> Self:
        """登记处罚结果: closes the task, unless the approver must be told first (then the feedback closes it)."""
        referral = self._referral(Verb.PENALISE)
        if referral.penalty is not None:
            raise refusals.penalty_recorded()
        known = replace(referral, penalty=penalty, concluded_at=at)
        if penalty.touches_licence:
            return self._moved(Verb.PENALISE, self.state, referral=known)
        reason = CloseReason.NO_PENALTY if penalty.no_penalty else CloseReason.PENALISED
        return self._closed(Verb.PENALISE, reason, at, referral=known)

    def fed_back(self, at: datetime) -> Self:
        """反馈审批: closes a referred task whose penalty is known."""
        require(self.state, Verb.FEED_BACK)
        if self.state is TaskState.REFERRED and self.referral and self.referral.penalty:
            return self._closed(Verb.FEED_BACK, CloseReason.PENALISED, at)
        return self._moved(Verb.FEED_BACK, self.state)

    def closed(self, reason: CloseReason, at: datetime) -> Self:
        """办结 with a reason that is true.

        Refuses ``inspection-needed``, ``on-site-needed`` and ``close-reason-not-true`` (409): once rectification was
        ordered or the task referred for reasons that say nothing of it, after a failed inspection for a passed check.
        """
        require(self.state, Verb.CLOSE)
        followed = self.state in {TaskState.RECTIFYING, TaskState.REFERRED} and reason is CloseReason.INSPECTED
        if followed or (reason is CloseReason.DOCUMENT_CHECKED and self.inspection_no):
            raise refusals.reason_not_true()
        if reason is CloseReason.INSPECTED:
            self._require_inspection()
        if reason is CloseReason.DOCUMENT_CHECKED and self.method is Method.ON_SITE:
            raise refusals.on_site_needed()
        return self._closed(Verb.CLOSE, reason, at)

    def cancelled(self, case_id: str, at: datetime) -> Self:
        """撤销: the licence ended, or the decision behind it was corrected."""
        return self._moved(Verb.CANCEL, TaskState.CANCELLED, closing_case=case_id, closed_at=at)

    def narrowed(self, item_code: str) -> Self:
        """减去事项: the licence for one of its items ended, or was never meant; it goes on for what is left."""
        return self._moved(Verb.NARROW, self.state, items=tuple(item for item in self.items if item != item_code))

    def _require_uninspected(self, verb: Verb) -> None:
        require(self.state, verb)
        if self.inspection_no:
            raise refusals.inspection_recorded(self.inspection_no)

    def _require_inspection(self) -> None:
        if not self.inspection_no:
            raise refusals.inspection_needed()

    def _referral(self, verb: Verb) -> Referral:
        require(self.state, verb)
        if self.referral is None:
            raise LookupError("a referred task has a referral")
        return self.referral

    def _taken(self, verb: Verb, by: str, at: datetime, *, automatically: bool) -> Self:
        holds = {"claimed_by": by, "claimed_at": at, "claimed_automatically": automatically}
        if self.method is Method.RANDOM_POOL and self.purpose is Purpose.ROUTINE:
            return self._closed(verb, CloseReason.POOLED, at, **holds)
        return self._moved(verb, TaskState.CLAIMED, **holds)

    def _released(self, verb: Verb, to: TaskState, department: str) -> Self:
        if self.draw_no:
            raise refusals.drawn_task()
        return self._moved(
            verb, to, department=department, claimed_by="", claimed_at=None, claimed_automatically=False, crew=()
        )

    def _closed(self, verb: Verb, reason: CloseReason, at: datetime, **changes: Any) -> Self:
        return self._moved(verb, TaskState.CLOSED, close_reason=reason, closed_at=at, **changes)

    def _moved(self, verb: Verb, to: TaskState, **changes: Any) -> Self:
        require(self.state, verb)
        if to not in TRANSITIONS[verb][self.state]:
            raise AssertionError(f"{verb} does not lead from {self.state} to {to}")
        return replace(self, state=to, **changes)
