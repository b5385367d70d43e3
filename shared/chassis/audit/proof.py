"""Proof (公示凭证): shows anybody that a public row stands in the signed chain, without showing anything else of it."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.audit.block import COLUMNS, HASHES, Block
from chassis.audit.heads import Head
from kernel.refusal import Refusal

FORMAT = "shenguan-audit-proof-1"
_PLACE = "SELECT block, position FROM audit_leaf WHERE ref = :ref"
_HEAD = "SELECT * FROM audit_head WHERE block >= :block ORDER BY no LIMIT 1"
_BLOCKS = f"SELECT {', '.join(COLUMNS)} FROM audit_block WHERE no BETWEEN :first AND :last ORDER BY no"  # noqa: S608 - constants


async def proof_of(connection: AsyncConnection, service: str, ref: str, leaf: bytes) -> dict[str, Any]:
    """The proof of a public row.

    Refuses ``proof-not-ready`` (409, retryable) within the minute before its block is signed.
    """
    place = (await connection.execute(text(_PLACE), {"ref": ref})).mappings().one_or_none()
    asked = {"block": place["block"]} if place else {"block": -1}
    signed = (await connection.execute(text(_HEAD), asked)).mappings().one_or_none() if place else None
    if place is None or signed is None:
        raise Refusal(
            code="proof-not-ready",
            zh="这一版刚刚公示，链头每分钟签名一次，请一分钟后再取凭证",
            en="This version was shown just now and heads are signed every minute; ask again in a minute",
            status=409,
            retryable=True,
        )
    head = Head.of(service, dict(signed))
    rows = await connection.execute(text(_BLOCKS), {"first": place["block"], "last": head.block})
    first, *later = [Block.of(dict(row)) for row in rows.mappings()]
    return {
        "format": FORMAT,
        "service": service,
        "leaf": leaf.decode(),
        "position": place["position"],
        "path": {name: _path(first, name, place["position"]) for name in HASHES},
        "blocks": [_header(block) for block in (first, *later)],
        "head": head.document(),
    }


def _path(block: Block, name: str, position: int) -> str:
    tree = block.tree(name)
    return b64encode(tree.path(position)).decode() if tree else ""


def _header(block: Block) -> dict[str, Any]:
    """What a block's hash is over, the entries behind one hash."""
    hashes = {
        name: {
            "list": block.listed(name).hex(),
            "previous": getattr(block, f"previous_{name}").hex(),
            "root": getattr(block, f"root_{name}").hex(),
        }
        for name in HASHES
    }
    at: datetime = block.at
    said = {"no": block.no, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), "before": block.before}
    return said | {"count": len(block.leaf_sha256) // 32} | hashes
