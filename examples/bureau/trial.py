"""The trial interface (试验接口) of the example: what `shenguan conformance` talks to. For a test system, never a real one.

`python -m examples.bureau.trial 9000` serves http://127.0.0.1:9000/trial.
"""

import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Request, Response

from examples.bureau.bureau import Bureau
from examples.bureau.linkage import Forged, Linkage, Refused, Unanswered

PEOPLE = {"ORGANISATION": "统一社会信用代码", "PERSON": "居民身份证", "REGISTER": "其他登记号"}
NUMBERS = {"统一社会信用代码": "91640202MA00000A14", "居民身份证": "11010519491231002X", "其他登记号": "SP-2026-0001"}
"""Made up; the resident's number is the example of GB 11643-1999."""
DECIDED_AT = datetime(2026, 3, 2, tzinfo=UTC)
_NUMBER = count(1)
Said = Annotated[dict[str, Any], Body()]


def form(case_id: str, what: str) -> dict[str, Any]:
    """A made-up decision as the bureau's own form has it."""
    id_type = PEOPLE.get(what, "统一社会信用代码")
    address = "二号路 2 号" if what == "CORRECTION" else "一号路 1 号"
    decided = {"办件编号": case_id, "办理类型": "新办", "事项编码": "000131024000", "区划": "640202"}
    holder = {"证件类型": id_type, "证件号码": NUMBERS[id_type], "名称": "示例面馆"}
    return (
        decided
        | holder
        | {"决定日期": str(date(2026, 3, 2)), "许可证编号": case_id, "场所": "示例面馆", "地址": address}
    )


def inspection_form(object_no: str, what: str) -> dict[str, Any]:
    """A made-up inspection as the bureau's own form has it; each has the next number."""
    made = {"检查编号": f"JC-2026-{next(_NUMBER):04}", "许可证编号": object_no, "检查日期": str(date(2026, 3, 3))}
    found = (
        {"检查结果": "不合格", "不合格项": {"L1": "无健康证明"}}
        if what == "FAIL"
        else {"检查结果": "合格", "不合格项": {}}
    )
    return made | found | {"执法人员": ["3101", "3102"]}


def bureau_of(said: Mapping[str, Any]) -> Bureau:
    """The system, set up as the kit says."""
    return Bureau(Linkage(said["to"], said["key"]), said["source_system"], [said["secret"]])


def application(
    bureau_of: Callable[[Mapping[str, Any]], Bureau] = bureau_of,
    does: Sequence[str] = ("person", "register", "correction", "batch", "gate", "signed", "notices", "facts"),
    sends: Sequence[str] = ("cases", "inspections"),
) -> FastAPI:
    """The interface; ``bureau_of`` makes the system when it is told where to send."""
    made: list[Bureau] = []

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        for bureau in made:
            bureau.linkage.close()

    app = FastAPI(openapi_url=None, lifespan=lifespan)

    @app.put("/trial")
    def configure(said: Said) -> dict[str, Any]:
        made.insert(0, bureau_of(said))
        return {"does": list(does), "sends": list(sends)}

    @app.post("/trial/decisions")
    def decide(said: Said) -> dict[str, str]:
        revision = 2 if said["what"] == "CORRECTION" else 1
        return outcome(lambda: made[0].decided(form(said["case_id"], said["what"]), revision))

    @app.post("/trial/inspections")
    def inspect(said: Said) -> dict[str, str]:
        return outcome(lambda: made[0].inspected(inspection_form(said["object_no"], said["what"])))

    @app.post("/trial/webhooks")
    def tell(said: Said) -> dict[str, str]:
        return outcome(lambda: told(made[0], said["about"], cases="cases" in sends))

    @app.post("/trial/batches")
    def batch(said: Said) -> dict[str, Any]:
        cases = [made[0].case(form(case_id, "ORGANISATION")) for case_id in said["case_ids"]]
        came_of = made[0].linkage.send_batch(cases)
        return {"refused": {case: str(refusal) for (case, _), refusal in came_of.items() if refusal}}

    @app.post("/trial/questions")
    def ask(_said: Said) -> dict[str, Any]:
        return made[0].linkage.may_apply("111", NUMBERS["居民身份证"], "000131024000", by="1001")

    _receive(app, made)
    return app


def told(bureau: Bureau, about: str, *, cases: bool) -> str:
    """Send one as a signed webhook; empty, or why it was refused."""
    kind = "case.decided" if cases else "inspection.concluded"
    form_of = bureau.case(form(about, "ORGANISATION")) if cases else bureau.inspection(inspection_form(about, "PASS"))
    try:
        bureau.linkage.tell(form_of["source_system"], bureau.secrets[0], kind, form_of, DECIDED_AT)
    except Refused as refusal:
        return str(refusal)
    return ""


def outcome(sent: Callable[[], str]) -> dict[str, str]:
    """What became of a statement, as the kit asks for it."""
    try:
        why = sent()
    except Unanswered as waiting:
        return {"state": "pending", "message": str(waiting)}
    return {"state": "refused" if why else "accepted", "message": why}


def _receive(app: FastAPI, made: list[Bureau]) -> None:
    @app.post("/trial/notices")
    async def notices(request: Request) -> Response:
        try:
            made[0].pushed(await request.body(), request.headers)
        except Forged:
            return Response(status_code=401)
        except OSError:
            return Response(status_code=503)
        return Response(status_code=204)

    @app.get("/trial/notices")
    def taken() -> dict[str, list[str]]:
        return {"taken": list(made[0].notices)}

    @app.post("/trial/secrets")
    def secrets(said: Said) -> dict[str, int]:
        made[0].secrets = said["secrets"]
        return {"good": len(made[0].secrets)}

    @app.post("/trial/outages")
    def outage(said: Said) -> dict[str, bool]:
        made[0].away = said["away"]
        return {"away": made[0].away}

    @app.post("/trial/grades")
    def grade(said: Said) -> dict[str, Any]:
        version, known = made[0].grades.get(said["id_no"], (0, ""))
        return {"grade": known, "version": version}


if __name__ == "__main__":
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]))
