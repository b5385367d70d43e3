"""Names (名称): of departments and approval items, as approval's directories tell them."""

from console.ports import Heard, Work
from contracts.approval import ItemListed
from contracts.directory import DirectoryChanged


def directory(work: Work, heard: Heard, event: DirectoryChanged) -> None:
    """The name of a department; people are not named outside approval."""
    if event.department is not None:
        work.keep("department", heard.id, event.code, name=event.department.name)


def item(work: Work, heard: Heard, event: ItemListed) -> None:
    """The name of an approval item (审批事项)."""
    work.keep("item", heard.id, event.item_code, name=event.name)
