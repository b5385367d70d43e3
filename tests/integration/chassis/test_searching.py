"""What is looked for stands anywhere in code or name, Chinese words of two letters too, and an index finds it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import Column, MetaData, Table, Text, select
from sqlalchemy.dialects import postgresql

from chassis.searching import FUNCTION, found, searched

pytestmark = pytest.mark.servers

ENTRY = Table("entry", MetaData(), Column("code", Text, primary_key=True), Column("name", Text))
NAMES = {
    "SCJG": "示例县市场监督管理局",
    "XFJY": "示例县消防救援大队",
    "SC-2": "市场监督管理二分局",
    "A1": "场市",
}


@pytest.fixture
async def entries(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TABLE entry (code text PRIMARY KEY, name text NOT NULL)")
    await connection.execute(FUNCTION)
    await connection.execute(searched("entry", "code", "name"))
    await connection.executemany("INSERT INTO entry VALUES ($1, $2)", NAMES.items())
    await connection.execute(
        "INSERT INTO entry SELECT 'P' || g, '乡镇卫生院第' || g || '号' FROM generate_series(1, 20000) g"
    )
    await connection.execute("ANALYZE entry")
    yield connection
    await connection.close()


def asked(words: str) -> str:
    wanted = select(ENTRY.c.code).where(found(ENTRY.c.code, ENTRY.c.name, words)).order_by(ENTRY.c.code)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(wanted.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("市场", ["SC-2", "SCJG"]),
        ("市场监督", ["SC-2", "SCJG"]),
        ("监督 二分", ["SC-2"]),
        ("sc", ["SC-2", "SCJG"]),
        ("消", ["XFJY"]),
        ("示例县 scj", ["SCJG"]),
        ("第1999号", ["P1999"]),
        ("没有", []),
    ],
)
async def test_words_are_found_wherever_they_stand(entries: asyncpg.Connection, words: str, codes: list[str]) -> None:
    assert [row["code"] for row in await entries.fetch(asked(words))] == codes


async def test_the_index_is_asked(entries: asyncpg.Connection) -> None:
    plan = "\n".join(row[0] for row in await entries.fetch(f"EXPLAIN {asked('市场')}"))
    assert "entry_searched" in plan
    assert "Seq Scan" not in plan


async def test_blanks_alone_leave_everything(entries: asyncpg.Connection) -> None:
    assert len(await entries.fetch(asked("  "))) == 20000 + len(NAMES)
