"""What a scenario may expect of the credit gate (审批信用关口的期望): each entry is a question, asked as it is written."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ops.scenario.asking import StepFailed
from ops.scenario.expectation import Asker, Seen, Subject, at
from ops.scenario.matching import Row
from ops.scenario.statement import SOURCE

_USCC = "001"


def _codes(row: Row) -> list[str]:
    return [str(reason["code"]) for reason in row["reasons"]]


async def _answers(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    """An answer for every entry, from approval. Raises StepFailed when a question is refused."""
    return [await _answer(asker, entry) for entry in asked]


async def _answer(asker: Asker, entry: Mapping[str, Any]) -> Row:
    id_type, id_no = str(entry.get("id_type", _USCC)), str(entry.get("uscc", entry.get("id_no")))
    item = str(entry.get("item", ""))
    question = {"id_type": id_type, "id_no": id_no, "item": item, "on": entry.get("on"), "source_system": SOURCE}
    answer = await asker.send("approval", "POST", "/api/v1/gate", msgspec.json.encode(question))
    if answer.refusal:
        raise StepFailed(f"关口没有答复：{answer.said}", f"the gate refused the question: {answer.refusal}")
    return {**answer.document, "id_type": id_type, "id_no": id_no, "item": item}


GATE = Subject(
    name="gate",
    zh="审批信用关口：一项一问",
    en="the credit gate; every entry is a question",
    load=_answers,
    needs=("uscc", "id_no"),
    seen=(
        Seen(name="uscc", zh="统一社会信用代码", en="the subject's code", of=at("id_no"), selects=True),
        Seen(name="id_type", zh="证件类型", en="the id type", of=at("id_type"), selects=True),
        Seen(name="id_no", zh="证件号码", en="the number", of=at("id_no"), selects=True),
        Seen(name="item", zh="事项编码", en="the item's code", of=at("item"), selects=True),
        Seen(
            name="on",
            zh="判断日期，缺省当天",
            en="the day to judge for, today when left out",
            of=at("on"),
            selects=True,
        ),
        Seen(
            name="answer",
            zh="ALLOW、ALLOW_WITHOUT_COMMITMENT 或 REFUSE",
            en="the answer",
            of=at("answer"),
        ),
        Seen(name="reasons", zh="全部理由的代码", en="the codes of all reasons", of=_codes),
        Seen(name="grade", zh="所据的信用等级", en="the grade it rests on", of=at("grade")),
    ),
)
