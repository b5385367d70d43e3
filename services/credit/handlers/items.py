"""Items (审批事项): kept as approval tells them."""

from contracts.approval import ItemListed
from credit.domain.listed_item import ListedItem
from credit.ports import Work


def on_item_listed(work: Work, event: ItemListed) -> None:
    """审批事项已列入目录, or changed: the newer version wins, whatever order they arrive in."""
    known = work.items.get(event.item_code)
    if known is None or known.version < event.version:
        work.items.keep(
            ListedItem(
                item_code=event.item_code,
                name=event.name,
                public_safety=event.public_safety,
                version=event.version,
            )
        )
