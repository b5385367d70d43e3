"""What a scenario may expect of site visits (入企检查的期望): the visits themselves, and how often an enterprise was visited."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Seen, Subject, at, said
from ops.scenario.matching import Row
from ops.scenario.statement import SOURCE

Asked = Sequence[Mapping[str, Any]]


async def site_visits(asker: Asker, _asked: Asked = ()) -> list[Row]:
    """Every visit with its code, and whether another is made with it."""
    listed = await asker.every("supervision", "/api/v1/site-visits", source_system=SOURCE)
    whole = [await asker.get("supervision", f"/api/v1/site-visits/{row['visit_no']}") or row for row in listed]
    together = Counter(row["joint_no"] for row in whole if row["state"] != "CANCELLED")
    return [{**row, "joint": together[row["joint_no"]] > 1} for row in whole]


async def counts(asker: Asker, asked: Asked) -> list[Row]:
    """The counts of the enterprises and years named: a row for each department, or one when nobody came."""
    found: list[Row] = []
    for uscc, year in dict.fromkeys((str(entry["uscc"]), str(entry.get("year", ""))) for entry in asked):
        which = {"id_no": uscc} | ({"year": year} if year else {})
        answer = await asker.get("supervision", "/api/v1/visit-counts", **which) or {}
        departments: Sequence[Row] = answer.get("departments") or [{"visits": 0}]
        found += [{**answer, **each} for each in departments]
    return found


VISITS = (
    Subject(
        name="site_visits",
        zh="入企检查",
        en="site visits of enterprises",
        load=site_visits,
        seen=(
            Seen(name="object", zh="监管对象", en="the object", of=at("object_no"), selects=True),
            Seen(name="department", zh="监管部门", en="the department", of=at("department"), selects=True),
            Seen(name="on", zh="计划日期", en="the planned day", of=at("planned_on"), selects=True),
            Seen(name="state", zh="状态", en="the state", of=at("state")),
            Seen(name="level", zh="部门层级", en="the department's level", of=at("level")),
            Seen(name="exemption", zh="豁免情形", en="the exemption", of=at("exemption")),
            Seen(name="consumes", zh="是否计入频次", en="uses the cap up or not", of=at("consumes")),
            Seen(name="unannounced", zh="是否未告知", en="nobody announced it", of=at("unannounced")),
            Seen(name="over_cap", zh="是否超出上限补记", en="recorded above the cap", of=at("over_cap")),
            Seen(name="scanned", zh="是否扫码", en="scanned or not", of=said("scanned_at")),
            Seen(name="joint", zh="是否综合查一次", en="part of a joint visit", of=at("joint")),
        ),
    ),
    Subject(
        name="visit_counts",
        zh="企业检查频次",
        en="how often an enterprise was visited",
        load=counts,
        needs=("uscc",),
        seen=(
            Seen(name="uscc", zh="统一社会信用代码", en="the enterprise's code", of=at("id_no"), selects=True),
            Seen(name="year", zh="年，缺省为今年", en="the year, this one when left out", of=at("year"), selects=True),
            Seen(name="department", zh="监管部门", en="the department", of=at("department"), selects=True),
            Seen(name="visits", zh="该部门次数", en="visits of the department", of=at("visits")),
            Seen(name="total", zh="合计次数，联合检查计一次", en="visits in all, a joint one once", of=at("total")),
        ),
    ),
)
