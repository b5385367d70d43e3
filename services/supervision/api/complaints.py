"""Complaints over HTTP (投诉举报接口). Who complains comes in whole, is kept sealed, and is shown masked.

The department that handles it may have it shown whole, says why, and leaves a trace in the same transaction.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, ConfigDict, Field
from uuid_utils import uuid7

from chassis.audit.deed import present_deed
from chassis.discretion import kept_quiet
from chassis.identity import IdentityKeys
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.masking import masked_mail, masked_name, masked_phone
from kernel.refusal import malformed
from kernel.subject import tidy_number
from kernel.text import text_fault
from supervision import handlers
from supervision.api.known import require_department
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain import complaint as domain
from supervision.domain.complaint import (
    ReceiveComplaint,
    RevealComplainant,
    TellComplainant,
    TellingMeans,
    contact_place,
    name_place,
)
from supervision.domain.complaint_rules import ComplaintRules
from supervision.ports import StoredWork
from supervision.queries import complaints as queries

_ONE = "/complaints/{complaint_id}"


class ComplaintForm(PersonForm):
    """登记投诉举报. ``complainant`` and ``contact`` are kept sealed."""

    model_config = ConfigDict(extra="forbid")

    channel: str = Field(description="受理渠道，见 complaint-channels / one of complaint-channels")
    complaint_no: str = Field(description="渠道给的编号（工单号） / the number the channel gave it")
    received_at: AwareDatetime
    id_no: str = Field(description="被投诉举报者的统一社会信用代码 / of whom it is about")
    subject_name: str = Field(
        "", description="其名称，名录中没有时必填 / its name, needed when nothing of it is registered"
    )
    source_system: str = ""
    object_no: str = Field("", description="监管对象，只有一个时可不填 / the object, unless there is only one")
    address: str = ""
    item_code: str = Field("", description="审批事项编码 / the approval item it is about")
    department: str = Field("", description="监管部门，不填按事项的目录 / whoever supervises the item when left out")
    content: str = Field(description="投诉举报的内容 / what is complained of")
    reply_wanted: bool = False
    complainant: str = Field("", max_length=domain.LONGEST_WHO, description="投诉人姓名 / who complains")
    contact: str = Field("", max_length=domain.LONGEST_WHO, description="联系方式：电话或邮箱 / phone or mail address")

    def command(self, identity: IdentityKeys) -> ReceiveComplaint:
        """The command. Refuses ``invalid-content``."""
        said = self.model_dump(exclude={"complainant", "contact"}) | {"id_no": tidy_number(self.id_no)}
        name, contact = self.complainant.strip(), self.contact.strip()
        who = {"/complainant": name, "/contact": contact}
        faults = [text_fault(place, value, longest=domain.LONGEST_WHO) for place, value in who.items()]
        if found := [fault for fault in faults if fault]:
            raise malformed(found)
        complaint_id = str(uuid7())
        everything = [*(f"{key}={value}" for key, value in said.items() if key != "by"), name, contact]
        return ReceiveComplaint(
            **said,
            complaint_id=complaint_id,
            masked_name=masked_name(name),
            masked_contact=masked_mail(contact) if "@" in contact else masked_phone(contact),
            sealed_name=identity.seal(name, name_place(complaint_id)) if name else None,
            sealed_contact=identity.seal(contact, contact_place(complaint_id)) if contact else None,
            digest=identity.digest("\x1f".join(everything).encode()),
        )


class TellForm(PersonForm):
    """登记告知."""

    model_config = ConfigDict(extra="forbid")

    told_at: AwareDatetime
    means: TellingMeans = Field(description="告知方式 / how")


class ComplaintsAsked(PageAsked):
    """Which complaints (投诉举报查询)."""

    department: Asked | None = None
    open: bool | None = None
    id_no: Asked | None = None
    complaint_no: Asked | None = None


def router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rules: ComplaintRules, identity: IdentityKeys
) -> APIRouter:
    """The routes of complaints."""
    routes = APIRouter()

    async def whole(complaint_id: str) -> dict[str, Any]:
        async with reading() as connection:
            found = await queries.one_complaint(connection, complaint_id)
        if found is None:
            raise domain.no_such_complaint(complaint_id)
        return found

    @routes.post("/complaints", status_code=201, summary="登记投诉举报 / receive a complaint")
    async def received(form: ComplaintForm, response: Response) -> dict[str, Any]:
        """Makes a task for cause. 201 a new one, 200 the very same again, known by channel and number."""
        if form.department:
            await require_department(reading, "/department", form.department)
        receipt = await unit.run(handlers.receive_complaint, form.command(identity))
        response.status_code = 200 if receipt.duplicate else 201
        return await whole(receipt.complaint.complaint_id) | {"duplicate": receipt.duplicate}

    @routes.get("/complaints", summary="投诉举报 / complaints")
    async def listed(asked: Annotated[ComplaintsAsked, Query()]) -> Page:
        """The newest first; who complained is masked."""
        limit, before = asked.within(page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.complaints(connection, which, str(before) if before else None, limit + 1)
        return page(items, ["complaint_id"], limit)

    @routes.get(_ONE, summary="一件投诉举报 / one complaint")
    async def one(complaint_id: UUID) -> dict[str, Any]:
        """With what came of it, and who had the complainant shown."""
        return await whole(str(complaint_id))

    @routes.post(_ONE + ":reveal", summary="查看投诉人 / reveal who complained")
    async def revealed(complaint_id: UUID, form: ReasonForm, response: Response) -> dict[str, Any]:
        """Name and contact, for a reason; each look leaves a trace, and nothing keeps the answer."""
        command = RevealComplainant(complaint_id=str(complaint_id), by=form.by, reason=form.reason)
        present_deed().why = kept_quiet(form.reason.strip())
        found = await unit.run(handlers.reveal_complainant, command)
        response.headers["cache-control"] = "no-store"
        name, contact = found.sealed_name, found.sealed_contact
        return {
            "complainant": identity.open(name, name_place(found.complaint_id)) if name else "",
            "contact": identity.open(contact, contact_place(found.complaint_id)) if contact else "",
        }

    _add_telling(routes, unit, whole)

    @routes.get("/complaint-channels", summary="受理渠道 / the channels complaints come by")
    async def channels() -> dict[str, Any]:
        """With how long the matter may take, where that is from, and whether somebody competent confirmed it."""
        items = [asdict(each) | {"limit": str(each.limit)} for each in rules.channels.values()]
        return {"items": items}

    return routes


def _add_telling(
    routes: APIRouter, unit: UnitOfWork[StoredWork], whole: Callable[[str], Awaitable[dict[str, Any]]]
) -> None:
    @routes.post(_ONE + ":tell", summary="登记告知 / the complainant was told")
    async def told(complaint_id: UUID, form: TellForm) -> dict[str, Any]:
        """When and how, once the matter is closed; the same again without effect."""
        command = TellComplainant(complaint_id=str(complaint_id), by=form.by, told_at=form.told_at, means=form.means)
        return await whole((await unit.run(handlers.tell_complainant, command)).complaint_id)
