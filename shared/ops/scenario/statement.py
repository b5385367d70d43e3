"""Statements (决定内容): the body of a decision, completed from what the scenario has said of the case or object before."""

from collections.abc import Mapping
from typing import Any

SOURCE = "scenario"
"""来源系统 of everything a scenario sends."""
REGION = "640202"


def subject(said: Mapping[str, Any]) -> dict[str, Any]:
    """主体: ``{uscc, name}`` or the members of the public API."""
    named = dict(said)
    if "uscc" in named:
        named |= {"id_type": "001", "id_no": str(named.pop("uscc"))}
    return named


class Statements:
    """What was decided so far (已登记的决定), by case and by object."""

    def __init__(self) -> None:
        self._of_case: dict[str, dict[str, Any]] = {}
        self._of_object: dict[str, dict[str, Any]] = {}

    def body(self, said: Mapping[str, Any], *, correction: bool = False) -> dict[str, Any]:
        """A whole case from the few keys of a step; kept for the steps to come."""
        said = {name: value for name, value in said.items() if value is not None}
        body = self._before(said, correction=correction) | said
        number, address = body.pop("object", None), body.pop("address", None)
        if number is not None:
            body["object_no"] = str(number)
        if address is not None:
            body["address"] = address
        self._of_case[str(body.get("case_id"))] = dict(body)
        self._of_object[str(body.get("object_no"))] = dict(body)
        return _request(body)

    def object_of(self, case: str) -> str | None:
        """The object a case speaks of; None when the scenario never stated the case."""
        stated = self._of_case.get(case)
        return None if stated is None else str(stated.get("object_no", ""))

    def _before(self, said: Mapping[str, Any], *, correction: bool) -> dict[str, Any]:
        fresh = {"kind": "NEW", "region": REGION, "commitment": False, "existing": False, "revision": 1}
        if correction:
            earlier = self._of_case.get(str(said["case_id"]), fresh | {"revision": 0})
            return earlier | {"revision": int(earlier["revision"]) + 1}
        lasting = ("item_code", "subject", "region", "licence_no", "address")
        earlier = self._of_object.get(str(said.get("object")), {})
        return fresh | {name: earlier[name] for name in lasting if name in earlier}


def _request(body: Mapping[str, Any]) -> dict[str, Any]:
    number = body.get("object_no", "")
    stated = {"object_no": number, "name": number, "address": body.get("address", number)}
    rest = {name: value for name, value in body.items() if name not in {"object_no", "address"}}
    return {"source_system": SOURCE, **rest, "object": stated}
