"""Items (审批事项): list them; every change of an entry is told with its version."""

from approval import outgoing, ports
from approval.domain.commands import ListItem, TellItems
from approval.domain.content import item_must_be_sound
from approval.domain.directory import EntryReceipt
from approval.domain.item import Item, next_version


def list_item(work: ports.Work, command: ListItem) -> EntryReceipt:
    """登记事项: what is listed already in these words is not told again. Refusal: ``invalid-content``."""
    stated = command.item
    item_must_be_sound(stated)
    known = work.items.get(stated.item_code)
    kept = next_version(known, stated)
    if kept is not known:
        _keep(work, kept)
    return EntryReceipt(code=kept.item_code, version=kept.version, created=known is None, duplicate=kept is known)


def tell_items(work: ports.Work, _command: TellItems) -> int:
    """告知存量事项: entries from before entries were told get version 1. Answers how many."""
    untold = work.items.untold()
    for item in untold:
        _keep(work, next_version(item, item))
    return len(untold)


def _keep(work: ports.Work, item: Item) -> None:
    work.items.keep(item)
    work.publish(outgoing.item_told(item, work.region))
