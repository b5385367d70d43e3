"""What persons and approval tell of lists, bars and items, for the tests of credit."""

from datetime import date

from contracts.approval import CaseCorrected, CaseDecided, ItemListed
from contracts.event import Object, Subject
from credit.domain.constraint_commands import EnterList, ImposeBar, Named
from kernel.credit import BarKind, RecordKind
from kernel.decision import DecisionKind
from kernel.subject import SubjectKey


def named(of: str = "S1", name: str = "测试餐馆") -> Named:
    """An organisation."""
    return Named(key=SubjectKey("099", of), kind="ORGANISATION", name=name)


def an_entry(
    document: str = "列1号",
    to: RecordKind = RecordKind.ABNORMAL_LIST,
    *,
    on: str = "2012-03-01",
    of: str = "S1",
    basis: str = "",
    notice: str = "告1号",
    by: str = "xy-1",
) -> EnterList:
    """Enter a list; by default for its usual ground."""
    usual = {RecordKind.ABNORMAL_LIST: "NO-ANNUAL-REPORT", RecordKind.SEVERE_LIST: "FOOD-SAFETY"}
    return EnterList(
        list=to,
        subject=named(of),
        source_system="unit",
        region="640202",
        legal_basis=basis or usual.get(to, "NONE"),
        document_no=document,
        entered_on=date.fromisoformat(on),
        department="SCJG",
        notice_document=notice,
        by=by,
    )


def a_bar(
    kind: BarKind = BarKind.REFUSAL,
    item: str = "SAFE",
    *,
    document: str = "决1号",
    on: str = "2012-03-01",
    of: str = "S1",
    by: str = "xy-1",
) -> ImposeBar:
    """Impose a bar."""
    return ImposeBar(
        kind=kind,
        subject=named(of),
        source_system="unit",
        region="640202",
        item_code=item,
        document_no=document,
        decided_on=date.fromisoformat(on),
        department="SPJ",
        by=by,
    )


def an_item(code: str = "SAFE", *, flagged: bool = True, version: int = 1) -> ItemListed:
    """An entry of approval's item directory."""
    return ItemListed(
        source_system="approval",
        region="640202",
        item_code=code,
        name=f"事项 {code} {version}",
        public_safety=flagged,
        version=version,
    )


def an_annulment(
    item: str = "SAFE",
    *,
    revision: int = 1,
    deceit: bool = True,
    kind: DecisionKind = DecisionKind.ANNUL,
    on: str = "2012-03-01",
    of: str = "S1",
    licence: str = "许1号",
) -> CaseDecided:
    """A decision of the case C-9, or its correction."""
    stated = CaseDecided(
        source_system="unit",
        region="640202",
        case_id="C-9",
        revision=revision,
        kind=kind,
        item_code=item,
        decided_on=date.fromisoformat(on),
        licence_no=licence,
        by_deceit=deceit,
        subject=Subject(id_type="099", id_no=of, kind="ORGANISATION", name="测试餐馆"),
        object=Object(object_no="L1"),
        object_version=revision,
    )
    if revision == 1:
        return stated
    members = {name: getattr(stated, name) for name in stated.__struct_fields__}
    return CaseCorrected(**members, corrects_revision=revision - 1)
