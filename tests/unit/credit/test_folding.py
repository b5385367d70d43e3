"""Whatever happens: what credit told, folded, is what it keeps; and what is changed behind its back is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import constraint, credit, redress
from contracts.event import Event, Subject
from contracts.topology import EVENTS
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.rebuild import Entry, Verdict, Verification, digest_of_entries, identity_entry, record_entry
from credit.domain.record import Mark
from credit.domain.rules_commands import AskRules, DraftRules, PublishRules, SubmitRules
from credit.handlers import (
    draft_rules,
    merge_subject,
    on_case_decided,
    on_inspection_concluded,
    on_referral_concluded,
    publish_rules,
    reassess,
    rules_applied,
    split_subject,
    submit_rules,
)
from credit.handlers.folding import SAY_NOTHING_OF_STATE, Fold
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_inspections import a_decision, a_penalty, an_inspection
from tests.unit.credit.rules import a_content

NAMES = ["S1", "S2", "S3", "PROVISIONAL-unit-L1"]
START = date(2012, 3, 1)


def done(database: FakeDatabase, handle: Any, message: Any) -> None:
    """Handle one message; what is refused changes nothing."""
    try:
        told(database, handle, message)
    except Refusal:
        return


def inspect(database: FakeDatabase, day: date, pick: int, name: str) -> None:
    result = ("FAIL", "CRITICAL") if pick % 2 else ("PASS", "FAIL", "FAIL")[pick % 3 :][:1]
    done(
        database, on_inspection_concluded, an_inspection(str(pick), *result, of=name, on=str(day), name=f"名{pick % 3}")
    )


def penalise(database: FakeDatabase, day: date, pick: int, name: str) -> None:
    penalty = a_penalty(f"罚{pick}", "05" if pick % 2 else "01", of=name, on=str(day), inspection=str(pick % 5))
    done(database, on_referral_concluded, penalty)


def decide(database: FakeDatabase, day: date, pick: int, name: str) -> None:
    done(database, on_case_decided, a_decision("L1", name, version=pick % 3 + 1, on=str(day)))


def merge(database: FakeDatabase, _day: date, pick: int, name: str) -> None:
    subject, into = SubjectKey("099", name), SubjectKey("099", NAMES[pick % len(NAMES)])
    done(database, merge_subject, MergeSubject(subject=subject, into=into, by="xy-1", reason="同一主体"))


def split(database: FakeDatabase, _day: date, _pick: int, name: str) -> None:
    done(database, split_subject, SplitSubject(subject=SubjectKey("099", name), by="xy-1", reason="并错了"))


def publish(database: FakeDatabase, day: date, pick: int, _name: str) -> None:
    version = f"v{pick % 4}"
    content = a_content(version, str(day + timedelta(days=pick)), GENERAL=-10 * (pick % 4))
    done(database, draft_rules, DraftRules(version=version, content=content, by="xy-1"))
    done(database, submit_rules, SubmitRules(version=version, by="xy-1"))
    done(database, publish_rules, PublishRules(version=version, by="xy-2"))


def wait(database: FakeDatabase, day: date, pick: int, _name: str) -> None:
    """Days go by, and the sweep looks after each of them."""
    database.on(str(day + timedelta(days=pick * 40)))
    sweep(database)


def sweep(database: FakeDatabase) -> None:
    today = FakeWork(database).today
    for key in [key for key, subject in database.roots.items() if subject.due_on and subject.due_on <= today]:
        told(database, reassess, Reassess(subject=key))


steps = st.lists(
    st.tuples(
        st.sampled_from([inspect, inspect, penalise, decide, merge, split, publish, wait]),
        st.integers(0, 30),
        st.sampled_from(NAMES),
    ),
    max_size=25,
)


def lived(history: Sequence[Any]) -> FakeDatabase:
    database = FakeDatabase().on(str(START))
    for step, pick, name in history:
        step(database, FakeWork(database).today, pick, name)
    return database


def folded(database: FakeDatabase) -> Fold:
    fold = Fold()
    fold.add(database.said)
    return fold


def from_events(database: FakeDatabase) -> list[Entry]:
    work = FakeWork(database)
    work.load_now([AskRules()])
    waiting = {key: s.due_on for key, s in database.roots.items() if s.due_on and s.due_on <= work.today}
    return list(folded(database).rebuilt.entries(rules_applied(work, AskRules()), work.today, waiting))


def in_tables(database: FakeDatabase) -> list[Entry]:
    due = {key: subject.due_on for key, subject in database.roots.items()}
    identities = [identity_entry(each, each.told, due.get(key)) for key, each in database.identities().items()]
    published = [database.editions[version] for version in database.published]
    rules = [Entry("rules", (edition.version,), {"digest": edition.digest}) for edition in published]
    return sorted([*identities, *map(record_entry, database.records.values()), *rules], key=lambda entry: entry.place)


def verdict(database: FakeDatabase) -> Verdict:
    verification = Verification(from_events(database))
    for entry in in_tables(database):
        verification.add([entry])
    return verification.finished()


@settings(max_examples=150, deadline=None)
@given(steps)
def test_what_was_told_is_what_is_kept_whatever_happened(history: Sequence[Any]) -> None:
    database = lived(history)
    found = verdict(database)
    assert found.first_differences == []
    assert found.equal
    assert found.digest_of_tables == digest_of_entries(in_tables(database))
    assert found.digest_of_events == digest_of_entries(from_events(database))


@pytest.fixture
def database() -> FakeDatabase:
    history = [(inspect, 1, "S1"), (inspect, 3, "S2"), (penalise, 7, "S2"), (merge, 0, "S2"), (publish, 9, "S1")]
    return lived([*history, (wait, 5, "S1")])


def test_a_history_with_everything_in_it_is_equal(database: FakeDatabase) -> None:
    facts = {type(event) for event in database.said}
    assert facts >= {credit.SubjectMerged, credit.RulesPublished, credit.GradeChanged, credit.RecordAdded}
    assert verdict(database).equal
    assert len(in_tables(database)) == 2 + 3 + 1


def test_a_subject_the_sweep_has_not_come_to_is_right_for_the_day_before(database: FakeDatabase) -> None:
    database.on("2013-06-01")
    assert verdict(database).equal
    sweep(database)
    assert verdict(database).equal


def tamper_name(database: FakeDatabase) -> None:
    database.roots[SubjectKey("099", "S1")].root.name = "改名"


def tamper_score(database: FakeDatabase) -> None:
    root = database.roots[SubjectKey("099", "S1")].root
    assert root.told
    root.told = replace(root.told, score=root.told.score + 1)


def tamper_record(database: FakeDatabase) -> None:
    records = database.roots[SubjectKey("099", "S1")].records
    first = min(records)
    records[first] = replace(records[first], record_class=RecordClass.MERIT)


def tamper_due(database: FakeDatabase) -> None:
    database.roots[SubjectKey("099", "S1")].due_on = None


def lose_record(database: FakeDatabase) -> None:
    database.roots[SubjectKey("099", "S1")].records.popitem()


def invent_edition(database: FakeDatabase) -> None:
    other = replace(database.editions["v1"], content=a_content("v1", GENERAL=-1))
    database.editions["v1"] = other


def forget_an_event(database: FakeDatabase) -> None:
    database.said = [event for event in database.said if not isinstance(event, credit.SubjectMerged)]


@pytest.mark.parametrize(
    ("tamper", "section", "field"),
    [
        (tamper_name, "identity", "name"),
        (tamper_score, "identity", "told_score"),
        (tamper_record, "record", "record_class"),
        (tamper_due, "identity", "due_on"),
        (lose_record, "record", ""),
        (invent_edition, "rules", "digest"),
        (forget_an_event, "identity", "merged_into"),
    ],
)
def test_what_was_changed_behind_its_back_is_named(
    database: FakeDatabase, tamper: Any, section: str, field: str
) -> None:
    tamper(database)
    found = verdict(database)
    assert not found.equal
    assert found.digest_of_events != found.digest_of_tables
    assert (section, field) in {(each.section, each.field) for each in found.first_differences}


def test_every_event_of_credit_is_folded_or_says_nothing_of_state() -> None:
    ours = {event for event in EVENTS.values() if event.fact.startswith("credit.")}
    unknown = [event for event in ours if event not in Fold()._takes]
    assert unknown == []
    assert set(SAY_NOTHING_OF_STATE) <= ours


class Unheard(Event, frozen=True, kw_only=True):
    fact = "credit.unheard.of"


def test_an_event_nobody_knows_and_a_log_with_a_hole_are_refused(database: FakeDatabase) -> None:
    with pytest.raises(Refusal, match="unknown-event"):
        Fold().add([Unheard(source_system="unit", region="640202")])
    with pytest.raises(Refusal, match="log-incomplete"):
        Fold().add(event for event in database.said if not isinstance(event, credit.SubjectRegistered))


PARTY = Subject(id_type="099", id_no="S1", kind="ORGANISATION")
AT = datetime(2012, 3, 5, 4, tzinfo=UTC)
ABOUT: Any = {"source_system": "unit", "region": "640202", "subject": PARTY}


def after(*events: Event) -> Any:
    """The one record after an inspection and these events; each is given the record's id."""
    database = lived([(inspect, 1, "S1")])
    fold = folded(database)
    (record_id,) = fold.rebuilt.records
    fold.add(events)
    return fold.rebuilt.records[record_id]


def the_record() -> str:
    return min(lived([(inspect, 1, "S1")]).records)


def test_repair_withdrawal_and_objection_are_folded_into_the_record() -> None:
    about = ABOUT | {"record_id": the_record()}
    repaired = after(credit.RecordRepaired(**about, repair_id="R1", repaired_on=date(2012, 6, 1)))
    assert (repaired.state, repaired.ended_on) == (RecordState.REPAIRED, date(2012, 6, 1))
    withdrawn = after(credit.RecordWithdrawn(**about, reason="撤销", by="xy-1", withdrawn_on=date(2012, 6, 2)))
    assert (withdrawn.state, withdrawn.ended_on) == (RecordState.WITHDRAWN, date(2012, 6, 2))
    said = about | {"objection_id": "O1", "by": "xy-1", "at": AT, "reason": ""}
    lodged = redress.ObjectionLodged(**said, due_on=date(2012, 3, 12))
    assert after(lodged).marks == (Mark("O1", date(2012, 3, 5)),)
    decided = redress.ObjectionDecided(**said | {"at": AT + timedelta(days=3)}, upheld=False)
    assert after(lodged, decided).marks == (Mark("O1", date(2012, 3, 5), date(2012, 3, 8)),)


def test_an_entry_that_ends_ends_its_record() -> None:
    about: Any = ABOUT | {"entry_id": "E1", "list": RecordKind.ABNORMAL_LIST}
    entered = constraint.ListEntered(
        **about, record_id=the_record(), legal_basis="", document_no="", entered_on=date(2012, 3, 1)
    )
    left = after(entered, constraint.ListLeft(**about, left_on=date(2012, 7, 1), reason="", by="xy-1"))
    assert (left.state, left.ended_on) == (RecordState.EXITED, date(2012, 7, 1))


def test_a_grade_told_is_the_grade_rebuilt() -> None:
    fold = folded(lived([(inspect, 1, "S1")]))
    identity = fold.rebuilt.identities[SubjectKey("099", "S1")]
    assert identity.told is not None
    assert (identity.version, identity.told.grade, identity.told.score) == (1, Grade.B, 80)
