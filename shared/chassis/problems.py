"""Problems (问题详情): every error leaves as RFC 9457 problem+json with a stable type, in Chinese and in English."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.audit.deed import answered
from chassis.discretion import kept_quiet
from chassis.failures import AWAY, not_handled, unavailable
from kernel.refusal import Fault, Refusal, malformed

_log = structlog.get_logger(__name__)

_STATUS: Mapping[int, tuple[str, str, str]] = {
    404: ("not-found", "没有这个地址或这条记录", "There is no such address or record"),
    405: ("method-not-allowed", "此地址不支持该请求方法", "This address does not accept that method"),
    413: ("body-too-large", "提交内容过大，请分批提交", "The body is too large; send it in parts"),
    415: ("unsupported-media-type", "不支持的内容类型", "This content type is not supported"),
}


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the members of a problem document, without data of persons."""
    return {
        "type": f"urn:shenguan:problem:{refusal.code}",
        "title": kept_quiet(refusal.zh),
        "title_en": kept_quiet(refusal.en),
        "status": refusal.status,
        "retryable": refusal.retryable,
        "errors": faults_of(refusal),
    }


def faults_of(refusal: Refusal) -> list[dict[str, str]]:
    """Each fault as it is shown."""
    return [{"pointer": kept_quiet(f.pointer), "zh": kept_quiet(f.zh), "en": kept_quiet(f.en)} for f in refusal.faults]


def problem_response(refusal: Refusal) -> Response:
    """A refusal as an HTTP answer; what may be retried says when."""
    answered(refusal.code)
    headers = {"Retry-After": "1"} if refusal.retryable else None
    return Response(
        msgspec.json.encode(problem(refusal)), refusal.status, headers, media_type="application/problem+json"
    )


def not_found(what_zh: str, what_en: str) -> Refusal:
    """No such record (未找到)."""
    return Refusal(code="not-found", zh=f"未找到{what_zh}", en=f"No such {what_en}", status=404)


def install(app: FastAPI) -> None:
    """Answer every failure of ``app``, and of the middleware added before, with a problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in (*AWAY, DBAPIError):
        app.add_exception_handler(kind, _away)
    app.add_middleware(LastResort)


async def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - Starlette hands over what it was registered for
    return problem_response(refusal)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    return problem_response(malformed([_fault(e) for e in error.errors()]))


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code, zh, en = _STATUS.get(error.status_code, (f"http-{error.status_code}", "请求无法处理", str(error.detail)))
    return problem_response(Refusal(code=code, zh=zh, en=en, status=error.status_code))


async def _away(_request: Request, _error: Exception) -> Response:
    return away_response()


def away_response() -> Response:
    """The answer while what a request needs is away (503); called where the cause is being handled."""
    _log.warning("request.unavailable", exc_info=True)
    return problem_response(unavailable())


class LastResort:
    """ASGI middleware: a bug is answered and logged, and the connection stays usable."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what nobody else answered, unless the answer has begun."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            _log.exception("request.failed", path=scope["path"])
            refusal = unavailable() if isinstance(error, AWAY) else not_handled()
            await problem_response(refusal)(scope, receive, send)


_ZH: Mapping[str, str] = {
    "missing": "必填",
    "extra_forbidden": "不认识的字段，请删除",
    "json_invalid": "不是合法的 JSON",
    "enum": "不在允许的取值之内",
    "date_from_datetime_parsing": "应为日期，如 2026-01-31",
    "date_parsing": "应为日期，如 2026-01-31",
    "int_parsing": "应为整数",
    "string_too_long": "过长",
    "string_too_short": "过短",
    "string_type": "应为文本",
}


_MEMBER = re.compile(r"[\w.\[\]-]{1,64}", re.ASCII)
"""A member a document may have; what a sender made up is not repeated."""


def _fault(error: Mapping[str, Any]) -> Fault:
    location: Sequence[Any] = error["loc"]
    named = (str(part) for part in location if part not in {"body", "query", "path", "header"})
    where = [part if _MEMBER.fullmatch(part) else "…" for part in named]
    return Fault(
        pointer="/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in where) if where else "",
        zh=_ZH.get(error["type"], "内容不合要求") + f"({error['type']})",
        en=str(error["msg"]),
    )
