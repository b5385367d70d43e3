"""Redress (信用办理): what can be done with a record, who it waits for, and what its form asks. Credit decides.

The states are those of credit's repairs, objections and withdrawals; a verb it refuses shows its refusal at the form.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from console.web.fields import Field, Remedy
from console.web.language import meant, said

OPEN = {
    "repair": ("APPLIED", "ACCEPTED"),
    "objection": ("LODGED", "FORWARDED", "IN_REVIEW"),
    "withdrawal": ("REQUESTED",),
}
"""Kind → the states in which somebody still has to do something."""


_REASON = Field("reason", said("理由"), hint=said("写明事实与依据"))
_WHY_NOT = Field("reason", said("理由"), hint=said("不予修复的必填"), required=False)
_ALL = (
    Remedy(
        "accept",
        said("受理"),
        "repairs/{id}:accept",
        "repair",
        ("APPLIED",),
        hint=said("受理前核对下面的修复条件；条件不具备的，不予受理并写明理由。"),
        primary=True,
    ),
    Remedy("reject", said("不予受理"), "repairs/{id}:reject", "repair", ("APPLIED",), (_REASON,)),
    Remedy(
        "decide-repair",
        said("作出修复决定"),
        "repairs/{id}:decide",
        "repair",
        ("ACCEPTED",),
        (Field("granted", meant("noun", "决定"), "yes", answers=(said("准予修复"), said("不予修复"))), _WHY_NOT),
        said("准予的，今天起不再公示和使用，等级随即重评。决定人不能是申请人。"),
        primary=True,
    ),
    Remedy(
        "forward",
        said("转数据提供单位"),
        "objections/{id}:forward",
        "objection",
        ("LODGED",),
        (Field("provider", said("数据提供单位"), "text"),),
        said("自有数据核查不清、须由提供单位核实的转办，提供单位的时限开始计算。"),
    ),
    Remedy(
        "decide-objection",
        said("处理异议"),
        "objections/{id}:decide",
        "objection",
        ("LODGED", "FORWARDED", "IN_REVIEW"),
        (Field("upheld", said("处理结果"), "yes", answers=(said("异议成立"), said("异议不成立"))), _REASON),
        said("成立的，撤销记录；不成立的，恢复使用。复核须由原处理人以外的人决定。"),
        primary=True,
    ),
    Remedy(
        "review",
        said("申请复核"),
        "objections/{id}:review",
        "objection",
        ("REJECTED",),
        (_REASON,),
        said("异议人不服的，可以复核一次。"),
    ),
    Remedy(
        "confirm-withdrawal",
        said("确认撤销"),
        "records/{id}:confirm-withdrawal",
        "withdrawal",
        ("REQUESTED",),
        hint=said("确认后记录视为从未有过。须由申请人以外的人确认。"),
        primary=True,
    ),
    Remedy(
        "cancel-withdrawal",
        said("取消撤销申请"),
        "records/{id}:cancel-withdrawal",
        "withdrawal",
        ("REQUESTED",),
        (_REASON,),
    ),
    Remedy(
        "repair",
        said("登记修复申请"),
        "records/{id}/repairs",
        fields=(
            Field("proof", said("履行义务的证明材料"), "papers", said("文号或链接，每行一件"), required=False),
            Field("commitment", said("信用承诺"), "text", said("承诺书文号或内容"), required=False),
        ),
        hint=said("条件是否具备都应收下，申请人有权得到答复；受理时限开始计算。"),
    ),
    Remedy(
        "object",
        said("登记异议"),
        "records/{id}/objections",
        fields=(_REASON, Field("evidence", said("证据"), "papers", said("文号或链接，每行一件"), required=False)),
        hint=said("提出之日起标注，标注期间不计分；核查时限开始计算。"),
    ),
    Remedy(
        "withdraw",
        said("更正或撤销记录"),
        "records/{id}:withdraw",
        fields=(
            _REASON,
            Field("document_no", said("撤销或更正来源的文书号"), "text"),
        ),
        hint=said("来源已被撤销或更正的，由一人申请、另一人确认；确认前照常使用。内容有更正的，确认后由来源重新报送。"),
    ),
)
REMEDIES = {remedy.verb: remedy for remedy in _ALL}


def latest(procedures: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one that counts: the last of its kind on a record."""
    return max(procedures, key=lambda each: each["number"], default=None)


def possible(record: Mapping[str, Any], standing: Mapping[str, Mapping[str, Any] | None]) -> list[Remedy]:
    """What is offered, what is waited for first. ``standing``: kind → the latest procedure of it on the record."""
    offered = [each for each in _ALL if each.on != "record" and _waits(each, standing[each.on])]
    if record["state"] == "ACTIVE":
        offered += [each for each in _ALL if each.on == "record" and _may_begin(each, record, standing)]
    return sorted(offered, key=lambda each: not each.primary)


def _waits(remedy: Remedy, procedure: Mapping[str, Any] | None) -> bool:
    if procedure is None or procedure["state"] not in remedy.states:
        return False
    return remedy.verb != "review" or not procedure["review_at"]


_BEGINS = {"repair": "repair", "object": "objection", "withdraw": "withdrawal"}


def _may_begin(remedy: Remedy, record: Mapping[str, Any], standing: Mapping[str, Mapping[str, Any] | None]) -> bool:
    kind = _BEGINS[remedy.verb]
    going = standing[kind]
    if going and going["state"] in OPEN[kind]:
        return False
    return remedy.verb != "repair" or (record["record_class"] != "MERIT" and bool(record["repairable"]))
