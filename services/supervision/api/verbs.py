"""Verbs on tasks over HTTP (任务动作接口): one route each; every answer is the task as it is afterwards."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.pages import Reading
from chassis.unit_of_work import UnitOfWork
from supervision import handlers
from supervision.api.forms import LimitText
from supervision.api.inspections import ReportForm, report_of
from supervision.api.known import require_department
from supervision.domain import verbs
from supervision.domain.referral import Penalty
from supervision.domain.words import CloseReason, PunishType
from supervision.ports import StoredWork, Work

C = TypeVar("C")
Shown = Callable[[str], Awaitable[dict[str, Any]]]


class PersonForm(BaseModel):
    """Who does it (经办人)."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    by: Acting


class ReasonForm(PersonForm):
    """Who does it, and why (原因)."""

    reason: str


class RouteForm(ReasonForm):
    """派往哪个部门."""

    department: str


class TransferForm(ReasonForm):
    """转给谁."""

    inspector: str


class PlanForm(PersonForm):
    """何时由谁检查."""

    planned_on: date
    officers: tuple[str, ...] = Field(max_length=50)


class RectifyForm(PersonForm):
    """整改要求与期限; without a limit the configured one."""

    requirement: str
    limit: LimitText = None


class RectifiedForm(PersonForm):
    """整改报告."""

    report: str


class VerifyForm(PersonForm):
    """复查: failed, the requirement and limit order the next round."""

    passed: bool
    inspectors: tuple[str, ...] = Field(max_length=50)
    reason: str = ""
    requirement: str = ""
    limit: LimitText = None


class ReferForm(ReasonForm):
    """移送."""

    referred_to: str
    off_system: bool = False


def _as_list(said: Any) -> Any:
    return [said] if isinstance(said, str) else said


Text = Annotated[str, Field(max_length=4000)]
Yuan = Annotated[Decimal, Field(max_digits=18, decimal_places=2)]


class PenaltyForm(PersonForm):
    """处罚结果, with the national names of 处罚行为 (domain/referral.Penalty says what each is)."""

    no_penalty: bool = False
    punish_action_name: Text = ""
    punish_action_code: Text = ""
    case_source: Text = ""
    illegal_fact: Text = ""
    punish_basis: Text = ""
    case_process_type: Text = "02"
    is_hearing: bool = False
    filing_date: date | None = None
    is_criminal: bool = False
    is_major: bool = False
    legal_review: bool = False
    legal_review_date: date | None = None
    legal_opinion: Text = ""
    collective_discussion: bool = False
    collective_date: date | None = None
    collective_conclusion: Text = ""
    punish_document_code: Text = ""
    decision_date: date
    punish_types: Annotated[tuple[PunishType, ...], BeforeValidator(_as_list), Field(max_length=len(PunishType))] = ()
    fine: Yuan | None = None
    punish_result: Text = ""
    reconsideration: bool = False
    litigation: bool = False
    close_method: Text = ""
    close_result: Text = ""
    paid_amount: Yuan | None = None
    close_date: date | None = None
    other_disposal: Text = ""
    transfer_date: date | None = None
    submitted_date: date | None = None
    submitted_personnel: Text = ""


class CloseForm(PersonForm):
    """办结原因; OTHER needs a note."""

    reason: CloseReason
    note: str = ""


def router(unit: UnitOfWork[StoredWork], reading: Reading, shown: Shown) -> APIRouter:
    """The routes of the verbs; ``shown`` reads a task whole."""
    routes = APIRouter()

    async def does(handle: Callable[[Work, C], object], command: C, task_id: UUID) -> dict[str, Any]:
        await unit.run(handle, command)
        return await shown(str(task_id))

    _add_ownership(routes, does, reading)
    _add_visit(routes, does, unit)
    _add_aftermath(routes, does)
    return routes


Does = Callable[[Callable[[Work, Any], object], Any, UUID], Awaitable[dict[str, Any]]]


def _add_ownership(routes: APIRouter, does: Does, reading: Reading) -> None:
    @routes.post("/tasks/{task_id}:return", summary="退回 / return")
    async def returned(task_id: UUID, form: ReasonForm) -> dict[str, Any]:
        """Not ours, or more is needed; the clock to route it begins."""
        return await does(handlers.return_task, verbs.ReturnTask(task_id=str(task_id), **dict(form)), task_id)

    @routes.post("/tasks/{task_id}:route", summary="改派 / route")
    async def routed(task_id: UUID, form: RouteForm) -> dict[str, Any]:
        """To the department it belongs to; 409 ``task-exists-there`` when it has one already."""
        command = verbs.RouteTask(task_id=str(task_id), **dict(form))
        await require_department(reading, "/department", command.department)
        return await does(handlers.route_task, command, task_id)

    @routes.post("/tasks/{task_id}:dispute", summary="提出争议 / dispute")
    async def disputed(task_id: UUID, form: ReasonForm) -> dict[str, Any]:
        """The arbiter's clock begins."""
        return await does(handlers.dispute_task, verbs.DisputeTask(task_id=str(task_id), **dict(form)), task_id)

    @routes.post("/tasks/{task_id}:arbitrate", summary="裁定归属 / arbitrate")
    async def arbitrated(task_id: UUID, form: RouteForm) -> dict[str, Any]:
        """Whose it is."""
        command = verbs.ArbitrateTask(task_id=str(task_id), **dict(form))
        await require_department(reading, "/department", command.department)
        return await does(handlers.arbitrate_task, command, task_id)

    @routes.post("/tasks/{task_id}:transfer", summary="部门内转办 / transfer")
    async def transferred(task_id: UUID, form: TransferForm) -> dict[str, Any]:
        """To another inspector of the department."""
        return await does(handlers.transfer_task, verbs.TransferTask(task_id=str(task_id), **dict(form)), task_id)


def _add_visit(routes: APIRouter, does: Does, unit: UnitOfWork[StoredWork]) -> None:
    @routes.post("/tasks/{task_id}:plan", summary="排期 / plan")
    async def planned(task_id: UUID, form: PlanForm) -> dict[str, Any]:
        """For a day, with at least two officers of the department."""
        return await does(handlers.plan_task, verbs.PlanTask(task_id=str(task_id), **dict(form)), task_id)

    @routes.post("/tasks/{task_id}:start", summary="到场开始 / start")
    async def started(task_id: UUID, form: PersonForm) -> dict[str, Any]:
        """The officers are there."""
        return await does(handlers.start_task, verbs.StartTask(task_id=str(task_id), by=form.by), task_id)

    @routes.post("/tasks/{task_id}:inspect", status_code=201, summary="登记检查 / record the inspection")
    async def inspected(task_id: UUID, form: ReportForm, response: Response) -> dict[str, Any]:
        """Passed, the task is closed; otherwise it waits for what follows. 201 new, 200 the same inspection again."""
        receipt = await unit.run(handlers.inspect_task, verbs.InspectTask(task_id=str(task_id), report=report_of(form)))
        response.status_code = 200 if receipt.duplicate else 201
        return vars(receipt)

    @routes.post("/tasks/{task_id}:close", summary="办结 / close for a reason")
    async def closed(task_id: UUID, form: CloseForm) -> dict[str, Any]:
        """For a reason a person may give."""
        return await does(handlers.close_task, verbs.CloseTask(task_id=str(task_id), **dict(form)), task_id)


def _add_aftermath(routes: APIRouter, does: Does) -> None:
    @routes.post("/tasks/{task_id}:rectify", summary="责令整改 / order rectification")
    async def ordered(task_id: UUID, form: RectifyForm) -> dict[str, Any]:
        """Round 1, with its own clock."""
        command = verbs.RectifyTask(task_id=str(task_id), by=form.by, demand=form.requirement, limit=form.limit)
        return await does(handlers.order_rectification, command, task_id)

    @routes.post("/tasks/{task_id}:report", summary="报告整改完成 / report it rectified")
    async def reported(task_id: UUID, form: RectifiedForm) -> dict[str, Any]:
        """By the holder or an officer; the clock runs until somebody has looked."""
        command = verbs.ReportRectified(task_id=str(task_id), by=form.by, report=form.report)
        return await does(handlers.report_rectified, command, task_id)

    @routes.post("/tasks/{task_id}:verify", summary="复查 / verify")
    async def verified(task_id: UUID, form: VerifyForm) -> dict[str, Any]:
        """Passed closes the task; failed orders the next round."""
        command = verbs.VerifyTask(
            task_id=str(task_id),
            by=form.by,
            passed=form.passed,
            officers=form.inspectors,
            note=form.reason,
            demand=form.requirement,
            limit=form.limit,
        )
        return await does(handlers.verify_rectification, command, task_id)

    @routes.post("/tasks/{task_id}:refer", summary="移送执法 / refer to enforcement")
    async def referred(task_id: UUID, form: ReferForm) -> dict[str, Any]:
        """With the inspection it rests on."""
        return await does(handlers.refer_task, verbs.ReferTask(task_id=str(task_id), **dict(form)), task_id)

    @routes.post("/tasks/{task_id}:supplement", summary="要求补充材料 / ask for more material")
    async def supplemented(task_id: UUID, form: ReasonForm) -> dict[str, Any]:
        """Counted for the quality of referrals."""
        command = verbs.SupplementTask(task_id=str(task_id), **dict(form))
        return await does(handlers.supplement_referral, command, task_id)

    @routes.post("/tasks/{task_id}:penalise", summary="登记处罚结果 / record the penalty")
    async def penalised(task_id: UUID, form: PenaltyForm) -> dict[str, Any]:
        """A penalty, or none; one that touches the licence starts the clock to tell the approver."""
        said = dict(form)
        command = verbs.PenaliseTask(task_id=str(task_id), by=said.pop("by"), penalty=Penalty(**said))
        return await does(handlers.penalise_task, command, task_id)
