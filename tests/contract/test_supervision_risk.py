"""Risk classes in both works of supervision: kept as they were, found by subject, swept when a day or a rule overtook them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import asyncpg
import pytest

from chassis.migrations import migrate
from contracts.risk import RiskClassified
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.risk import RiskClass
from supervision import handlers
from supervision.domain.catalogue import Risk
from supervision.domain.credit import SubjectGrade
from supervision.domain.risk import RiskTable
from supervision.domain.risk_object import ObjectRisk, ReclassifyObject
from supervision.domain.risk_override import ConfirmOverride, EndOverride, OverrideRisk, RiskOverride
from supervision.store import DueObjects
from tests.contract.test_supervision_store import (
    MIGRATIONS,
    SqlStore,
    Store,
    all_of,
    empty_store,
    one,
    publish,
    seen,
    sql_store,
    store,
)
from tests.fakes.risk import TABLE
from tests.fakes.supervised import NOON, TODAY, a_link, a_version, an_inspection, assessed, corrected, decided

__all__ = ["empty_store", "sql_store", "store"]

O1 = ReclassifyObject("chicago", "O1")


def ordered(letter: RiskClass = RiskClass.D, days: int = 9) -> OverrideRisk:
    return OverrideRisk(
        source_system="chicago",
        object_no="O1",
        by="head-1",
        risk_class=letter,
        reason="专项整治",
        legal_basis="某通知",
        valid_to=TODAY + timedelta(days=days),
    )


async def kept(store: Store, object_no: str = "O1") -> ObjectRisk:
    asked = ReclassifyObject("chicago", object_no)
    found: ObjectRisk = await seen(store, asked, lambda work: work.risks.get("chicago", object_no))
    return found


async def told(store: Store) -> list[tuple[str, str, RiskClass]]:
    events = [event for event in await store.said() if isinstance(event, RiskClassified)]
    return [(event.object.object_no, event.cause.value, event.risk_class) for event in events]


async def test_the_class_comes_back_as_it_went(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    risk = await kept(store)
    assert (risk.items, risk.risk_class, risk.item_risk, risk.grade) == (("1006",), RiskClass.B, Risk.MEDIUM, None)
    assert (risk.version, risk.since, risk.review_on) == (1, NOON, None)
    await one(store, handlers.reclassify_object, O1)
    assert await kept(store) == risk


async def test_a_grade_reaches_every_object_of_the_subject(store: Store) -> None:
    await all_of(store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in (1, 2, 3)])
    await one(store, handlers.on_grade_changed, assessed(1, Grade.D))
    assert [(await kept(store, f"O{n}")).risk_class for n in (1, 2, 3)] == [RiskClass.D] * 3
    assert sorted((await told(store))[3:]) == [(f"O{n}", "GRADE", RiskClass.D) for n in (1, 2, 3)]
    await one(store, handlers.on_case_decided, decided("C4", "O4"))
    assert (await kept(store, "O4")).grade is Grade.D


async def test_two_grades_of_one_subject_in_one_batch_tell_both_changes(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    await all_of(store, handlers.on_grade_changed, [assessed(1, Grade.D), assessed(2, Grade.A)])
    assert [letter for _, _, letter in await told(store)] == [RiskClass.B, RiskClass.D, RiskClass.A]
    assert (await kept(store)).version == 3


async def test_a_correction_reads_the_whole_history_of_the_object(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    await one(store, handlers.on_case_decided, decided("C2", object_version=2, item_code="1007"))
    await one(store, handlers.on_case_corrected, corrected(object_version=3, kind=DecisionKind.CANCEL))
    assert (await kept(store)).items == ("1007",)


async def test_an_object_an_inspection_named_has_a_class(store: Store) -> None:
    await one(store, handlers.conclude_inspection, an_inspection())
    assert ((await kept(store)).risk_class, (await kept(store)).items) == (RiskClass.B, ())


async def test_an_override_comes_back_and_leaves_its_trace(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    override, _ = await one(store, handlers.override_risk, ordered(RiskClass.A))
    confirmed = await one(store, handlers.confirm_override, ConfirmOverride(**_by("head-2")))
    risk = await kept(store)
    assert (risk.risk_class, risk.override_id) == (RiskClass.A, override.override_id)
    assert risk.review_on == TODAY + timedelta(days=10)
    same: RiskOverride = await seen(store, O1, lambda work: work.risks.override(risk.override_id))
    assert (same, same.confirmed_by) == (confirmed, "head-2")
    await one(store, handlers.end_override, EndOverride(**_by("head-1"), reason="整治结束"))
    await one(store, handlers.override_risk, ordered())
    assert [letter for _, _, letter in await told(store)] == [RiskClass.B, RiskClass.A, RiskClass.B, RiskClass.D]
    if isinstance(store, SqlStore):
        rows = await store.pool.fetch("SELECT act, by, reason, previous, risk_class FROM risk_change ORDER BY number")
        assert [tuple(row) for row in rows] == [
            ("ORDERED", "head-1", "专项整治", "B", "B"),
            ("CONFIRMED", "head-2", "专项整治", "B", "B"),
            ("CLASSIFIED", "head-2", "专项整治", "B", "A"),
            ("ENDED", "head-1", "整治结束", "A", "A"),
            ("CLASSIFIED", "head-1", "整治结束", "A", "B"),
            ("ORDERED", "head-1", "专项整治", "B", "B"),
            ("CLASSIFIED", "head-1", "专项整治", "B", "D"),
        ]


def _by(person: str) -> dict[str, str]:
    return {"source_system": "chicago", "object_no": "O1", "by": person}


@pytest.mark.servers
class TestPostgres:
    async def test_the_trace_is_only_added_to(self, sql_store: SqlStore) -> None:
        for forbidden in ("UPDATE risk_change SET by = 'x'", "DELETE FROM risk_change", "TRUNCATE risk_change"):
            with pytest.raises(asyncpg.RaiseError, match="only added to"):
                await sql_store.pool.execute(forbidden)

    async def test_a_new_object_and_a_new_grade_at_once_never_miss_each_other(self, sql_store: SqlStore) -> None:
        """Whoever comes second sees what the first one did."""
        for version in range(1, 8):
            letter = Grade.D if version % 2 else Grade.A
            await asyncio.gather(
                one(sql_store, handlers.on_grade_changed, assessed(version, letter)),
                one(sql_store, handlers.on_case_decided, decided(f"C{version}", f"O{version}")),
            )
        assert {(await kept(sql_store, f"O{n}")).grade for n in range(1, 8)} == {Grade.D}

    async def test_objects_a_day_or_a_rule_overtook_are_found_until_they_are_classified(
        self, sql_store: SqlStore
    ) -> None:
        await publish(sql_store, a_version())
        await all_of(sql_store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in (1, 2)])
        await one(sql_store, handlers.override_risk, ordered(days=1))
        first = TABLE.editions[0]
        other = RiskTable((replace(first, version="2", classes=dict.fromkeys(first.classes, RiskClass.D)),))

        async def due(
            table: RiskTable = TABLE, days: int = 0, limit: int = 9, left: Sequence[tuple[str, str]] = ()
        ) -> list[tuple[str, str]]:
            async with sql_store.pool.acquire() as connection:
                found = DueObjects(table, sql_store.cache)
                return sorted(await found(connection, NOON + timedelta(days=days), limit, left))

        assert await due() == await due(days=1) == []
        assert await due(days=2) == [("chicago", "O1")]
        assert await due(other) == [("chicago", "O1"), ("chicago", "O2")]
        assert await due(other, left=[("chicago", "O1")], limit=1) == [("chicago", "O2")]
        await publish(sql_store, a_version(a_link(risk=Risk.HIGH), version="2011", effective_from=date(2011, 1, 1)))
        both = [ReclassifyObject(*key) for key in await due()]
        assert len(both) == 2
        await all_of(sql_store, handlers.reclassify_object, both)
        assert await due() == []
        assert (await kept(sql_store, "O2")).risk_class is RiskClass.C

    async def test_objects_registered_before_get_their_items_from_the_decisions(
        self, database_url: str, tmp_path: Path
    ) -> None:
        before = tmp_path / "migrations"
        copytree(MIGRATIONS, before, ignore=lambda _, names: [name for name in names if "0010" < name[:4] < "9999"])
        await migrate(database_url, before)
        connection = await asyncpg.connect(database_url)
        told = [
            ("O1", "C1", 1, 1, "NEW", "1006"),
            ("O1", "C2", 1, 2, "NEW", "1007"),
            ("O1", "C3", 1, 3, "REVOKE", "1007"),
            ("O1", "C2", 2, 4, "NEW", "1008"),
            ("O2", "C4", 1, 1, "NEW", "1006"),
            ("O2", "C4", 2, 2, "CANCEL", "1006"),
        ]
        for object_no, case_id, revision, version, kind, item in told:
            await connection.execute(
                """INSERT INTO applied_decision SELECT 's', $1, $2, $3, $4, $5, $6, '640202', '2011-01-01',
                   'REGISTERED', '', 0, now(), false, false, '', '', '', '', ''""",
                *(case_id, revision, object_no, version, kind, item),
            )
        for object_no in ("O1", "O2", "O3"):
            await connection.execute(
                """INSERT INTO supervised_object (source_system, object_no, id_type, id_no, subject_kind, subject_name,
                   name, address, region, object_version, provisional, case_id, standstill)
                   VALUES ('s', $1, '099', 'S1', 'ORGANISATION', '', '', '', '640202', 1, false, 'C1', '')""",
                object_no,
            )
        await migrate(database_url, MIGRATIONS)
        rows = await connection.fetch("SELECT object_no, items, risk_class, basis FROM object_risk ORDER BY 1")
        await connection.close()
        assert [tuple(row) for row in rows] == [
            ("O1", ["1006", "1008"], "", ""),
            ("O2", [], "", ""),
            ("O3", [], "", ""),
        ]


async def test_the_newest_grade_stays(store: Store) -> None:
    await all_of(store, handlers.on_grade_changed, [assessed(2, Grade.C), assessed(1, Grade.B)])
    await one(store, handlers.on_grade_changed, assessed(1, Grade.B))
    kept: SubjectGrade = await seen(store, assessed(1, Grade.A), lambda work: work.grades.get("099", "S1"))
    assert (kept.version, kept.grade, kept.assessed_on) == (2, Grade.C, date(2011, 9, 2))


async def test_another_grade_reaches_the_objects_of_a_subject_and_the_same_again_none(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided())
    for version, grades, letter in (
        (1, (Grade.C,), "C"),
        (2, (Grade.C,), "C"),
        (3, (Grade.D, Grade.C), "C"),
        (5, (Grade.C, Grade.B), "B"),
    ):
        await all_of(store, handlers.on_grade_changed, [assessed(version + n, each) for n, each in enumerate(grades)])
        risk = await seen(store, decided(), lambda work: work.risks.get("chicago", "O1"))
        assert (risk.grade.value, risk.risk_class.value) == (letter, letter)
    told = [event for event in await store.said() if isinstance(event, RiskClassified)]
    assert [event.risk_class.value for event in told] == ["B", "C", "D", "C", "B"]


@pytest.mark.servers
async def test_the_same_grade_again_reads_no_object(sql_store: SqlStore) -> None:
    await publish(sql_store, a_version())
    await one(sql_store, handlers.on_case_decided, decided())
    await one(sql_store, handlers.on_grade_changed, assessed(1, Grade.C))
    async with sql_store.begin() as work:
        await work.load([assessed(2, Grade.C)])
        with pytest.raises(KeyError):
            work.objects.held_by("099", "S1")
