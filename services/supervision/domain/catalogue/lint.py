"""Lint (目录检查): what a version may say and still be a mistake. It hinders nobody; each finding says what to do."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel.deadline import Limit, Unit
from supervision.domain.catalogue.condition import Conditions
from supervision.domain.catalogue.link import Link
from supervision.domain.catalogue.period import overlap
from supervision.domain.catalogue.reach import common, reachable
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.catalogue.words import Method, PushMode, Relation

_HOURS = {Unit.HOUR: 1, Unit.WORKDAY: 34, Unit.DAY: 24, Unit.MONTH: 720}
"""Hours a limit takes on average, to tell the longer one: a workday is 7/5 days."""


class LintRule(StrEnum):
    """What is doubtful (检查规则)."""

    OVERLAP = "OVERLAP"  # 重叠
    UNREACHABLE = "UNREACHABLE"  # 不可达
    NO_SUPERVISOR = "NO_SUPERVISOR"  # 无主责部门
    NO_LIAISON = "NO_LIAISON"  # 无联络员
    LIMIT = "LIMIT"  # 时限无法做到
    CERTIFICATE = "CERTIFICATE"  # 证件要求不起作用


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """疑点: a rule, whom it is about, and what to do."""

    rule: LintRule
    link: str = ""
    item_code: str = ""
    department: str = ""
    zh: str
    en: str


def lint(version: CatalogueVersion, conditions: Conditions, items: Collection[str] | None = None) -> list[Doubt]:
    """Every doubt about a version. ``items``: the whole list of approval items, None when nobody handed one in."""
    return [
        *_overlaps(version),
        *_unreachable(version, conditions, items),
        *_without_supervisor(version),
        *_without_liaison(version),
        *_limits(version),
        *_without_check(version),
    ]


def _overlaps(version: CatalogueVersion) -> Iterator[Doubt]:
    of_item: defaultdict[str, list[Link]] = defaultdict(list)
    for link in version.links:
        for other in of_item[link.item_code]:
            if link.triggers & other.triggers and overlap(link.period, other.period):
                yield from _overlap(link, other)
        of_item[link.item_code].append(link)


def _overlap(link: Link, other: Link) -> Iterator[Doubt]:
    if link.department == other.department and link.checklist == other.checklist:
        yield Doubt(
            rule=LintRule.OVERLAP,
            link=link.code,
            item_code=link.item_code,
            department=link.department,
            zh=f"与 {other.code} 同一事项、部门、检查表且时段重叠，只会生成一个任务；请合并，或区分条件与检查表",
            en=f"same item, department, checklist and days as {other.code}: one task will be made of both; "
            "merge them, or tell them apart by condition and checklist",
        )
    two = {link.relation, other.relation} == {Relation.PRIMARY} and link.department != other.department
    if two and link.supervise_item_code and link.supervise_item_code == other.supervise_item_code:
        yield Doubt(
            rule=LintRule.OVERLAP,
            link=link.code,
            item_code=link.item_code,
            department=link.department,
            zh=f"同一监管事项有两个主责部门（另见 {other.code}）；请把其中之一改为协同",
            en=f"one supervision item has two primary departments (see {other.code}); make one of them coordinate",
        )


def _unreachable(version: CatalogueVersion, conditions: Conditions, items: Collection[str] | None) -> Iterator[Doubt]:
    for link in version.links:
        period = common((version.effective_from, version.effective_to), link.period)
        if period[1] is not None and period[1] <= period[0]:
            zh, en = "有效期与本版本没有共同的一天", "its period shares no day with the version's"
        elif items is not None and link.item_code not in items:
            zh, en = f"事项清单中没有 {link.item_code}", f"the list of items has no {link.item_code}"
        elif link.condition and not reachable(link, period, conditions.compiled(link.condition)):
            zh, en = "附加条件永不成立", "its condition can never be met"
        else:
            continue
        yield Doubt(
            rule=LintRule.UNREACHABLE,
            link=link.code,
            item_code=link.item_code,
            department=link.department,
            zh=f"此行永远不会触发：{zh}；请更正或删除",
            en=f"this row is never triggered: {en}; correct or delete it",
        )


def _without_supervisor(version: CatalogueVersion) -> Iterator[Doubt]:
    answering = {link.item_code for link in version.links if link.relation is Relation.PRIMARY}
    for item in dict.fromkeys(link.item_code for link in version.links):
        if item not in answering:
            yield Doubt(
                rule=LintRule.NO_SUPERVISOR,
                item_code=item,
                zh=f"事项 {item} 只有协同部门，没有主责部门；请指定一个主责部门",
                en=f"item {item} has coordinating departments only; name a primary one",
            )


def _without_liaison(version: CatalogueVersion) -> Iterator[Doubt]:
    named = {link.department for link in version.links if link.liaison}
    for department in dict.fromkeys(link.department for link in version.links):
        if department not in named:
            yield Doubt(
                rule=LintRule.NO_LIAISON,
                department=department,
                zh=f"部门 {department} 没有联络员，超时的任务无人可自动认领；请填写联络员",
                en=f"department {department} has no liaison, nobody takes what is claimed automatically; name one",
            )
    for link in version.links:
        claimed_by_itself = link.push_mode is PushMode.AUTO_CLAIM or link.claim_limit is not None
        if claimed_by_itself and not link.liaison and link.department in named:
            yield Doubt(
                rule=LintRule.NO_LIAISON,
                link=link.code,
                item_code=link.item_code,
                department=link.department,
                zh="会自动认领，但此行没有联络员；请填写联络员",
                en="it is claimed automatically, but this row names no liaison; name one",
            )


def _limits(version: CatalogueVersion) -> Iterator[Doubt]:
    for link in version.links:
        for zh, en in _impossible(link):
            yield Doubt(
                rule=LintRule.LIMIT,
                link=link.code,
                item_code=link.item_code,
                department=link.department,
                zh=f"{zh}；请调整时限",
                en=f"{en}; adjust the limits",
            )


def _without_check(version: CatalogueVersion) -> Iterator[Doubt]:
    for link in version.links:
        if link.certificate_required and link.method is Method.RANDOM_POOL:
            yield Doubt(
                rule=LintRule.CERTIFICATE,
                link=link.code,
                item_code=link.item_code,
                department=link.department,
                zh="只纳入双随机抽查，不生成检查，执法证件要求不起作用；请改监管方式，或填“否”",
                en="it goes into the random pool and nobody checks, so nobody is asked for a certificate; "
                "choose another method or write no",
            )


def _impossible(link: Link) -> Iterator[tuple[str, str]]:
    # The clock of the feedback begins with a penalty, long after these two: it is held against neither.
    claim, first = link.claim_limit, link.first_check_limit
    for name, limit in (("认领 claim", claim), ("首检 first check", first), ("反馈 feedback", link.feedback_limit)):
        if limit is not None and limit.too_long:
            zh, en = name.split(" ", maxsplit=1)
            yield f"{zh}时限 {limit} 超过十年", f"{en} {limit} is longer than ten years"
    if _shorter(first, claim):
        yield f"首检时限 {first} 短于认领时限 {claim}", f"first check {first} is shorter than claim {claim}"
    if first is not None and link.check_days * _HOURS[Unit.WORKDAY] > _hours(first):
        days = link.check_days
        yield f"一次检查需 {days} 个工作日，首检时限只有 {first}", f"a check takes {days} wd, first check has {first}"
    if claim is not None and link.push_mode is PushMode.AUTO_CLAIM:
        yield f"推送即认领，认领时限 {claim} 永不计时", f"claimed when pushed, the claim limit {claim} never runs"
    if first is not None and link.method is Method.RANDOM_POOL:
        yield f"只纳入双随机抽查，首检时限 {first} 永不计时", f"goes into the random pool, the limit {first} never runs"


def _shorter(one: Limit | None, other: Limit | None) -> bool:
    return one is not None and other is not None and _hours(one) < _hours(other)


def _hours(limit: Limit) -> int:
    return limit.n * _HOURS[limit.unit]
