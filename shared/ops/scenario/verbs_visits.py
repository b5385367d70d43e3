"""Verbs of site visits (入企检查动词): from the request to the end, and what the enterprise scans."""

from typing import Any

from ops.scenario.keys import Key, Kind
from ops.scenario.verb import BY, REASON, Finds, Verb

_MATTERS: list[dict[str, Any]] = [{"code": "00164000100100", "name": "示例检查事项"}]


def _on_visit(name: str, verb: str, zh: str, en: str, *keys: Key) -> Verb:
    path = f"/api/v1/site-visits/{{visit_no}}:{verb}"
    return Verb(name=name, zh=zh, en=en, service="supervision", path=path, finds=Finds.VISIT, keys=keys)


VERBS = (
    Verb(
        name="request_visit",
        zh="申请入企检查；超出频次上限须写明豁免情形",
        en="request a site visit; above a cap with an exemption",
        service="supervision",
        path="/api/v1/site-visits",
        fixed={"source_system": "scenario", "legal_basis": "示例法第一条", "reason": "年度计划", "matters": _MATTERS},
        keys=(
            Key(name="object", zh="监管对象编号", en="the object's number", field="object_no", required=True),
            Key(name="department", zh="监管部门", en="the department", required=True),
            Key(name="on", zh="计划日期", en="the planned day", kind=Kind.DAY, field="planned_on", required=True),
            Key(name="officers", zh="执法人员编码", en="the inspectors", kind=Kind.TEXTS, required=True),
            Key(name="kind", zh="ROUTINE、SPECIAL、CASE", en="the kind of visit"),
            Key(name="exemption", zh="豁免情形", en="the exemption"),
            Key(name="document", zh="豁免的文书号", en="the exemption's document", field="exemption_document"),
            Key(name="basis", zh="法律依据", en="the legal basis", field="legal_basis"),
            REASON,
            BY,
        ),
    ),
    _on_visit("approve_visit", "approve", "审批入企检查（须另一人）", "approve a site visit, as a second person", BY),
    _on_visit("announce_visit", "announce", "告知企业并生成检查码", "announce a site visit", BY),
    _on_visit("enter_visit", "enter", "入企", "enter, on the day of the visit", BY),
    _on_visit("finish_visit", "finish", "完成入企检查", "finish a site visit", BY),
    _on_visit(
        "cancel_visit", "cancel", "取消入企检查，退还频次", "cancel a site visit; its count is given back", REASON, BY
    ),
    Verb(
        name="scan_visit",
        zh="企业扫检查码",
        en="scan the code of a site visit, as the enterprise",
        service="supervision",
        path="/api/v1/public/visits/{code}:scan",
        finds=Finds.VISIT,
    ),
)
