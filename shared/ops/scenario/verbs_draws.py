"""Verbs of random draws (抽取动词): announced with a public value to come, run with a witness, or cancelled."""

from ops.scenario.keys import Key, Kind
from ops.scenario.verb import BY, REASON, Verb

_DRAW = Key(name="draw", zh="抽取编号", en="the draw's number", required=True, sent=False)
_WITNESS = Key(name="witness", zh="监督人，须为另一人", en="somebody else who watches")
VERBS = (
    Verb(
        name="draw_prepare",
        zh="准备并公告一次抽取",
        en="freeze the pool of an entry and announce a draw",
        service="supervision",
        path="/api/v1/draws",
        keys=(
            Key(name="draw", zh="抽取编号", en="the draw's number", field="draw_no", required=True),
            Key(name="plan", zh="计划编号", en="the plan", field="plan_no", required=True),
            Key(name="entry", zh="计划项", en="the entry of the plan", required=True),
            Key(
                name="public_value",
                zh="公开数：source 来源、form 写法（# 为数字）、at 产生的时刻",
                en="the public value: source, form (# is a digit), at (when)",
                kind=Kind.MAP,
                required=True,
            ),
            BY,
        ),
    ),
    Verb(
        name="draw_run",
        zh="用公开数抽取，只进行一次",
        en="draw with the public value, once",
        service="supervision",
        path="/api/v1/draws/{draw}:run",
        keys=(
            _DRAW,
            Key(name="value", zh="公开数", en="the public value", required=True),
            Key(name="looked_up", zh="公开数的出处", en="where it can be looked up"),
            _WITNESS,
            BY,
        ),
    ),
    Verb(
        name="draw_cancel",
        zh="取消抽取，原因公开",
        en="cancel a draw, for all to see",
        service="supervision",
        path="/api/v1/draws/{draw}:cancel",
        keys=(_DRAW, _WITNESS, REASON, BY),
    ),
    Verb(
        name="draw_replace",
        zh="更换一名抽中的执法人员，由抽取决定",
        en="replace an officer who was drawn, by a small draw",
        service="supervision",
        path="/api/v1/draws/{draw}/replacements",
        fixed={"source_system": "scenario"},
        keys=(
            _DRAW,
            Key(name="object", zh="监管对象编号", en="the object's number", field="object_no", required=True),
            Key(name="department", zh="部门", en="the department", required=True),
            Key(name="officer", zh="不能前往的执法人员", en="the officer who does not go", required=True),
            _WITNESS,
            REASON,
            BY,
        ),
    ),
)
