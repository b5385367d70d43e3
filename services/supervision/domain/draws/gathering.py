"""Gathering a pool (形成抽查池): from the objects of a plan's entry, the inspectors and what they declared, to the pool.

Who may not check in the days planned does not come in: left, certificate not valid, another scope of matters. Interests
that hold on one of those days become recusals.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.catalogue import CatalogueVersion
from supervision.domain.conflict import Conflict
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject
from supervision.domain.inspector import Inspector
from supervision.domain.plans import ClassCount, EntryDepartment, Matter, PlanEntry, certain, quotas

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """入池候选对象, as the register knows it today; ``subject`` is (id_type, id_no) of its holder."""

    source_system: str
    object_no: str
    risk_class: RiskClass
    subject: Pair
    last_checked: date | None = None
    known_since: date | None = None

    @property
    def ref(self) -> str:
        """How a pool names it."""
        return f"{self.source_system}:{self.object_no}"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """入池依据: the objects of an entry, the inspectors of its departments, all they declared."""

    objects: Sequence[Candidate]
    inspectors: Sequence[Inspector]
    conflicts: Sequence[Conflict]


def departments_with_certificates(entry: PlanEntry, catalogue: CatalogueVersion | None) -> frozenset[str]:
    """The departments some link of the entry's matters asks for registered certificates (须登记执法证件)."""
    links = catalogue.links if catalogue else ()
    return frozenset(
        link.department for link in links if link.certificate_required and link.supervise_item_code in entry.matters
    )


def pool_of(
    entry: PlanEntry,
    matters: Mapping[str, Matter],
    gathered: Gathered,
    certified: Collection[str],
    today: date,
    aimed: Collection[Pair] = (),
) -> Pool:
    """The pool of one draw of an entry, completed by the rules of plans. Refuses ``nothing-to-draw`` (409).

    ``certified``: departments that send only inspectors with a registered certificate; ``aimed``: ``aimed_at``.
    """
    marked = [
        (each, (each.source_system, each.object_no) in aimed or _certain(entry, each, today))
        for each in gathered.objects
    ]
    objects, overdue = (
        Counter(each.risk_class for each, _ in marked),
        Counter(each.risk_class for each, sure in marked if sure),
    )
    counts = {letter: ClassCount(objects=objects[letter], certain=overdue[letter]) for letter in RiskClass}
    quota = {letter: each.at_random for letter, each in quotas(entry, counts).items()}
    able = [each for each in gathered.inspectors if _able(entry, matters, each, certified, today)]
    departments = tuple(_department(each, able) for each in entry.departments)
    people = {code for department in departments for code in department.inspectors}
    pool = Pool(
        quota=quota,
        departments=departments,
        objects=tuple(PoolObject(each.ref, each.risk_class, sure) for each, sure in marked),
        recusals=frozenset(_recusals(entry, gathered, people, today)),
    )
    if not pool.drawn:
        raise Refusal(
            code="nothing-to-draw",
            zh=f"计划项 {entry.code} 现有 {len(marked)} 个对象，按其比例与下限一个也不抽；请核对抽查事项、目录与比例",
            en=f"entry {entry.code} has {len(marked)} objects and its ratios draw none of them; "
            "check its matters, the catalogue and the ratios",
            status=409,
        )
    return pool


def aimed_at(entry: PlanEntry, ranked: Sequence[Pair] | None, gathered: Gathered) -> frozenset[Pair]:
    """定向: the first objects of the entry by the ranking, as many as it asks for.

    Refuses ``plan-amended`` (409) when the ranking was not asked for: another version came into force meanwhile.
    """
    if not entry.target.top:
        return frozenset()
    if ranked is None:
        raise Refusal(
            code="plan-amended",
            zh=f"计划项 {entry.code} 刚刚变更为按风险排序定向，请原样重试",
            en=f"entry {entry.code} has just been amended to take the first of the ranking; send it again",
            status=409,
            retryable=True,
        )
    theirs = {(each.source_system, each.object_no) for each in gathered.objects}
    return frozenset(islice((each for each in ranked if each in theirs), entry.target.top))


def _certain(entry: PlanEntry, each: Candidate, today: date) -> bool:
    return certain(entry, last_checked=each.last_checked, known_since=each.known_since, on=today)


def _able(
    entry: PlanEntry, matters: Mapping[str, Matter], inspector: Inspector, certified: Collection[str], today: date
) -> bool:
    """True for who may check whatever is drawn for the department, from the first day of the window to the last."""
    asked = {code for code in entry.matters if matters[code].department == inspector.department}
    held = inspector.certificate
    return (
        (inspector.left_on is None or inspector.left_on > entry.ends_on)
        and (not inspector.matters or asked <= set(inspector.matters))
        and (held.covers(max(today, entry.starts_on)) if held else inspector.department not in certified)
    )


def _department(each: EntryDepartment, able: Sequence[Inspector]) -> DrawnDepartment:
    return DrawnDepartment(
        code=each.department,
        officers=each.officers_per_object,
        max_load=each.max_objects,
        inspectors=tuple(sorted(inspector.code for inspector in able if inspector.department == each.department)),
    )


def _recusals(entry: PlanEntry, gathered: Gathered, people: Collection[str], today: date) -> Iterator[Pair]:
    """(inspector, ref) of every declared interest that holds on a day from today to the end of the entry."""
    last = max(today, entry.ends_on)
    barred: defaultdict[Pair, set[str]] = defaultdict(set)
    for conflict in gathered.conflicts:
        ended = conflict.valid_to is not None and conflict.valid_to < today
        if conflict.inspector in people and conflict.valid_from <= last and not ended:
            named = (
                (conflict.id_type, conflict.id_no) if conflict.id_no else (conflict.source_system, conflict.object_no)
            )
            barred[named].add(conflict.inspector)
    for each in gathered.objects:
        for named in (each.subject, (each.source_system, each.object_no)):
            for inspector in barred.get(named, ()):
                yield inspector, each.ref
