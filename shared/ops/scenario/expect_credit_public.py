"""What the public is shown of an organisation (公示期望)."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Seen, Subject, at, size
from ops.scenario.matching import Row


async def _shown(asker: Asker, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    codes = dict.fromkeys(str(entry["uscc"]) for entry in asked)
    return [{**(await asker.get("credit", f"/api/v1/public/subjects/{c}") or {}), "uscc": c} for c in codes]


def _until(row: Row) -> str | None:
    """The last day on which something is shown; None: nothing is, or something has no end."""
    days = [each["shown_until"] for each in row.get("records") or ()]
    return max(days) if days and all(days) else None


def _contested(row: Row) -> bool:
    return any(each["objection_pending"] for each in row.get("records") or ())


PUBLIC = Subject(
    name="public",
    zh="公示：公众今天可见的信用信息",
    en="what the public is shown today",
    load=_shown,
    needs=("uscc",),
    seen=(
        Seen(name="uscc", zh="统一社会信用代码", en="the organisation's code", of=at("uscc"), selects=True),
        Seen(name="name", zh="名称；没有可公示的即无", en="its name, none when nothing is shown", of=at("name")),
        Seen(name="records", zh="公示的失信信息数", en="how many records are shown", of=size(at("records"))),
        Seen(name="commendations", zh="公示的守信信息数", en="how many commendations", of=size(at("commendations"))),
        Seen(name="lists", zh="公示的名单条目数", en="how many entries of lists", of=size(at("lists"))),
        Seen(name="until", zh="最晚公示至", en="the last day on which one is shown", of=_until),
        Seen(name="objection", zh="是否有异议处理中", en="an objection is pending or not", of=_contested),
    ),
)
