"""Supervision task (监管任务): PENDING_CLAIM 待认领 → CLAIMED 已认领 → CLOSED 已办结, or CANCELLED 已撤销.

Each verb answers with the next state or refuses; there are no setters, so a closed task never opens again.
Instants are aware, UTC.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.inspection import TaskState
from kernel.refusal import Refusal
from supervision.domain.register import Holder


@dataclass(frozen=True, kw_only=True)
class Task:
    """监管任务. Without a link it is ad hoc (临时任务): made and concluded by an inspection that found no open task.

    Holder and object are those of the moment it was made: the evidence of what was handed over.
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
    check_kind: str = ""
    checklist: str = ""
    catalogue_version: str = ""
    link_code: str = ""
    case_id: str = ""
    revision: int = 0
    state: TaskState = TaskState.PENDING_CLAIM
    claimed_by: str = ""
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    closing_case: str = ""
    inspection_no: str = ""

    @property
    def ad_hoc(self) -> bool:
        """临时任务."""
        return not self.link_code

    @property
    def age(self) -> tuple[datetime, str]:
        """Sort key, oldest first; ids made within one instant are in order."""
        return (self.created_at, self.task_id)

    def claimed(self, inspector: str, at: datetime) -> "Task":
        """认领. The same inspector may repeat it; refuses ``task-not-open`` and ``task-claimed`` (409)."""
        self._require_open()
        if self.state is TaskState.PENDING_CLAIM:
            return replace(self, state=TaskState.CLAIMED, claimed_by=inspector, claimed_at=at)
        if self.claimed_by == inspector:
            return self
        raise Refusal(
            code="task-claimed",
            zh=f"任务已由执法人员 {self.claimed_by} 认领，如需变更请与其联系",
            en=f"inspector {self.claimed_by} has claimed the task; ask them when it should change hands",
            status=409,
        )

    def concluded(self, inspection_no: str, at: datetime) -> "Task":
        """办结. Refuses ``task-not-open`` (409)."""
        self._require_open()
        return replace(self, state=TaskState.CLOSED, inspection_no=inspection_no, closed_at=at)

    def cancelled(self, case_id: str, at: datetime) -> "Task":
        """取消: the licence ended, or the decision behind it was corrected. Refuses ``task-not-open`` (409)."""
        self._require_open()
        return replace(self, state=TaskState.CANCELLED, closing_case=case_id, closed_at=at)

    def _require_open(self) -> None:
        if not self.state.open:
            raise Refusal(
                code="task-not-open",
                zh=f"任务已关闭（{self.state.value}），不能再认领、办结或取消；请查询任务后处理",
                en=f"the task is closed ({self.state.value}) and can no longer be claimed, concluded or cancelled; "
                "look the task up first",
                status=409,
            )


def no_such_task(task_id: str) -> Refusal:
    """没有该任务: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {task_id[:64]} 的任务，请核对任务编号",
        en=f"there is no task {task_id[:64]}; check the task id",
        status=404,
    )
