"""Lists, bars, items and annulments in both works of credit: what holds for PostgreSQL holds for the fake."""

import asyncio

import pytest

from contracts.constraint import BarImposed, BarLifted, ListEntered, ListLeft
from credit import ports
from credit.domain.bar import BarState
from credit.domain.commands import SplitSubject
from credit.domain.constraint_commands import ExitList, LiftBar
from credit.domain.listed_item import ListedItem
from credit.handlers import (
    enter_list,
    exit_list,
    impose_bar,
    lift_bar,
    merge_subject,
    on_case_decided,
    on_item_listed,
    split_subject,
)
from kernel.credit import RecordKind
from tests.contract.test_credit_store import S1, S2, Store, do, merge, store, subject_of, url
from tests.fakes.credit_constraints import a_bar, an_annulment, an_entry, an_item

__all__ = ["store", "url"]

SEVERE = RecordKind.SEVERE_LIST


async def kept_item(store: Store, code: str) -> ListedItem | None:
    async with store.begin() as work:
        await work.load([an_item(code)])
        return work.items.get(code)


async def test_an_entry_is_found_whole_with_its_record_and_again_when_it_has_left(store: Store) -> None:
    await do(store, enter_list, an_entry(to=SEVERE), an_entry())
    subject = await subject_of(store, S1)
    assert subject is not None
    assert set(subject.entries) == set(subject.records) == {an_entry(to=SEVERE).entry_id, an_entry().entry_id}
    entry = subject.entries[an_entry(to=SEVERE).entry_id]
    assert (entry.legal_basis, entry.notice_document, entry.by, entry.left_on) == ("FOOD-SAFETY", "告1号", "xy-1", None)
    leaving = ExitList(entry_id=entry.entry_id, by="xy-2", reason="已改正")
    await do(store, exit_list, leaving)
    async with store.begin() as work:
        await work.load([leaving])
        subject = work.subjects.get(S1)
    assert subject is not None
    left = subject.entries[entry.entry_id]
    assert left == entry.left(subject.records[entry.entry_id].ended_on or left.left_on, "xy-2", "已改正")  # type: ignore[arg-type] # one of them is a day
    assert subject.entries[an_entry().entry_id].left_on is None
    told = [type(event) for event in await store.said() if isinstance(event, ListEntered | ListLeft)]
    assert told == [ListEntered, ListEntered, ListLeft]


async def test_a_bar_is_found_whole_and_by_its_id_and_again_when_it_is_lifted(store: Store) -> None:
    await do(store, on_item_listed, an_item())
    await do(store, impose_bar, a_bar(), a_bar(document="决2号"))
    subject = await subject_of(store, S1)
    assert subject is not None
    bar = subject.bars[a_bar().bar_id]
    assert (str(subject.due_on), bar.state, bar.document_no) == ("2013-03-02", BarState.IN_FORCE, "决1号")
    await do(store, lift_bar, LiftBar(bar_id=bar.bar_id, by="xy-2", reason="已撤销"))
    subject = await subject_of(store, S1)
    assert subject is not None
    assert subject.bars[bar.bar_id] == bar.lifted(subject.bars[bar.bar_id].ended_on or bar.ends_on, "xy-2", "已撤销")
    assert subject.bars[a_bar(document="决2号").bar_id].state is BarState.IN_FORCE


async def test_entries_and_bars_follow_mergers_and_splits(store: Store) -> None:
    await do(store, on_item_listed, an_item())
    await do(store, enter_list, an_entry(), an_entry(of="S2"))
    await do(store, impose_bar, a_bar(), a_bar(of="S2"))
    await do(store, merge_subject, merge(S2, S1))
    merged = await subject_of(store, S2)
    assert merged is not None
    assert merged.root.key == S1
    assert (len(merged.entries), len(merged.bars)) == (2, 2)
    await do(store, lift_bar, LiftBar(bar_id=a_bar(of="S2").bar_id, by="xy-2", reason="已撤销"))
    await do(store, split_subject, SplitSubject(subject=S2, by="xy-1", reason="并错了"))
    one, other = await subject_of(store, S1), await subject_of(store, S2)
    assert one is not None
    assert other is not None
    assert (set(one.entries), set(one.bars)) == ({an_entry().entry_id}, {a_bar().bar_id})
    assert (set(other.entries), [bar.state for bar in other.bars.values()]) == (
        {an_entry(of="S2").entry_id},
        [BarState.LIFTED],
    )


async def test_the_newer_version_of_an_item_is_kept_whatever_the_order(store: Store) -> None:
    await do(store, on_item_listed, an_item(version=2, flagged=False))
    await do(store, on_item_listed, an_item(version=1))
    await do(store, on_item_listed, an_item("OTHER", version=1), an_item("OTHER", version=3))
    first, other = await kept_item(store, "SAFE"), await kept_item(store, "OTHER")
    assert first == ListedItem(item_code="SAFE", name="事项 SAFE 2", public_safety=False, version=2)
    assert other is not None
    assert (other.version, other.public_safety) == (3, True)
    assert await kept_item(store, "NEVER") is None


async def early(store: Store) -> None:
    """A work that began before a newer version was kept writes its older one after it."""
    async with store.begin() as work:
        await work.load([an_item(version=1)])
        await do(store, on_item_listed, an_item(version=2, flagged=False))
        on_item_listed(work, an_item(version=1))
        await work.flush()


async def test_an_older_version_written_late_does_not_win(store: Store) -> None:
    await early(store)
    kept = await kept_item(store, "SAFE")
    assert kept is not None
    assert kept.version == 2


async def test_revisions_of_an_annulment_find_the_bar_of_another_subject(store: Store) -> None:
    await do(store, on_item_listed, an_item())
    await do(store, on_case_decided, an_annulment())
    await do(store, on_case_decided, an_annulment(revision=3, of="S2"))
    await do(store, on_case_decided, an_annulment(revision=2, deceit=False))
    one, other = await subject_of(store, S1), await subject_of(store, S2)
    assert one is not None
    assert other is not None
    assert [bar.state for bar in one.bars.values()] == [BarState.LIFTED]
    assert [bar.state for bar in other.bars.values()] == [BarState.IN_FORCE]


async def test_revisions_that_meet_leave_one_bar_in_force(store: Store) -> None:
    await do(store, on_item_listed, an_item())
    revisions = [an_annulment(), an_annulment(revision=2, deceit=False), an_annulment(revision=3, of="S2")]
    await asyncio.gather(*(do(store, on_case_decided, revision) for revision in revisions))
    subjects = [await subject_of(store, key) for key in (S1, S2)]
    standing = [b.subject for s in subjects if s for b in s.bars.values() if b.state is BarState.IN_FORCE]
    assert standing == [S2]
    said = await store.said()
    assert sum(isinstance(e, BarImposed) for e in said) == 1 + sum(isinstance(e, BarLifted) for e in said)


async def test_an_entry_told_twice_at_once_is_one(store: Store) -> None:
    await do(store, enter_list, an_entry("列2号"))
    await asyncio.gather(*(do(store, enter_list, an_entry()) for _ in range(3)))
    assert sum(isinstance(event, ListEntered) for event in await store.said()) == 2


async def test_a_bar_nobody_asked_for_is_not_seen(store: Store) -> None:
    async with store.begin() as work:
        await work.load([a_bar()])
        assert with_bar(work, a_bar().bar_id) is None
        with pytest.raises(KeyError):
            with_bar(work, a_bar(document="决2号").bar_id)


def with_bar(work: ports.StoredWork, bar_id: str) -> object:
    return work.subjects.with_bar(bar_id)
