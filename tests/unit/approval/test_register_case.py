"""Registering a case: what is accepted, what is refused and what the others are told."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.case import SupervisedObject
from approval.domain.commands import RegisterCase
from approval.domain.holder import Holder
from approval.handlers import register_case
from contracts.approval import CaseCorrected, CaseDecided
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.approval import CODE, FakeDatabase, FakeWork, a_case, a_person, a_statement, done, last_said


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def refused(database: FakeDatabase, command: RegisterCase) -> Refusal:
    before = len(database.decisions), len(database.said)
    with pytest.raises(Refusal) as caught:
        done(database, register_case, command)
    assert (len(database.decisions), len(database.said)) == before
    return caught.value


def outcome(database: FakeDatabase, command: RegisterCase) -> str:
    try:
        done(database, register_case, command)
    except Refusal as refusal:
        return refusal.code
    return "registered"


def pointers(refusal: Refusal) -> list[str]:
    assert refusal.code == "invalid-content"
    assert all(fault.zh and fault.en for fault in refusal.faults)
    return [fault.pointer for fault in refusal.faults]


def test_a_decision_is_registered_and_told_with_its_place_in_the_objects_history(database: FakeDatabase) -> None:
    receipt = done(database, register_case, a_case())
    assert (receipt.object_version, receipt.duplicate) == (1, False)
    told = last_said(database)
    assert type(told) is CaseDecided
    assert (told.case_id, told.object_version, told.aggregate) == ("C1", 1, "unit:O1")
    assert (told.subject.id_no, told.subject.name) == (CODE, "大武口面馆")


def test_the_same_statement_again_gets_the_same_receipt_and_is_told_once(database: FakeDatabase) -> None:
    first = done(database, register_case, a_case())
    done(database, register_case, a_case("C2"))
    assert done(database, register_case, a_case()) == replace(first, duplicate=True)
    assert len(database.said) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"kind": DecisionKind.RENEW},
        {"region": "640200"},
        {"decided_on": date(2026, 2, 1)},
        {"valid_from": date(2026, 3, 1)},
        {"valid_to": date(2026, 3, 1)},
        {"commitment": True},
        {"existing": True},
        {"licence_no": "L1"},
        {"object_no": "O2"},
        {"object": SupervisedObject(object_no="O1", name="新名")},
        {"object": SupervisedObject(object_no="O1", name="大武口面馆", address="")},
        {"subject": Holder(id_type="099", id_no="7", kind=SubjectKind.ORGANISATION, name="大武口面馆")},
        {"subject": Holder(id_type="001", id_no=CODE, kind=SubjectKind.ORGANISATION, name="")},
        {"subject": a_person()},
    ],
)
def test_other_content_under_a_registered_revision_is_refused(database: FakeDatabase, change: dict[str, Any]) -> None:
    done(database, register_case, a_case())
    refusal = refused(database, a_case(**change))
    assert (refusal.code, refusal.status, refusal.retryable) == ("case-differs", 409, False)


def test_another_person_under_a_registered_revision_is_refused(database: FakeDatabase) -> None:
    done(database, register_case, a_case(subject=a_person(name="张三丰")))
    assert refused(database, a_case(subject=a_person(name="李四"))).code == "case-differs"


def test_a_correction_is_told_as_one_and_takes_the_next_place(database: FakeDatabase) -> None:
    done(database, register_case, a_case())
    done(database, register_case, a_case("C2"))
    receipt = done(database, register_case, a_case(revision=2, licence_no="L1"))
    told = last_said(database)
    assert receipt.object_version == 3
    assert isinstance(told, CaseCorrected)
    assert (told.corrects_revision, told.revision, told.object_version) == (1, 2, 3)


def test_a_correction_before_what_it_corrects_is_refused_for_a_moment(database: FakeDatabase) -> None:
    refusal = refused(database, a_case(revision=2))
    assert (refusal.code, refusal.status, refusal.retryable) == ("revision-gap", 409, True)
    done(database, register_case, a_case())
    assert done(database, register_case, a_case(revision=2)).object_version == 2


def test_a_correction_may_not_name_another_object(database: FakeDatabase) -> None:
    done(database, register_case, a_case())
    refusal = refused(database, a_case(revision=2, object_no="O2"))
    assert (refusal.code, refusal.status) == ("object-changed", 409)


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_every_kind_is_accepted_of_an_object_never_seen(database: FakeDatabase, kind: DecisionKind) -> None:
    assert done(database, register_case, a_case(kind=kind)).object_version == 1


def test_commitment_existing_and_licence_travel_with_the_event(database: FakeDatabase) -> None:
    done(database, register_case, a_case(commitment=True, existing=True, licence_no="JY1"))
    told = last_said(database)
    assert (told.commitment, told.existing, told.licence_no) == (True, True, "JY1")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"source_system": "City Hall"}, "/source_system"),
        ({"source_system": ""}, "/source_system"),
        ({"case_id": ""}, "/case_id"),
        ({"case_id": "x" * 65}, "/case_id"),
        ({"case_id": "a\x00b"}, "/case_id"),
        ({"revision": 0}, "/revision"),
        ({"revision": 10_000}, "/revision"),
        ({"item_code": "9999"}, "/item_code"),
        ({"item_code": "\x00"}, "/item_code"),
        ({"region": "999999"}, "/region"),
        ({"region": ""}, "/region"),
        ({"decided_on": date(2026, 3, 3)}, "/decided_on"),
        ({"valid_from": date(2026, 3, 2), "valid_to": date(2026, 3, 1)}, "/valid_to"),
        ({"licence_no": "\ud800"}, "/licence_no"),
        ({"object_no": ""}, "/object/object_no"),
        ({"object": SupervisedObject(object_no="O1", address="x" * 401)}, "/object/address"),
        ({"subject": Holder(id_type="001", id_no=CODE[:-1] + "K", kind=SubjectKind.ORGANISATION)}, "/subject/id_no"),
        ({"subject": Holder(id_type="001", id_no=CODE, kind=SubjectKind.PERSON)}, "/subject/kind"),
        ({"subject": Holder(id_type="300", id_no="1", kind=SubjectKind.ORGANISATION)}, "/subject/id_type"),
        ({"subject": a_person(number="640202199001010019")}, "/subject/id_no"),
        ({"subject": replace(a_person(), kind=SubjectKind.ORGANISATION)}, "/subject/kind"),
        ({"subject": replace(a_person(), name="张\x07")}, "/subject/name"),
    ],
)
def test_a_fault_is_named_where_it_stands(database: FakeDatabase, change: dict[str, Any], pointer: str) -> None:
    case_id = change.pop("case_id", "C1")
    assert pointers(refused(database, a_case(case_id, **change))) == [pointer]


def test_every_fault_is_told_at_once(database: FakeDatabase) -> None:
    faulty = a_case("", item_code="9999", region="1", decided_on=date(2027, 1, 1), licence_no="\x00")
    found = pointers(refused(database, faulty))
    assert set(found) == {"/case_id", "/item_code", "/region", "/decided_on", "/licence_no"}


def test_today_is_the_day_in_china_and_still_allowed(database: FakeDatabase) -> None:
    assert done(database, register_case, a_case(decided_on=date(2026, 3, 2))).object_version == 1


def test_a_person_is_told_by_reference_alone(database: FakeDatabase) -> None:
    person = a_person()
    done(database, register_case, a_case(subject=person))
    told = last_said(database)
    said = msgspec.json.encode(told).decode()
    assert told.subject.id_no.startswith("P")
    assert person.id_no not in said
    assert person.name not in said


def test_a_person_with_another_register_number_is_told_by_reference_too(database: FakeDatabase) -> None:
    foreign = Holder(id_type="099", id_no="G12345678", kind=SubjectKind.PERSON, name="Jane")
    done(database, register_case, a_case(subject=foreign))
    assert foreign.id_no not in msgspec.json.encode(last_said(database)).decode()


def test_a_number_is_tidied_before_it_is_compared() -> None:
    holder = Holder.stated("001", " 91440101-ma5c44w11j ", None, " 面馆 ")
    assert (holder.id_no, holder.name, holder.kind) == (CODE, "面馆", SubjectKind.ORGANISATION)
    assert Holder.stated("111", "1", None, "").kind is SubjectKind.PERSON


def test_statements_of_one_batch_on_one_object_see_each_other(database: FakeDatabase) -> None:
    commands = [a_case("A"), a_case("B", object_no="O2"), a_case("C"), a_case("A", revision=2), a_case("A")]
    work = FakeWork(database)
    work.load_now(commands)
    receipts = [register_case(work, command) for command in commands]
    assert [(r.object_version, r.duplicate) for r in receipts] == [
        (1, False),
        (1, False),
        (2, False),
        (3, False),
        (1, True),
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 3)), max_size=30))
def test_whatever_arrives_in_whatever_order_versions_have_no_gaps(arrivals: list[tuple[int, int, int]]) -> None:
    database = FakeDatabase()
    for case, thing, revision in arrivals:
        command = a_case(f"C{case}", object_no=f"O{thing}", revision=revision)
        assert outcome(database, command) in {"registered", "revision-gap", "object-changed", "case-differs"}
    for thing in range(3):
        told = [
            e.object_version for e in database.said if isinstance(e, CaseDecided) and e.object.object_no == f"O{thing}"
        ]
        assert told == list(range(1, len(told) + 1))


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_no_text_breaks_the_register(case_id: str, object_no: str, id_no: str) -> None:
    holder = Holder.stated("099", id_no, None, "")
    statement = a_statement(case_id, object_no=object_no, subject=holder)
    assert outcome(FakeDatabase(), RegisterCase(statement)) in {"registered", "invalid-content"}


def test_deceit_is_a_ground_of_an_annulment_alone_and_is_told(database: FakeDatabase) -> None:
    for kind in DecisionKind:
        if kind is not DecisionKind.ANNUL:
            assert pointers(refused(database, a_case(kind=kind, by_deceit=True))) == ["/by_deceit"]
    done(database, register_case, a_case(kind=DecisionKind.ANNUL, by_deceit=True))
    assert last_said(database).by_deceit is True
    assert refused(database, a_case(kind=DecisionKind.ANNUL)).code == "case-differs"


def test_what_was_registered_before_there_was_deceit_keeps_its_fingerprint() -> None:
    said = a_statement(kind=DecisionKind.ANNUL)
    words = (
        *("ANNUL", "1006", "640202", "2026-03-01", "", "", "00", "", "001", CODE, "ORGANISATION", "大武口面馆"),
        *("O1", "大武口面馆", "朝阳街 1 号"),
    )
    assert said.fingerprint(lambda *_: "") == sha256("\x1f".join(words).encode()).digest()
    assert replace(said, by_deceit=True).fingerprint(lambda *_: "") != said.fingerprint(lambda *_: "")
