"""Dictionaries (字典): items, departments, people and officers, each with its fields as data; one list, one form for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.web.forms import Typed
from console.web.language import said


@dataclass(frozen=True, slots=True)
class Field:
    """一项. ``kind``: text, day, yes, list (several, by commas), department (by its code)."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    listed: bool = True
    """Whether the list shows it."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """一本字典. ``key``: the field an entry is known by."""

    slug: str
    name: str
    service: str
    path: str
    key: str
    fields: tuple[Field, ...]
    note: str

    def typed(self, typed: Typed) -> dict[str, Any]:
        """An entry as its form says it; what is left empty is not said."""
        told: dict[str, Any] = {}
        for field in self.fields:
            text = typed.text(field.name)
            if field.kind == "yes":
                told[field.name] = text == "yes"
            elif field.kind == "list":
                told[field.name] = [
                    each for each in text.replace("，", ",").replace("、", ",").split(",") if each.strip()
                ]
            elif text:
                told[field.name] = text
        return told

    def shown(self, entry: Mapping[str, Any] | None, typed: Typed | None) -> dict[str, str]:
        """What the fields of the form hold: as typed, else as the entry is."""
        held: dict[str, str] = {}
        for field in self.fields:
            value = typed.text(field.name) if typed else (entry or {}).get(field.name)
            if field.kind == "yes" and not typed:
                value = "yes" if value else ""
            elif isinstance(value, list | tuple):
                value = ",".join(value)
            held[field.name] = str(value) if value else ""
        return held


_CODE = said("编码")
_CODE_OF = said("部门编码")
DICTIONARIES = {
    each.slug: each
    for each in (
        Dictionary(
            "items",
            said("审批事项"),
            "approval",
            "/api/v1/items",
            "item_code",
            (
                Field("item_code", said("事项编码"), required=True),
                Field("name", said("名称"), required=True),
                Field("department", said("审批部门"), "department", hint=_CODE_OF),
                Field(
                    "public_safety",
                    said("直接关系公共安全、人身健康、生命财产安全"),
                    "yes",
                    hint=said("行政许可法第七十八条、第七十九条据此限制再次申请"),
                ),
            ),
            said("不在目录里的事项，办件不予登记。同一编码再登记一次，就是更新。"),
        ),
        Dictionary(
            "departments",
            said("部门"),
            "approval",
            "/api/v1/departments",
            "code",
            (
                Field("code", _CODE, required=True),
                Field("name", said("名称"), required=True),
                Field("uscc", said("统一社会信用代码"), listed=False),
                Field("head", said("负责人"), hint=said("人员编码")),
                Field("liaison", said("联络员"), hint=said("人员编码；推送即认领的任务归联络员")),
                Field("superior", said("上级部门"), hint=_CODE_OF, listed=False),
                Field(
                    "merged_into",
                    said("并入部门"),
                    "department",
                    hint=said("撤并时填承接部门的编码，未办结任务随之移交"),
                ),
            ),
            said("撤并的部门不删除：填写并入部门，任务随之移交。"),
        ),
        Dictionary(
            "people",
            said("人员"),
            "approval",
            "/api/v1/people",
            "code",
            (
                Field("code", _CODE, required=True),
                Field("name", said("姓名"), required=True, hint=said("姓名不进事件；网页按读者的权限显示")),
                Field("department", said("部门"), "department", required=True, hint=_CODE_OF),
                Field("left_on", said("离岗日期"), "day"),
                Field("successor", said("接任人"), hint=said("人员编码；离岗后未办结任务由其接手")),
                Field("deputy", said("代理人"), hint=said("人员编码"), listed=False),
            ),
            said("离岗的人员不删除：填写离岗日期与接任人，任务随之移交。"),
        ),
        Dictionary(
            "inspectors",
            said("执法人员"),
            "supervision",
            "/api/v1/inspectors",
            "code",
            (
                Field("code", _CODE, required=True),
                Field("name", said("姓名"), required=True),
                Field("department", said("部门"), "department", required=True, hint=_CODE_OF),
                Field("certificate_no", said("执法证号")),
                Field("certificate_from", said("证件有效期起"), "day", listed=False),
                Field("certificate_to", said("证件有效期至"), "day", hint=said("过期的不能检查，也不会被抽中")),
                Field(
                    "matters", said("可查事项"), "list", hint=said("抽查事项编码，逗号分开；留空为全部"), listed=False
                ),
            ),
            said("没有有效执法证的，不能登记现场检查。"),
        ),
    )
}
