"""Gathering (收集): asks every service for its part of a case and packs what they answer into one file.

Everything inside but the summary is what the services keep, so that the file says nothing nobody signed.
"""

import asyncio
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import IO, Any

import httpx

from ops.dossier.summary import summary
from ops.failure import CannotRun, Exit

Line = dict[str, Any]
_PAUSE = 2.0
_PATIENCE = 600
_FILES = {"event": "events", "entry": "audit", "block": "blocks", "head": "heads"}
_SCRIPT = Path(__file__).with_name("verify.py")
SUMS = "SHA256SUMS"


async def gathered(
    urls: Mapping[str, str], headers: Mapping[str, str], case: str, *, asked: Mapping[str, str], wait: float
) -> list[Line]:
    """What all services say of a case; waits until signed heads stand above all of it, ``wait`` seconds at most.

    Raises:
        CannotRun: a service does not answer or refuses, or nobody knows the case.
    """
    deadline = monotonic() + wait
    while True:
        answers = await asyncio.gather(*(_told(url, headers, {"correlation": case, **asked}) for url in urls.values()))
        lines = [line for answer in answers for line in answer]
        pending = any(line["kind"] == "pending" for line in lines)
        if not any(line["kind"] == "event" for line in lines):
            raise CannotRun(
                zh=f"没有这个办件: {case}（写法: 来源系统:办件编号）",
                en=f"nobody knows the case {case} (write it as source_system:case_id)",
                exit_code=Exit.FINDING,
            )
        if not pending or monotonic() > deadline:
            return lines
        await asyncio.sleep(_PAUSE)


def pack(out: Path | IO[bytes], case: str, lines: Sequence[Line], keys: Sequence[Line]) -> None:
    """Write the file ``out``: the lines by kind, the public keys, the summary, the script, and the digest of each."""
    files = {f"{name}.ndjson": _ndjson(lines, kind) for kind, name in _FILES.items()}
    pending = sorted(line["event_id"] for line in lines if line["kind"] == "pending")
    about = {"case": case, "made_at": datetime.now(UTC).isoformat(), "pending": pending}
    files["about.json"] = json.dumps(about, ensure_ascii=False).encode()
    files["keys.json"] = json.dumps(list(keys)).encode()
    files["summary.md"] = summary(case, lines).encode()
    files["verify.py"] = _SCRIPT.read_bytes()
    sums = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    files[SUMS] = "".join(sums).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)


async def _told(url: str, headers: Mapping[str, str], asked: Mapping[str, str]) -> list[Line]:
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_PATIENCE, trust_env=False) as client:
        try:
            answer = await client.get("/ops/v1/evidence", params=asked)
        except httpx.HTTPError as fault:
            raise CannotRun(zh=f"{url} 没有答复: {fault!r}", en=f"{url} does not answer: {fault!r}") from fault
    if answer.status_code != httpx.codes.OK:
        raise CannotRun(
            zh=f"{url} 拒绝了: {answer.text[:300]}",
            en=f"{url} refused: {answer.status_code}",
            exit_code=Exit.FINDING,
        )
    return [json.loads(line) for line in answer.text.splitlines()]


def _ndjson(lines: Sequence[Line], kind: str) -> bytes:
    """Those of one kind in the order of time, each once."""
    own = (line for line in lines if line["kind"] == kind)
    told = {json.dumps(line, ensure_ascii=False): line.get("logged_at", line.get("at", "")) for line in own}
    return "".join(f"{line}\n" for line in sorted(told, key=lambda line: (told[line], line))).encode()
