"""Ground (测量场地): the catalogue, the officers and the subjects every measurement finds in place.

500 items with a link each, ten departments, 100,000 enterprises known to approval and credit. The enterprises are
written by COPY, as a register taken over would be; everything measured comes in through the front doors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import asyncpg
import msgspec
from stdnum.cn import uscc as code

from kernel.clock import china_day
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.subject import IdType, SubjectKind
from ops.furnishing import publish_catalogue, register
from ops.replay.sender import Sender
from ops.stack import Stack

SOURCE = "bench"
REGION = "640202"
LINKS = 500
SUBJECTS = 100_000
DEPARTMENTS = 10
_LINES = ("1", "2", "3")
_VERSION = "bench-1"


@dataclass(frozen=True)
class Story:
    """The n-th chain of a run (一条链): one new licence of an enterprise, and the inspection that finds a fault.

    ``run`` keeps the numbers of runs apart; an enterprise is met again after ``SUBJECTS`` chains.
    """

    run: str
    today: date

    def case(self, n: int) -> bytes:
        """The decision as a bureau system sends it."""
        return _encode(
            {
                "source_system": SOURCE,
                "case_id": f"{self.run}-{n}",
                "kind": DecisionKind.NEW,
                "item_code": item(n),
                "region": REGION,
                "decided_on": self.today,
                "licence_no": f"许{self.run}-{n}",
                "subject": {
                    "id_type": IdType.USCC,
                    "id_no": uscc(n % SUBJECTS),
                    "kind": SubjectKind.ORGANISATION,
                    "name": name(n % SUBJECTS),
                },
                "object": {"object_no": f"{self.run}-{n}", "name": "示例门店", "address": "示例路 1 号"},
            }
        )

    def inspection(self, n: int) -> bytes:
        """What the inspectors report of it: one line failed, so that credit has a record to make."""
        return _encode(
            {
                "source_system": SOURCE,
                "inspection_no": f"{self.run}-{n}",
                "object_no": f"{self.run}-{n}",
                "object_version": 1,
                "region": REGION,
                "inspected_on": self.today,
                "inspectors": officers(n),
                "result": InspectionResult.FAIL,
                "lines": [
                    {"code": line, "result": LineResult.FAIL if line == _LINES[0] else LineResult.PASS}
                    for line in _LINES
                ],
                "findings": [{"line_code": _LINES[0], "severity": Severity.MINOR, "note": "标签不全"}],
            }
        )


_encode = msgspec.json.encode


def story(run: str) -> Story:
    """The chains of a run, decided and inspected today."""
    return Story(run, china_day(datetime.now(UTC)))


def item(n: int) -> str:
    """事项编码 of the n-th chain."""
    return f"B{n % LINKS:04d}"


def department(n: int) -> str:
    """监管部门 of the n-th chain's link."""
    return f"BENCH-{n % LINKS % DEPARTMENTS}"


def officers(n: int) -> list[str]:
    """Two officers of that department."""
    return [f"{department(n)}-A", f"{department(n)}-B"]


@lru_cache(SUBJECTS)
def uscc(n: int) -> str:
    """A made-up 统一社会信用代码 with the right check character and the unassigned region 999999."""
    body = f"91999999{n:09d}"
    return body + str(code.calc_check_digit(body))


def name(n: int) -> str:
    """名称 of the n-th enterprise."""
    return f"示例商贸有限公司{n}"


async def furnish(stack: Stack) -> None:
    """Put everything in place. Raises CannotRun when a service refuses."""
    async with Sender(stack.urls, stack.headers()) as sender:
        items = [{"item_code": item(n), "name": f"示例事项 {n}", "department": department(n)} for n in range(LINKS)]
        await register(sender, "approval", "/api/v1/items:batch", items)
        crew = [
            {"code": officer, "name": officer, "department": department(n)}
            for n in range(DEPARTMENTS)
            for officer in officers(n)
        ]
        await register(sender, "supervision", "/api/v1/inspectors:batch", crew)
        await publish_catalogue(sender, _catalogue(), "bench-publisher")
    await _known(stack)


def _catalogue() -> dict[str, Any]:
    links = [
        {
            "code": f"L{n:04d}",
            "item_code": item(n),
            "triggers": [DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW],
            "department": department(n),
            "check_kind": "ROUTINE",
            "checklist": "BENCH-LIST",
            "effective_from": "2000-01-01",
            "effective_to": None,
        }
        for n in range(LINKS)
    ]
    lines = [{"code": line, "text": f"检查第 {line} 项"} for line in _LINES]
    return {
        "by": "bench-drafter",
        "version": _VERSION,
        "effective_from": "2000-01-01",
        "effective_to": None,
        "checklists": [{"code": "BENCH-LIST", "name": "检查表", "lines": lines}],
        "links": links,
    }


async def _known(stack: Stack) -> None:
    """The enterprises, as both registers know them."""
    today = story("").today
    for service, columns, rows in (
        ("approval", ("id_type", "id_no", "kind", "name"), ((*_who(n), name(n)) for n in range(SUBJECTS))),
        ("credit", _CREDIT, _of_credit(today)),
    ):
        connection = await asyncpg.connect(stack.superuser_urls[service])
        try:
            await connection.copy_records_to_table("subject", columns=columns, records=rows)
            await connection.execute("ANALYZE subject")
        finally:
            await connection.close()


_CREDIT = ("id_type", "id_no", "kind", "name", "source_system", "region", "named_on", "version", "reasons")


def _of_credit(today: date) -> Iterator[tuple[Any, ...]]:
    for n in range(SUBJECTS):
        yield (*_who(n), name(n), SOURCE, REGION, today, 0, "[]")


def _who(n: int) -> tuple[str, str, str]:
    return IdType.USCC.value, uscc(n), SubjectKind.ORGANISATION.value
