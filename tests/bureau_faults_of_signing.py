"""Bureau systems that send signed webhooks wrongly, each with one fault, by the requirement of the standard it misses."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook

from examples.bureau.bureau import Bureau
from examples.bureau.linkage import Linkage
from tests.bureau_faults import built, fault, with_transport


def signing(said: Mapping[str, Any], change: Callable[[httpx.Request], None]) -> Bureau:
    """A system whose every signed webhook is changed as it leaves."""

    def only_signed(request: httpx.Request) -> None:
        if "webhook-id" in request.headers:
            change(request)

    return with_transport(said, only_signed)


def sign(request: httpx.Request, secret: str, body: bytes) -> None:
    at = datetime.now(UTC)
    request.headers["webhook-timestamp"] = str(int(at.timestamp()))
    request.headers["webhook-signature"] = Webhook(secret).sign(request.headers["webhook-id"], at, body.decode())


@fault("J-31")
def signs_what_it_wrote_another_way(said: Mapping[str, Any]) -> Bureau:
    return signing(
        said, lambda request: sign(request, said["secret"], json.dumps(json.loads(request.content)).encode())
    )


@fault("J-31")
def signs_once(said: Mapping[str, Any]) -> Bureau:
    first: dict[str, dict[str, str]] = {}

    def change(request: httpx.Request) -> None:
        signed = {name: value for name, value in request.headers.items() if name.startswith("webhook-")}
        request.headers.update(first.setdefault(signed["webhook-id"], signed))

    return signing(said, change)


@fault("J-32")
def another_message_each_time(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.headers["webhook-id"] = f"msg_{uuid4()}"
        sign(request, said["secret"], request.content)

    return signing(said, change)


@fault("J-32")
def one_message_for_all(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.headers["webhook-id"] = "msg_1"
        sign(request, said["secret"], request.content)

    return signing(said, change)


@fault("J-33")
def signs_to_another_source(said: Mapping[str, Any]) -> Bureau:
    def change(request: httpx.Request) -> None:
        request.url = request.url.copy_with(path="/api/v1/webhooks/market")

    return signing(said, change)


@fault("J-33")
def makes_up_a_type(said: Mapping[str, Any]) -> Bureau:
    class Inventive(Linkage):
        def tell(self, source_system: str, secret: str, kind: str, *of: Any) -> dict[str, Any]:
            return super().tell(source_system, secret, f"{kind}.v1", *of)

    return built(said, linkage=Inventive)
