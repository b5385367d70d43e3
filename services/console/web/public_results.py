"""Publicised results (抽查结果公示): a list, a permanent address for each, and its proof, checked by whoever reads it.

Nobody has to sign in. The browser itself checks the proof; without scripts it is read, fetched and checked elsewhere.
"""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response

from chassis.signing.trusted import PublicKey
from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.view import View
from kernel.refusal import Refusal

_PATH = "/api/v1/public/results"
_SHOWN = 30
_GONE, _NOT_READY = "result-withdrawn", "proof-not-ready"
Trusted = Callable[[], Sequence[PublicKey]]
"""The public keys this deployment believes (公钥)."""
Text = Annotated[str, Query(max_length=200)]


def router(services: Services, names: Names, trusted: Trusted) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_list(routes, services, names)
    _add_files(routes, services)

    @routes.get("/public/results/{publication_no}")
    async def one(request: Request, publication_no: UUID) -> Response:
        """One result as it is shown now; of a withdrawn one when and why."""
        asking = Asking(services, request)
        gone = None
        found: dict[str, Any] = {}
        try:
            found = await asking.get("supervision", f"{_PATH}/{publication_no}")
        except Refusal as refusal:
            if refusal.code != _GONE:
                raise
            gone = refusal
        proof, waiting = await _proof(asking, publication_no)
        return page(
            request,
            "public_result.html",
            status=gone.status if gone else 200,
            found=found,
            gone=gone,
            number=str(publication_no),
            proof=proof,
            waiting=waiting,
            version=found.get("version") or (json.loads(proof["leaf"])["version"] if proof else ""),
            key=next((each for each in trusted() if proof and each.key_id == proof["head"]["key_id"]), None),
            keys=_keys(trusted()),
            departments=await names.departments(),
        )

    return routes


def _add_list(routes: APIRouter, services: Services, names: Names) -> None:
    @routes.get("/public/results")
    async def listed(request: Request, q: Text = "", cursor: Text = "") -> Response:
        """The results that are shown, or those of an organisation by its code or exact name."""
        asking, asked = Asking(services, request), q.strip()
        code = asked.replace(" ", "").replace("-", "")
        by_code = len(code) in _CODES and code.isalnum() and code.isascii()
        told: dict[str, Any] = {"items": [], "next": None}
        refusal = None
        try:
            which = {"uscc": asked} if by_code else {"name": asked}
            told = await asking.get("supervision", _PATH, limit=str(_SHOWN), cursor=cursor, **which)
        except Refusal as refused:
            refusal = refused
        return page(
            request,
            "public_results.html",
            status=refusal.status if refusal else 200,
            asked=asked,
            results=told["items"],
            following=told["next"],
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
            departments=await names.departments(),
        )


_CODES = range(15, 19)
"""Digits and letters of a 统一社会信用代码, or of what somebody takes for one."""


def _add_files(routes: APIRouter, services: Services) -> None:
    @routes.get("/public/results/script")
    async def script(request: Request) -> Response:
        """The script that checks a proof anywhere."""
        told = await Asking(services, request).file("supervision", f"{_PATH}/script")
        return _file(told.content, "text/x-python; charset=utf-8", "verify_result.py")

    @routes.get("/public/results/{publication_no}/proof")
    async def fetched(request: Request, publication_no: UUID) -> Response:
        """The proof as a file."""
        told = await Asking(services, request).file("supervision", f"{_PATH}/{publication_no}/proof")
        return _file(told.content, "application/json", f"{publication_no}.json")


def _file(content: bytes, kind: str, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=kind, headers=disposition)


async def _proof(asking: Asking, publication_no: UUID) -> tuple[dict[str, Any] | None, bool]:
    """The proof, and whether it is not signed yet."""
    try:
        told: dict[str, Any] = await asking.get("supervision", f"{_PATH}/{publication_no}/proof")
    except Refusal as refusal:
        if refusal.code != _NOT_READY:
            raise
        return None, True
    return told | {"text": json.dumps(told, ensure_ascii=False, indent=1)}, False


def _keys(trusted: Sequence[PublicKey]) -> str:
    """The keys as the page's script reads them."""
    told = [
        {"key_id": key.key_id, "service": key.service, "algorithm": key.algorithm, "public_key": key.public_key}
        for key in trusted
    ]
    return msgspec.json.encode(told).decode()
