"""The draw (抽取算法): from pool and seed to objects and their officers, the same on any machine.

Objects: the certain ones, and of each class the quota with the smallest tickets, so every object of class c has
probability quota_c / N_c exactly. Officers: those with the fewest objects so far, a ticket decides among equals; the
objects most inspectors are recused from come first. That it never fails is seen to before (capacity.py, decision 0018).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import heapify, heappop, heappush, nsmallest

from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject, line_of

ALGORITHM = "shenguan-draw-1"
"""算法版本."""
SCRIPT = "8d65db519bfb016553166eb4028769960fff8e49cd780a6879e8a0c94776021b"
"""SHA-256 of cli/verify_draw.py (核对脚本), announced with every draw: whoever changes the script names a new algorithm."""
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """抽中对象 with its officers of each department, the one who leads (主办) first."""

    ref: str
    officers: Mapping[str, tuple[str, ...]]


def digest(*parts: str) -> str:
    """SHA-256 of the parts with 0x1f between them, in hexadecimal: the only source of chance."""
    return sha256(_SEPARATOR.join(parts).encode()).hexdigest()


def draw(pool: Pool, seed: str) -> tuple[DrawnObject, ...]:
    """抽取, sorted by object. Raises LookupError when the inspectors do not suffice (see ``require_enough``)."""
    refs = [ref for _, ref in sorted(_drawn(pool, seed))]
    teams = {each.code: _dealt(pool, each, seed, refs) for each in sorted(pool.departments, key=lambda each: each.code)}
    return tuple(DrawnObject(ref, {code: dealt[ref] for code, dealt in teams.items()}) for ref in sorted(refs))


def result_hash(result: Iterable[DrawnObject]) -> str:
    """结果哈希: SHA-256 of one canonical line for each object."""
    said = sha256()
    for each in result:
        said.update(line_of({"object": each.ref, "officers": each.officers}))
    return said.hexdigest()


def _drawn(pool: Pool, seed: str) -> Iterator[tuple[str, str]]:
    """(ticket, ref) of every object drawn."""
    prefix = sha256(digest_prefix(seed, "object"))

    def ticket(each: PoolObject) -> tuple[str, str]:
        said = prefix.copy()
        said.update(each.ref.encode())
        return said.hexdigest(), each.ref

    yield from (ticket(each) for each in pool.objects if each.certain)
    for letter, quota in pool.quota.items():
        left = (ticket(each) for each in pool.objects if each.risk_class is letter and not each.certain)
        yield from nsmallest(quota, left)


def digest_prefix(*parts: str) -> bytes:
    """What ``digest`` of these parts and one more begins with."""
    return _SEPARATOR.join((*parts, "")).encode()


def _dealt(pool: Pool, department: DrawnDepartment, seed: str, refs: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """分派: the officers of each object."""
    mine = set(department.inspectors)
    barred: defaultdict[str, set[str]] = defaultdict(set)
    for inspector, ref in pool.recusals:
        if inspector in mine:
            barred[ref].add(inspector)

    def card(load: int, inspector: str) -> tuple[int, str, str]:
        return load, digest(seed, "officer", department.code, str(load), inspector), inspector

    waiting = [card(0, inspector) for inspector in department.inspectors]
    heapify(waiting)
    teams = {}
    for ref in sorted(refs, key=lambda ref: -len(barred.get(ref, ()))):
        team: list[tuple[int, str, str]] = []
        passed: list[tuple[int, str, str]] = []
        while len(team) < department.officers:
            if not waiting:
                raise LookupError(f"the inspectors of {department.code} do not suffice for {ref}")
            first = heappop(waiting)
            (passed if first[2] in barred.get(ref, ()) else team).append(first)
        teams[ref] = tuple(inspector for _, _, inspector in team)
        more = [card(load + 1, inspector) for load, _, inspector in team if load + 1 < department.max_load]
        for each in (*passed, *more):
            heappush(waiting, each)
    return teams
