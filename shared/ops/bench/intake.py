"""Intake (接入): how many decisions one approval process takes per second, by each of its doors.

Each door twice: while the other services carry on with what comes in, on the same cores, and with them halted, which is
what an approval process of its own machine does.

The caller speaks plain HTTP/1.1 over kept-alive connections: a client library would cost more than what is measured.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from urllib.parse import urlsplit

import msgspec
import nats
from uuid_utils.compat import uuid7

from chassis.publisher import LARGEST_BATCH, Outgoing, publish
from contracts.topology import durable_of
from ops.bench.ground import Story
from ops.failure import CannotRun
from ops.stack import Stack

SINGLY, LINES = 4000, 30_000
"""Decisions handed in one by one, and in lines or messages."""
_CALLERS = 16
_LINE_CALLERS = 3
_LINES_EACH = 1000
_OK = 2
_length = b"content-length: "


@contextmanager
def alone(stack: Stack) -> Iterator[None]:
    """Approval has the machine to itself: the other services stand still (SIGSTOP), and go on afterwards."""
    others = [stack.pid_of(service) for service in stack.urls if service != "approval"]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


async def single(stack: Stack, story: Story, first: int) -> float:
    """``POST /api/v1/cases``, sixteen callers at a time; decisions per second."""
    requests = [("/api/v1/cases", "application/json", story.case(n), 1) for n in range(first, first + SINGLY)]
    return await _per_second(stack, requests, _CALLERS)


async def lines(stack: Stack, story: Story, first: int) -> float:
    """``POST /api/v1/cases:batch``, a thousand lines a request, three callers at a time; decisions per second."""
    requests = []
    for start in range(first, first + LINES, _LINES_EACH):
        body = b"\n".join(story.case(n) for n in range(start, start + _LINES_EACH)) + b"\n"
        requests.append(("/api/v1/cases:batch", "application/x-ndjson", body, _LINES_EACH))
    return await _per_second(stack, requests, _LINE_CALLERS)


async def messages(stack: Stack, story: Story, first: int) -> float:
    """``shenguan.intake.approval.v1``, in atomic batches; decisions per second until the last is registered."""
    connection = await nats.connect(stack.nats_url)
    try:
        bodies = [story.case(n) for n in range(first, first + LINES)]
        began = perf_counter()
        for start in range(0, LINES, LARGEST_BATCH):
            portion = bodies[start : start + LARGEST_BATCH]
            facts = [Outgoing(uuid7(), "shenguan.intake.approval.v1.bench", {}, body) for body in portion]
            await publish(connection, "INTAKE", facts)
        stream = connection.jetstream()
        while True:
            info = await stream.consumer_info("INTAKE", durable_of("approval", "INTAKE"))
            if not info.num_pending and not info.num_ack_pending:
                return LINES / (perf_counter() - began)
            await asyncio.sleep(0.02)
    finally:
        await connection.close()


HandIn = Callable[[Stack, Story, int], Awaitable[float]]
DOORS: Mapping[str, tuple[HandIn, int]] = {
    "post": (single, SINGLY),
    "ndjson": (lines, LINES),
    "nats": (messages, LINES),
}
"""Door → how decisions are handed in by it, and how many."""

Request = tuple[str, str, bytes, int]
"""Path, content type, body, and how many lines of answer it must have."""


async def _per_second(stack: Stack, requests: Sequence[Request], callers: int) -> float:
    waiting = list(reversed(requests))
    headers = stack.headers()
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(_caller(stack.urls["approval"], headers, waiting.pop, lambda: bool(waiting)))
    return sum(expected for *_, expected in requests) / (perf_counter() - began)


async def _caller(url: str, headers: Mapping[str, str], take: Callable[[], Request], more: Callable[[], bool]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    fixed = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    try:
        while more():
            path, kind, body, expected = take()
            head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{fixed}Content-Type: {kind}\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await _answered(reader, expected)
    finally:
        writer.close()


async def _answered(reader: asyncio.StreamReader, expected: int) -> None:
    """Read one answer whole; refuses what was not taken."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if (at := head.find(_length)) >= 0:
        body = await reader.readexactly(int(head[at + len(_length) :].split(b"\r\n", 1)[0]))
    else:
        body = await _chunks(reader.readuntil, reader.readexactly)
    taken = status // 100 == _OK
    if expected > 1 and taken:
        answers = msgspec.json.Decoder(_Answer).decode_lines(body)
        taken = len(answers) == expected and all(answer.status // 100 == _OK for answer in answers)
    if not taken:
        said = body[:300].decode("utf-8", "replace")
        raise CannotRun(zh=f"接入被拒绝（{status}）：{said}", en=f"the intake refused ({status}): {said}")


class _Answer(msgspec.Struct):
    status: int


async def _chunks(until: Callable[[bytes], Awaitable[bytes]], exactly: Callable[[int], Awaitable[bytes]]) -> bytes:
    body = b""
    while size := int(await until(b"\r\n"), 16):
        body += await exactly(size)
        await exactly(2)
    await until(b"\r\n")
    return body
