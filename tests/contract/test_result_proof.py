"""Anybody can check, with nothing of ours, that a result was publicised as it is: every changed byte is found."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

import supervision.cli
from chassis import problems
from chassis.audit.entries import unsealed
from chassis.audit.sequencer import Sequencer
from chassis.database import Connection, open_pool, sqlalchemy_url
from supervision import handlers
from supervision.api.public_results import router
from supervision.domain.publicity.commands import PublicisePublication
from tests.contract.test_publicity_proved import keys, owner
from tests.contract.test_supervision_store import SqlStore, one
from tests.fakes.publicity import PUBLICITY, early
from tests.keys import public_key, signer

__all__ = ["owner"]

pytestmark = pytest.mark.servers

SCRIPT = Path(supervision.cli.__file__).with_name("verify_result.py")
OTHER = b64encode(signer("credit").public_key).decode()


@pytest.fixture
async def http(owner: Connection, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    engine = create_async_engine(sqlalchemy_url(database_url))
    app = FastAPI()
    problems.install(app)
    app.include_router(router(engine.connect, 50, PUBLICITY))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    await engine.dispose()


def checked(proof: dict[str, Any], folder: Path, key: str = "") -> tuple[int, str]:
    """What the script says, run alone."""
    file = folder / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(file), *(["--key", key] if key else [])]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


async def test_a_proof_holds_and_no_part_of_it_can_be_changed(
    owner: Connection, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    numbers = sorted({row["publication_no"] for row in await keys(owner, "public_edition")})
    key = public_key("supervision").public_key
    for number in numbers:
        proof = (await http.get(f"/public/results/{number}/proof")).json()
        assert json.loads(proof["leaf"])["publication_no"] == number
        code, said = checked(proof, tmp_path, key)
        assert (code, "核对一致" in said, "签名有效" in said) == (0, True, True), said

    proof = (await http.get(f"/public/results/{numbers[0]}/proof")).json()
    last = proof["blocks"][-1]
    changes: list[dict[str, Any]] = [
        {"leaf": proof["leaf"].replace("PUBLICISED", "WITHDRAWN")},
        {"position": proof["position"] + 1},
        {"path": proof["path"] | {"sm3": proof["path"]["sha256"]}},
        {"blocks": [*proof["blocks"][:-1], last | {"count": last["count"] + 1}]},
        {"blocks": [*proof["blocks"][:-1], last | {"at": "2026-01-01T00:00:00.000000+00:00"}]},
        {"head": proof["head"] | {"sha256": "00" * 32}},
        {"head": proof["head"] | {"block": 7}},
        {"head": proof["head"] | {"no": 9}},
        {"head": proof["head"] | {"signature": b64encode(bytes(64)).decode()}},
    ]
    for change in changes:
        code, said = checked(proof | change, tmp_path, key)
        assert (code, "不一致" in said) == (1, True), change
    assert checked(proof, tmp_path, OTHER)[0] == 1
    code, said = checked(proof, tmp_path)
    assert (code, "NOT checked" in said) == (0, True)


async def test_a_proof_spans_the_blocks_up_to_the_head_and_waits_for_one(
    owner: Connection, http: httpx.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    pool = await open_pool(database_url)
    store = SqlStore(pool)
    store.publicity = early()
    (number, *_) = sorted({row["publication_no"] for row in await keys(owner, "public_edition")})
    sequencer = Sequencer("supervision", pool, store._transactions, unsealed, signer("supervision"))
    await owner.execute("DELETE FROM audit_head")
    waiting = await http.get(f"/public/results/{number}/proof")
    assert (waiting.status_code, waiting.json()["type"].rpartition(":")[2]) == (409, "proof-not-ready")
    for _ in range(3):
        await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
        await sequencer.chain_all()
    await sequencer.seal_head()
    proof = (await http.get(f"/public/results/{number}/proof")).json()
    assert len(proof["blocks"]) > 3
    assert checked(proof, tmp_path)[0] == 0
    middle = proof["blocks"][1] | {"before": '{"event_log":1}'}
    assert checked(proof | {"blocks": [proof["blocks"][0], middle, *proof["blocks"][2:]]}, tmp_path)[0] == 1
    await pool.close()


async def test_nothing_is_proved_of_what_was_never_shown(http: httpx.AsyncClient) -> None:
    answer = await http.get("/public/results/0190a5c0-0000-7000-8000-000000000001/proof")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (404, "no-public-result")
