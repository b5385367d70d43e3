"""The life of a version: two persons, no way back after it was submitted but one, and what it means for matching."""

from datetime import date

import pytest

from contracts.catalogue import CataloguePublished
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.catalogue import Trigger
from supervision.domain.catalogue.commands import (
    DraftVersion,
    PublishVersion,
    RetireVersion,
    SendBackVersion,
    SubmitVersion,
)
from supervision.domain.decision import Outcome
from tests.fakes.supervised import TODAY, a_link, a_version, decided, publishing
from tests.fakes.supervision import FakeDatabase
from tests.unit.supervision.conftest import Office

DRAFT = DraftVersion(content=a_version(), by="anna")
SUBMIT = SubmitVersion(version="2010-1", by="bert")
PUBLISH = PublishVersion(version="2010-1", by="carl")


@pytest.fixture
def empty() -> Office:
    return Office(FakeDatabase())


def refused(office: Office, handle: object, command: object) -> tuple[str, int]:
    with pytest.raises(Refusal) as refusal:
        office.does(handle, command)  # type: ignore[arg-type] # a handler of the table below
    return refusal.value.code, refusal.value.status


def test_a_version_is_drafted_submitted_and_published_and_told_once(empty: Office) -> None:
    receipts = [
        empty.does(handlers.draft_version, DRAFT),
        empty.does(handlers.submit_version, SUBMIT),
        empty.does(handlers.publish_version, PUBLISH),
        empty.does(handlers.publish_version, PUBLISH),
        empty.does(handlers.draft_version, DRAFT),
    ]
    assert [receipt.state for receipt in receipts] == ["DRAFT", "SUBMITTED", *["PUBLISHED"] * 3]
    assert [receipt.duplicate for receipt in receipts] == [False, False, False, True, True]
    told = empty.last(CataloguePublished)
    assert (told.version, told.published_by, told.item_codes, told.links) == ("2010-1", "carl", ("1006",), 1)
    assert empty.said == ["CataloguePublished"]


@pytest.mark.parametrize("publisher", ["anna", "bert"])
def test_neither_drafter_nor_submitter_publishes(empty: Office, publisher: str) -> None:
    empty.does(handlers.draft_version, DRAFT)
    empty.does(handlers.submit_version, SUBMIT)
    command = PublishVersion(version="2010-1", by=publisher)
    assert refused(empty, handlers.publish_version, command) == ("second-person-needed", 409)


def test_whoever_redrafts_becomes_the_drafter(empty: Office) -> None:
    empty.does(handlers.draft_version, DRAFT)
    empty.does(handlers.draft_version, DraftVersion(content=a_version(change_reason="再改"), by="carl"))
    empty.does(handlers.submit_version, SUBMIT)
    assert refused(empty, handlers.publish_version, PUBLISH) == ("second-person-needed", 409)


def test_only_a_draft_is_replaced_and_what_was_sent_back_is_one(empty: Office) -> None:
    other = DraftVersion(content=a_version(change_reason="再改"), by="anna")
    empty.does(handlers.draft_version, DRAFT)
    empty.does(handlers.submit_version, SUBMIT)
    assert refused(empty, handlers.draft_version, other) == ("catalogue-differs", 409)
    back = empty.does(handlers.send_back_version, SendBackVersion(version="2010-1", by="carl"))
    assert back.state == "DRAFT"
    assert not empty.does(handlers.draft_version, other).duplicate
    empty.does(handlers.submit_version, SUBMIT)
    empty.does(handlers.publish_version, PUBLISH)
    assert refused(empty, handlers.draft_version, DRAFT) == ("catalogue-differs", 409)


def test_what_a_state_does_not_allow_is_refused_with_its_code(empty: Office) -> None:
    retire = RetireVersion(version="2010-1", by="carl")
    assert refused(empty, handlers.submit_version, SUBMIT) == ("not-found", 404)
    empty.does(handlers.draft_version, DRAFT)
    assert refused(empty, handlers.publish_version, PUBLISH) == ("version-not-submitted", 409)
    assert refused(empty, handlers.retire_version, retire) == ("version-not-published", 409)
    empty.does(handlers.submit_version, SUBMIT)
    assert refused(empty, handlers.submit_version, SubmitVersion(version="2010-1", by="dora")) == (
        "version-not-draft",
        409,
    )
    empty.does(handlers.publish_version, PUBLISH)
    sent_back = SendBackVersion(version="2010-1", by="carl")
    assert refused(empty, handlers.send_back_version, sent_back) == ("version-not-submitted", 409)
    over = RetireVersion(version="2010-1", by="carl", on=date(2011, 9, 1))
    assert refused(empty, handlers.retire_version, over) == ("invalid-content", 422)


def test_only_a_published_version_is_matched_with(empty: Office) -> None:
    outcomes = []
    for number, (handle, command) in enumerate(publishing(a_version()), start=1):
        empty.does(handle, command)
        outcomes.append(empty.does(handlers.on_case_decided, decided(f"C{number}", f"O{number}")).outcome)
    assert outcomes == [Outcome.UNMATCHED, Outcome.UNMATCHED, Outcome.TASK]


def test_a_retired_version_still_counts_for_decisions_of_the_days_before(office: Office) -> None:
    office.does(handlers.retire_version, RetireVersion(version="2010-1", by="carl"))
    before = office.does(handlers.on_case_decided, decided("C1", "O1", decided_on=date(2011, 9, 1)))
    after = office.does(handlers.on_case_decided, decided("C2", "O2", decided_on=TODAY))
    assert [(a.outcome, a.catalogue_version) for a in (before, after)] == [
        (Outcome.TASK, "2010-1"),
        (Outcome.UNMATCHED, ""),
    ]


def test_a_version_retired_before_its_first_day_never_counts(office: Office) -> None:
    later = a_version(version="2012-1", effective_from=date(2012, 1, 1))
    for handle, command in publishing(later):
        office.does(handle, command)
    office.does(handlers.retire_version, RetireVersion(version="2012-1", by="carl", on=TODAY))
    applied = office.does(handlers.on_case_decided, decided(decided_on=date(2012, 6, 1)))
    assert applied.catalogue_version == "2010-1"


def test_a_condition_keeps_a_link_for_the_decisions_it_is_meant_for() -> None:
    link = a_link(condition='decision.region == "640202" && object.name.contains("店")')
    office = Office(FakeDatabase())
    for handle, command in publishing(a_version(link)):
        office.does(handle, command)
    met = office.does(handlers.on_case_decided, decided("C1", "O1"))
    elsewhere = office.does(handlers.on_case_decided, decided("C2", "O2", region="640205"))
    assert [met.outcome, elsewhere.outcome] == [Outcome.TASK, Outcome.UNMATCHED]


def test_a_promise_triggers_a_link_that_names_it(empty: Office) -> None:
    link = a_link(triggers=frozenset({Trigger.COMMITMENT}))
    for handle, command in publishing(a_version(link)):
        empty.does(handle, command)
    plain = empty.does(handlers.on_case_decided, decided("C1", "O1"))
    promised = empty.does(handlers.on_case_decided, decided("C2", "O2", commitment=True))
    assert [plain.outcome, promised.outcome] == [Outcome.UNMATCHED, Outcome.TASK]
    assert (promised.commitment, promised.id_no, promised.object_name) == (True, "S1", "某店")


def test_a_condition_that_does_not_compile_is_refused_where_it_stands(empty: Office) -> None:
    draft = DraftVersion(content=a_version(a_link(), a_link("X", condition="decision.kind == 1")), by="anna")
    with pytest.raises(Refusal) as refusal:
        empty.does(handlers.draft_version, draft)
    assert [fault.pointer for fault in refusal.value.faults] == ["/links/1/condition"]
    assert empty.database.versions == []


def test_an_ending_kind_may_trigger_a_link() -> None:
    link = a_link(triggers=frozenset({Trigger.REVOKE}))
    assert link.occasions(DecisionKind.REVOKE) == (Trigger.REVOKE,)
    assert link.occasions(DecisionKind.NEW, commitment=True) == ()
