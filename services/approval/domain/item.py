"""Item (审批事项): one entry of the item directory (事项目录), which says what may be decided."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """审批事项: its code 事项编码, its name, and the department 审批部门 that decides.

    ``public_safety``: 直接关系公共安全、人身健康、生命财产安全, where 行政许可法第七十八条、第七十九条 bar an applicant.
    """

    item_code: str
    name: str
    department: str = ""
    public_safety: bool = False
    version: int = 0
    """1, 2, 3 … of the changes of the entry; 0: not told to the others yet."""


def next_version(known: Item | None, stated: Item) -> Item:
    """The entry to keep: ``known`` itself when nothing changes and it was told, else ``stated`` with the next number."""
    if known and known.version and replace(stated, version=known.version) == known:
        return known
    return replace(stated, version=known.version + 1 if known else 1)
