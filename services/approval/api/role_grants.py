"""Role grants (角色授权) over HTTP, for the security administrator: grant, confirm by another person, end."""

from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from approval import handlers, queries
from approval.api.paging import Code, Cursor, Limit, Page, Reading, opened, page
from approval.domain.role_grant import ConfirmGrant, EndGrant, GrantRole, RoleGrant
from chassis.access.acting import Acting
from chassis.unit_of_work import UnitOfWork
from kernel.role import Role

_TAGS: list[str | Enum] = ["角色授权 role grants"]
_CREATED, _AGAIN = 201, 200
Id = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="授权编号 / id of the grant")]
OfPerson = Annotated[str, Query(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$", description="人员编码 / person")]


class GrantBody(BaseModel):
    """授予角色."""

    model_config = ConfigDict(extra="forbid")

    person: str = Field(description="人员编码 / person of the directory")
    role: Role = Field(description="角色 / role")
    region: str = Field("*", description="区划，* 为全部 / region")
    department: str = Field("*", description="部门，* 为全部 / department")
    starts_on: date | None = Field(None, description="起始日，缺省今天 / the first day")
    ends_on: date | None = Field(None, description="最后一天，缺省至收回 / the last day")
    by: Acting


class ConfirmBody(BaseModel):
    """确认授权."""

    model_config = ConfigDict(extra="forbid")

    by: Acting


class EndBody(BaseModel):
    """收回授权."""

    model_config = ConfigDict(extra="forbid")

    by: Acting
    reason: str = Field(description="理由 / why")


def add_routes(routes: APIRouter, unit: UnitOfWork[Any], reading: Reading) -> None:
    """Put the routes of role grants on ``routes``."""

    @routes.post("/role-grants", status_code=_CREATED, tags=_TAGS, summary="授予角色 / grant a role")
    async def grant(body: GrantBody, response: Response) -> dict[str, Any]:
        """201 new, 200 the same again. One of the three administrators is PROPOSED until another person confirms."""
        command = GrantRole(
            grant_id=str(uuid7()),
            person=body.person.strip(),
            role=body.role,
            region=body.region.strip(),
            department=body.department.strip(),
            starts_on=body.starts_on,
            ends_on=body.ends_on,
            by=body.by.strip(),
        )
        kept, duplicate = await unit.run(handlers.grant_role, command)
        response.status_code = _AGAIN if duplicate else _CREATED
        return _shown(kept) | {"duplicate": duplicate}

    @routes.post(
        "/role-grants/{grant_id}:confirm", tags=_TAGS, summary="确认授权，须另一人 / confirm, by somebody else"
    )
    async def confirm(grant_id: Id, body: ConfirmBody) -> dict[str, Any]:
        """In force from its first day on; 409 ``second-person-needed``."""
        return _shown(await unit.run(handlers.confirm_grant, ConfirmGrant(grant_id=grant_id, by=body.by.strip())))

    @routes.post("/role-grants/{grant_id}:end", tags=_TAGS, summary="收回授权 / end a grant")
    async def end(grant_id: Id, body: EndBody) -> dict[str, Any]:
        """Today is its last day; repeated without effect."""
        command = EndGrant(grant_id=grant_id, by=body.by.strip(), reason=body.reason.strip())
        return _shown(await unit.run(handlers.end_grant, command))

    @routes.get("/role-grants", tags=_TAGS, summary="角色授权 / role grants")
    async def listed(person: OfPerson = "", cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Every grant with who granted, confirmed and ended it, the oldest first."""
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.role_grants(connection, person, after, limit + 1)
        return page(found, [row["grant_id"] for row in found], limit)


def _shown(grant: RoleGrant) -> dict[str, Any]:
    return asdict(grant)
