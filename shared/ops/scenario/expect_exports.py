"""What a scenario may expect of exports (报送的期望): batches, refusals, what is owed by the limit."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.scenario.expectation import Asker, Load, Seen, Subject, at
from ops.scenario.matching import Row

_SERVICES = ("approval", "supervision")
Asked = Sequence[Mapping[str, Any]]


async def _batches(asker: Asker, _asked: Asked) -> list[Row]:
    """Every batch of every service, each with its service."""
    return [
        {**batch, "service": service}
        for service in _SERVICES
        for batch in await asker.every(service, "/api/v1/exports")
    ]


async def _refusals(asker: Asker, asked: Asked) -> list[Row]:
    """The refusals of the last batch of each table."""
    last: dict[str, Row] = {}
    for batch in sorted(await _batches(asker, asked), key=lambda each: str(each["batch"])):
        last[str(batch["table"])] = batch
    found: list[Row] = []
    for table, batch in last.items():
        path = f"/api/v1/exports/{batch['batch']}/refusals?limit=500"
        page = await asker.get(str(batch["service"]), path) or {}
        found += [{**each, "table": table} for each in page.get("items", ())]
    return found


def _everywhere(path: str) -> Load:
    async def load(asker: Asker, _asked: Asked) -> list[Row]:
        pages = [await asker.get(service, path) or {} for service in _SERVICES]
        return [row for page in pages for row in page.get("items", ())]

    return load


_TABLE = Seen(name="table", zh="字段表", en="the field table", of=at("table"), selects=True)

SUBJECTS = (
    Subject(
        name="exports",
        zh="报送批次",
        en="batches of exports",
        load=_batches,
        seen=(
            _TABLE,
            Seen(name="from", zh="起始日", en="the first day", of=at("from"), selects=True),
            Seen(name="to", zh="截止日", en="the last day", of=at("to"), selects=True),
            Seen(name="inserted", zh="新增行数", en="new rows", of=at("inserted")),
            Seen(name="updated", zh="变更行数", en="changed rows", of=at("updated")),
            Seen(name="deleted", zh="撤下行数", en="withdrawn rows", of=at("deleted")),
            Seen(name="refused", zh="未通过校验行数", en="refused rows", of=at("refused")),
            Seen(name="unchanged", zh="未变行数", en="rows not sent again", of=at("unchanged")),
        ),
    ),
    Subject(
        name="export_refusals",
        zh="各表最近一批未通过校验的字段",
        en="the fields refused in the last batch of each table",
        load=_refusals,
        seen=(
            _TABLE,
            Seen(name="row", zh="行", en="the row", of=at("row"), selects=True),
            Seen(name="field", zh="字段", en="the field", of=at("field"), selects=True),
            Seen(name="rule", zh="校验规则", en="the rule", of=at("rule")),
        ),
    ),
    Subject(
        name="export_limits",
        zh="报送时限（双公示）",
        en="what was not sent in time",
        load=_everywhere("/api/v1/exports/overdue"),
        seen=(
            _TABLE,
            Seen(name="department", zh="部门", en="the department", of=at("department"), selects=True),
            Seen(name="overdue", zh="逾期", en="overdue", of=at("overdue")),
            Seen(name="due_soon", zh="临期", en="due soon", of=at("due_soon")),
            Seen(name="running", zh="未到期", en="still running", of=at("running")),
            Seen(name="due", zh="最早期限", en="when the first is due", of=at("earliest_due")),
        ),
    ),
)
