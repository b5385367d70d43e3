"""Evidence over real HTTP: what goes in comes out, once stored, for ever, and nothing a browser could run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.fakes.officers import JPEG, MP4, PDF, PNG
from tests.fakes.supervised import decided
from tests.integration.supervision.conftest import Said, an_inspection

pytestmark = pytest.mark.servers

LIMIT = 64 * 1024 * 1024
KINDS = {"image/png": PNG, "image/jpeg": JPEG, "application/pdf": PDF, "video/mp4": MP4}
NO_TASK = "00000000-0000-0000-0000-000000000000"
NAMES = ["a", "现场检查照片（一）.png", "長" * 200, '"; filename=x.html', "😀 é.png", "..", "%00%0a.png", "a+b&c=d.png"]
NO_NAMES = [" ", "a\x00b.png", "a\nb.png", "a\r\nX-Y: z", "../a.png", "a\\b.png", "長" * 201, "\x7f"]

Upload = Callable[..., Any]


@pytest.fixture
async def task_id(http: httpx.AsyncClient, tell: Callable[..., Any], until: Said, request: Any) -> str:
    """An open task of an object of this test alone."""
    number = sha256(request.node.nodeid.encode()).hexdigest()[:20]
    await tell(decided(number, number))

    async def tasks() -> Any:
        return (await http.get("/api/v1/tasks", params={"object_no": number})).json()["items"]

    return str((await until(tasks))[0]["task_id"])


def upload(http: httpx.AsyncClient, task_id: str, content: Any = PNG, kind: str = "image/png", **said: Any) -> Any:
    asked = {"name": "照片.png", "by": "orange-1"} | said
    headers = {"content-type": kind} if kind else {}
    return http.post(f"/api/v1/tasks/{task_id}/evidence", content=content, params=asked, headers=headers)


async def fetched(http: httpx.AsyncClient, record: dict[str, Any], **headers: str) -> httpx.Response:
    address = f"/api/v1/tasks/{record['task_id']}/evidence/{record['evidence_id']}/content"
    return await http.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def listed(http: httpx.AsyncClient, task_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await http.get(f"/api/v1/tasks/{task_id}/evidence")).json()["items"]
    return items


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_comes_back_byte_by_byte_and_no_browser_may_guess(
    http: httpx.AsyncClient, task_id: str, kind: str
) -> None:
    answer = await upload(http, task_id, KINDS[kind], f"{kind}; charset=binary", line_code="3", note="后厨")
    assert answer.status_code == 201, answer.text
    record = answer.json()
    assert (record["sha256"], record["size"]) == (sha256(KINDS[kind]).hexdigest(), len(KINDS[kind]))
    assert (record["media_type"], record["name"], record["line_code"], record["note"]) == (
        *(kind, "照片.png"),
        *("3", "后厨"),
    )
    assert (record["added_by"], record["added_at"][:10]) == ("orange-1", "2011-09-02")
    assert await listed(http, task_id) == [record]
    file = await fetched(http, record)
    assert (file.status_code, file.content, file.headers["content-type"]) == (200, KINDS[kind], kind)
    assert (file.headers["etag"], file.headers["x-content-type-options"]) == (f'"{record["sha256"]}"', "nosniff")
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "private" in file.headers["cache-control"]


async def test_a_copy_that_is_known_is_not_sent_again(http: httpx.AsyncClient, task_id: str) -> None:
    record = (await upload(http, task_id)).json()
    etag = f'"{record["sha256"]}"'
    for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        unchanged = await fetched(http, record, if_none_match=said)
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert (await fetched(http, record, if_none_match='"other"')).status_code == 200


async def test_the_same_file_twice_is_two_records(http: httpx.AsyncClient, task_id: str) -> None:
    both = await asyncio.gather(*(upload(http, task_id, name=f"{n}.png") for n in range(2)))
    records = [answer.json() for answer in both]
    assert len({record["evidence_id"] for record in records}) == 2
    assert len({record["sha256"] for record in records}) == 1
    assert [(await fetched(http, record)).content for record in records] == [PNG, PNG]
    assert len(await listed(http, task_id)) == 2


async def test_a_request_repeated_with_its_key_is_one_record(http: httpx.AsyncClient, task_id: str) -> None:
    address, said = f"/api/v1/tasks/{task_id}/evidence", {"name": "a.png", "by": "orange-1"}
    headers = {"content-type": "image/png", "idempotency-key": f"once-{task_id}"}
    answers = [await http.post(address, content=PNG, params=said, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await listed(http, task_id)) == 1


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", JPEG),
        ("image/jpeg", PNG),
        ("text/html", b"<html><script>alert(1)</script></html>"),
        ("image/png", b"<html><script>alert(1)</script></html>"),
        ("image/svg+xml", b"<svg onload=alert(1)>"),
        ("", PNG),
        ("image/png", b""),
        ("image/png", PNG[:4]),
    ],
)
async def test_what_is_not_the_type_it_says_is_refused(
    http: httpx.AsyncClient, task_id: str, kind: str, content: bytes
) -> None:
    assert problem(await upload(http, task_id, content, kind)) == (415, "evidence-type")
    assert await listed(http, task_id) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_may_have_any_name_that_is_one(http: httpx.AsyncClient, task_id: str, name: str) -> None:
    record = (await upload(http, task_id, name=name)).json()
    assert record["name"] == name
    disposition = (await fetched(http, record)).headers["content-disposition"]
    assert unquote(disposition.removeprefix("attachment; filename*=UTF-8''")) == name
    assert '"' not in disposition


@pytest.mark.parametrize("name", NO_NAMES)
async def test_a_name_that_is_none_is_pointed_at(http: httpx.AsyncClient, task_id: str, name: str) -> None:
    answer = await upload(http, task_id, name=name)
    assert problem(answer) == (422, "invalid-content")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/name"]


@pytest.mark.parametrize(
    ("said", "expected", "pointer"),
    [
        ({"by": "ghost"}, (422, "inspector-unknown"), "/by"),
        ({"by": "fire-1"}, (422, "inspector-elsewhere"), "/by"),
        ({"by": "\x00"}, (422, "invalid-content"), "/by"),
        ({"note": "\x00"}, (422, "invalid-content"), "/note"),
        ({"line_code": "99"}, (422, "line-unknown"), "/line_code"),
        ({"line_code": "\x00"}, (422, "invalid-content"), "/line_code"),
        ({"colour": "red"}, (422, "invalid-content"), "/colour"),
    ],
)
async def test_what_is_said_of_a_file_is_checked(
    http: httpx.AsyncClient, task_id: str, said: dict[str, str], expected: tuple[int, str], pointer: str
) -> None:
    answer = await upload(http, task_id, **said)
    assert problem(answer) == expected
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_large_file_is_kept_in_pieces_and_other_bodies_keep_their_limit(
    http: httpx.AsyncClient, task_id: str
) -> None:
    large = PNG + bytes(range(256)) * (80 * 1024)  # 20 MiB, more than any other body may have
    record = (await upload(http, task_id, large)).json()
    assert record["size"] == len(large)
    assert sha256((await fetched(http, record)).content).hexdigest() == record["sha256"]
    other = await http.post("/api/v1/inspections", content=large, headers={"content-type": "application/json"})
    assert problem(other) == (413, "body-too-large")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_over_the_limit_is_refused_whether_announced_or_not(
    http: httpx.AsyncClient, task_id: str, *, announced: bool
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield PNG
        for _ in range(LIMIT // 2**20 + 1):
            yield b"\x00" * 2**20

    content = PNG + b"\x00" * LIMIT if announced else endless()
    assert problem(await upload(http, task_id, content)) == (413, "body-too-large")
    assert await listed(http, task_id) == []


async def test_evidence_of_nothing_is_not_found(http: httpx.AsyncClient, task_id: str) -> None:
    assert problem(await upload(http, NO_TASK)) == (404, "not-found")
    assert problem(await http.get(f"/api/v1/tasks/{NO_TASK}/evidence")) == (404, "not-found")
    assert problem(await http.get(f"/api/v1/tasks/{NO_TASK}/signatures")) == (404, "not-found")
    record = (await upload(http, task_id)).json()
    assert problem(await fetched(http, record | {"task_id": NO_TASK})) == (404, "not-found")
    assert problem(await fetched(http, record | {"evidence_id": NO_TASK})) == (404, "not-found")
    assert problem(await upload(http, "7")) == (422, "invalid-content")


async def test_nobody_deletes_or_replaces_evidence(http: httpx.AsyncClient, task_id: str) -> None:
    record = (await upload(http, task_id)).json()
    address = f"/api/v1/tasks/{task_id}/evidence"
    for path in (address, f"{address}/{record['evidence_id']}/content"):
        for method in ("DELETE", "PUT", "PATCH"):
            assert problem(await http.request(method, path))[0] == 405
    assert await listed(http, task_id) == [record]


async def test_pages_of_evidence_show_every_record_once(http: httpx.AsyncClient, task_id: str) -> None:
    made = [(await upload(http, task_id, name=f"{n}.png")).json() for n in range(5)]
    asked, seen = {"limit": "2"}, list[dict[str, Any]]()
    while True:
        page = (await http.get(f"/api/v1/tasks/{task_id}/evidence", params=asked)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert seen == made


async def test_an_inspection_is_signed_with_evidence_and_its_task_takes_no_more(
    http: httpx.AsyncClient, task_id: str
) -> None:
    picture = (await upload(http, task_id, name="签名.png")).json()
    number = f"S-{task_id}"
    report = {n: v for n, v in an_inspection(number, "").items() if n not in {"object_no", "source_system"}}
    (await http.post(f"/api/v1/tasks/{task_id}:conclude", json=report)).raise_for_status()
    assert problem(await upload(http, task_id)) == (409, "task-not-open")
    address = f"/api/v1/tasks/{task_id}/signatures"
    said = {"inspection_no": number, "by": "orange-1"}
    party = said | {"role": "PARTY", "name": "王小明", "evidence": picture["sha256"]}
    officer = said | {"role": "OFFICER", "code": "orange-2", "evidence": picture["sha256"]}
    witness = said | {"role": "WITNESS", "name": "李四", "refused": True, "reason": "不愿签名"}
    answers = [await http.post(address, json=body) for body in (party, officer, witness)]
    assert [answer.status_code for answer in answers] == [201, 201, 201], [answer.text for answer in answers]
    shown = await http.get(address)
    assert shown.json()["items"] == [answer.json() for answer in answers]
    signed = [(one["role"], one["masked_name"], one["code"], one["refused"]) for one in shown.json()["items"]]
    assert signed == [("PARTY", "王**", "", False), ("OFFICER", "", "orange-2", False), ("WITNESS", "李*", "", True)]
    assert "小明" not in shown.text
    assert "sealed" not in shown.text
    for wrong in ({"name": "\x00"}, {"name": "長" * 101}, {"evidence": "\x00"}, {"role": "CAT"}, {"reason": "\x00"}):
        refused = await http.post(address, json=party | wrong)
        assert problem(refused) == (422, "invalid-content"), wrong
    assert problem(await http.post(address, json=party | {"evidence": "0" * 64})) == (422, "signature-not-found")
