"""Downloads (下载): a file as an answer, under its own name whatever letters that has; no cache keeps it."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Response


def handed_over(
    content: bytes, name: str, media_type: str, *, shown: bool = False, headers: Mapping[str, str] | None = None
) -> Response:
    """The file. ``shown``: the browser may show it in place of keeping it."""
    how = "inline" if shown else "attachment"
    said = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=said | dict(headers or {}))
