"""The inbox of a person: told once, read once, deputised while away."""

from typing import Any
from uuid import uuid4

import pytest

from kernel.notice import Notice
from tests.integration.notices.conftest import PostOffice

pytestmark = pytest.mark.servers


def a_notice(person: str = "zhao", fact: str = "D1", kind: str = "YELLOW", **changes: Any) -> Notice:
    said = {"zh": f"任务 {fact} 已超期", "en": f"task {fact} is overdue", "about": f"task:{fact}"}
    return Notice(person=person, kind=kind, fact=fact, **said | changes)


async def test_a_fact_tells_one_person_once(office: PostOffice) -> None:
    await office.tell(a_notice(), a_notice(zh="又一句"), a_notice(kind="RED"), a_notice("qian"))
    await office.tell(a_notice())
    assert [(n["kind"], n["zh"]) for n in await office.inbox("zhao")] == [
        ("RED", "任务 D1 已超期"),
        ("YELLOW", "任务 D1 已超期"),
    ]
    assert len(await office.inbox("qian")) == 1


async def test_what_is_rolled_back_tells_nobody(office: PostOffice) -> None:
    with pytest.raises(ZeroDivisionError):
        async with office.transactions.begin() as tx:
            tx.notices.tell(a_notice())
            raise ZeroDivisionError
    assert await office.inbox("zhao") == []


async def test_a_read_receipt_counts_once_and_only_from_the_person(office: PostOffice) -> None:
    await office.tell(a_notice(), a_notice(fact="D2"))
    address = f"/api/v1/notices/{(await office.inbox('zhao'))[0]['notice_id']}:read"
    assert (await office.http.post(address, json={"person": "qian"})).status_code == 404
    first = (await office.http.post(address, json={"person": "zhao"})).json()
    office.clock.pass_by(hours=1)
    assert (await office.http.post(address, json={"person": "zhao"})).json() == first
    assert [n["fact"] for n in await office.inbox("zhao", unread=True)] == ["D1"]
    listed = await office.http.get("/api/v1/notices", params={"person": "zhao", "limit": 1})
    assert listed.json()["unread"] == 1


async def test_pages_follow_each_other(office: PostOffice) -> None:
    await office.tell(*(a_notice(fact=f"D{n}") for n in range(5)))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        asked: dict[str, str | int] = {"person": "zhao", "limit": 2}
        if cursor:
            asked["cursor"] = cursor
        page = (await office.http.get("/api/v1/notices", params=asked)).json()
        seen += [notice["fact"] for notice in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["D4", "D3", "D2", "D1", "D0"]


async def test_while_a_person_is_away_the_deputy_is_told(office: PostOffice) -> None:
    await office.prefer("zhao", deputy="qian", deputy_from="2026-03-02", deputy_to="2026-03-04")
    await office.tell(a_notice())
    assert [(n["deputy"], n["on_behalf_of"]) for n in await office.inbox("zhao")] == [("qian", "")]
    assert [(n["deputy"], n["on_behalf_of"]) for n in await office.inbox("qian")] == [("", "zhao")]
    office.clock.pass_by(days=3)
    await office.tell(a_notice(fact="D2"))
    assert [n["fact"] for n in await office.inbox("qian")] == ["D1"]


async def test_a_deputy_who_knows_already_is_not_told_again(office: PostOffice) -> None:
    await office.prefer("zhao", deputy="qian", deputy_from="2026-03-02", deputy_to="2026-03-04")
    await office.tell(a_notice("qian"), a_notice("zhao"))
    assert len(await office.inbox("qian")) == 1


async def test_a_preference_is_answered_as_it_was_set_with_addresses_masked(office: PostOffice) -> None:
    plain = (await office.http.get("/api/v1/notice-preferences/zhao")).json()
    assert (plain["channels"], plain["digest"]) == ({"INBOX": ""}, "NONE")
    wishes = {
        "channels": {"INBOX": "", "SMTP": "zhao@example.gov.cn"},
        "digest": "DAILY",
        "digest_at": "08:30:00",
        "quiet_from": "22:00:00",
        "quiet_to": "07:00:00",
        "deputy": "qian",
        "deputy_from": "2026-03-02",
        "deputy_to": "2026-03-04",
    }
    await office.prefer("zhao", **wishes)
    shown = {"person": "zhao", **wishes, "channels": {"INBOX": "", "SMTP": "z***@example.gov.cn"}}
    assert (await office.http.get("/api/v1/notice-preferences/zhao")).json() == shown
    await office.prefer("zhao")
    assert (await office.http.get("/api/v1/notice-preferences/zhao")).json() == plain


@pytest.mark.parametrize("channel", ["SMS", "WECOM"])
async def test_a_channel_nobody_configured_is_refused(office: PostOffice, channel: str) -> None:
    answer = await office.http.put("/api/v1/notice-preferences/zhao", json={"channels": {channel: "13800000000"}})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:shenguan:problem:channel-not-configured"
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/channels/{channel}"]


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("SMTP", "not an address"),
        ("SMTP", "a@b.cn, c@d.cn"),
        ("WEBHOOK", "http://169.254.169.254/latest"),
        ("WEBHOOK", "ftp://127.0.0.1/hook"),
        ("WEBHOOK", "http://user:word@127.0.0.1/hook"),
        ("WEBHOOK", "nonsense"),
    ],
)
async def test_an_address_out_of_reach_is_refused(office: PostOffice, channel: str, address: str) -> None:
    answer = await office.http.put("/api/v1/notice-preferences/zhao", json={"channels": {channel: address}})
    assert answer.json()["type"] == "urn:shenguan:problem:invalid-content"
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/channels/{channel}"]


async def test_an_unknown_notice_is_not_found(office: PostOffice) -> None:
    assert (await office.http.get(f"/api/v1/notices/{uuid4()}/deliveries")).status_code == 404
    assert (await office.http.post(f"/api/v1/notices/{uuid4()}:read", json={"person": "zhao"})).status_code == 404
