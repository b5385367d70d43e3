"""What a scenario may expect of credit's records (信用记录的期望): records, repairs, objections, withdrawals.

A record goes by its document and by its number at the source, of an inspection the inspection's number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Load, Reach, Seen, Subject, at
from ops.scenario.matching import AnyOf, Row

_ACTIVE = "ACTIVE"


def _names(row: Row) -> AnyOf:
    record = row.get("record") or row
    names = (record.get("number"), record.get("document_no"))
    return AnyOf(tuple(dict.fromkeys(str(name) for name in names if name)))


def _marked(row: Row) -> bool:
    return any(mark.get("until") is None for mark in row.get("marks") or ())


def _shown(row: Row) -> bool:
    return bool(row.get("public")) and row.get("state") == _ACTIVE


def _running(row: Row) -> list[str]:
    return [clock["kind"] for clock in row.get("deadlines") or () if clock["state"] == "RUNNING"]


def _overdue(row: Row) -> list[str]:
    taken = {clock["kind"]: [step["step"] for step in clock.get("steps") or ()] for clock in row.get("deadlines") or ()}
    return [kind for kind, steps in taken.items() if "YELLOW" in steps]


def _due(row: Row) -> Any:
    days = [clock["due_on"] for clock in row.get("deadlines") or () if clock["state"] == "RUNNING"]
    return max(days, default=None)


async def records(asker: Asker, _asked: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Every record credit has."""
    return await asker.every("credit", "/api/v1/records")


def on_records(path: str) -> Load:
    """Every procedure of a kind, each with its record."""

    async def load(asker: Asker, _asked: Sequence[Mapping[str, Any]] = ()) -> Sequence[Row]:
        known = {record["record_id"]: record for record in await records(asker)}
        return [{**row, "record": known.get(row["record_id"], {})} for row in await asker.every("credit", path)]

    return load


_NUMBER = Seen(
    name="number",
    zh="文书号、检查编号或来源编号",
    en="the document, the inspection or the number",
    of=_names,
    selects=True,
)
_STATE = Seen(name="state", zh="状态", en="the state", of=at("state"))
_RUNNING = Seen(name="running", zh="正在计时的时限种类", en="the kinds of deadlines that run", of=_running)
_OVERDUE = Seen(name="overdue", zh="已亮黄牌的时限种类", en="the kinds that had a yellow card", of=_overdue)
_DUE = Seen(name="due", zh="正在计时的最后终止日", en="the last day of what runs", of=_due)


def _of_subject(name: str, zh: str, en: str, reach: Reach) -> Seen:
    return Seen(name=name, zh=zh, en=en, of=reach, selects=True)


CREDIT = (
    Subject(
        name="records",
        zh="信用记录",
        en="credit records",
        load=records,
        seen=(
            _of_subject("uscc", "统一社会信用代码", "the subject's code", at("id_no")),
            _of_subject("id", "证件号码或主体引用", "the number or reference", at("id_no")),
            _NUMBER,
            _of_subject("kind", "种类", "the kind", at("kind")),
            Seen(name="class", zh="类别", en="the class", of=at("record_class")),
            _STATE,
            Seen(name="public", zh="是否正在公示", en="shown to the public now", of=_shown),
            Seen(name="min_until", zh="最短公示期末日", en="last day of the shortest period", of=at("min_until")),
            Seen(name="max_until", zh="最长公示期末日", en="last day of the longest period", of=at("max_until")),
            Seen(name="ended_on", zh="停止使用之日", en="the first day it is not used", of=at("ended_on")),
            Seen(name="marked", zh="是否异议标注中", en="marked by an objection", of=_marked),
            Seen(name="repairable", zh="可否提前修复", en="whether repair may come early", of=at("repairable")),
        ),
    ),
    Subject(
        name="repairs",
        zh="修复申请",
        en="applications for repair",
        load=on_records("/api/v1/repairs"),
        seen=(_NUMBER, _STATE, _RUNNING, _OVERDUE, _DUE, Seen(name="reason", zh="理由", en="why", of=at("reason"))),
    ),
    Subject(
        name="objections",
        zh="异议",
        en="objections",
        load=on_records("/api/v1/objections"),
        seen=(
            _NUMBER,
            _STATE,
            _RUNNING,
            _OVERDUE,
            _DUE,
            Seen(name="provider", zh="数据提供单位", en="the provider", of=at("provider")),
        ),
    ),
    Subject(
        name="withdrawals",
        zh="撤销",
        en="withdrawals",
        load=on_records("/api/v1/withdrawals"),
        seen=(_NUMBER, _STATE, _RUNNING, _OVERDUE, _DUE),
    ),
)
