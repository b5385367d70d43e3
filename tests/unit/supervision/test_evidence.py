"""What is taken as evidence, who may add it to what, and who signs."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from kernel.inspection import LineResult
from kernel.refusal import Refusal
from supervision.domain.answers import require_every_line
from supervision.domain.claim import ClaimTask
from supervision.domain.evidence import MediaType, media_type_of, require_type
from supervision.domain.inspection import ConcludeTask, Line
from supervision.domain.inspector import ChangeService
from supervision.domain.signature import SignerRole
from supervision.handlers import (
    add_evidence,
    add_signature,
    change_service,
    claim_task,
    conclude_task,
    on_case_decided,
    register_inspector,
)
from tests.fakes.officers import JPEG, MP4, PDF, PNG, a_file, signing
from tests.fakes.supervised import TODAY, a_report, decided, inspectors
from tests.unit.supervision.conftest import Office

NO_TASK = "00000000-0000-0000-0000-00000000ffff"


def told(refusal: Refusal) -> tuple[str, list[str]]:
    return refusal.code, [fault.pointer for fault in refusal.faults]


def refused(office: Office, handle: Any, command: Any) -> Refusal:
    files = office.database.files
    before = (list(files.evidence), dict(files.blobs), list(files.signatures))
    with pytest.raises(Refusal) as said:
        office.does(handle, command)
    assert (files.evidence, files.blobs, files.signatures) == before
    return said.value


@pytest.fixture
def task_id(office: Office) -> str:
    office.does(on_case_decided, decided())
    (task,) = office.database.tasks.values()
    return task.task_id


@pytest.fixture
def inspected(office: Office, task_id: str) -> str:
    office.does(add_evidence, a_file(task_id, name="签名.png"))
    office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
    return task_id


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (JPEG, MediaType.JPEG),
        (PNG, MediaType.PNG),
        (PDF, MediaType.PDF),
        (MP4, MediaType.MP4),
        (b"\x00\x00\x00\x18ftypqt  " + b"\x00" * 8, None),
        (b"<!DOCTYPE html><script>", None),
        (b"GIF89a", None),
        (b" %PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_content_is_what_it_begins_with(head: bytes, kind: MediaType | None) -> None:
    assert media_type_of(head) == kind


@pytest.mark.parametrize(
    ("said", "head"), [("image/png", JPEG), ("text/html", b"<html>"), ("", PNG), ("image/png", b"")]
)
def test_a_content_that_is_not_what_it_is_said_to_be_is_refused(said: str, head: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        require_type(said, head)
    assert (refusal.value.code, refusal.value.status) == ("evidence-type", 415)


def test_evidence_is_kept_with_who_when_and_what(office: Office, task_id: str) -> None:
    office.does(add_evidence, a_file(task_id, line_code="3", note="冷藏温度 12 度"))
    (kept,) = office.database.files.evidence
    assert (kept.task_id, kept.sha256, kept.size) == (task_id, sha256(PNG).hexdigest(), len(PNG))
    assert (kept.media_type, kept.name, kept.note, kept.line_code) == (
        "image/png",
        "后厨照片.png",
        "冷藏温度 12 度",
        "3",
    )
    assert (kept.added_by, kept.added_at) == ("orange-1", office.now)
    assert office.database.files.blobs == {kept.sha256: PNG}


def test_a_file_nobody_named_is_of_who_has_the_task_in_hand_and_named_by_its_hash(office: Office, task_id: str) -> None:
    assert told(refused(office, add_evidence, a_file(task_id, name="", by=""))) == ("invalid-content", ["/by"])
    office.does(claim_task, ClaimTask(task_id=task_id, inspector="orange-2"))
    kept = office.does(add_evidence, a_file(task_id, name="", by=""))
    assert (kept.added_by, kept.name) == ("orange-2", sha256(PNG).hexdigest()[:12] + ".png")


def test_the_same_file_twice_is_one_content_and_two_records(office: Office, task_id: str) -> None:
    first, second = [office.does(add_evidence, a_file(task_id)) for _ in range(2)]
    assert first.evidence_id != second.evidence_id
    assert len(office.database.files.evidence) == 2
    assert len(office.database.files.blobs) == 1


def test_a_closed_task_takes_no_more_evidence(office: Office, task_id: str) -> None:
    office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
    refusal = refused(office, add_evidence, a_file(task_id))
    assert (refusal.code, refusal.status) == ("task-not-open", 409)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task_id": NO_TASK}, ("not-found", [])),
        ({"by": "ghost"}, ("inspector-unknown", ["/by"])),
        ({"by": "fire-1"}, ("inspector-elsewhere", ["/by"])),
        ({"line_code": "99"}, ("line-unknown", ["/line_code"])),
    ],
)
def test_evidence_that_belongs_nowhere_is_refused(
    office: Office, task_id: str, changes: dict[str, Any], said: tuple[str, list[str]]
) -> None:
    assert told(refused(office, add_evidence, a_file(**{"task_id": task_id} | changes))) == said


def test_who_has_left_adds_nothing(office: Office, task_id: str) -> None:
    office.does(change_service, ChangeService(code="orange-1", left_on=TODAY))
    assert told(refused(office, add_evidence, a_file(task_id))) == ("inspector-left", ["/by"])


@pytest.mark.parametrize("name", [" ", "a/b.png", "..\\b.png", "a\x00.png", "a\nb.png", "a\tb.png", "长" * 201])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as said:
        a_file(NO_TASK, name=name)
    assert told(said.value) == ("invalid-content", ["/name"])


@pytest.mark.parametrize("name", ["a", "现场检查照片（一）.jpg", "长" * 200, '"; x=1.png', "😀.png", "..", "%2e%2f"])
def test_a_file_may_have_any_name_that_is_one(office: Office, task_id: str, name: str) -> None:
    assert office.does(add_evidence, a_file(task_id, name=name)).name == name


def test_the_party_signs_with_a_picture_among_the_evidence_also_after_the_task_closed(
    office: Office, inspected: str
) -> None:
    office.does(add_signature, signing(inspected))
    (kept,) = office.database.files.signatures
    assert (kept.source_system, kept.inspection_no, kept.role) == ("chicago", "I1", SignerRole.PARTY)
    assert (kept.masked_name, kept.sealed_name, kept.refused) == ("王**", b"sealed", False)
    assert (kept.evidence, kept.recorded_by, kept.recorded_at) == (sha256(PNG).hexdigest(), "orange-1", office.now)


def test_who_refuses_to_sign_is_recorded_with_the_reason(office: Office, inspected: str) -> None:
    office.does(add_signature, signing(inspected, evidence="", refused=True, reason="对检查结果有异议"))
    nameless = signing(inspected, masked_name="", sealed_name=None, evidence="", refused=True, reason="转身离开")
    office.does(add_signature, nameless)
    assert [(s.refused, s.reason, s.evidence) for s in office.database.files.signatures] == [
        (True, "对检查结果有异议", ""),
        (True, "转身离开", ""),
    ]


def test_a_signature_on_the_paper_record_has_no_picture(office: Office, inspected: str) -> None:
    office.does(add_signature, signing(inspected, evidence="", on_paper=True))
    (kept,) = office.database.files.signatures
    assert (kept.on_paper, kept.evidence, kept.masked_name) == (True, "", "王**")


def test_an_officer_of_the_crew_signs_by_code_and_no_other(office: Office, inspected: str) -> None:
    of_officer: dict[str, Any] = {"role": SignerRole.OFFICER, "masked_name": "", "sealed_name": None}
    signed = office.does(add_signature, signing(inspected, code="orange-2", **of_officer))
    assert (signed.code, signed.masked_name) == ("orange-2", "")
    other = replace(inspectors()[0], code="orange-9")
    office.does(register_inspector, other)
    refusal = refused(office, add_signature, signing(inspected, code="orange-9", **of_officer))
    assert told(refusal) == ("signer-elsewhere", ["/code"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task_id": NO_TASK}, ("not-found", [])),
        ({"number": "I2"}, ("not-found", [])),
        ({"by": "fire-1"}, ("inspector-elsewhere", ["/by"])),
        ({"evidence": "0" * 64}, ("signature-not-found", ["/evidence"])),
    ],
)
def test_a_signature_under_nothing_is_refused(
    office: Office, inspected: str, changes: dict[str, Any], said: tuple[str, list[str]]
) -> None:
    assert told(refused(office, add_signature, signing(**{"task_id": inspected} | changes))) == said


def test_a_film_is_no_signature(office: Office, task_id: str) -> None:
    office.does(add_evidence, a_file(task_id, MP4, media_type=MediaType.MP4))
    office.does(conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
    film = signing(task_id, evidence=sha256(MP4).hexdigest())
    assert refused(office, add_signature, film).code == "signature-not-found"


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"evidence": ""}, ["/evidence"]),
        ({"evidence": "ABC"}, ["/evidence"]),
        ({"refused": True, "evidence": ""}, ["/reason"]),
        ({"refused": True, "reason": "不愿"}, ["/evidence"]),
        ({"reason": "不愿"}, ["/reason"]),
        ({"on_paper": True}, ["/on_paper"]),
        ({"on_paper": True, "evidence": "", "refused": True, "reason": "不愿"}, ["/on_paper"]),
        ({"masked_name": "", "sealed_name": None}, ["/name"]),
        ({"code": "orange-1"}, ["/code"]),
        ({"role": SignerRole.OFFICER}, ["/code", "/name"]),
        ({"inspection_no": "\x00"}, ["/inspection_no"]),
    ],
)
def test_a_signature_that_contradicts_itself_is_refused(changes: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(Refusal) as said:
        signing(**{"task_id": NO_TASK} | changes)
    assert told(said.value) == ("invalid-content", pointers)


def test_a_checklist_is_whole_when_every_line_has_an_answer_of_any_kind() -> None:
    lines = tuple(Line(str(number), answer) for number, answer in enumerate(LineResult))
    report = a_report(lines=lines)
    require_every_line(report, [str(number) for number in range(len(LineResult))])
    with pytest.raises(Refusal) as said:
        require_every_line(report, ["0", "7", "1", "9"])
    assert told(said.value) == ("line-missing", ["/lines", "/lines"])
    assert ["7" in said.value.faults[0].zh, "9" in said.value.faults[1].zh] == [True, True]
