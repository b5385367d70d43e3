"""What tasks and officers need (任务与执法人员所需)."""

from typing import Any

from supervision.domain.claim import ClaimTask
from supervision.domain.conflict import DeclareConflict, EndConflict
from supervision.domain.evidence import AddEvidence
from supervision.domain.inspector import ChangeService, Inspector
from supervision.domain.joint_visit import PlanVisit
from supervision.domain.signature import AddSignature
from supervision.domain.urging import UrgeTasks
from supervision.domain.verbs import (
    HandOver,
    PenaliseTask,
    PlanTask,
    ReferTask,
    ResumeObject,
    RouteTask,
    SupplementTask,
    SuspendObject,
    TaskCommand,
    TransferTask,
    VerifyTask,
)
from supervision.store.needs.keys import Needs


def add(needs: Needs, message: Any) -> bool:
    """What is done to tasks and objects; False for any other message."""
    match message:
        case ClaimTask():
            needs.tasks.add(message.task_id)
            needs.inspectors.add(message.inspector)
        case TransferTask():
            needs.tasks.add(message.task_id)
            needs.inspectors.add(message.inspector)
        case RouteTask():
            needs.tasks.add(message.task_id)
            needs.departments.add(message.department)
        case PlanTask() | VerifyTask():
            needs.tasks.add(message.task_id)
            needs.overtaken |= {message.task_id} if isinstance(message, VerifyTask) else set()
            needs.inspectors.update(message.officers)
            needs.catalogue = True
        case ReferTask() | SupplementTask():
            needs.tasks.add(message.task_id)
            needs.counting = True
        case HandOver() | UrgeTasks():
            needs.tasks.update(message.tasks)
            needs.inspectors |= {message.taker} if isinstance(message, HandOver) and not message.departments else set()
            needs.offices |= isinstance(message, UrgeTasks)
        case TaskCommand():
            needs.tasks.add(message.task_id)
            needs.overtaken |= {message.task_id} if isinstance(message, PenaliseTask) else set()
        case PlanVisit():
            needs.objects.add((message.source_system, message.object_no))
            needs.inspectors.update(message.officers)
            needs.catalogue = True
        case SuspendObject() | ResumeObject():
            needs.objects.add((message.source_system, message.object_no))
        case _:
            return False
    return True


def add_of_officers(needs: Needs, message: Any) -> bool:
    """Officers, what they declare, collect and sign; False for any other message."""
    match message:
        case Inspector() | ChangeService():
            needs.inspectors.add(message.code)
            needs.changing.add(message.code)
        case DeclareConflict():
            needs.inspectors.add(message.inspector)
            needs.changing.add(message.inspector)
        case EndConflict():
            needs.conflicts.add(message.conflict_id)
        case AddEvidence():
            needs.tasks.add(message.task_id)
            needs.inspectors |= {message.by} if message.by else set()
            needs.blobs.add(message.sha256)
            needs.catalogue = True
        case AddSignature():
            needs.tasks.add(message.task_id)
            needs.numbers.setdefault(message.task_id, set()).add(message.inspection_no)
            needs.inspectors.add(message.by)
            if message.evidence:
                needs.evidence.add((message.task_id, message.evidence))
        case _:
            return False
    return True
