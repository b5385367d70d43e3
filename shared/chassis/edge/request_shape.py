"""Request shape (请求形态): address, headers and JSON body are looked at before anybody works on them."""

from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.edge import whole_body
from chassis.edge.json_shape import require_sound
from chassis.edge.settings import EdgeSettings
from chassis.problems import problem_response
from kernel.refusal import Fault, Refusal, malformed

_NUL = "\x00"


class RequestShape:
    """ASGI middleware: address and headers. No driver keeps NUL, so none gets in."""

    def __init__(self, app: ASGIApp, settings: EdgeSettings) -> None:
        self._app = app
        self._longest = settings.url_bytes
        self._headers = settings.header_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on as it is."""
        if scope["type"] == "http":
            try:
                self._require_sound(scope)
            except Refusal as refusal:
                await problem_response(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _require_sound(self, scope: Scope) -> None:
        query: bytes = scope["query_string"]
        if len(scope.get("raw_path") or scope["path"].encode()) + len(query) > self._longest:
            raise Refusal(
                code="address-too-long",
                zh=f"网址超过 {self._longest} 字节，请缩短查询条件",
                en=f"The address is longer than {self._longest} bytes; ask for less at once",
                status=414,
            )
        if sum(len(name) + len(value) for name, value in scope["headers"]) > self._headers:
            raise Refusal(
                code="headers-too-large",
                zh=f"请求头超过 {self._headers} 字节，请减少请求头",
                en=f"The headers are larger than {self._headers} bytes; send fewer",
                status=431,
            )
        faults = list(_faults(scope["path"], query, scope["headers"]))
        if faults:
            raise malformed(faults)


def _faults(path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> list[Fault]:
    zh, en = "含有空字符，请删除后重试", "contains NUL; remove it"
    found = [Fault(pointer="", zh=f"网址{zh}", en=f"the path {en}")] if _NUL in path else []
    if b"%00" in query or b"\x00" in query:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        found += [
            Fault(pointer=f"/{name}".replace(_NUL, ""), zh=zh, en=en) for name, value in pairs if _NUL in name + value
        ]
    named = (name.decode("latin-1") for name, value in headers if b"\x00" in value)
    return found + [Fault(pointer="", zh=f"请求头 {name} {zh}", en=f"the header {name} {en}") for name in named]


class JsonBodies:
    """ASGI middleware: JSON bodies. Batches are looked at line by line where they are read."""

    def __init__(self, app: ASGIApp, settings: EdgeSettings) -> None:
        self._app = app
        self._deepest = settings.json_depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too deep or cannot be kept; hand on the rest."""
        if not _is_json(scope):
            await self._app(scope, receive, send)
            return
        body = await whole_body.read(receive)
        try:
            require_sound(body, self._deepest)
        except Refusal as refusal:
            await problem_response(refusal)(scope, receive, send)
            return
        await self._app(scope, whole_body.again(body, receive), send)


def _is_json(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"} or scope["path"].endswith(":batch"):
        return False
    kind = dict(scope["headers"]).get(b"content-type", b"")
    # What is imported without saying what it is is a workbook more often than not; its reader looks for itself.
    return b"json" in kind.lower() or not (kind or scope["path"].endswith(":import"))
