"""The table (动词表): every verb of a scenario by its name, and the two that are no request: advance and expect."""

from collections.abc import Mapping

from ops.scenario import (
    verbs_approval,
    verbs_credit_constraint,
    verbs_credit_redress,
    verbs_credit_rules,
    verbs_draws,
    verbs_exports,
    verbs_plans,
    verbs_publicity,
    verbs_supervision,
    verbs_tasks,
    verbs_visits,
)
from ops.scenario.keys import Key, Kind
from ops.scenario.verb import Verb

VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        *verbs_approval.VERBS,
        *verbs_tasks.VERBS,
        *verbs_supervision.VERBS,
        *verbs_visits.VERBS,
        *verbs_publicity.VERBS,
        *verbs_plans.VERBS,
        *verbs_draws.VERBS,
        *verbs_credit_rules.VERBS,
        *verbs_credit_constraint.VERBS,
        *verbs_credit_redress.VERBS,
        *verbs_exports.VERBS,
    )
}
ADVANCE = (
    Key(name="workdays", zh="工作日数，按工作日历", en="working days of the calendar", kind=Kind.NUMBER),
    Key(name="days", zh="天数", en="days", kind=Kind.NUMBER),
    Key(name="hours", zh="小时数", en="hours", kind=Kind.NUMBER),
    Key(name="to", zh="到某一时刻", en="to an instant", kind=Kind.TIME),
)
"""Where the clock goes; exactly one of them."""
STEPS = (*VERBS, "advance", "expect")
"""Every word a step may begin with."""
HEAD = (
    Key(name="scenario", zh="场景名称", en="the scenario's name", required=True),
    Key(name="source", zh="依据：规则的出处", en="where the rule is from"),
    Key(name="clock", zh="开始时刻", en="where the clock starts", kind=Kind.TIME, required=True),
    Key(
        name="catalogue",
        zh="demo，或文件、目录的路径（相对于场景文件），或直接写出",
        en="demo, a path beside the file, or written here",
        kind=Kind.ANY,
        required=True,
    ),
    Key(name="steps", zh="步骤", en="the steps", kind=Kind.ANY, required=True),
)
"""What stands at the top of a file."""
REFUSED = "refused"
"""Beside a verb: the code of the refusal it must meet."""
