"""What a scenario may expect of constraints (信用约束的期望): entries of lists, bars, and the measures of a subject."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Seen, Subject, at
from ops.scenario.loading import listing
from ops.scenario.matching import Row

_USCC = Seen(name="uscc", zh="统一社会信用代码", en="the subject's code", of=at("id_no"), selects=True)
_ID_NO = Seen(name="id_no", zh="证件号码", en="the number", of=at("id_no"), selects=True)
_DOCUMENT = Seen(name="document", zh="文书号", en="the document's number", of=at("document_no"), selects=True)


def _codes(row: Row) -> list[str] | None:
    return [str(each["code"]) for each in row["measures"]] if "measures" in row else None


async def _measures(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
    """The subjects named, each with its measures; one credit does not know has none to show."""
    found: list[Row] = []
    for entry in asked:
        id_type, id_no = str(entry.get("id_type", "001")), str(entry.get("uscc", entry.get("id_no")))
        subject = await asker.get("credit", f"/api/v1/subjects/{id_type}/{id_no}") or {}
        found.append({**subject, "id_type": id_type, "id_no": id_no})
    return found


SUBJECTS = (
    Subject(
        name="lists",
        zh="名录、名单条目",
        en="entries of lists",
        load=listing("credit", "/api/v1/list-entries"),
        seen=(
            _USCC,
            _ID_NO,
            Seen(name="list", zh="名单", en="which list", of=at("list"), selects=True),
            _DOCUMENT,
            Seen(name="basis", zh="列入依据", en="the ground", of=at("legal_basis")),
            Seen(name="on", zh="列入日期", en="the day of the entry", of=at("entered_on")),
            Seen(name="until", zh="期限末日", en="its last day", of=at("until")),
            Seen(name="left", zh="移出日期", en="the first day outside", of=at("left_on")),
            Seen(name="left_by", zh="由谁移出，期满为 system", en="who took it off, or system", of=at("left_by")),
        ),
    ),
    Subject(
        name="bars",
        zh="限制申请",
        en="bars",
        load=listing("credit", "/api/v1/bars"),
        seen=(
            _USCC,
            _ID_NO,
            Seen(name="kind", zh="种类", en="the kind", of=at("kind"), selects=True),
            Seen(name="item", zh="事项编码", en="the item's code", of=at("item_code"), selects=True),
            _DOCUMENT,
            Seen(name="from", zh="始日", en="its first day", of=at("starts_on")),
            Seen(name="to", zh="末日", en="its last day", of=at("ends_on")),
            Seen(name="state", zh="IN_FORCE、LIFTED 或 ENDED", en="the state", of=at("state")),
            Seen(name="ended", zh="不再限制的第一日", en="the first day without it", of=at("ended_on")),
            Seen(name="by", zh="经办人，由撤销决定而来为 system", en="who imposed it, or system", of=at("by")),
        ),
    ),
    Subject(
        name="measures",
        zh="一个主体的现行惩戒措施",
        en="the measures in force for a subject",
        load=_measures,
        needs=("uscc", "id_no"),
        seen=(
            _USCC,
            Seen(name="id_type", zh="证件类型", en="the id type", of=at("id_type"), selects=True),
            _ID_NO,
            Seen(name="codes", zh="全部措施的编码", en="the codes of all of them", of=_codes),
        ),
    ),
)
