"""Field table (报送字段表): what an authority takes in a row, as data, and whether a row is that.

Codes are the national ones, unchanged; lengths and codes are enforced here alone, at the export. A row is accepted
whole or refused with every field that is wrong. Dates are written as the table says; a date without end is 长期.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kernel.placeholder import is_placeholder
from kernel.subject import IdType, SubjectKind, number_fault
from kernel.text import text_fault

Value = str | date | Decimal | bool | Sequence[str] | None
"""What a service knows of a field; None, "" and () are nothing."""
Cell = str | list[str]
"""What is sent: text, or the parts of a list."""
_DIGITS, _PLACES = 18, 6
_SEPARATOR = "="


class FieldKind(StrEnum):
    """字段类型."""

    TEXT = "text"  # 文本
    DATE = "date"  # 日期
    DECIMAL = "decimal"  # 小数(18,6)
    CODE = "code"  # 代码
    USCC = "uscc"  # 统一社会信用代码
    LIST = "list"  # 多值


class Applies(StrEnum):
    """适用主体: whose rows have the field; in the others it stays empty."""

    ALL = "all"  # 全部
    ORGANISATION = "organisation"  # 法人及非法人组织、个体工商户
    PERSON = "person"  # 自然人


class Secret(StrEnum):
    """个人信息: what of a natural person a field holds; shown masked (脱敏)."""

    NONE = ""  # 无
    NAME = "name"  # 相对人姓名
    NUMBER = "number"  # 相对人证件号码
    OFFICER = "officer"  # 执法人员姓名


class FieldRule(StrEnum):
    """校验规则: which rule of its table a field breaks."""

    MANDATORY = "mandatory"  # 必填
    TOO_LONG = "too-long"  # 超长
    NOT_TEXT = "not-text"  # 非文本或含控制字符
    NOT_A_DATE = "not-a-date"  # 非日期
    AFTER_THE_END = "after-the-end"  # 晚于长期
    NOT_A_DECIMAL = "not-a-decimal"  # 非小数
    CODE_UNKNOWN = "code-unknown"  # 代码不在代码集
    USCC_WRONG = "uscc-wrong"  # 统一社会信用代码有误
    TOO_FEW = "too-few"  # 数量不足
    NOT_FOR_PERSON = "not-for-person"  # 自然人不填
    NOT_FOR_ORGANISATION = "not-for-organisation"  # 法人不填
    ONE_NEEDED = "one-needed"  # 至少一项
    WRONG_ORDER = "wrong-order"  # 先后有误


@dataclass(frozen=True, kw_only=True)
class Field:
    """字段. ``confirmed`` False: its length or its being mandatory is from memory, nobody competent confirmed it."""

    code: str
    """国家标准代码, the heading of the file."""
    name: str
    zh: str
    kind: FieldKind = FieldKind.TEXT
    length: int | None = None
    """最多字符数; of a list, of each part."""
    mandatory: bool = False
    unless: str = ""
    """Not mandatory where this field says 1, e.g. 不予处罚."""
    applies: Applies = Applies.ALL
    codes: tuple[str, ...] = ()
    """代码集; of a list, what each part ends with after ``=``."""
    at_least: int = 0
    """Parts a list has at least."""
    open_end: bool = False
    """长期: nothing is written as the last day."""
    secret: Secret = Secret.NONE
    stamped: bool = False
    """批次字段: given by the batch, no content of the row."""
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class DateOrder:
    """先后: one date before another; ``strict``: not on the same day."""

    before: str
    after: str
    strict: bool = True


@dataclass(frozen=True, kw_only=True)
class FieldTable:
    """报送字段表. ``one_of``: groups of fields, organisations fill in one of each at least."""

    name: str
    zh: str
    authority: str
    """报送系统."""
    source: str
    confirmed: bool
    dates: str
    """How dates are written, for ``strftime``."""
    forever: date
    """长期 as a date: nothing is later."""
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    orders: tuple[DateOrder, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The headings, in order."""
        return tuple(each.code for each in self.fields)


@dataclass(frozen=True, kw_only=True)
class FieldFault:
    """一处不合: the field, the rule it breaks, and what to do."""

    field: str
    rule: FieldRule
    zh: str
    en: str


@dataclass(frozen=True)
class Verdict:
    """校验结论: the cells to be sent, every heading among them, or what is wrong."""

    cells: Mapping[str, Cell] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()


def judge(table: FieldTable, kind: SubjectKind, values: Mapping[str, Value]) -> Verdict:
    """Whether a row is what the table takes. ``values``: national code → value; what is not named is nothing.

    Raises KeyError for a field the table does not have.
    """
    if strange := set(values) - set(table.codes):
        raise KeyError(", ".join(sorted(strange)))
    faults = [fault for each in table.fields for fault in _faults(table, each, kind, values)]
    faults += _group_faults(table, kind, values)
    faults += _order_faults(table, values)
    if faults:
        return Verdict(faults=tuple(faults))
    return Verdict({each.code: _cell(table, each, values.get(each.code)) for each in table.fields})


def _nothing(value: Value) -> bool:
    return value is None or (not isinstance(value, date | Decimal | bool) and len(value) == 0)


def _cell(table: FieldTable, of: Field, value: Value) -> Cell:
    if _nothing(value) and of.open_end:
        value = table.forever
    return _written(table, value) if not _nothing(value) else [] if of.kind is FieldKind.LIST else ""


def _written(table: FieldTable, value: Value) -> Cell:
    match value:
        case bool():
            return "1" if value else "0"
        case date():
            return value.strftime(table.dates)
        case Decimal():
            return format(value, "f")
        case str():
            return value
        case _:
            return [str(part) for part in value or ()]


def _faults(table: FieldTable, of: Field, kind: SubjectKind, values: Mapping[str, Value]) -> Iterator[FieldFault]:
    value = values.get(of.code)
    if not _concerns(of, kind):
        if not _nothing(value):
            yield _strange(of, kind)
        return
    if _nothing(value):
        excused = bool(of.unless) and _written(table, values.get(of.unless)) == "1"
        if of.mandatory and not of.open_end and not excused:
            yield _fault(of, FieldRule.MANDATORY, "必填，请在来源数据中补上", "is mandatory; add it to the source data")
        return
    if of.kind is FieldKind.DATE:
        yield from _date_faults(table, of, value)
    elif of.kind is FieldKind.DECIMAL:
        yield from _decimal_faults(of, value)
    elif not isinstance(value, list | tuple if of.kind is FieldKind.LIST else str | bool):
        yield _fault(of, FieldRule.NOT_TEXT, "应为文本（多值字段为若干文本）", "should be a text, or a list of texts")
    elif of.kind is FieldKind.LIST:
        yield from _list_faults(of, _written(table, value))
    else:
        yield from _text_faults(of, str(_written(table, value)))


def _concerns(of: Field, kind: SubjectKind) -> bool:
    return of.applies is Applies.ALL or (of.applies is Applies.PERSON) == (kind is SubjectKind.PERSON)


def _strange(of: Field, kind: SubjectKind) -> FieldFault:
    if kind is SubjectKind.PERSON:
        return _fault(of, FieldRule.NOT_FOR_PERSON, "自然人的行不填此项", "stays empty in the row of a natural person")
    return _fault(
        of, FieldRule.NOT_FOR_ORGANISATION, "只有自然人的行才填此项", "stays empty unless it is a person's row"
    )


def _date_faults(table: FieldTable, of: Field, value: Value) -> Iterator[FieldFault]:
    if not isinstance(value, date):
        yield _fault(of, FieldRule.NOT_A_DATE, "应为日期", "should be a date")
    elif value > table.forever:
        end = table.forever.strftime(table.dates)
        yield _fault(of, FieldRule.AFTER_THE_END, f"不得晚于 {end}，长期即为该日", f"is not later than {end}, no end")


def _decimal_faults(of: Field, value: Value) -> Iterator[FieldFault]:
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        yield _fault(of, FieldRule.NOT_A_DECIMAL, "应为不小于 0 的数", "should be a number, 0 or more")
        return
    digits, places = value.as_tuple().digits, -int(value.as_tuple().exponent)
    if places > _PLACES or len(digits) - places > _DIGITS - _PLACES:
        wanted = f"decimal({_DIGITS},{_PLACES})"
        yield _fault(of, FieldRule.NOT_A_DECIMAL, f"超出 {wanted}", f"does not fit {wanted}")


def _list_faults(of: Field, parts: Cell) -> Iterator[FieldFault]:
    if len(parts) < of.at_least:
        said = f"至少 {of.at_least} 项，现为 {len(parts)} 项"
        yield _fault(of, FieldRule.TOO_FEW, said, f"has {len(parts)} of at least {of.at_least} parts")
    for part in parts:
        yield from _length_faults(of, part)
        if not part:
            yield _fault(of, FieldRule.MANDATORY, "其中一项为空，请补上", "has an empty part; fill it in")
        elif of.codes and part.rpartition(_SEPARATOR)[2] not in of.codes:
            yield _unknown_code(of, part)


def _text_faults(of: Field, text: str) -> Iterator[FieldFault]:
    if of.secret in {Secret.NAME, Secret.NUMBER} and is_placeholder(text):
        return
    yield from _length_faults(of, text)
    if not text.strip():
        yield _fault(of, FieldRule.MANDATORY, "只有空格，请填写或留空", "has blanks alone; fill it in or leave it out")
    if of.codes and text not in of.codes:
        yield _unknown_code(of, text)
    if of.kind is FieldKind.USCC and (wrong := number_fault("", IdType.USCC, text)):
        yield _fault(of, FieldRule.USCC_WRONG, wrong.zh, wrong.en)


def _length_faults(of: Field, text: str) -> Iterator[FieldFault]:
    if of.length is not None and len(text) > of.length:
        said = f"最多 {of.length} 个字符，现为 {len(text)} 个，请缩短"
        yield _fault(of, FieldRule.TOO_LONG, said, f"has {len(text)} characters, at most {of.length}; shorten it")
    if unfit := text_fault("", text, longest=len(text)):
        yield _fault(of, FieldRule.NOT_TEXT, unfit.zh, unfit.en)


def _unknown_code(of: Field, text: str) -> FieldFault:
    known = "、".join(of.codes)
    return _fault(of, FieldRule.CODE_UNKNOWN, f"“{text}”不在代码集中：{known}", f"'{text}' is none of {known}")


def _group_faults(table: FieldTable, kind: SubjectKind, values: Mapping[str, Value]) -> Iterator[FieldFault]:
    if kind is SubjectKind.PERSON:
        return
    for group in table.one_of:
        if all(_nothing(values.get(code)) for code in group):
            of = next(each for each in table.fields if each.code == group[0])
            names = "、".join(group)
            yield _fault(of, FieldRule.ONE_NEEDED, f"{names} 至少填一项", f"one of {names} is needed")


def _order_faults(table: FieldTable, values: Mapping[str, Value]) -> Iterator[FieldFault]:
    known = {each.code: each for each in table.fields}
    for order in table.orders:
        earlier, later = values.get(order.before), values.get(order.after)
        if not isinstance(earlier, date) or not isinstance(later, date):
            continue
        if later < earlier or (order.strict and later == earlier):
            zh, en = ("晚于", "after") if order.strict else ("不早于", "not before")
            name = known[order.before].zh
            said = f"须{zh}{name} {earlier}"
            yield _fault(known[order.after], FieldRule.WRONG_ORDER, said, f"must be {en} {order.before}, {earlier}")


def _fault(of: Field, rule: FieldRule, zh: str, en: str) -> FieldFault:
    return FieldFault(field=of.code, rule=rule, zh=f"{of.zh}（{of.code}）{zh}", en=f"{of.code} ({of.name}) {en}")
