"""Verbs of exports (报送动词): a batch of licences from approval, of checks or penalties from supervision."""

from ops.scenario.keys import Default, Key, Kind
from ops.scenario.verb import BY, Verb

_WINDOW = (
    Key(name="from", zh="起始日（含）", en="the first day", kind=Kind.DAY, required=True),
    Key(name="to", zh="截止日（含）", en="the last day", kind=Kind.DAY, default=Default.TODAY),
    BY,
)
VERBS = (
    Verb(
        name="export_licences",
        zh="报送双公示许可",
        en="export the licences",
        service="approval",
        path="/api/v1/exports",
        fixed={"table": "licence"},
        keys=_WINDOW,
    ),
    Verb(
        name="export",
        zh="报送监管的一张字段表",
        en="export a table of supervision",
        service="supervision",
        path="/api/v1/exports",
        keys=(
            Key(
                name="table",
                zh="字段表：penalty、check_action、penalty_action",
                en="penalty, check_action or penalty_action",
                required=True,
            ),
            *_WINDOW,
        ),
    ),
)
