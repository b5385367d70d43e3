"""One suite for both works that open what is sealed: a trace each time, nothing without one; and rotation of keys."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Protocol

import asyncpg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from approval import handlers, queries
from approval.domain.holder import Holder, name_place, number_place
from approval.domain.reveal import CompleteFile, PersonKept, Reveal, RevealPurpose, RevealSubject
from approval.store import SEALED, SqlReveals
from chassis.database import reading_engine
from chassis.identity import IdentityKeys
from chassis.resealing import BEFORE, OF_EVERY_SERVICE, Resealing
from chassis.sealing import CipherName, derived
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.contract.test_approval_store import SqlStore, register, sql_store
from tests.fakes.approval import IDENTITY, KEY, NOW, PERSON_NO, a_case, a_person
from tests.fakes.reveals import FakeReveals, a_reveal

__all__ = ["sql_store"]
FOREIGN = Holder(id_type="099", id_no="G12345678", kind=SubjectKind.PERSON, name="张三丰")
REFERENCE = IDENTITY.reference("111", PERSON_NO)
NEW = b64encode(b"n" * 32).decode()
TURNED = IdentityKeys(KEY, f"2026a:{NEW}", CipherName.SM4_GCM)


class Desk(Protocol):
    async def register(self, *holders: Holder) -> None: ...
    async def reveal(self, command: RevealSubject) -> PersonKept: ...
    async def complete(self, command: CompleteFile) -> Mapping[str, PersonKept]: ...
    async def traces(self) -> Sequence[Reveal]: ...


class FakeDesk:
    def __init__(self) -> None:
        self._holders: list[Holder] = []
        self._noted: list[Reveal] = []

    async def register(self, *holders: Holder) -> None:
        self._holders += holders

    async def reveal(self, command: RevealSubject) -> PersonKept:
        return handlers.reveal_subject(FakeReveals(self._holders, self._noted), command)

    async def complete(self, command: CompleteFile) -> Mapping[str, PersonKept]:
        return handlers.complete_file(FakeReveals(self._holders, self._noted), command)

    async def traces(self) -> Sequence[Reveal]:
        return self._noted


class SqlDesk:
    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def register(self, *holders: Holder) -> None:
        await register(self._store, *(a_case(f"C-{holder.id_no[-4:]}", subject=holder) for holder in holders))

    async def reveal(self, command: RevealSubject) -> PersonKept:
        async with self._store._transactions.begin() as tx:
            work = SqlReveals(tx, IDENTITY)
            await work.load([command])
            person = handlers.reveal_subject(work, command)
            await work.flush()
        return person

    async def complete(self, command: CompleteFile) -> Mapping[str, PersonKept]:
        async with self._store._transactions.begin() as tx:
            work = SqlReveals(tx, IDENTITY)
            await work.load([command])
            known = handlers.complete_file(work, command)
            await work.flush()
        return known

    async def traces(self) -> Sequence[Reveal]:
        rows = await self._store.pool.fetch("SELECT at, id_type, id_no, by, purpose, reason FROM reveal ORDER BY id")
        return [
            Reveal(
                at=row["at"],
                id_type=row["id_type"],
                reference=row["id_no"],
                by=row["by"],
                purpose=RevealPurpose(row["purpose"]),
                reason=row["reason"],
            )
            for row in rows
        ]


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def desk(request: pytest.FixtureRequest) -> Desk:
    return FakeDesk() if request.param == "fake" else SqlDesk(request.getfixturevalue("sql_store"))


async def test_who_says_why_sees_number_and_name_and_leaves_a_trace(desk: Desk) -> None:
    await desk.register(a_person(), FOREIGN)
    person = await desk.reveal(a_reveal(REFERENCE, reason="  送达决定书 "))
    assert (person.id_type, person.id_no, person.name) == ("111", PERSON_NO, a_person().name)
    other = await desk.reveal(a_reveal(IDENTITY.reference("099", "G12345678"), by="clerk-2"))
    assert (other.id_no, other.name) == ("G12345678", "张三丰")
    first, second = await desk.traces()
    assert first == Reveal(
        at=NOW, id_type="111", reference=REFERENCE, by="clerk-1", purpose=RevealPurpose.DELIVERY, reason="送达决定书"
    )
    assert (second.by, second.reference) == ("clerk-2", other.reference)


async def test_an_unknown_reference_is_not_found_and_leaves_no_trace(desk: Desk) -> None:
    await desk.register(a_person())
    for unknown in ("P" + "0" * 40, "91440101MA5C44W11J", "\x00"):
        with pytest.raises(Refusal, match="not-found"):
            await desk.reveal(a_reveal(unknown))
    assert await desk.traces() == []


async def test_a_file_is_completed_for_everybody_in_it_or_for_nobody(desk: Desk) -> None:
    await desk.register(a_person(), FOREIGN)
    both = (REFERENCE, IDENTITY.reference("099", "G12345678"))
    with pytest.raises(Refusal, match="person-unknown"):
        await desk.complete(CompleteFile(references=(*both, "P" + "0" * 40), by="clerk-1", reason="报送主管部门"))
    assert await desk.traces() == []
    known = await desk.complete(CompleteFile(references=both, by="clerk-1", reason="报送主管部门"))
    assert {person.id_no for person in known.values()} == {PERSON_NO, "G12345678"}
    assert {(trace.reference, trace.purpose) for trace in await desk.traces()} == {
        (reference, RevealPurpose.EXPORT) for reference in both
    }
    with pytest.raises(Refusal, match="invalid-content"):
        CompleteFile(references=both, by="clerk-1", reason="无")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"by": " "}, "/by"),
        ({"by": "x" * 65}, "/by"),
        ({"reason": "查 看"}, "/reason"),
        ({"reason": "查看明文\x00"}, "/reason"),
    ],
)
def test_nobody_sees_a_person_without_a_name_and_a_reason(changes: dict[str, str], pointer: str) -> None:
    with pytest.raises(Refusal, match="invalid-content") as refused:
        a_reveal(REFERENCE, **changes)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


@pytest.mark.servers
async def test_a_trace_is_never_changed(sql_store: SqlStore) -> None:
    desk = SqlDesk(sql_store)
    await desk.register(a_person())
    await desk.reveal(a_reveal(REFERENCE))
    for forbidden in ("UPDATE reveal SET reason = 'none of it'", "DELETE FROM reveal", "TRUNCATE reveal"):
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            await sql_store.pool.execute(forbidden)


@pytest.mark.servers
async def test_after_a_rotation_nothing_is_left_with_an_older_key_and_everybody_is_found(
    sql_store: SqlStore,
) -> None:
    await SqlDesk(sql_store).register(a_person(), FOREIGN, *(_somebody(n) for n in range(7)))
    await sql_store.pool.execute(
        "UPDATE subject SET sealed_no = $1, number_index = NULL WHERE id_no = $2", _of_old(PERSON_NO), REFERENCE
    )
    resealing = Resealing(lambda: sql_store.pool, TURNED.ring, (*OF_EVERY_SERVICE, *SEALED))
    before = await resealing.status()
    assert (before["active"], before["left"]) == ("2026a", 18)
    assert before["keys"] == {"2026a": 0, "identity": 17, BEFORE: 1}
    assert await resealing.reseal(4) == {"resealed": 8, "unreadable": 0, "done": False}
    await SqlDesk(sql_store).register(_somebody(8))  # another process still seals with the key before
    while not (await resealing.reseal(4))["done"]:
        pass
    after = await resealing.status()
    assert after["left"] == 0 == after["keys"]["identity"] + after["keys"].get(BEFORE, 0)
    for row in await sql_store.pool.fetch("SELECT * FROM subject WHERE kind = 'PERSON'"):
        number = TURNED.open(row["sealed_no"], number_place(row["id_type"], row["id_no"]))
        assert IDENTITY.reference(row["id_type"], number) == row["id_no"]
        assert TURNED.open(row["sealed_name"], name_place(row["id_type"], row["id_no"]))
        assert row["number_index"] == TURNED.index(number)


@pytest.mark.servers
async def test_what_does_not_open_stays_and_is_counted(sql_store: SqlStore) -> None:
    await SqlDesk(sql_store).register(a_person(), FOREIGN)
    await sql_store.pool.execute(
        "UPDATE subject SET sealed_no = (SELECT sealed_no FROM subject WHERE id_type = '099') WHERE id_type = '111'"
    )
    resealing = Resealing(lambda: sql_store.pool, TURNED.ring, SEALED)
    assert await resealing.reseal(10) == {"resealed": 3, "unreadable": 1, "done": True}
    assert (await resealing.status())["left"] == 1


@pytest.mark.servers
async def test_a_person_is_found_by_number_without_being_opened(sql_store: SqlStore, postgres_url: str) -> None:
    await SqlDesk(sql_store).register(a_person(), FOREIGN)
    name = await sql_store.pool.fetchval("SELECT current_database()")
    engine = reading_engine(f"{postgres_url.rsplit('/', 1)[0]}/{name}")
    async with engine.connect() as connection:
        (found,) = await queries.persons_with(connection, IDENTITY, PERSON_NO)
        assert found["id_no"] == "640202********0010"
        assert (found["reference"], found["name"][1:].strip("*")) == (REFERENCE, "")
        await sql_store.pool.execute("UPDATE subject SET number_index = NULL")
        assert [each["reference"] for each in await queries.persons_with(connection, TURNED, PERSON_NO)] == [REFERENCE]
        assert await queries.persons_with(connection, IDENTITY, "G00000000") == []
    await engine.dispose()


def _somebody(n: int) -> Holder:
    return Holder(id_type="099", id_no=f"G{n:08}", kind=SubjectKind.PERSON, name=f"某{n}")


def _of_old(text: str) -> bytes:
    key = derived(b"01234567890123456789012345678901", b"subject-number")
    return b"\x00" * 12 + AESGCM(key).encrypt(b"\x00" * 12, text.encode(), None)
