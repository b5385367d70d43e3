"""What a scenario may expect of random checks (双随机的期望): matters with their objects, plans, what a plan asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Seen, Subject, at, size
from ops.scenario.loading import listing
from ops.scenario.matching import Row

_PLAN = Seen(name="plan", zh="计划编号", en="the plan", of=at("plan_no"), selects=True)


async def _matters(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The matters named, each with the numbers of its objects."""
    found: list[Row] = []
    for code in dict.fromkeys(str(entry["code"]) for entry in asked):
        matter = await asker.get("supervision", f"/api/v1/matters/{code}") or {"code": code}
        objects = await asker.every("supervision", f"/api/v1/matters/{code}/objects") if "name" in matter else []
        found.append({**matter, "listed": [row["object_no"] for row in objects]})
    return found


async def _forecasts(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What the plans named ask for, a row for each department of each entry."""
    found: list[Row] = []
    for number in dict.fromkeys(str(entry["plan"]) for entry in asked):
        forecast = await asker.get("supervision", f"/api/v1/plans/{number}/forecast") or {"entries": ()}
        found += [
            {**entry, "plan_no": number, "load": load} for entry in forecast["entries"] for load in entry["departments"]
        ]
    return found


PLANS = (
    Subject(
        name="matters",
        zh="抽查事项及其对象",
        en="matters and their objects",
        load=_matters,
        needs=("code",),
        seen=(
            Seen(name="code", zh="事项编码", en="the matter's code", of=at("code"), selects=True),
            Seen(name="category", zh="类别", en="the category", of=at("category")),
            Seen(name="objects", zh="对象编号，按序", en="the objects' numbers, in order", of=at("listed")),
        ),
    ),
    Subject(
        name="plans",
        zh="年度抽查计划的各版",
        en="versions of annual plans",
        load=listing("supervision", "/api/v1/plans"),
        seen=(
            _PLAN,
            Seen(name="version", zh="第几版", en="the version", of=at("version"), selects=True),
            Seen(name="state", zh="状态", en="the state", of=at("state")),
            Seen(name="number", zh="备案号", en="the filing number", of=at("filing_no")),
            Seen(name="filed_on", zh="备案日", en="the day it was filed", of=at("filed_on")),
            Seen(name="departments", zh="参与部门数", en="how many departments take part", of=size(at("departments"))),
        ),
    ),
    Subject(
        name="forecast",
        zh="计划测算：每个计划项的每个部门一行",
        en="what a plan asks for: a row for each department of each entry",
        load=_forecasts,
        needs=("plan",),
        seen=(
            _PLAN,
            Seen(name="entry", zh="计划项", en="the entry", of=at("code"), selects=True),
            Seen(name="department", zh="部门", en="the department", of=at("load", "department"), selects=True),
            Seen(name="target", zh="应查对象数", en="objects of one draw", of=at("target")),
            Seen(name="places", zh="人次", en="places to fill", of=at("load", "places")),
            Seen(name="enough", zh="人员是否充足", en="enough inspectors or not", of=at("load", "enough")),
        ),
    ),
)
"""The subjects of random checks."""
