"""Listed item (审批事项): what credit knows of an entry of approval's item directory."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """审批事项; ``version`` counts the changes of the entry, the newer one holds."""

    item_code: str
    name: str
    public_safety: bool
    """直接关系公共安全、人身健康、生命财产安全 (行政许可法第七十八条、第七十九条)."""
    version: int
