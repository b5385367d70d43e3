"""How long a large draw takes and what memory it needs (抽取的速度), with its verification by the stand-alone script.

`.venv/bin/python benchmarks/draw.py [OBJECTS] [INSPECTORS] [--limit SECONDS] [--memory MIB]` makes up a pool, freezes it
(canonical bytes, snapshot hash), asks whether the inspectors suffice, draws, writes the receipt, and has the script check
it in a process of its own. Prints JSON; exit 1 when drawing takes longer or more memory than the limits, or the receipt
does not hold.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from kernel.risk import RiskClass
from supervision.domain.draws.capacity import require_enough
from supervision.domain.draws.ceremony import Draw
from supervision.domain.draws.commands import PublicValue, RunDraw
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject

SHARES = {RiskClass.A: (0.70, 0.01), RiskClass.B: (0.20, 0.05), RiskClass.C: (0.08, 0.15), RiskClass.D: (0.02, 0.50)}
"""Share of all objects, ratio drawn: the default ratios of plans."""
CERTAIN = 0.001
RECUSALS_EACH = 5
MOST = 60
SEED = 3
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SCRIPT = Path(__file__).parents[1] / "services" / "supervision" / "cli" / "verify_draw.py"


def a_pool(objects: int, inspectors: int) -> Pool:
    """Objects of four classes, some certain; every inspector is recused from a few."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    letters = chance.choices(list(SHARES), [share for share, _ in SHARES.values()], k=objects)
    rows = [
        PoolObject(f"bench:JY1640202{n:07d}", letter, chance.random() < CERTAIN) for n, letter in enumerate(letters)
    ]
    free = Counter(row.risk_class for row in rows if not row.certain)
    people = tuple(f"ZF{n:05d}" for n in range(inspectors))
    return Pool(
        quota={letter: int(free[letter] * ratio) for letter, (_, ratio) in SHARES.items()},
        departments=(DrawnDepartment(code="640202-scjg", officers=2, max_load=MOST, inspectors=people),),
        objects=tuple(rows),
        recusals=frozenset((person, chance.choice(rows).ref) for person in people for _ in range(RECUSALS_EACH)),
    )


def measured(pool: Pool, folder: Path) -> dict[str, Any]:
    """Freeze, announce, draw, write the receipt."""
    began = perf_counter()
    require_enough(pool)
    value = PublicValue(source="示例：国家彩票 2026023 期", form="######", at=NOW + timedelta(days=1))
    prepared = Draw(
        draw_no="bench-1",
        plan_no="bench",
        plan_version=1,
        entry="1",
        region="640202",
        departments=("640202-scjg",),
        prepared_by="a",
        snapshot=pool.snapshot,
        secret="0" * 64,
        public_value=value,
        prepared_at=NOW,
        objects=len(pool.objects),
        quota=pool.drawn,
    )
    frozen = perf_counter()
    command = RunDraw(draw_no="bench-1", by="a", witness="b", value="123456")
    done, result = prepared.concluded(command, pool, value.at)
    drawn = perf_counter()
    (folder / "receipt.json").write_text(json.dumps(done.receipt(result, None)), encoding="utf-8")
    (folder / "pool.jsonl").write_bytes(pool.content)
    loads = Counter(chain(*(each.officers["640202-scjg"] for each in result)))
    return {
        "drawn": len(result),
        "most_objects_of_one_inspector": max(loads.values()),
        "freeze_seconds": round(frozen - began, 1),
        "draw_seconds": round(drawn - frozen, 1),
        "pool_mib": round(len(pool.content) / 2**20),
    }


def main() -> None:
    """Measure once and say it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("objects", type=int, nargs="?", default=1_000_000)
    parser.add_argument("inspectors", type=int, nargs="?", default=2_000)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--memory", type=int, default=2048)
    given = parser.parse_args()
    pool = a_pool(given.objects, given.inspectors)
    with TemporaryDirectory() as name:
        folder = Path(name)
        said = {"objects": given.objects, "inspectors": given.inspectors, **measured(pool, folder)}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = perf_counter()
        command = [sys.executable, str(SCRIPT), str(folder / "receipt.json"), "--pool", str(folder / "pool.jsonl")]
        holds = subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own script
        said |= {"peak_rss_mib": round(peak), "verified": holds, "verify_seconds": round(perf_counter() - began, 1)}
        said["verify_peak_rss_mib"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    sys.stdout.write(json.dumps(said, indent=2) + "\n")
    within = said["freeze_seconds"] + said["draw_seconds"] <= given.limit and peak <= given.memory
    sys.exit(0 if holds and within else 1)


if __name__ == "__main__":
    main()
