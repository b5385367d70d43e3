"""Grades held (信用等级留存) over HTTP: what this service knows of a subject's credit. Persons go by their reference."""

from typing import Any

from fastapi import APIRouter

from approval import queries
from approval.api.paging import Reading
from approval.domain.content import askable
from chassis.problems import not_found
from kernel.refusal import Refusal
from kernel.subject import IdType, number_fault


def add_routes(routes: APIRouter, reading: Reading) -> None:
    """Put the routes of grades on ``routes``."""

    @routes.get("/grades/{id_type}/{id_no:path}", tags=["信用 grades"], summary="信用等级 / the grade held")
    async def grade_held(id_type: str, id_no: str) -> dict[str, Any]:
        """The newest grade credit told; 404 when none arrived."""
        if id_type == IdType.RESIDENT and number_fault("/id_no", id_type, id_no) is None:
            raise Refusal(
                code="number-in-address",
                zh="地址中不得出现居民身份证号码，请改用主体引用查询",
                en="A resident identity number must not stand in an address; ask by the subject reference",
            )
        found = None
        if askable(id_type, id_no):
            async with reading() as connection:
                found = await queries.grade_of(connection, id_type, id_no)
        if found is None:
            raise not_found(
                "该主体的信用等级，请核对证件类型与号码", "grade of this subject; compare id_type and id_no"
            )
        return found
