"""The gate lets through whom the table names, within their region, department or person, and nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict
from structlog.testing import capture_logs

from chassis import problems
from chassis.access.acting import Acting, MayAct
from chassis.access.gate import passed
from chassis.access.principal import present
from chassis.access.scopes import Lookup
from chassis.access.settings import AccessError
from chassis.access.wiring import Access, guard
from chassis.body_limit import BodyLimit
from chassis.database import Pool
from kernel.role import Role
from tests.tokens import SETTINGS, headers, person

TABLE = """
[[rows]]
who = "public"
routes = ["GET /api/v1/public", "GET /openapi.json", "GET /docs", "GET /docs/oauth2-redirect", "GET /redoc"]
[[rows]]
who = ["SUPERVISOR", "LINKAGE_OFFICE"]
scope = "department:query.department"
routes = ["GET /api/v1/tasks"]
[[rows]]
who = ["SUPERVISOR"]
scope = "task"
routes = ["GET /api/v1/tasks/{task}", "POST /api/v1/tasks/{task}:claim"]
[[rows]]
who = ["SUPERVISOR"]
scope = "department:body.department"
routes = ["POST /api/v1/plans"]
[[rows]]
who = ["ENTERPRISE", "CREDIT_OFFICER"]
own = "person:path.id_no"
routes = ["GET /api/v1/subjects/{id_no}"]
[[rows]]
who = ["LINKAGE_OFFICE"]
scope = "all"
routes = ["POST /api/v1/lists:batch"]
"""
FOOD = {"departments": ["FOOD"], "regions": ["640202"]}
KEYS = {"f-1": "FOOD", "x-1": "FIRE"}


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    department: str = ""
    by: Acting
    seen_by: MayAct


def routes() -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    @router.get("/public")
    async def public() -> str:
        return present().kind.value

    @router.get("/tasks")
    async def tasks(department: str = "") -> dict[str, str]:
        return {"department": department, "by": present().id}

    @router.get("/tasks/{task:path}")
    async def task(task: str) -> str:
        return task

    @router.post("/tasks/{task:path}:claim")
    async def claim(task: str, form: Form) -> dict[str, str]:
        return form.model_dump()

    @router.post("/plans")
    async def plan(form: Form) -> dict[str, str]:
        return form.model_dump()

    @router.get("/subjects/{id_no}")
    async def subject(id_no: str) -> str:
        return id_no

    @router.post("/lists:batch")
    async def lists(request: Request) -> int:
        return len(await request.body())

    return router


class Keyed:
    """A pool that knows the departments of a few tasks."""

    async def fetch(self, _sql: str, key: str) -> list[tuple[str]]:
        return [(KEYS[key],)] if key in KEYS else []


def application(table: Path, *, extra: str = "") -> FastAPI:
    app = FastAPI(dependencies=[Depends(passed)])
    outer = APIRouter()
    outer.include_router(routes())
    app.include_router(outer)
    if extra:
        app.add_api_route(extra, lambda: None)
    guard(app, Access(table, {"task": Lookup("", ("path.task",))}), "640202", lambda: cast("Pool", Keyed()))
    app.add_middleware(BodyLimit, largest=1000)
    problems.install(app)
    return app


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    own = tmp_path / "own.toml"
    own.write_text("")
    monkeypatch.setattr("chassis.access.table._OWN", own)
    file = tmp_path / "access.toml"
    file.write_text(TABLE)
    return file


@pytest.fixture
async def http(table: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = application(table)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


async def test_a_public_page_asks_nobody_and_is_done_for_nobody(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/v1/public")).json() == "NOBODY"
    assert (await http.get("/api/v1/public", headers={"Authorization": "Bearer nonsense"})).status_code == 200


@pytest.mark.parametrize("shown", [None, "", "Basic dXNlcjpwYXNz", "Bearer", "Bearer a.b.c", "bearer  "])
async def test_who_shows_no_good_token_is_asked_to_sign_in(http: httpx.AsyncClient, shown: str | None) -> None:
    answer = await http.get("/api/v1/tasks", headers={} if shown is None else {"Authorization": shown})
    assert (answer.status_code, code(answer)) == (401, "not-signed-in")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_two_tokens_at_once_are_no_token(http: httpx.AsyncClient) -> None:
    both = [("Authorization", headers()["Authorization"]), ("Authorization", headers("b")["Authorization"])]
    assert (await http.get("/api/v1/tasks", headers=both)).status_code == 401


async def test_only_the_roles_of_the_row_open_a_route(http: httpx.AsyncClient) -> None:
    for role in Role:
        answer = await http.get("/api/v1/tasks", headers=person("1001", role))
        allowed = role in {Role.SUPERVISOR, Role.LINKAGE_OFFICE}
        assert (answer.status_code, allowed or code(answer)) == ((200, True) if allowed else (403, "not-allowed"))


@pytest.mark.parametrize(
    ("region", "allowed"),
    [
        ("640202", True),
        ("640200", True),
        ("640000", True),
        ("*", True),
        ("640203", False),
        ("64020299", False),
        ("", False),
    ],
)
async def test_a_region_contains_those_below_it_alone(http: httpx.AsyncClient, region: str, allowed: bool) -> None:  # noqa: FBT001 - a table of cases
    answer = await http.get("/api/v1/tasks", headers=person("1001", Role.SUPERVISOR, regions=[region]))
    assert answer.status_code == (200 if allowed else 403)
    assert allowed or code(answer) == "other-region"


async def test_a_list_is_narrowed_to_the_department_of_who_asks(http: httpx.AsyncClient) -> None:
    mine = person("1001", Role.SUPERVISOR, **FOOD)
    assert (await http.get("/api/v1/tasks?x=%E5%8C%BA", headers=mine)).json() == {"department": "FOOD", "by": "1001"}
    assert (await http.get("/api/v1/tasks?department=FOOD", headers=mine)).status_code == 200
    for asked in ("FIRE", "", "FOOD&department=FIRE", "FIRE&department=FOOD"):
        assert code(await http.get(f"/api/v1/tasks?department={asked}", headers=mine)) == "other-department"
    everywhere = person("1001", Role.SUPERVISOR)
    assert (await http.get("/api/v1/tasks", headers=everywhere)).json()["department"] == ""


async def test_who_has_several_departments_names_one_and_who_has_none_sees_nothing(http: httpx.AsyncClient) -> None:
    two = person("1001", Role.SUPERVISOR, departments=["FOOD", "FIRE"])
    assert code(await http.get("/api/v1/tasks", headers=two)) == "other-department"
    assert (await http.get("/api/v1/tasks?department=FIRE", headers=two)).status_code == 200
    none = person("1001", Role.SUPERVISOR, departments=[])
    assert code(await http.get("/api/v1/tasks", headers=none)) == "other-department"


async def test_an_object_is_touched_by_its_department_alone(http: httpx.AsyncClient) -> None:
    mine = person("1001", Role.SUPERVISOR, **FOOD)
    assert (await http.get("/api/v1/tasks/f-1", headers=mine)).status_code == 200
    assert code(await http.get("/api/v1/tasks/x-1", headers=mine)) == "other-department"
    assert code(await http.post("/api/v1/tasks/x-1:claim", json={}, headers=mine)) == "other-department"
    assert (await http.get("/api/v1/tasks/unknown", headers=mine)).status_code == 200


async def test_a_department_in_the_body_is_judged_before_anything_is_done(http: httpx.AsyncClient) -> None:
    mine = person("1001", Role.SUPERVISOR, **FOOD)
    assert (await http.post("/api/v1/plans", json={"department": "FOOD"}, headers=mine)).status_code == 200
    assert code(await http.post("/api/v1/plans", json={"department": "FIRE"}, headers=mine)) == "other-department"
    assert code(await http.post("/api/v1/plans", content=b"{", headers=mine)) == "invalid-content"
    assert code(await http.post("/api/v1/plans", content=b"[" * 900, headers=mine)) == "invalid-content"
    assert code(await http.post("/api/v1/plans", content=b" " * 1001, headers=mine)) == "body-too-large"


async def test_what_is_of_every_department_takes_who_has_every_department(http: httpx.AsyncClient) -> None:
    office = person("1001", Role.LINKAGE_OFFICE, **FOOD)
    assert code(await http.post("/api/v1/lists:batch", content=b"1", headers=office)) == "other-department"
    answer = await http.post("/api/v1/lists:batch", content=b"123", headers=person("1001", Role.LINKAGE_OFFICE))
    assert answer.json() == 3


async def test_an_enterprise_sees_itself_and_an_officer_sees_everybody(http: httpx.AsyncClient) -> None:
    itself = person("U-1", Role.ENTERPRISE)
    assert (await http.get("/api/v1/subjects/U-1", headers=itself)).status_code == 200
    assert code(await http.get("/api/v1/subjects/U-2", headers=itself)) == "not-yourself"
    both = person("U-1", Role.ENTERPRISE, Role.CREDIT_OFFICER)
    assert (await http.get("/api/v1/subjects/U-2", headers=both)).status_code == 200


async def test_a_person_acts_for_itself_and_a_system_says_who_acted(http: httpx.AsyncClient) -> None:
    path, mine = "/api/v1/tasks/f-1:claim", person("1001", Role.SUPERVISOR, Role.BUREAU_SYSTEM)
    itself = {"department": "", "by": "1001", "seen_by": "1001"}
    assert (await http.post(path, json={}, headers=mine)).json() == itself
    assert (await http.post(path, json={"by": "1001"}, headers=mine)).json() == itself
    for other in ({"by": "1002"}, {"seen_by": "1002"}, {"by": " 1001"}):
        assert code(await http.post(path, json=other, headers=mine)) == "not-yourself"
    said = await http.post(path, json={"by": "1002"}, headers=headers("office"))
    assert said.json() == {"department": "", "by": "1002", "seen_by": ""}
    wrong: tuple[object, ...] = (None, 7, [], {})
    for nobody in wrong:
        assert code(await http.post(path, json={"by": nobody}, headers=mine)) == "invalid-content"
    unsaid = await http.post(path, json={}, headers=headers("office"))
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/by")
    machine = headers("office", roles=[Role.SUPERVISOR])
    assert code(await http.post(path, json={"by": "1002"}, headers=machine)) == "not-yourself"


async def test_every_refusal_leaves_a_line_with_the_template_of_its_path(http: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await http.get("/api/v1/tasks/x-1", headers=person("1001", Role.SUPERVISOR, **FOOD))
        await http.get("/api/v1/subjects/110105194912310021")
        await http.post("/api/v1/tasks/f-1:claim", json={"by": "b"}, headers=person("a", Role.SUPERVISOR))
    told = [(line["principal"], line["method"], line["route"], line["code"]) for line in lines]
    assert told == [
        ("1001", "GET", "/api/v1/tasks/{task}", "other-department"),
        ("", "GET", "/api/v1/subjects/{id_no}", "not-signed-in"),
        ("a", "POST", "/api/v1/tasks/{task}:claim", "not-yourself"),
    ]


async def test_an_address_nobody_serves_is_told_as_such(http: httpx.AsyncClient) -> None:
    assert (await http.get("/nowhere")).status_code == 404
    assert (await http.delete("/api/v1/tasks")).status_code == 405


async def test_the_page_of_the_interface_tells_who_may_use_what(http: httpx.AsyncClient) -> None:
    document: Any = (await http.get("/openapi.json")).json()
    assert document["paths"]["/api/v1/tasks"]["get"]["x-roles"] == ["LINKAGE_OFFICE", "SUPERVISOR"]
    assert document["paths"]["/api/v1/tasks"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in document["paths"]["/api/v1/public"]["get"]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_a_route_without_a_row_keeps_the_service_from_starting(table: Path) -> None:
    with pytest.raises(AccessError, match="without a row GET /api/v1/new"):
        application(table, extra="/api/v1/new")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('GET /api/v1/tasks"', 'GET /api/v1/old"', "without a route GET /api/v1/old"),
        ('scope = "task"', 'scope = "tusk"', "tusk"),
        ('scope = "all"', 'scope = "department:cookie.x"', "cookie"),
        ('"SUPERVISOR", ', '"SUPERMAN", ', "SUPERMAN"),
        ('"GET /redoc"', '"GET /redoc", "GET /docs"', "GET /docs"),
        ("own =", "owner =", "owner"),
        ('who = ["LINKAGE_OFFICE"]', "", "who"),
    ],
)
def test_a_table_with_a_mistake_keeps_the_service_from_starting(
    table: Path, before: str, after: str, told: str
) -> None:
    text = table.read_text()
    assert before in text
    table.write_text(text.replace(before, after))
    with pytest.raises(AccessError, match=told):
        application(table)
