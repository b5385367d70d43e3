"""The city of `shenguan bench --part console` fills the read model as the migrations make it, by the pattern of a model."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.database import open_pool
from chassis.owner import Owner
from contracts import approval, credit, supervision
from contracts.event import Event, Object, Subject
from contracts.supervision import OpenDeadline
from kernel.credit import Grade
from kernel.decision import DecisionKind
from ops.bench import city, ground, model
from ops.failure import CannotRun
from tests.contract.test_console_store import AT, DAY, MIGRATIONS, applied, heard

pytestmark = pytest.mark.servers

CASES = 300
HOLDER = Subject(id_type="001", id_no=model.SUBJECT, kind="ORGANISATION", name="示例店")
ABOUT: dict[str, Any] = {"source_system": ground.SOURCE, "region": ground.REGION, "subject": HOLDER}
SHOP = {"object": Object(object_no=model.CASE)}


def chain() -> list[Event]:
    """What a chain leaves at the console, as far as pages read fields of it."""
    of = ABOUT | SHOP | {"case_id": model.CASE}
    made: dict[str, Any] = of | {"task_id": str(UUID(int=1)), "department": "BENCH-0", "link_code": model.LINK}
    decided: dict[str, Any] = of | {"kind": DecisionKind.NEW, "item_code": model.ITEM, "decided_on": DAY}
    clocks = (OpenDeadline(kind="CLAIM", due_at=AT),)
    return [
        approval.CaseDecided(**decided, revision=1, object_version=1),
        supervision.TaskCreated(**made, ad_hoc=False, created_at=AT, deadlines=clocks),
        credit.GradeChanged(
            **ABOUT, previous=None, scorecard="2026", assessed_on=DAY, version=1, grade=Grade.B, score=80
        ),
    ]


async def test_every_case_has_the_rows_the_bodies_and_the_counts_of_a_real_one(database_url: str) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    await applied(pool, [[heard(event, AT) for event in chain()]])
    async with pool.acquire() as connection:
        await city.fill(connection, CASES, lambda _zh, _en: None)
        assert (
            await connection.fetchval("SELECT count(*) FROM case_line WHERE source_system = ANY($1)", city.SOURCES)
            == 300
        )
        tasks = await connection.fetchval("SELECT count(*) FROM task_line WHERE source_system = ANY($1)", city.SOURCES)
        assert tasks == 270
        counted = await connection.fetchval("SELECT sum(tasks) FROM task_month_count WHERE department LIKE 'CITY-%'")
        assert counted == tasks
        rows = await connection.fetch("SELECT * FROM told WHERE source_system = ANY($1)", city.SOURCES)
    await pool.close()
    kinds = {event.fact: type(event) for event in chain()}
    assert {row["fact"] for row in rows} <= kinds.keys()
    for row in rows:
        said = msgspec.json.decode(row["payload"], type=kinds[row["fact"]])
        if isinstance(said, approval.CaseDecided):
            assert row["case_ref"].endswith(f":{said.case_id}")
            assert row["object_ref"].endswith(f":O{said.case_id[1:]}")
        assert row["subject_ref"] == f"001:{said.holder.id_no}"


async def test_a_city_without_a_model_is_not_built(database_url: str) -> None:
    await Owner("", database_url).prepare(MIGRATIONS)
    pool = await open_pool(database_url)
    async with pool.acquire() as connection:
        with pytest.raises(CannotRun):
            await city.fill(connection, CASES, lambda _zh, _en: None)
    await pool.close()
