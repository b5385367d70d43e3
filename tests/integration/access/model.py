"""Who may do what, worked out a second time (权限模型): read from the tables alone, without a line of the gate's code."""

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from kernel.role import Role

ROOT = Path(__file__).parents[3]
MINE, THEIRS = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
"""Key of every object of one's own, and of somebody else's."""
ME = "MATRIX-1"
HERE, ELSEWHERE = "640202", "110105"
_SPEAK_FOR_OTHERS = {Role.SYSTEM_ADMIN, Role.BUREAU_SYSTEM}


@dataclass(frozen=True)
class Asked:
    """One cell of the matrix: who asks, from which region, with which departments, about whose object."""

    role: Role
    here: bool
    mine: bool
    everywhere: bool


CELLS = [Asked(*cell) for cell in product(Role, (True, False), (True, False), (False,))] + [
    Asked(role, here=True, mine=False, everywhere=True) for role in Role
]


@dataclass(frozen=True)
class Rule:
    """What a table says of a route."""

    who: frozenset[str]
    scope: str
    own: str
    signed: bool = False

    @property
    def public(self) -> bool:
        return not self.who and not self.signed

    def expected(self, asked: Asked) -> str:
        """Empty when it may be, else the code of the refusal."""
        if self.signed:
            return "webhook-unsigned"
        if self.public:
            return ""
        if asked.role not in self.who:
            return "not-allowed"
        return self._bounded(asked) if asked.here else "other-region"

    def _bounded(self, asked: Asked) -> str:
        if self.own and asked.role is Role.ENTERPRISE:
            return "" if asked.mine else "not-yourself"
        if self.scope.startswith("person:"):
            return "" if asked.mine or asked.role in _SPEAK_FOR_OTHERS else "not-yourself"
        if self.scope == "any" or asked.everywhere:
            return ""
        return "other-department" if self.scope == "all" or not asked.mine else ""


def rules(service: str) -> dict[tuple[str, str], Rule]:
    """(method, path) → what the service's table and the chassis' say."""
    found: dict[tuple[str, str], Rule] = {}
    for file in ("shared/chassis/access/access.toml", f"services/{service}/access.toml"):
        for group in tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["rows"]:
            who = frozenset() if group["who"] in {"public", "signed"} else frozenset(group["who"])
            rule = Rule(who, group.get("scope", "any"), group.get("own", ""), group["who"] == "signed")
            for route in group["routes"]:
                method, path = route.split(" ")
                assert (method, path) not in found
                found[method, path] = rule
    return found


@dataclass(frozen=True)
class Request:
    """What is sent for a cell."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]


_PERSONS = {"person", "id_no"}
_DEPARTMENTS = {"department", "lead_department"}


def request(method: str, path: str, asked: Asked, parameters: list[str]) -> Request:
    """Everything that may name an object names one's own, or somebody else's; ``parameters``: the place holders."""
    key = MINE if asked.mine else THEIRS
    person, department = (ME, "FOOD") if asked.mine else ("MATRIX-2", "FIRE")
    for name in parameters:
        path = path.replace(f"{{{name}}}", person if name in _PERSONS else key)
    everything = dict.fromkeys(_PERSONS, person) | dict.fromkeys(_DEPARTMENTS, department)
    body = everything | dict.fromkeys(("from", "inspector", "plan_no"), key)
    if path.endswith(":claim"):
        body["inspector"] = ME
    return Request(method, path, {"department": department, "person": person, "id_no": person, "record_id": key}, body)
