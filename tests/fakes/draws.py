"""Pools and receipts for tests of the draw, and the stand-alone script as others run it."""

import importlib.util
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from kernel.risk import RiskClass
from supervision.domain.draws.algorithm import digest
from supervision.domain.draws.ceremony import Draw
from supervision.domain.draws.commands import PublicValue, RunDraw
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject

SCRIPT = Path(__file__).parents[2] / "services" / "supervision" / "cli" / "verify_draw.py"
SEED = digest("a seed")
PUBLIC_AT = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
RUN = RunDraw(draw_no="2026-1", by="clerk-1", witness="clerk-2", value="07 11 31")


def script() -> ModuleType:
    """The script, loaded from its file: it knows nothing of the product."""
    spec = importlib.util.spec_from_file_location("verify_draw_alone", SCRIPT)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_pool(sizes: dict[RiskClass, int], quota: dict[RiskClass, int], inspectors: int = 6, **changes: Any) -> Pool:
    """So many objects of each class; one department with so many inspectors, two for each object."""
    objects = [PoolObject(f"S:{letter}{n}", letter) for letter, size in sizes.items() for n in range(size)]
    people = tuple(f"I{n}" for n in range(inspectors))
    department = DrawnDepartment(code="D1", officers=2, max_load=20, inspectors=people)
    plain: dict[str, Any] = {"quota": quota, "departments": (department,), "objects": tuple(objects)}
    return Pool(**plain | changes)


def a_draw(pool: Pool, **changes: Any) -> Draw:
    """Announced on a Monday, for the value of Tuesday evening."""
    plain: dict[str, Any] = {
        "draw_no": "2026-1",
        "plan_no": "P2026",
        "plan_version": 1,
        "entry": "E1",
        "region": "640202",
        "departments": ("D1",),
        "snapshot": pool.snapshot,
        "secret": "5" * 64,
        "public_value": PublicValue(source="示例彩票 2026023 期", form="## ## ##", at=PUBLIC_AT),
        "prepared_by": "clerk-1",
        "prepared_at": PUBLIC_AT - timedelta(days=1),
        "objects": len(pool.objects),
        "quota": pool.drawn,
    }
    return Draw(**plain | changes)


def as_read(value: Any) -> Any:
    """What somebody reads who is sent it as JSON."""
    return json.loads(json.dumps(value))
