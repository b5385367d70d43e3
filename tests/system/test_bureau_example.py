"""The example bureau system speaks to the real services by the client it is given: what passes the kit passes there."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from chassis.webhooks.secret import new_secret
from examples.bureau.bureau import Bureau
from examples.bureau.linkage import Linkage, Refused
from examples.bureau.trial import DECIDED_AT, NUMBERS, form
from kernel.role import Role
from ops.stack import Stack
from tests.bureau_faults import served
from tests.journey import bare_environment

pytestmark = pytest.mark.servers

ITEM = {"item_code": "000131024000", "name": "食品经营许可", "department": "区审批局"}
GRANT = {
    "name": "示例许可系统",
    "scopes": ["POST /api/v1/cases", "POST /api/v1/gate", "POST /api/v1/inspections"],
    "source_systems": ["bureau"],
    "expires_on": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
    "by": "SEC-01",
}


async def test_what_the_example_sends_arrives_at_the_real_services_and_what_they_tell_comes_back() -> None:
    async with Stack.open(temporary=True, environment=bare_environment()) as stack:
        office, security = stack.headers(), stack.headers(Role.SECURITY_ADMIN)
        token = await asyncio.to_thread(_arrives, stack.urls["approval"], office, security)
        with served() as trial:
            await asyncio.to_thread(_inspects_and_is_told, stack.urls, trial, token, office, security)


def _inspects_and_is_told(
    urls: Mapping[str, str], trial: str, token: str, office: dict[str, str], security: dict[str, str]
) -> None:
    """The inspection goes to supervision; what credit makes of it comes back as a push, signed and once."""
    with httpx.Client(timeout=60, trust_env=False) as desk:
        officers = "\n".join(
            json.dumps({"code": code, "name": "执法", "department": "SCJG"}) for code in ("3101", "3102")
        )
        desk.post(f"{urls['supervision']}/api/v1/inspectors:batch", content=officers, headers=office).raise_for_status()
        asked = {"name": "示例", "address": f"{trial}/notices", "facts": ["credit.grade.changed"], "by": "SEC-01"}
        hook = desk.post(f"{urls['credit']}/api/v1/hooks", json=asked, headers=security).raise_for_status().json()
        told = {"to": urls["supervision"], "key": token, "secret": hook["secret"], "source_system": "bureau"}
        desk.put(trial, json=told).raise_for_status()

        def asks(path: str, **said: str) -> dict[str, Any]:
            return dict(desk.post(f"{trial}/{path}", json=said).raise_for_status().json())

        deadline = monotonic() + 60
        while "api-key" in (said := asks("inspections", object_no="B-1", what="FAIL"))["message"]:
            assert monotonic() < deadline, said  # supervision hears of the key from approval
            sleep(0.2)
        assert said == {"state": "accepted", "message": ""}
        while not (known := asks("grades", id_no=NUMBERS["统一社会信用代码"]))["grade"]:
            assert monotonic() < deadline
            sleep(0.2)
        at_credit = f"{urls['credit']}/api/v1/subjects/001/{NUMBERS['统一社会信用代码']}"
        grade = desk.get(at_credit, headers=office).raise_for_status().json()["grade"]
        assert known == {"grade": grade, "version": 1}
        assert len(desk.get(f"{trial}/notices").json()["taken"]) == 1


def _arrives(url: str, office: dict[str, str], security: dict[str, str]) -> str:
    with httpx.Client(base_url=url, headers=office, timeout=60, trust_env=False) as desk:
        desk.post("/api/v1/items:batch", json=ITEM).raise_for_status()
        made = desk.post("/api/v1/api-keys", json=GRANT, headers=security).raise_for_status().json()
        with closing(Linkage(url, made["token"])) as linkage:
            _speaks(Bureau(linkage, "bureau", ["whsec_AAAA"]))
        asked = {"source_system": "bureau", "by": "SEC-01"}
        secret = desk.post("/api/v1/webhook-secrets", json=asked, headers=security).raise_for_status().json()["secret"]
        with closing(Linkage(url)) as keyless:
            _signs(Bureau(keyless, "bureau", [secret]))
        told = desk.get("/api/v1/cases/bureau/B-1").raise_for_status().json()
        assert (told["revision"], [each["revision"] for each in told["earlier"]]) == (2, [1])
        listed = desk.get("/api/v1/cases", params={"source_system": "bureau"}).raise_for_status().json()
        assert len(listed["items"]) == 7
        return str(made["token"])


def _signs(bureau: Bureau) -> None:
    case, wrong = (bureau.case(form(name, "ORGANISATION")) for name in ("B-7", "B-8"))
    (secret,) = bureau.secrets
    first, again = (bureau.linkage.tell("bureau", secret, "case.decided", case, DECIDED_AT) for _ in range(2))
    assert (first["source"], first["case_id"]) == ("bureau", "B-7")
    assert again == first
    with pytest.raises(Refused, match="/data/subject/id_no"):
        bureau.linkage.tell(
            "bureau", secret, "case.decided", wrong | {"subject": {"id_type": "001", "id_no": "1"}}, DECIDED_AT
        )
    with pytest.raises(Refused, match="签名不符"):
        bureau.linkage.tell("bureau", new_secret(), "case.decided", wrong, DECIDED_AT)


def _speaks(bureau: Bureau) -> None:
    assert bureau.decided(form("B-1", "ORGANISATION")) == ""
    assert bureau.decided(form("B-1", "ORGANISATION")) == ""  # sent again, done once
    assert bureau.decided(form("B-1", "CORRECTION"), revision=2) == ""
    assert bureau.decided(form("B-2", "PERSON")) == ""
    assert bureau.decided(form("B-3", "REGISTER")) == ""
    wrong = form("B-4", "ORGANISATION") | {"证件号码": "91640202MA00000A15"}
    assert "/subject/id_no" in bureau.decided(wrong)
    assert bureau.decided(form("B-4", "ORGANISATION")) == ""  # put right under the same number
    cases = [bureau.case(form("B-5", "ORGANISATION")), bureau.case(wrong | {"办件编号": "B-6"})]
    outcome = bureau.linkage.send_batch(cases)
    assert outcome["B-5", 1] is None
    assert "/subject/id_no" in str(outcome["B-6", 1])
    assert bureau.linkage.may_apply("111", NUMBERS["居民身份证"], "000131024000")["answer"] == "ALLOW"
