"""A terminal somebody types a page's commands into (照着页面输入命令), block after block, at a stack of another address."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORTS = {"approval": 8101, "supervision": 8102, "credit": 8103, "console": 8104}
"""Where the pages say the services are."""
ANSWERED = "-- answered --"


def blocks(page: Path, section: str = "") -> list[str]:
    """The commands of a page, or of one section, a block each."""
    text = page.read_text(encoding="utf-8")
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found: list[str] = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found


def addresses(urls: Mapping[str, str]) -> dict[str, str]:
    """The environment by which the commands find a stack that is not at the usual ports."""
    return {f"SHENGUAN_{service.upper()}_URL": urls[service] for service in PORTS}


async def typed(
    entered: list[str],
    urls: Mapping[str, str],
    environment: dict[str, str],
    *,
    folder: Path = ROOT,
    settled: Callable[[], Awaitable[object]] | None = None,
) -> list[str]:
    """What each block answers; the next is typed once ``settled`` is. Fails at the first command that does."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-e"),
        env=os.environ | {"NO_PROXY": "*"} | environment,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told: list[str] = []
    for block in entered:
        for service, port in PORTS.items():
            block = block.replace(f"http://127.0.0.1:{port}", urls[service])  # noqa: PLW2901 - filled in
        process.stdin.write(f"{block}\necho; echo {ANSWERED}\n".encode())
        lines: list[str] = []
        while (line := (await process.stdout.readline()).decode()) and line.strip() != ANSWERED:
            lines.append(line)
        told.append("".join(lines).strip())
        assert line, (block, told)
        if settled:
            await settled()
    process.stdin.close()
    assert await process.wait() == 0, told
    return told
