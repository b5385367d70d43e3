"""Who plays a role on a demonstration is called what the lists of the services call them; elsewhere nobody plays."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from console.web.cast import Cast
from console.web.roles import CHOICES
from console.web.services import Services
from console.web.settings import WebSettings
from kernel.refusal import Refusal
from kernel.role import Role

LISTED = {
    "/api/v1/inspectors": [{"code": "SCJG-031", "name": "另一人"}, {"code": "SCJG-03", "name": "钱示三"}],
    "/api/v1/people": [{"code": "LDB-01", "name": "曹示一"}],
}


class Told:
    """Services that answer what is listed, and refuse everything else."""

    async def ask(self, _service: str, _method: str, path: str, **_said: Any) -> httpx.Response:
        if path == "/api/v1/public/subjects/92999999MA0000082Y":
            return httpx.Response(200, json={"name": "示例甲号化工经营部"})
        if path not in LISTED:
            raise Refusal(code="not-found", zh="没有", en="none", status=404)
        return httpx.Response(200, json={"items": LISTED[path]})


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    told: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return told


def played(folder: Path | None) -> Cast:
    return Cast(WebSettings(role_switch=folder), cast("Services", Told()))


@pytest.mark.parametrize(
    ("role", "person", "name"),
    [
        (Role.SUPERVISOR, "SCJG-03", "钱示三"),
        (Role.LINKAGE_OFFICE, "LDB-01", "曹示一"),
        (Role.ENTERPRISE, "92999999MA0000082Y", "示例甲号化工经营部"),
        (Role.ENTERPRISE, "91999999MA00000154", None),
        (Role.APPROVER, "SPJ-99", None),
    ],
)
async def test_a_role_is_played_under_the_name_of_the_person(
    tmp_path: Path, role: Role, person: str, name: str | None
) -> None:
    said = claims(await played(tmp_path).token(role, person, ["SCJG"]))
    assert (said["sub"], said["roles"], said["departments"], said.get("name")) == (person, [role], ["SCJG"], name)


async def test_who_stands_in_no_list_has_a_name_all_the_same(tmp_path: Path) -> None:
    playing = [each for each in CHOICES if each.role not in {Role.ENTERPRISE, Role.APPROVER, Role.SUPERVISOR}]
    tokens = [await played(tmp_path).token(each.role, each.person) for each in playing]
    assert [each.role for each, token in zip(playing, tokens, strict=True) if "name" not in claims(token)] == []


async def test_nobody_plays_where_roles_are_not_switched() -> None:
    with pytest.raises(Refusal, match="只在演示环境中有"):
        await played(None).token(Role.SUPERVISOR, "SCJG-03")
