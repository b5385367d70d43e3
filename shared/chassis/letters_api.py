"""Dead letters over HTTP (死信接口): listed, one with its raw message, one or many applied again with a reason."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis.audit.deed import present_deed
from chassis.discretion import kept_quiet
from kernel.refusal import Refusal

_Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class RedriveAsked(BaseModel):
    """重投一批: which open letters, and why."""

    model_config = ConfigDict(extra="forbid")

    cause: _Word = Field("", description="原因代码；缺省为全部 / code of the cause; all when left out")
    consumer: _Word = Field("", description="持久消费者；缺省为全部 / durable consumer; all when left out")
    reason: _Word = Field(min_length=4, description="理由，至少四个字，记入审计 / why, goes into the audit log")
    preview: bool = Field(default=False, description="只数件数 / only count them")

    def means(self, letter: Mapping[str, Any]) -> bool:
        """Whether a letter is one of those."""
        return self.cause in {"", letter["cause"]} and self.consumer in {"", letter["consumer"]}


class Letters(Protocol):
    """What the routes ask for."""

    async def letters(self) -> list[dict[str, Any]]:
        """Open letters, oldest first."""
        ...

    async def letter(self, letter: UUID) -> dict[str, Any]:
        """One, whole."""
        ...

    async def redrive(self, letter: UUID) -> None:
        """Apply it again."""
        ...


def add_letters(router: APIRouter, of: Letters) -> None:
    """Put the routes of dead letters on ``router``."""
    listed: Callable[[], Awaitable[Sequence[Mapping[str, Any]]]] = of.letters
    router.add_api_route("/dead-letters", listed, summary="死信", response_model=None)

    @router.get("/dead-letters/{letter}", summary="一封死信")
    async def one(letter: UUID) -> dict[str, Any]:
        """With headers and the message as text; of a sealed one, which may name a person, without it."""
        return await of.letter(letter)

    @router.post("/dead-letters/{letter}:redrive", status_code=204, summary="重投死信")
    async def redrive(letter: UUID) -> None:
        await of.redrive(letter)

    @router.post("/dead-letters:redrive", summary="重投一批死信")
    async def redrive_many(asked: RedriveAsked) -> dict[str, Any]:
        """Oldest first, each in a transaction of its own; what still fails stays open and is named."""
        meant = [letter for letter in await of.letters() if asked.means(letter)]
        failing: list[dict[str, Any]] = []
        done = 0
        if not asked.preview:
            present_deed().why = kept_quiet(asked.reason.strip())
            for letter in meant:
                try:
                    await of.redrive(UUID(letter["id"]))
                    done += 1
                except Refusal as refusal:
                    failing.append({"id": letter["id"], "code": refusal.code, "zh": refusal.zh, "en": refusal.en})
        return {"matched": len(meant), "redriven": done, "failing": failing}
