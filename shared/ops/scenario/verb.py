"""Verb (动词): one step of a scenario as data: which request it is, how what it speaks of is found, which keys it has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ops.scenario.keys import Key, Kind


class Finds(StrEnum):
    """What must be looked up before the request can be addressed (先查找什么)."""

    NOTHING = ""
    TASK = "task"
    DEADLINE = "deadline"
    FEEDBACK = "feedback"
    NOTICE = "notice"
    ENTRY = "list entry"
    BAR = "bar"
    RECORD = "record"
    REPAIR = "repair"
    OBJECTION = "objection"
    VISIT = "site visit"
    PUBLICATION = "publication"


class Form(StrEnum):
    """How the request's body is made (报文形式)."""

    FIELDS = "fields"  # the keys as one JSON object
    CASE = "case"  # a decision, completed from what was said of the object or case before
    CORRECTION = "correction"  # the same, as the next revision of its case
    LINES = "lines"  # every value of every key as NDJSON, to the path of the key
    FILE = "file"  # the bytes of ``content`` under the content type ``type``
    CATALOGUE = "catalogue"  # a catalogue: from a file, or written in place


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb. ``path`` is filled from the thing found and from the keys; ``fixed`` is sent with every request."""

    name: str
    zh: str
    en: str
    service: str
    path: str
    method: str = "POST"
    finds: Finds = Finds.NOTHING
    form: Form = Form.FIELDS
    keys: tuple[Key, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Key]:
        """Every key by its name, those that find included."""
        return {key.name: key for key in (*FINDERS[self.finds], *self.keys)}


_CASE = Key(name="case", zh="办件编号", en="the case", sent=False)
_OBJECT = Key(name="object", zh="监管对象编号", en="the object", sent=False)
_TASK = (
    _CASE,
    _OBJECT,
    Key(name="department", zh="任务的监管部门，有多个任务时写", en="whose task, where there are several", sent=False),
    Key(name="purpose", zh="任务的目的：ROUTINE、COMMITMENT、CESSATION", en="the task's purpose", sent=False),
    Key(name="link", zh="联动关系编码", en="the code of the link", sent=False),
)
_DEADLINE = Key(
    name="deadline", zh="时限种类，如 CLAIM", en="the deadline's kind, e.g. CLAIM", required=True, sent=False
)
_NOTICE = (
    Key(
        name="to",
        zh="收件人：人员编码，或 liaison 等角色",
        en="whose: a person's code, or a role such as liaison",
        sent=False,
    ),
    Key(name="kind", zh="通知种类", en="the notice's kind", sent=False),
    _CASE,
)
_FEEDBACK = (_CASE, _OBJECT, Key(name="kind", zh="反馈种类", en="the feedback's kind", sent=False))
_UNDER_CONSTRAINT = (
    Key(name="uscc", zh="统一社会信用代码", en="the subject's code", sent=False),
    Key(name="id_no", zh="证件号码", en="the number", sent=False),
    Key(name="document", zh="文书号，有多份时写", en="the document's number, where there are several", sent=False),
)
_ENTRY = (*_UNDER_CONSTRAINT, Key(name="list", zh="名单", en="which list", sent=False))
_BAR = (
    *_UNDER_CONSTRAINT,
    Key(name="kind", zh="限制申请的种类", en="the bar's kind", sent=False),
    Key(name="item", zh="事项编码", en="the item's code", sent=False),
)
_RECORD = (
    Key(
        name="number",
        zh="记录的文书号、检查编号或来源编号",
        en="the record's document, inspection or number",
        required=True,
        sent=False,
    ),
)
_VISIT = (
    _OBJECT,
    Key(name="department", zh="监管部门", en="whose visit", sent=False),
    Key(name="on", zh="计划日期，有几次时写", en="the planned day, where there are several", kind=Kind.DAY, sent=False),
)
_PUBLICATION = (_OBJECT, Key(name="number", zh="检查编号", en="the inspection's number", sent=False))
FINDERS: Mapping[Finds, tuple[Key, ...]] = {
    Finds.NOTHING: (),
    Finds.TASK: _TASK,
    Finds.DEADLINE: (*_TASK, _DEADLINE),
    Finds.FEEDBACK: _FEEDBACK,
    Finds.NOTICE: _NOTICE,
    Finds.ENTRY: _ENTRY,
    Finds.BAR: _BAR,
    Finds.RECORD: _RECORD,
    Finds.REPAIR: _RECORD,
    Finds.OBJECTION: _RECORD,
    Finds.VISIT: _VISIT,
    Finds.PUBLICATION: _PUBLICATION,
}
BY = Key(name="by", zh="办理人编码", en="who does it: a person's code", required=True)
REASON = Key(name="reason", zh="理由", en="why")
ROWS = Kind.ROWS
