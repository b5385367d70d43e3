"""Directory (通讯录) over HTTP: departments and people, listed in batches, one JSON document per line."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from approval import handlers, queries
from approval.api.paging import Code, Cursor, Limit, Page, Reading, Words, opened, page
from approval.domain.content import askable
from approval.domain.directory import Department, EntryReceipt, ListDepartment, ListPerson, Person
from approval.ports import StoredWork
from chassis.ndjson import batch_response, decoded
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import tidy_number

_CREATED, _AGAIN = 201, 200
M = TypeVar("M", ListDepartment, ListPerson)

OfDepartment = Annotated[str | None, Query(max_length=64, description="部门编码 / code of a department")]


class _DepartmentLine(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    uscc: str = ""
    head: str = ""
    liaison: str = ""
    superior: str = ""
    merged_into: str = ""


class _PersonLine(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    department: str
    left_on: date | None = None
    successor: str = ""
    deputy: str = ""


_department_lines = msgspec.json.Decoder(_DepartmentLine)
_person_lines = msgspec.json.Decoder(_PersonLine)


def decode_department(line: bytes) -> ListDepartment:
    """One department as JSON. Refuses ``invalid-content`` with the pointer of what does not fit."""
    body = decoded(_department_lines, line)
    return ListDepartment(
        Department(
            code=body.code.strip(),
            name=body.name.strip(),
            uscc=tidy_number(body.uscc),
            head=body.head.strip(),
            liaison=body.liaison.strip(),
            superior=body.superior.strip(),
            merged_into=body.merged_into.strip(),
        )
    )


def decode_person(line: bytes) -> ListPerson:
    """One person as JSON. Refuses ``invalid-content`` with the pointer of what does not fit."""
    body = decoded(_person_lines, line)
    return ListPerson(
        Person(
            code=body.code.strip(),
            name=body.name.strip(),
            department=body.department.strip(),
            left_on=body.left_on,
            successor=body.successor.strip(),
            deputy=body.deputy.strip(),
        )
    )


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of the directory on ``routes``."""

    def batch(
        request: Request, decode: Callable[[bytes], M], handle: Callable[[StoredWork, M], EntryReceipt]
    ) -> StreamingResponse:
        async def run(commands: Sequence[M]) -> Sequence[EntryReceipt | Refusal]:
            return await unit.run_each(handle, commands)

        return batch_response(request, decode, run, _line)

    @routes.post("/departments:batch", tags=["通讯录 directory"], summary="登记部门 NDJSON / list departments")
    async def list_departments(request: Request) -> StreamingResponse:
        """201 for a new department, 200 for a known one, which is replaced; every change is told with its version."""
        return batch(request, decode_department, handlers.list_department)

    @routes.post("/people:batch", tags=["通讯录 directory"], summary="登记人员 NDJSON / list people")
    async def list_people(request: Request) -> StreamingResponse:
        """201 for a new person, 200 for a known one, who is replaced. The department must be listed before."""
        return batch(request, decode_person, handlers.list_person)

    @routes.get("/departments", tags=["通讯录 directory"], summary="部门 / departments")
    async def departments(words: Words = "", cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Departments in the order of their codes."""
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.departments(connection, after, limit + 1, words)
        return page(found, [row["code"] for row in found], limit)

    @routes.get("/people", tags=["通讯录 directory"], summary="人员 / people")
    async def people(
        department: OfDepartment = None, words: Words = "", cursor: Cursor = "", limit: Limit = 50
    ) -> Page:
        """People in the order of their codes, of one department or of all."""
        if department and not askable(department):
            zh, en = "含有控制字符或过长", "contains control characters or is too long"
            raise malformed([Fault(pointer="/department", zh=zh, en=en)])
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.people(connection, department, after, limit + 1, words)
        return page(found, [row["code"] for row in found], limit)


def _line(receipt: EntryReceipt) -> tuple[int, dict[str, Any]]:
    members = {"code": receipt.code, "version": receipt.version, "duplicate": receipt.duplicate}
    return _CREATED if receipt.created else _AGAIN, members
