"""Console (控制台): its pages on a stack whose read model is that of a large city, timed as a browser asks for them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.bench import city, model, news, pages
from ops.bench.growth import must_have_room
from ops.bench.place import opened
from ops.narrator import Narrator
from ops.state_folder import StateFolder

_BYTES_PER_CASE = 18_000


async def measure(cache: Path, cases: int, narrator: Narrator) -> dict[str, Any]:
    """The JSON of it; what was built is removed. Raises CannotRun: the disk is too small, or a page cannot be opened."""
    folder = cache / f"console-{cases}"
    folder.mkdir(parents=True, exist_ok=True)
    must_have_room(folder, cases * _BYTES_PER_CASE)
    narrator.say(f"填 {cases} 个办件的读模型", f"filling a read model with {cases} cases")
    try:
        async with opened(narrator, folder, reset=True) as stack:
            await model.run(stack)
        built = await city.build(folder, cases, narrator.say)
        async with opened(narrator, folder) as stack:
            timed = await pages.time_pages(stack, built.drawn, narrator)
            heard = await news.time_news(stack, narrator)
    finally:
        await asyncio.to_thread(StateFolder(folder).remove)
    return {"cases": cases, "rows": built.rows, "pages": timed, "news": heard}


def missed(told: Mapping[str, Any]) -> list[str]:
    """The pages that are not there in time, and those an event is on too late."""
    return [name for part in ("pages", "news") for name, found in told[part].items() if not found["met"]]


def lines(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures for a person: page, and what was measured of it."""
    said = [(f"控制台 {told['cases']} / console, page", "第一次 · p50 · p99 毫秒 / cold · p50 · p99, ms")]
    for page, found in told["pages"].items():
        said.append((page, f"{found['cold']} · {found['p50']} · {found['p99']}{_verdict(found)}"))
    for page, found in told["news"].items():
        said.append(
            (f"新事件到打开的页 / event to open page: {page}", f"{found['p50']} · {found['p99']}{_verdict(found)}")
        )
    return said


def _verdict(found: Mapping[str, Any]) -> str:
    return "" if found["met"] else f" > {found['limit']:.0f} ■"
