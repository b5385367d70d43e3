"""Whether the inspectors suffice (人员是否足够), whatever is drawn: asked before the seed exists, so no draw fails after.

Dealing is stuck only when too few of those who may go have room. With n inspectors, k for each object, at most L
objects each, that cannot happen when the inequalities below hold; decision 0018 has the proof.
"""

from collections import Counter

from kernel.refusal import Fault, Refusal
from kernel.risk import RiskClass
from supervision.domain.draws.pool import DrawnDepartment, Pool


def require_enough(pool: Pool) -> None:
    """Refuses ``not-enough-inspectors`` (409) with the figures of each department that has too few."""
    faults = [fault for each in pool.departments if (fault := _fault(pool, each))]
    if faults:
        raise Refusal(
            code="not-enough-inspectors",
            zh="执法人员不足以保证任何抽取结果都能分派，请增加人员、提高每人上限或降低抽查比例后重新准备",
            en="the inspectors do not suffice for every possible result; "
            "add some, raise the load limit or lower the ratio, then prepare again",
            faults=tuple(faults),
            status=409,
        )


def _fault(pool: Pool, department: DrawnDepartment) -> Fault | None:
    barred = _barred(pool, department)
    limit, officers = department.max_load, department.officers
    for recusals, objects in sorted(barred.items(), reverse=True):
        free = len(department.inspectors) - recusals
        if free < officers or not _suffices(objects, officers, limit, free, recusals, barred):
            return Fault(
                pointer=f"/departments/{department.code}",
                zh=f"{department.code} 至多抽到 {objects} 个须有 {recusals} 人以上回避的对象，每个须 {officers} 人；"
                f"其余 {free} 人每人至多 {limit} 个，不能保证分派",
                en=f"{department.code}: up to {objects} objects with {recusals} or more recused may be drawn, {officers} "
                f"officers each; the other {free} with at most {limit} objects each do not make sure of that",
            )
    return None


def _suffices(objects: int, officers: int, limit: int, free: int, recusals: int, barred: dict[int, int]) -> bool:
    """True when the objects with so many recusals or more can be dealt, whatever went before."""
    if objects <= limit or objects * officers <= limit * (free - officers + 1):
        return True  # nobody is full yet; or at least `officers` of the free ones are not
    unbarred = objects - max((count for recused, count in barred.items() if recused), default=0)
    balanced = unbarred == objects or unbarred >= limit
    return recusals == 0 and balanced and objects * officers <= limit * free


def _barred(pool: Pool, department: DrawnDepartment) -> dict[int, int]:
    """For every number of recusals that occurs, and 0: at most how many objects with so many or more are drawn."""
    mine = set(department.inspectors)
    recused = Counter(ref for inspector, ref in pool.recusals if inspector in mine)
    counts: Counter[tuple[RiskClass | None, int]] = Counter()
    for each in pool.objects:
        counts[None if each.certain else each.risk_class, recused.get(each.ref, 0)] += 1
    worst = {}
    for least in {0, *(number for (letter, number) in counts if letter is None or pool.quota.get(letter, 0))}:
        of_class: Counter[RiskClass | None] = Counter()
        for (letter, number), count in counts.items():
            of_class[letter] += count if number >= least else 0
        worst[least] = sum(
            count if letter is None else min(count, pool.quota.get(letter, 0)) for letter, count in of_class.items()
        )
    return worst
