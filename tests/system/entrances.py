"""Every entrance by which a person's data may come in, walked with one person nobody could overlook."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import httpx
import nats
import xlsxwriter

from kernel.role import Role
from ops.stack import Stack
from tests.journey import ITEM, SOURCE, TODAY, _page, until
from tests.system.leaks import Answers

NUMBER, OTHER, FOREIGN = "640202199001010010", "11010519491231002X", "G98765432"
NAME, SIGNER, STAFF = "欧阳拾叁", "司徒玖佰", "尉迟贰佰"
PHONE, MAIL = "13987654321", "ouyang.shisan@example.gov.cn"
SECRETS = (NUMBER, OTHER, FOREIGN, NAME, SIGNER, STAFF, PHONE, MAIL)
BY_DESIGN = {"person.name": STAFF, "inspector.name": STAFF}
PERSON = {"id_type": "111", "id_no": NUMBER, "kind": "PERSON", "name": NAME}
CONFUSED = f"{NAME} {NUMBER} {PHONE} {MAIL}"


@dataclass
class Desk:
    """The three services of a stack, whose answers are all kept."""

    stack: Stack
    approval: httpx.AsyncClient
    supervision: httpx.AsyncClient
    credit: httpx.AsyncClient
    answers: Answers


def a_case(case: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "source_system": SOURCE,
        "case_id": case,
        "kind": "NEW",
        "item_code": ITEM["item_code"],
        "region": "640202",
        "decided_on": TODAY,
        "subject": PERSON,
        "object": {"object_no": f"O-{case}", "name": f"小店 {PHONE}", "address": f"一号路，电话{PHONE}"},
    }
    return plain | changes


def malformed() -> list[bytes]:
    """Bodies with persons where nobody expects them."""
    sound = json.dumps(a_case("BAD"), ensure_ascii=False)
    return [
        sound.replace('"NEW"', f'"{CONFUSED}"').encode(),
        sound.replace('"kind"', f'"{CONFUSED}"', 1).encode(),
        sound.replace(f'"{TODAY}"', f'"{NAME}"').encode(),
        sound[:-20].encode(),
        f'["{CONFUSED}"]'.encode(),
        f"{CONFUSED}".encode(),
        json.dumps(a_case(NUMBER)).encode(),
        json.dumps(a_case("BAD", subject=PERSON | {"id_no": f"{NUMBER}{NAME}"})).encode(),
        json.dumps(a_case("BAD", item_code=NUMBER)).encode(),
        json.dumps(a_case("BAD", subject=PERSON | {"id_no": NUMBER[:-1] + "1"})).encode(),
    ]


async def through_approval(desk: Desk) -> str:
    """Every way into approval; answers the person's reference."""
    http = desk.approval
    (await http.post("/api/v1/cases", json=a_case("P1"), headers={"Idempotency-Key": "k1"})).raise_for_status()
    assert (await http.post("/api/v1/cases", json=a_case("P1", licence_no="L"))).status_code == 409
    for body in malformed():
        answer = await http.post("/api/v1/cases", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in {400, 422}, answer.text
    lines = b"\n".join([json.dumps(a_case("P2", subject=PERSON | {"id_no": OTHER})).encode(), *malformed()])
    assert (await http.post("/api/v1/cases:batch", content=lines)).status_code == 200
    await imported(http)
    staff = {"code": "staff-1", "name": STAFF, "department": ITEM["department"]}
    for path, listed in (
        ("departments", {"code": ITEM["department"], "name": "示例部门", "uscc": "91440101MA5C44W11J"}),
        ("people", staff),
        ("people", staff | {"department": NAME}),
    ):
        (await http.post(f"/api/v1/{path}:batch", content=json.dumps(listed).encode())).raise_for_status()
    await asked_about(http)
    (person,) = (await http.post("/api/v1/subjects:query", json={"id_no": NUMBER})).json()["items"]
    asked = {"by": "clerk-1", "purpose": "DELIVERY", "reason": "送达决定书"}
    for key in ("r1", "r1", "r2"):
        headers = {"Idempotency-Key": key}
        answer = await http.post(f"/api/v1/subjects/{person['reference']}:reveal", json=asked, headers=headers)
        assert (answer.json()["id_no"], answer.json()["name"]) == (NUMBER, NAME)
    for wrong in ({"reason": f"{CONFUSED}"}, {"purpose": NAME}, {"by": NUMBER}):
        assert (
            await http.post(f"/api/v1/subjects/{person['reference']}:reveal", json=asked | wrong)
        ).status_code == 422
    waiting = as_csv([["code", "name", "number"], ["1", "N" + str(person["reference"])[1:], str(person["reference"])]])
    whole = {"by": "clerk-1", "reason": "报送主管部门"}
    answer = await http.post("/api/v1/exports:complete", params=whole, files={"file": ("f.csv", waiting)})
    assert answer.text.splitlines()[1] == f"1,{NAME},{NUMBER}"
    unknown = as_csv([["number"], ["P" + "0" * 40]])
    answer = await http.post("/api/v1/exports:complete", params=whole, files={"file": ("f.csv", unknown)})
    assert answer.status_code == 422
    auditor = desk.stack.headers(Role.AUDITOR)
    assert len((await http.get("/api/v1/reveals", headers=auditor)).json()["items"]) == 4
    return str(person["reference"])


async def imported(http: httpx.AsyncClient) -> None:
    """Files with persons as CSV and as workbooks, one sound, one not."""
    names = "source_system case_id kind item_code region decided_on id_type id_no subject_name object_no object_address"
    for case, number in (("F1", NUMBER), ("F2", NUMBER[:-1] + "1")):
        row = [
            SOURCE,
            case,
            "NEW",
            ITEM["item_code"],
            "640202",
            TODAY,
            "111",
            number,
            NAME,
            f"O-{case}",
            f"电话 {PHONE}",
        ]
        rows = [names.split(), row, [*row[:2], CONFUSED, *row[3:]], [*row[:3], NUMBER, *row[4:5], NAME, *row[6:]]]
        for content in (as_csv(rows), as_workbook(rows)):
            for asked in ({"dry_run": "true"}, {}, {"partial": "true"}):
                answer = await http.post("/api/v1/cases:import", params=asked, files={"file": ("f", content)})
                assert answer.status_code in {200, 422}, answer.text
    assert (await http.get(f"/api/v1/cases/{SOURCE}/F1")).status_code == 200


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


async def asked_about(http: httpx.AsyncClient) -> None:
    """Questions, lists and exports."""
    about = {"id_type": "111", "id_no": NUMBER, "item": ITEM["item_code"]}
    (await http.post("/api/v1/gate", json=about)).raise_for_status()
    for path in (
        f"gate?uscc={NUMBER}&item=X",
        f"grades/111/{NUMBER}",
        f"gate-queries?id_no={NUMBER}",
        f"cases/{SOURCE}/{NUMBER}",
        f"cases?cursor={NUMBER}",
        f"cases?limit={NAME}",
        f"{NAME}/{NUMBER}",
    ):
        assert (await http.get(f"/api/v1/{path}")).status_code in {404, 422}, path
    for path in ("cases", f"cases/{SOURCE}/P1", "gate-queries", "people?limit=1&cursor=InoiCg=="):
        assert (await http.get(f"/api/v1/{path}")).status_code == 200
    asked = {"table": "licence", "from": TODAY, "to": TODAY, "by": "clerk-1"}
    batch = (await http.post("/api/v1/exports", json=asked)).json()["batch"]
    if batch:
        for form in ("csv", "ndjson"):
            (await http.get(f"/api/v1/exports/{batch}/file", params={"format": form})).raise_for_status()
        (await http.get(f"/api/v1/exports/{batch}/refusals")).raise_for_status()
        taken = {"by": "clerk-1", "reason": "报送主管部门"}
        assert NAME in (await http.post(f"/api/v1/exports/{batch}:disclose", json=taken)).text


async def through_notices(desk: Desk) -> None:
    """Addresses of persons, some that no channel reaches."""
    for http in (desk.approval, desk.supervision, desk.credit):
        path = "/api/v1/notice-preferences/liaison-1"
        (await http.put(path, json={"channels": {"SMTP": MAIL}})).raise_for_status()
        assert (await http.put(path, json={"channels": {"SMS": PHONE}})).status_code == 422
        assert (await http.put(path, json={"channels": {"SMTP": CONFUSED}})).status_code == 422
        assert MAIL not in (await http.get(path)).text


async def through_supervision(desk: Desk, reference: str) -> None:
    """The task of the person, a signature, reasons with numbers in them."""
    http = desk.supervision
    inspectors = [{"code": f"staff-{n}", "name": STAFF, "department": "DEMO-FOOD"} for n in (1, 2)]
    lines = b"\n".join(json.dumps(each).encode() for each in inspectors)
    (await http.post("/api/v1/inspectors:batch", content=lines)).raise_for_status()
    (task,) = await until(lambda: _page(http, "/api/v1/tasks", source_system=SOURCE, object_no="O-P1"))
    path = f"/api/v1/tasks/{task['task_id']}"
    (await http.post(f"{path}:claim", json={"inspector": "staff-1"})).raise_for_status()
    report = {
        "inspection_no": "I-P1",
        "inspected_on": TODAY,
        "inspectors": ["staff-1", "staff-2"],
        "result": "FAIL",
        "lines": [{"code": "1", "result": "FAIL"}],
        "findings": [{"line_code": "1", "severity": "MINOR", "note": "生熟混放"}],
    }
    finding = {"line_code": "1", "severity": "MINOR", "note": f"找到 {CONFUSED}"}
    assert (await http.post(f"{path}:inspect", json=report | {"findings": [finding]})).status_code == 422
    (await http.post(f"{path}:inspect", json=report)).raise_for_status()
    sign = {
        "inspection_no": "I-P1",
        "role": "PARTY",
        "name": SIGNER,
        "refused": True,
        "reason": "不愿",
        "by": "staff-1",
    }
    assert (await http.post(f"{path}/signatures", json=sign)).status_code == 201
    assert (await http.post(f"{path}/signatures", json=sign | {"reason": CONFUSED})).status_code == 422
    assert (await http.post(f"{path}/signatures", json=sign | {"role": SIGNER})).status_code == 422
    conflict = {"inspector": "staff-2", "id_type": "111", "id_no": NUMBER, "reason": "亲属"}
    assert (await http.post("/api/v1/conflicts", json=conflict)).status_code in {200, 201}
    assert (await http.post("/api/v1/conflicts", json=conflict | {"reason": CONFUSED})).status_code == 422
    complaint = {
        "channel": "HOTLINE",
        "complaint_no": "GD-P1",
        "received_at": f"{TODAY}T00:00:00+08:00",
        "id_no": "91999999MA00000154",
        "subject_name": "某店",
        "item_code": ITEM["item_code"],
        "content": "后厨有老鼠",
        "reply_wanted": True,
        "complainant": SIGNER,
        "contact": PHONE,
        "by": "staff-1",
    }
    assert (await http.post("/api/v1/complaints", json=complaint)).status_code == 201
    assert (await http.post("/api/v1/complaints", json=complaint | {"content": CONFUSED})).status_code == 422
    assert (await http.get("/api/v1/complaints")).status_code == 200
    for question in (f"public/results?name={NUMBER}", f"grades/111/{NUMBER}", f"objects/{SOURCE}/{NUMBER}"):
        assert (await http.get(f"/api/v1/{question}")).status_code in {404, 422}, question
    for question in (path, f"{path}/signatures", "objects", "conflicts", "tasks", f"grades/111/{reference}"):
        assert (await http.get(question if question.startswith("/") else f"/api/v1/{question}")).status_code in {
            200,
            404,
        }
    for table in ("check_action", "penalty"):
        asked = {"table": table, "from": TODAY, "to": TODAY, "by": "clerk-1"}
        assert (await http.post("/api/v1/exports", json=asked)).status_code in {200, 201}


async def through_credit(desk: Desk) -> None:
    """Records, complaints, restrictions and public questions about the person."""
    http = desk.credit
    asked = {"id_type": "111", "id_no": NUMBER}
    assert (await http.post("/api/v1/public/subjects:query", json=asked)).status_code in {200, 404}
    entry = {
        "kind": "OTHER",
        "record_class": "GENERAL",
        "subject": PERSON,
        "source_system": SOURCE,
        "region": "640202",
        "number": "R-1",
        "occurred_on": TODAY,
        "department": "D1",
        "by": "clerk-1",
    }
    answer = await http.post("/api/v1/records", json=entry)
    if answer.is_success:
        objection = {"by": "clerk-1", "reason": f"本人 {CONFUSED} 不服"}
        path = f"/api/v1/records/{answer.json()['record_id']}/objections"
        assert (await http.post(path, json=objection)).status_code == 422
    assert (await http.post("/api/v1/records", json=entry | {"detail": CONFUSED, "number": "R-2"})).status_code == 422
    bar = {"subject": PERSON, "kind": "REFUSAL", "item_code": "I", "decided_on": TODAY, "by": "clerk-1"}
    for wrong in (bar, bar | {"kind": NAME}, bar | {"document_no": NUMBER}):
        assert (await http.post("/api/v1/bars", json=wrong)).status_code == 422
    for question in (f"subjects/111/{NUMBER}", f"records?id_no={NUMBER}", f"public/subjects?name={NUMBER}"):
        assert (await http.get(f"/api/v1/{question}")).status_code in {200, 404, 422}
    assert (await http.get("/api/v1/subject-queries", headers={"x-asked-by": "auditor"})).status_code in {200, 400, 422}


async def through_intake(desk: Desk) -> None:
    """What bureau systems send over NATS, good and bad; each bad one becomes a dead letter."""
    connection = await nats.connect(desk.stack.nats_url)
    try:
        jetstream = connection.jetstream()
        foreign = PERSON | {"id_type": "099", "id_no": FOREIGN}
        sound = json.dumps(a_case("N1", subject=foreign)).encode()
        again = json.dumps(a_case("N1", subject=foreign, licence_no="X")).encode()
        for body in (sound, again, *malformed()):
            headers = {"x-operator": NAME, "ce-sourcesystem": SOURCE}
            await jetstream.publish(f"shenguan.intake.approval.v1.{SOURCE}", body, headers=headers)
        await jetstream.publish(f"shenguan.intake.supervision.v1.{SOURCE}", CONFUSED.encode())
    finally:
        await connection.close()

    async def parked() -> list[dict[str, Any]] | None:
        letters: list[dict[str, Any]] = (await desk.approval.get("/ops/v1/dead-letters")).json()
        return letters if len(letters) == 1 + len(malformed()) else None

    for letter in await until(parked):
        answer = await desk.approval.post(f"/ops/v1/dead-letters/{letter['id']}:redrive")
        assert answer.status_code == 409, answer.text
