"""NDJSON batches (逐行批量): one JSON document per line in, one answer per line out, in the same order.

Lines are worked on in chunks while they arrive, so a long batch needs little memory and shows progress.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis.edge.json_shape import require_sound
from chassis.problems import problem
from kernel.refusal import Fault, Refusal, malformed

CHUNK = 500
"""Lines that share one transaction."""
LONGEST_LINE = 256 * 1024
"""Bytes."""
DEEPEST = 32
"""Levels of nesting in one line."""

M = TypeVar("M")
R = TypeVar("R")

Decode = Callable[[bytes], M]
Run = Callable[[Sequence[M]], Awaitable[Sequence[R | Refusal]]]
Describe = Callable[[R], tuple[int, Mapping[str, Any]]]


def batch_response(request: Request, decode: Decode[M], run: Run[M, R], receipt: Describe[R]) -> StreamingResponse:
    """Answer a batch line by line.

    Args:
        request: its body is NDJSON; empty lines are skipped and counted.
        decode: one line → a command; raises Refusal for bad content.
        run: commands → results or refusals, same length and order.
        receipt: one result → (HTTP status of the line, members of its answer).
    """

    async def answers() -> AsyncIterator[bytes]:
        async for first, lines in _chunks(request):
            yield await _answer(first, lines, decode, run, receipt)

    return _Answers(answers(), media_type="application/x-ndjson")


class _Answers(StreamingResponse):
    """Streams without listening for a disconnect: Starlette's listener would swallow the body that is still read."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the answer while the request comes in."""
        await self.stream_response(send)


async def _answer(first: int, lines: Sequence[bytes], decode: Decode[M], run: Run[M, R], receipt: Describe[R]) -> bytes:
    outcomes: list[R | Refusal | None] = [None] * len(lines)
    commands: list[tuple[int, M]] = []
    for n, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            commands.append((n, decode(_fitting(line))))
        except Refusal as refusal:
            outcomes[n] = refusal
    if commands:
        for (n, _), outcome in zip(commands, await run([c for _, c in commands]), strict=True):
            outcomes[n] = outcome
    said = [_line(first + n, outcome, receipt) for n, outcome in enumerate(outcomes) if outcome is not None]
    return b"".join(msgspec.json.encode(line) + b"\n" for line in said)


def _line(number: int, outcome: R | Refusal, receipt: Describe[R]) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        return {"line": number, "status": outcome.status, "problem": problem(outcome)}
    status, members = receipt(outcome)
    return {"line": number, "status": status, **members}


def _fitting(line: bytes) -> bytes:
    if len(line) > LONGEST_LINE:
        raise Refusal(
            code="line-too-long",
            zh=f"一行最多 {LONGEST_LINE} 字节",
            en=f"A line has at most {LONGEST_LINE} bytes",
            status=413,
        )
    require_sound(line, DEEPEST)
    return line


async def _chunks(request: Request) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Lines of the body in groups of at most ``CHUNK`` with the 1-based number of the first of each group."""
    rest, number, lines = b"", 1, list[bytes]()
    async for piece in request.stream():
        *complete, rest = (rest + piece).split(b"\n")
        rest = rest[: LONGEST_LINE + 1]  # a line that never ends is refused as too long, not kept
        lines += complete
        while len(lines) >= CHUNK:
            yield number, lines[:CHUNK]
            number, lines = number + CHUNK, lines[CHUNK:]
    if rest:
        lines.append(rest)
    if lines:
        yield number, lines


def decoded(decoder: msgspec.json.Decoder[M], line: bytes) -> M:
    """Decode one document strictly.

    Raises:
        Refusal: ``invalid-content`` with the JSON pointer of what does not fit.
    """
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed([_fault(str(error))]) from error


def _fault(sentence: str) -> Fault:
    """The decoder says ``Expected `int` - at `$.a[0].b` ``: the path becomes a pointer."""
    said, _, path = sentence.partition(" - at `$")
    steps = path.rstrip("`").replace("[", ".").replace("]", "").split(".")
    pointer = "".join(f"/{step}" for step in steps if step)
    return Fault(pointer=pointer, zh=f"内容不合要求: {said}", en=said)
