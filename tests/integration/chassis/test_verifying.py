"""An auditor has a chain verified from outside: progress, the report, what was touched; heads of others count, one at a time."""

from typing import Any

import msgspec
import pytest

from chassis.audit.verifying import VerificationAsked, Verifying
from chassis.settings import ServiceSettings
from kernel.refusal import Refusal
from tests.integration.chassis.office import Office
from tests.keys import signing_environment

pytestmark = pytest.mark.servers
DEPLOYMENT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture
def verifying(office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Verifying:
    said = {"SHENGUAN_IDENTITY_KEY": DEPLOYMENT_KEY, "SHENGUAN_APPROVAL_DATABASE_URL": database_url}
    for name, value in (signing_environment() | said).items():
        monkeypatch.setenv(name, value)
    return Verifying("approval", ServiceSettings.of("approval"), lambda: office.pool, office.transactions)


async def told(verifying: Verifying, witnessed: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    lines = await verifying.begin(VerificationAsked(witnessed=witnessed or []))
    return [msgspec.json.decode(line) async for line in lines]


async def test_a_sound_chain_is_told_with_its_progress_and_its_asking_is_an_entry(
    office: Office, verifying: Verifying
) -> None:
    await office.work()
    before = await office.count("audit_entry")
    heads = [head.document() for head in await office.heads()]
    *progress, last = await told(verifying, heads)
    assert progress[-1] == {"done": 5, "blocks": 5}
    report = last["report"]
    assert (report["ok"], report["signatures_checked"], report["witnesses"], report["pending"]) == (True, True, 1, 1)
    assert await office.count("audit_entry") == before + 1


async def test_a_row_that_was_touched_is_named(office: Office, verifying: Verifying) -> None:
    await office.work()
    (key, *_) = await office.keys("event_log", "event_id")
    await office.owner.execute("UPDATE event_log SET payload = '{}' WHERE event_id = $1::text::uuid", key)
    report = (await told(verifying))[-1]["report"]
    assert (report["ok"], report["bad"]["table"], report["bad"]["what"]) == (False, "event_log", "changed")
    assert key in report["bad"]["key"]


async def test_a_chain_taken_back_is_known_by_the_heads_others_kept(office: Office, verifying: Verifying) -> None:
    await office.work()
    heads = [head.document() for head in await office.heads()]
    await office.owner.execute("DELETE FROM audit_head")
    report = (await told(verifying, heads))[-1]["report"]
    assert (report["bad"]["table"], report["bad"]["what"]) == ("audit_head", "deleted")
    with pytest.raises(Refusal) as refused:
        await verifying.begin(VerificationAsked(witnessed=[{"no": 1}]))
    assert [fault.pointer for fault in refused.value.faults] == ["/witnessed/0"]


async def test_there_is_one_at_a_time_and_it_ends_with_whoever_asked(office: Office, verifying: Verifying) -> None:
    await office.work()
    lines = await verifying.begin(VerificationAsked())
    await anext(lines)
    with pytest.raises(Refusal) as refused:
        await verifying.begin(VerificationAsked())
    assert (refused.value.code, refused.value.status) == ("verification-running", 409)
    await lines.aclose()  # type: ignore[attr-defined] # a generator is one
    assert (await told(verifying))[-1]["report"]["ok"]


async def test_a_check_that_comes_to_nothing_says_so(
    office: Office, verifying: Verifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENGUAN_APPROVAL_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    elsewhere = Verifying("approval", ServiceSettings.of("approval"), lambda: office.pool, office.transactions)
    assert "failed" in (await told(elsewhere))[-1]
