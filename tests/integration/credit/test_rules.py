"""Rules on the running service: two persons, an explanation, a trial, and the state rebuilt from events."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.fakes.credit_inspections import an_inspection
from tests.integration.credit.conftest import Credit
from tests.integration.credit.test_api import shenguan_credit
from tests.unit.credit.rules import SHIPPED, a_content, a_document

pytestmark = pytest.mark.servers


@pytest.fixture
async def filled(credit: Credit) -> Credit:
    """On 2012-04-02: S0 passed, S1 has a general record, S2 a minor one."""
    kinds: list[tuple[str, ...]] = [("PASS",), ("FAIL", "CRITICAL"), ("FAIL",)]
    await credit.told(an_inspection(str(n), *kind, of=f"S{n}", object_no=f"L{n}") for n, kind in enumerate(kinds))
    await credit.settled()
    return credit


async def post(credit: Credit, path: str, by: str) -> Any:
    return await credit.http.post(path, json={"by": by})


async def published(credit: Credit, on: str = "2012-05-01", **points: int) -> None:
    drafted = await credit.http.post("/api/v1/rules", params={"by": "xy-1"}, json=a_document("2012-2", on, **points))
    assert drafted.status_code == 201, drafted.text
    assert (await post(credit, "/api/v1/rules/2012-2:submit", "xy-1")).status_code == 200
    refused = await post(credit, "/api/v1/rules/2012-2:publish", "xy-1")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shenguan:problem:second-person-needed")
    assert (await post(credit, "/api/v1/rules/2012-2:publish", "xy-2")).json()["state"] == "PUBLISHED"


async def checked(credit: Credit, *, verify: bool = True) -> Any:
    answer = await credit.http.post("/api/v1/rebuild-checks", params={"verify": verify})
    assert answer.headers["content-type"] == "application/x-ndjson"
    *_, last = answer.text.splitlines()
    return json.loads(last)["result"]


async def test_an_edition_of_two_persons_is_applied_to_everybody_on_its_first_day(filled: Credit) -> None:
    await published(filled, GENERAL=-30)
    found = await filled.get("/api/v1/rules")
    assert [edition["version"] for edition in found["editions"]] == ["2026-1", "2012-2"]
    assert [(each["version"], each["state"]) for each in found["life"]] == [("2012-2", "PUBLISHED")]
    assert (await filled.get("/api/v1/rules/2012-2"))["content"] == a_content("2012-2", "2012-05-01", GENERAL=-30)
    assert (await filled.get("/api/v1/rules/2026-1"))["version"] == "2026-1"
    assert (await filled.get("/api/v1/subjects/099/S1"))["score"] == 80
    await filled.on("2012-05-01")
    await filled.settled()
    for name, score in (("S1", 70), ("S2", 95)):
        subject = await filled.get(f"/api/v1/subjects/099/{name}")
        assert (subject["score"], subject["scorecard"]) == (score, "2012-2")
    assert (await checked(filled))["equal"]


REFUSED: list[tuple[bytes, str, int, str]] = [
    (b"", "application/yaml", 422, "invalid-rules"),
    (b"a: &a [1]\nb: *a", "application/yaml", 422, "invalid-rules"),
    (b"{", "application/json", 422, "invalid-rules"),
    (SHIPPED.encode() + b"#" * 300_000, "application/yaml", 413, "body-too-large"),
    (SHIPPED.encode(), "application/yaml", 409, "rules-differ"),
]


async def test_what_is_no_edition_or_comes_from_nobody_is_a_problem(credit: Credit) -> None:
    for body, kind, status, code in REFUSED:
        answer = await credit.http.post(
            "/api/v1/rules", params={"by": "xy-1"}, content=body, headers={"content-type": kind}
        )
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:shenguan:problem:{code}")
    nobody = await credit.http.post("/api/v1/rules", json=a_document())
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/by")
    assert (await post(credit, "/api/v1/rules/nothing:submit", "xy-1")).status_code == 404
    assert (await credit.http.get("/api/v1/rules/nothing")).status_code == 404
    assert (await credit.get("/api/v1/rules"))["life"] == []


async def test_an_assessment_is_explained_for_the_day_asked_for(filled: Credit) -> None:
    today = await filled.get("/api/v1/subjects/099/S1/assessment")
    assert (today["as_of"], today["score"], today["grade"], today["rules"]) == ("2012-04-02", 80, "B", "2026-1")
    (reason,) = today["reasons"]
    assert (reason["points"], reason["percent"], reason["used_until"]) == (-20, 100, "2013-03-01")
    later = await filled.get("/api/v1/subjects/099/s-1/assessment", as_of="2013-03-02")
    assert (later["score"], later["reasons"], len(later["unused"])) == (100, [], 1)
    for path, status in (("099/NOBODY", 404), ("111/11010519491231002X", 422)):
        assert (await filled.http.get(f"/api/v1/subjects/{path}/assessment")).status_code == status
    odd = await filled.http.get("/api/v1/subjects/099/S1/assessment", params={"as_of": "soon"})
    assert odd.status_code == 422


async def test_a_trial_says_who_would_move_and_changes_nothing(filled: Credit) -> None:
    before = await checked(filled)
    answer = await filled.http.post("/api/v1/rules:what-if", json=a_document("trial", "2030-01-01", GENERAL=-45))
    found = answer.raise_for_status().json()
    assert (found["subjects"], found["without_records"], found["changed_scores"]) == (3, 1, 1)
    assert (found["rules_now"], found["rules_then"], found["migration"]["B"]["D"]) == ("2026-1", "trial", 1)
    assert [each["id_no"] for each in found["greatest"]] == ["S1"]
    assert "公示期" in found["scope_zh"]
    assert await checked(filled) == before


async def test_the_state_rebuilt_from_events_is_the_state_kept(filled: Credit) -> None:
    body = {"by": "xy-1", "reason": "同一主体", "subject": {"id_type": "099", "id_no": "S2"}}
    into = {"into": {"id_type": "099", "id_no": "S1"}}
    (await filled.http.post("/api/v1/subjects:merge", json=body | into)).raise_for_status()
    await filled.on("2012-06-02")
    await filled.settled()
    found = await checked(filled)
    assert (found["equal"], found["differences"], found["waiting"]) == (True, 0, 0)
    assert found["digest_of_events"] == found["digest_of_tables"]
    assert (found["identities"], found["records"]) == (3, 2)
    assert (await checked(filled)) == found
    assert (await checked(filled, verify=False))["digest_of_events"] == found["digest_of_events"]


PLANTED = [
    ("UPDATE subject SET name = '改名' WHERE id_no = 'S1'", "identity", "099:S1", "name"),
    ("UPDATE subject SET score = 81 WHERE id_no = 'S1'", "identity", "099:S1", "told_score"),
    ("UPDATE subject SET due_on = NULL WHERE id_no = 'S2'", "identity", "099:S2", "due_on"),
    ("UPDATE credit_record SET max_until = '2012-12-31' WHERE number = '1'", "record", "", "max_until"),
    ("DELETE FROM credit_record WHERE number = '2'", "record", "", ""),
    ("DELETE FROM subject WHERE id_no = 'S0'", "identity", "099:S0", ""),
]


async def test_every_row_changed_behind_its_back_is_found(filled: Credit) -> None:
    connection = await asyncpg.connect(filled.database_url)
    for statement, section, key, field in PLANTED:
        planting = connection.transaction()
        await planting.start()
        await connection.execute(statement)
        await planting.commit()
        found = await checked(filled)
        assert not found["equal"], statement
        named = {(each["section"], each["key"], each["field"]) for each in found["first_differences"]}
        assert any((section, field) == (s, f) and key in {"", k} for s, k, f in named), (statement, named)
    await connection.close()


async def test_a_check_while_facts_arrive_is_of_one_instant(credit: Credit) -> None:
    arriving = asyncio.create_task(
        credit.told(an_inspection(str(n), "FAIL", of=f"S{n % 40}", object_no=f"L{n}") for n in range(1500))
    )
    checks = 0
    while not arriving.done() or not (await credit.get("/ops/v1/status"))["settled"]:
        found = await checked(credit)
        assert (found["equal"], found["first_differences"]) == (True, [])
        checks += 1
    await arriving
    assert checks > 0
    assert (await checked(credit))["records"] == 1500


async def test_the_command_line_takes_an_edition_through_its_life(filled: Credit, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    text = SHIPPED.replace('"2026-1"', '"2012-2"').replace("2000-01-01", "2012-05-01")
    file.write_text(text.replace("points: -20,", "points: -30,"), encoding="utf-8")
    code, out, err = await shenguan_credit(filled, "what-if", str(file))
    assert code == 0, err
    assert "B" in out
    for words in (["draft", str(file), "--by", "P-1"], ["submit", "2012-2", "--by", "P-1"]):
        code, out, err = await shenguan_credit(filled, "rules", *words)
        assert code == 0, err
    code, out, err = await shenguan_credit(filled, "rules", "publish", "2012-2", "--by", "P-1")
    assert code == 1
    assert "另一人" in err
    code, out, err = await shenguan_credit(filled, "rules", "publish", "2012-2", "--by", "P-2", "--json")
    assert (code, json.loads(out)["state"]) == (0, "PUBLISHED"), err
    code, out, err = await shenguan_credit(filled, "rules", "draft", str(file), "--by", "P-1")
    assert (code, out) == (1, "")
    assert "已于 2012-" in err
    assert "were published on" in err
    code, out, _ = await shenguan_credit(filled, "rules", "list")
    assert code == 0
    assert "2012-2" in out
    code, out, _ = await shenguan_credit(filled, "explain", "099", "S1", "--as-of", "2012-05-01", "--json")
    assert (code, json.loads(out)["score"]) == (0, 70)
    code, out, _ = await shenguan_credit(filled, "explain", "099", "S1")
    assert code == 0
    assert all(part in out for part in ("80", "-20", "2026-1", "2012-05-01"))


async def test_the_command_line_rebuilds_and_ends_with_1_when_something_differs(filled: Credit) -> None:
    code, out, err = await shenguan_credit(filled, "rebuild", "--verify")
    assert code == 0, err
    assert "一致 / equal" in out
    code, out, _ = await shenguan_credit(filled, "rebuild", "--json")
    assert (code, "equal" in json.loads(out)) == (0, False)
    connection = await asyncpg.connect(filled.database_url)
    await connection.execute("UPDATE subject SET region = '640205' WHERE id_no = 'S1'")
    await connection.close()
    code, out, _ = await shenguan_credit(filled, "rebuild", "--verify")
    assert code == 1
    assert "099:S1 region" in out
