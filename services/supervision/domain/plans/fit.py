"""Fit (计划核对): whether the entries of a plan fit the matters and floors known today. Refuses before it is kept.

Public safety stays out of the random pool: 石大政办发〔2021〕57号 item 15.
"""

from collections.abc import Iterator, Mapping

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.plans.entry import PlanEntry
from supervision.domain.plans.matter import Matter
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.rules import PlanEdition
from supervision.domain.plans.words import MatterCategory


def must_fit(plan: AnnualPlan, matters: Mapping[str, Matter], rules: PlanEdition) -> None:
    """Every matter is known, in use and may be drawn, belongs to a department of its entry; every floor is kept.

    Refuses ``matter-unknown``, ``matter-not-random``, ``invalid-content``, ``plan-below-floor`` (all 422).
    """
    places = [(f"/entries/{n}", entry) for n, entry in enumerate(plan.entries)]
    if unknown := [fault for place, entry in places for fault in _unknown(place, entry, matters)]:
        raise Refusal(
            code="matter-unknown",
            zh="有抽查事项尚未登记，请先登记（matters:batch）后重新提交",
            en="a matter is not registered; register it first (matters:batch) and send the plan again",
            faults=tuple(unknown),
        )
    if excluded := [fault for place, entry in places for fault in _excluded(place, entry, matters)]:
        raise Refusal(
            code="matter-not-random",
            zh="有抽查事项不得随机抽查（直接涉及公共安全和人民群众生命健康，或已停用），请从计划项中删去",
            en="a matter may not be drawn at random (public safety and health, or not in use); take it out",
            faults=tuple(excluded),
        )
    if strange := [fault for place, entry in places for fault in _elsewhere(place, entry, matters)]:
        raise malformed(strange)
    if below := [fault for place, entry in places for fault in rules.floor_faults(place, entry)]:
        raise Refusal(
            code="plan-below-floor",
            zh="有计划项低于规定的下限，请按 errors 中的提示提高",
            en="an entry stays below a floor; raise what errors[] names",
            faults=tuple(below),
        )


def _unknown(place: str, entry: PlanEntry, matters: Mapping[str, Matter]) -> Iterator[Fault]:
    for index, code in enumerate(entry.matters):
        if code not in matters:
            zh, en = f"抽查事项 {code} 未登记", f"matter {code} is not registered"
            yield Fault(pointer=f"{place}/matters/{index}", zh=zh, en=en)


def _excluded(place: str, entry: PlanEntry, matters: Mapping[str, Matter]) -> Iterator[Fault]:
    for index, code in enumerate(entry.matters):
        matter = matters[code]
        if not matter.at_random:
            public = matter.category is MatterCategory.PUBLIC_SAFETY
            zh, en = ("直接涉及公共安全和生命健康", "public safety") if public else ("已停用", "not in use")
            zh, en = f"{code} {matter.name}：{zh}", f"{code} {matter.name}: {en}"
            yield Fault(pointer=f"{place}/matters/{index}", zh=zh, en=en)


def _elsewhere(place: str, entry: PlanEntry, matters: Mapping[str, Matter]) -> Iterator[Fault]:
    theirs = [matters[code].department for code in entry.matters]
    for index, department in enumerate(theirs):
        if department not in entry.department_codes:
            zh = f"该事项由 {department} 监管，它不在参与部门之中；请加入该部门或删去该事项"
            en = f"the matter belongs to {department}, which takes no part; add the department or leave the matter out"
            yield Fault(pointer=f"{place}/matters/{index}", zh=zh, en=en)
    for index, department in enumerate(entry.department_codes):
        if department not in theirs:
            zh = f"{department} 在本计划项中没有抽查事项；请加入它的事项或删去该部门"
            en = f"{department} has no matter in this entry; name one or leave the department out"
            yield Fault(pointer=f"{place}/departments/{index}/department", zh=zh, en=en)
