"""Row of a licence for 双公示 (双公示 行政许可): what approval knows of a granting decision, by the national codes.

A licence that ended stays a row, with another 当前状态; only what was corrected away is withdrawn. What approval does not
hold (文书名称、许可类别) is said by convention, in exports.toml where it may differ.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kernel.decision import DecisionKind
from kernel.export import Candidate
from kernel.field_table import Value
from kernel.refusal import Refusal
from kernel.subject import IdType, SubjectKind

GRANTING = frozenset({DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW})
"""准予许可的决定."""
_DOCUMENT = "准予行政许可决定书"
_NORMAL, _ANNULLED, _OTHER = "0", "1", "3"
"""当前状态: 0 正常, 1 撤销, 2 异议, 3 其他 (mem)."""
_SOLE_TRADER = "92"
"""个体工商户: what their unified codes begin with, GB 32100-2015."""


@dataclass(frozen=True, kw_only=True)
class LicenceCategories:
    """许可类别: the usual one, and items with another."""

    usual: str = "普通"
    items: Mapping[str, str] = field(default_factory=dict)

    def of(self, item_code: str) -> str:
        """The category of an item."""
        return self.items.get(item_code, self.usual)


@dataclass(frozen=True, kw_only=True)
class LicenceFacts:
    """许可情况: a granting decision in its last revision, its holder, item and department, and what ended it.

    Of a natural person ``id_no`` and ``name`` are the number and name themselves: they leave masked or not at all.
    """

    source_system: str
    case_id: str
    item_code: str
    item_name: str
    decided_on: date
    valid_from: date | None
    valid_to: date | None
    licence_no: str
    object_name: str
    object_address: str
    kind: SubjectKind
    id_type: str
    id_no: str
    name: str
    department: str
    department_name: str
    department_uscc: str
    ended_by: DecisionKind | None = None
    """办理类型 of the decision that ended it; None = in force."""


def licence_row(facts: LicenceFacts, categories: LicenceCategories) -> Candidate:
    """The row; whether the authority takes it is judged by the field table."""
    holder = _person(facts) if facts.kind is SubjectKind.PERSON else _organisation(facts)
    return Candidate(
        key=f"{facts.source_system}:{facts.case_id}",
        dated_on=facts.decided_on,
        department=facts.department,
        kind=facts.kind,
        values={
            "XK_XDR_MC": facts.name,
            **holder,
            "XK_XKWS": _DOCUMENT,
            "XK_WSH": facts.case_id,
            "XK_XKLB": categories.of(facts.item_code),
            "XK_XKZS": facts.item_name,
            "XK_XKBH": facts.licence_no,
            "XK_NR": "，".join(each for each in (facts.item_name, facts.object_name, facts.object_address) if each),
            "XK_JDRQ": facts.decided_on,
            "XK_YXQZ": facts.valid_from or facts.decided_on,
            "XK_YXQZI": facts.valid_to,
            "XK_XKJG": facts.department_name,
            "XK_XKJGDM": facts.department_uscc,
            "XK_ZT": _status(facts.ended_by),
            "XK_LYDW": facts.department_name,
            "XK_LYDWDM": facts.department_uscc,
            "XK_ITEM_ID": facts.item_name,
            "XK_ITEM_BM": facts.item_code,
        },
    )


def _person(facts: LicenceFacts) -> dict[str, Value]:
    kind = "身份证" if facts.id_type == IdType.RESIDENT else "其他"
    return {"XK_XDR_LB": "自然人", "XK_XDR_ZJLX": kind, "XK_XDR_ZJHM": facts.id_no}


def _organisation(facts: LicenceFacts) -> dict[str, Value]:
    if facts.id_type == IdType.USCC:
        kind = "个体工商户" if facts.id_no.startswith(_SOLE_TRADER) else "法人及非法人组织"
        return {"XK_XDR_LB": kind, "XK_XDR_SHXYM": facts.id_no}
    number = {"XK_XDR_GSZC": facts.id_no} if facts.id_type == IdType.OTHER else {}
    return {"XK_XDR_LB": "法人及非法人组织", **number}


def _status(ended_by: DecisionKind | None) -> str:
    if ended_by is None:
        return _NORMAL
    return _ANNULLED if ended_by is DecisionKind.ANNUL else _OTHER


def parse_categories(text: str) -> LicenceCategories:
    """The categories from exports.toml. Refuses ``invalid-export-rules``."""
    try:
        said = tomllib.loads(text)["categories"]
        return LicenceCategories(usual=str(said["usual"]), items={k: str(v) for k, v in said["items"].items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(
            code="invalid-export-rules",
            zh=f"报送规则文件 exports.toml 有误，请改正后重新启动: {error}",
            en=f"the rules in exports.toml are not valid; correct them and start again: {error}",
        ) from error
