"""Whole body (完整报文): for middleware that has to see a body before the application does."""

from starlette.types import Message, Receive


async def read(receive: Receive) -> bytes:
    """Everything that comes in."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def again(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that hands out ``body`` once more and then goes on listening."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
