"""What a task says no to besides its state (任务不予办理): each refusal with the sentence that says what to do.

The state is held against the table in transitions.py. Every one is a 409 unless it says otherwise.
"""

from kernel.refusal import Refusal


def no_such_task(task_id: str) -> Refusal:
    """没有该任务: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有编号为 {task_id[:64]} 的任务，请核对任务编号",
        en=f"there is no task {task_id[:64]}; check the task id",
        status=404,
    )


def claimed(inspector: str) -> Refusal:
    """已被认领: ``task-claimed``."""
    return _now(
        "task-claimed",
        f"任务已由执法人员 {inspector} 认领，如需变更请与其联系",
        f"inspector {inspector} has claimed the task; ask them when it should change hands",
    )


def inspection_recorded(number: str) -> Refusal:
    """已有检查: ``inspection-recorded``."""
    return _now(
        "inspection-recorded",
        f"任务已有检查 {number}，请责令整改、移送或办结",
        f"inspection {number} is recorded; order rectification, refer or close",
    )


def inspection_needed() -> Refusal:
    """尚无检查: ``inspection-needed``."""
    return _now(
        "inspection-needed",
        "请先登记检查结果，再责令整改、移送或以检查办结",
        "record the inspection first, then order rectification, refer, or close as inspected",
    )


def next_round_needed() -> Refusal:
    """复查不合格而没有下一轮: ``next-round-needed`` (422)."""
    return Refusal(
        code="next-round-needed",
        zh="复查不合格，请写明下一轮整改要求和期限，或移送执法",
        en="the check failed: order the next round with its limit, or refer the task",
    )


def penalty_recorded() -> Refusal:
    """处罚结果已登记: ``penalty-recorded``."""
    return _now(
        "penalty-recorded",
        "处罚结果已登记，请反馈审批部门或办结任务",
        "the penalty is recorded; tell the approver or close the task",
    )


def reason_not_true() -> Refusal:
    """办结原因不实: ``close-reason-not-true``."""
    return _now(
        "close-reason-not-true",
        "检查未通过，或已责令整改、移送，不能以该原因办结；请登记复查或处罚结果，或以其他原因办结并说明",
        "the inspection did not pass, or rectification or referral followed: record what came of it, "
        "or close the task for another reason with a note",
    )


def on_site_needed() -> Refusal:
    """应现场检查: ``on-site-needed``."""
    return _now(
        "on-site-needed",
        "该任务应现场检查，不能以书面核查办结；请检查后办结，或以其他原因办结并说明",
        "the task is to be checked on site; inspect it, or close it for another reason with a note",
    )


def drawn_task() -> Refusal:
    """双随机抽中的任务不退回、不争议: ``drawn-task``; whose it is follows from the plan."""
    return _now(
        "drawn-task",
        "双随机抽中的任务按计划归本部门，不能退回或提出争议；人员不能前往的由抽取更换（draws/…/replacements），"
        "对象有误的写明原因办结",
        "a task that was drawn is the department's by its plan and is not returned or disputed; "
        "replace an officer by draws/…/replacements, or close it with a reason when the object is wrong",
    )


def _now(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code=code, zh=zh, en=en, status=409)
