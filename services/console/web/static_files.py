"""Static files (静态资源): addressed with their hash, so that a browser keeps them for ever and never shows an old one."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"
MOUNT = "/static"
_FOR_EVER = "public, max-age=31536000, immutable"
_OK = 200


@cache
def version(path: str) -> str:
    """The first twelve digits of the SHA-256 of a file. Raises OSError when there is none."""
    return sha256((FOLDER / path).read_bytes()).hexdigest()[:12]


def address(path: str) -> str:
    """Where a browser gets a file, by its path below ``static/``."""
    return f"{MOUNT}/{path}?v={version(path)}"


def router() -> APIRouter:
    """The route of the files."""
    routes, files = APIRouter(), StaticFiles(directory=FOLDER)

    @routes.get(MOUNT + "/{path:path}")
    async def file(request: Request, path: str) -> Response:
        """A file; asked for without the hash it has, it has to be asked for again."""
        answer = await files.get_response(path, request.scope)
        if answer.status_code == _OK:
            kept = request.url.query == f"v={version(path)}"
            answer.headers["Cache-Control"] = _FOR_EVER if kept else "no-cache"
        return answer

    return routes
