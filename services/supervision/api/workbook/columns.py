"""Columns (栏目) of the workbook: for every field its heading, how a cell is read and written, and the rule in words."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import partial
from typing import Any

from supervision.api.workbook import cells
from supervision.domain.catalogue import Link, Method, PushMode, Relation, Risk

VERSION_SHEET, LINK_SHEET, CHECKLIST_SHEET, GUIDE_SHEET, FAULT_SHEET = "版本", "联动关系", "检查表", "说明", "错误"
ALSO_CALLED = {VERSION_SHEET: "version", LINK_SHEET: "links", CHECKLIST_SHEET: "checklists"}
"""Sheets may have their English names instead."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """栏目. ``name`` is the field, ``zh`` the heading; ``rule_zh`` and ``rule_en`` say what a cell may hold."""

    name: str
    zh: str
    rule_zh: str
    rule_en: str
    required: bool = False
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()

    def is_headed(self, heading: str) -> bool:
        """True when a heading of a file names this column."""
        return heading.strip().removesuffix("*") in {self.zh, self.name}


def _code(name: str, zh: str, *, required: bool = False) -> Column:
    return Column(
        name=name,
        zh=zh,
        rule_zh="1 至 64 位字母、数字、点、横线或下划线" + ("" if required else "；可空"),
        rule_en="1 to 64 letters, digits, dots, hyphens or underscores" + ("" if required else "; may be empty"),
        required=required,
        read=str.strip,
    )


def _name(name: str, zh: str, longest: int) -> Column:
    return Column(name=name, zh=zh, rule_zh=f"文字，最多 {longest} 字；可空", rule_en=f"text, at most {longest}")


def _number(name: str, zh: str, rule_zh: str, rule_en: str) -> Column:
    return Column(name=name, zh=zh, rule_zh=rule_zh, rule_en=rule_en, read=str.strip)


def _choice(name: str, zh: str, kind: type[StrEnum]) -> Column:
    words = cells.WORDS[kind]
    return Column(
        name=name,
        zh=zh,
        rule_zh="、".join(f"{word}（{value}）" for value, word in words.items()),
        rule_en=f"one of {', '.join(words)}",
        read=partial(cells.choice, kind),
        write=lambda value: words[value],
        choices=tuple(words.values()),
    )


def _limit(name: str, zh: str, *, without: tuple[str, str] = ("空为不计时", "empty for no clock")) -> Column:
    return Column(
        name=name,
        zh=zh,
        rule_zh=f"如 2个工作日、10日（自然日）、2个月、24小时，至多十年；{without[0]}",
        rule_en=f"e.g. 2wd, 10d, 2m, 24h, at most ten years; {without[1]}",
        read=cells.limit,
        write=lambda value: value.zh,
    )


def _day(name: str, zh: str, *, required: bool) -> Column:
    return Column(
        name=name,
        zh=zh,
        rule_zh="日期，如 2026-01-31" + ("" if required else "；空为长期"),
        rule_en="a day such as 2026-01-31" + ("" if required else "; empty when there is no end"),
        required=required,
        read=cells.day,
        write=lambda value: value.isoformat(),
    )


_LINK_COLUMNS = (
    _code("code", "联动关系编码", required=True),
    _code("item_code", "审批事项编码", required=True),
    _number("approval_catalog_code", "审批事项基本编码", "12 位；本地事项可空", "12 digits; empty for a local item"),
    _number(
        "approval_task_code",
        "审批实施编码",
        "31 位 = 统一社会信用代码 18 + 层级 1 + 基本编码 12；可空",
        "31 = 18 + 1 + 12",
    ),
    _number("approval_handle_item_code", "业务办理项编码", "33 位 = 实施编码 31 + 2；可空", "33 = 31 + 2"),
    _name("approval_item_name", "审批事项名称", 1000),
    _name("approval_item_type", "审批事项类型", 200),
    _code("approval_department", "审批部门编码"),
    _name("approval_department_name", "审批部门", 200),
    _number(
        "approval_department_uscc", "审批部门统一社会信用代码", "18 位，校验位相符；可空", "18, with its check digit"
    ),
    _name("approval_section", "承办科室", 200),
    _number("supervise_item_code", "监管事项目录编码", "14 位数字；可空", "14 digits"),
    _number(
        "supervise_item_check_icode", "检查实施清单编码", "以 18 位信用代码和 1 位层级开头；可空", "18 + 1 + the rest"
    ),
    _name("supervise_main_item", "监管事项主项", 1000),
    _name("supervise_sub_item", "监管事项子项", 1000),
    _code("department", "监管部门编码", required=True),
    _name("department_name", "监管部门", 200),
    _number("department_uscc", "监管部门统一社会信用代码", "18 位，校验位相符；可空", "18, with its check digit"),
    _name("section", "监管科室", 200),
    _code("responsible_officer", "责任人编号"),
    _code("liaison", "联络员编号"),
    _choice("relation", "主责或协同", Relation),
    Column(
        name="triggers",
        zh="触发情形",
        rule_zh="新办、变更、延续、到期、撤回、撤销、吊销、注销、告知承诺中的至少一项，以顿号分隔",
        rule_en="at least one of NEW, CHANGE, RENEW, EXPIRE, WITHDRAW, ANNUL, REVOKE, CANCEL, COMMITMENT",
        required=True,
        read=cells.triggers,
        write=cells.triggers_text,
    ),
    _choice("push_mode", "推送方式", PushMode),
    _limit("claim_limit", "认领时限"),
    _limit("first_check_limit", "首检时限"),
    _limit("feedback_limit", "反馈时限", without=("空为过程规则的时限", "empty for that of the process rules")),
    _choice("method", "监管方式", Method),
    _choice("risk", "风险等级", Risk),
    Column(
        name="officers", zh="检查人数", rule_zh="整数，至少 2", rule_en="a whole number, at least 2", read=cells.whole
    ),
    Column(
        name="certificate_required",
        zh="须登记执法证件",
        rule_zh="是、否；空为否",
        rule_en="是 (yes) or 否 (no); no when empty",
        read=cells.flag,
        write=lambda value: cells.FLAG[value],
        choices=tuple(cells.FLAG.values()),
    ),
    Column(
        name="check_days",
        zh="每次工作日",
        rule_zh="大于 0，可用小数",
        rule_en="above 0, decimals allowed",
        read=cells.number,
    ),
    _code("check_kind", "检查类别", required=True),
    _code("checklist", "检查表编码", required=True),
    _code("checklist_version", "检查表版本"),
    _name("legal_basis", "设定依据", 4000),
    Column(
        name="condition",
        zh="附加条件",
        rule_zh='CEL 表达式，结果为真或假，如 decision.region == "640202"；可空',
        rule_en='a CEL expression that is true or false, e.g. decision.region == "640202"',
    ),
    _day("effective_from", "生效日", required=True),
    _day("effective_to", "失效日", required=False),
)
_BY_NAME: Mapping[str, Column] = {column.name: column for column in _LINK_COLUMNS}
LINK_COLUMNS: tuple[Column, ...] = tuple(_BY_NAME[field.name] for field in fields(Link))
"""One per field of Link, in its order; a field without a column is a KeyError when this module is imported."""
LINK_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Link) if field.default is not MISSING}

CHECKLIST_COLUMNS = (
    _code("code", "检查表编码", required=True),
    Column(name="name", zh="检查表名称", rule_zh="文字", rule_en="text", required=True),
    Column(name="version", zh="检查表版本", rule_zh="编码；空为 1", rule_en="a code; 1 when empty", read=str.strip),
    _code("line_code", "检查项编码", required=True),
    Column(name="text", zh="检查项内容", rule_zh="文字，最多 1000 字", rule_en="text, at most 1000", required=True),
)
"""One row per line; the rows of a checklist stand together or apart, in the order of its lines."""

VERSION_COLUMNS = (
    _code("version", "版本号", required=True),
    _day("effective_from", "生效日", required=True),
    _day("effective_to", "失效日", required=False),
    _name("change_reason", "变更原因", 1000),
)
"""One row per field: its heading in the first column, its value in the second."""
