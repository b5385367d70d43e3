"""Item (审批事项): one entry of the item directory (事项目录), which says what may be decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """审批事项: its code 事项编码, its name, and the department 审批部门 that decides."""

    item_code: str
    name: str
    department: str = ""
