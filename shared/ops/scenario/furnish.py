"""Furnishing (准备): items, people and the catalogue a scenario starts with, brought in through the public APIs.

``catalogue`` is ``demo`` (examples/county), a folder like it or a JSON file beside the scenario, or written in it.
Items that are not listed are taken from the links; where no inspectors are listed, each department gets two.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ops.county import county
from ops.scenario.asking import Answer, Asking, StepFailed

DRAFTER, PUBLISHER = "scenario-drafter", "scenario-publisher"
"""The two persons a catalogue needs: who submits it does not publish it."""
_VERSIONS = "/api/v1/catalogue-versions"
_LISTS = {
    "items": ("approval", "/api/v1/items:batch"),
    "departments": ("approval", "/api/v1/departments:batch"),
    "people": ("approval", "/api/v1/people:batch"),
    "inspectors": ("supervision", "/api/v1/inspectors:batch"),
}


def catalogue_of(said: Any, beside: Path) -> dict[str, Any]:
    """What ``catalogue:`` names, as sections. Raises StepFailed when there is no such file."""
    if isinstance(said, Mapping):
        return _sections(said)
    place = beside / str(said)
    if said == "demo" or place.is_dir():
        return _county(None if said == "demo" else place)
    try:
        return _sections(msgspec.json.decode(place.read_bytes()))
    except OSError:
        raise StepFailed(f"没有目录文件 {place}", f"there is no catalogue {place}") from None
    except msgspec.DecodeError as error:
        raise StepFailed(f"{place} 不是有效的 JSON：{error}", f"{place} is not valid JSON: {error}") from None


async def furnish(asking: Asking, sections: Mapping[str, Any]) -> None:
    """Register lists and catalogue, and publish it by two persons. Raises StepFailed."""
    for name, (service, path) in _LISTS.items():
        rows = sections.get(name) or ()
        if rows:
            _must(await asking.send(service, "POST", path, ndjson(rows), "application/x-ndjson"), name)
    draft = {"by": DRAFTER} | sections["catalogue"]
    answer = await asking.send("supervision", "POST", _VERSIONS, msgspec.json.encode(draft))
    _must(answer, "catalogue")
    await publish(asking, draft["version"])


async def publish(asking: Asking, version: str) -> None:
    """Submit a draft and publish it, by two persons. Raises StepFailed."""
    for verb, person in (("submit", DRAFTER), ("publish", PUBLISHER)):
        body = msgspec.json.encode({"by": person})
        _must(await asking.send("supervision", "POST", f"{_VERSIONS}/{version}:{verb}", body), verb)


def ndjson(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as lines."""
    return msgspec.json.Encoder().encode_lines(list(rows))


def _sections(said: Mapping[str, Any]) -> dict[str, Any]:
    sections: dict[str, Any] = dict(said) if "catalogue" in said else {"catalogue": dict(said)}
    links = sections["catalogue"].get("links", ())
    if "items" not in sections:
        items = {link["item_code"]: link for link in links}
        sections["items"] = [
            {"item_code": code, "name": link.get("approval_item_name") or code} for code, link in items.items()
        ]
    if "inspectors" not in sections:
        departments = dict.fromkeys(link["department"] for link in links)
        sections["inspectors"] = [
            {"code": f"{department}-{number}", "name": f"检查员 {department}-{number}", "department": department}
            for department in departments
            for number in (1, 2)
        ]
    return sections


def _county(folder: Path | None) -> dict[str, Any]:
    """The example county, or a folder of the same files."""
    found = county(folder)
    lists = {
        "items": found.items(),
        "departments": found.departments(),
        "people": found.people(),
        "inspectors": found.inspectors(),
    }
    return {**lists, "catalogue": found.catalogue()}


def _must(answer: Answer, what: str) -> None:
    if answer.refusal:
        raise StepFailed(f"{what} 未被接受：{answer.said}", f"{what} was refused: {answer.refusal}")
