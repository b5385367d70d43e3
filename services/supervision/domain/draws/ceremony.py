"""Ceremony of a draw (抽取过程): announced before anybody can know the seed, run once, or cancelled for all to see.

The secret is chosen before the public value exists, the value by nobody here: neither alone decides. The secret is told
when the draw is over, also when it was cancelled, so that all see what would have been drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from kernel.clock import CHINA
from kernel.refusal import Fault, Refusal, malformed
from kernel.two_persons import second_person_needed
from supervision.domain.draws.algorithm import ALGORITHM, SCRIPT, DrawnObject, digest, draw, result_hash
from supervision.domain.draws.commands import CancelDraw, PrepareDraw, PublicValue, RunDraw
from supervision.domain.draws.pool import Pool, text_of

RECEIPT = "shenguan-draw-receipt-1"
"""收据格式."""


class DrawState(StrEnum):
    """抽取状态."""

    ANNOUNCED = "ANNOUNCED"  # 已公告
    CONCLUDED = "CONCLUDED"  # 已抽取
    CANCELLED = "CANCELLED"  # 已取消


def announcement(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """公告: all that is fixed and published before a draw, from what is kept of it."""
    fixed = ("algorithm", "commitment", "draw_no", "entry", "plan_no", "plan_version", "script", "snapshot")
    value = {"at": _written(told["value_at"]), "form": told["value_form"], "source": told["value_source"]}
    return {name: told[name] for name in fixed} | {"public_value": value}


@dataclass(frozen=True, kw_only=True)
class Draw:
    """一次抽取. ``secret`` is known to the service alone until it is over; ``script``: SHA-256 of what checks receipts."""

    draw_no: str
    plan_no: str
    plan_version: int
    entry: str
    region: str
    departments: tuple[str, ...]
    """参与部门, the lead first."""
    snapshot: str
    secret: str
    public_value: PublicValue
    prepared_by: str
    prepared_at: datetime
    objects: int
    """池中对象数."""
    quota: int
    """抽取对象数."""
    algorithm: str = ALGORITHM
    script: str = SCRIPT
    state: DrawState = DrawState.ANNOUNCED
    value: str = ""
    looked_up: str = ""
    result_hash: str = ""
    ended_by: str = ""
    witness: str = ""
    ended_at: datetime | None = None
    reason: str = ""

    @property
    def commitment(self) -> str:
        """承诺值 of the secret."""
        return digest(self.secret)

    @property
    def announcement(self) -> Mapping[str, Any]:
        """公告."""
        value = self.public_value
        return announcement(
            vars(self)
            | {"commitment": self.commitment}
            | {"value_source": value.source, "value_form": value.form, "value_at": value.at}
        )

    @property
    def announcement_hash(self) -> str:
        """公告哈希: the one line to write down before the draw."""
        return digest(text_of(self.announcement))

    @property
    def seed(self) -> str:
        """种子: from the secret, the public value and everything that was announced."""
        return digest(self.secret, self.value, self.announcement_hash)

    def repeated(self, command: PrepareDraw) -> bool:
        """True when the very same was prepared. Refuses ``draw-differs`` (409)."""
        asked = (command.plan_no, command.entry, command.public_value, command.by)
        if (self.plan_no, self.entry, self.public_value, self.prepared_by) == asked:
            return True
        raise Refusal(
            code="draw-differs",
            zh=f"抽取 {self.draw_no} 已公告且内容不同，请另用编号，或先取消它",
            en=f"draw {self.draw_no} was announced with other content; use another number or cancel it first",
            status=409,
        )

    def concluded(self, command: RunDraw, pool: Pool, at: datetime) -> tuple[Self, tuple[DrawnObject, ...]]:
        """抽取: the draw and its result; the same command again gives the same.

        Refuses ``invalid-content`` (422), ``draw-over``, ``draw-not-due``, ``second-person-needed``,
        ``pool-changed`` (409).
        """
        if not self.public_value.fits(command.value):
            zh = f"公开数须按公告的写法 {self.public_value.form}，# 为数字"
            en = f"the value is written as announced, {self.public_value.form}, # is a digit"
            raise malformed([Fault(pointer="/value", zh=zh, en=en)])
        if self.state is DrawState.CONCLUDED and (self.value, self.ended_by, self.witness) == (
            command.value,
            command.by,
            command.witness,
        ):
            return self, draw(pool, self.seed)
        self._must_be_open()
        if at < self.public_value.at:
            raise Refusal(
                code="draw-not-due",
                zh=f"公告的时刻 {_china(self.public_value.at)} 未到，到时再抽取",
                en=f"the announced moment {_china(self.public_value.at)} has not come; run it then",
                status=409,
            )
        require_two(command.by, command.witness)
        if pool.snapshot != self.snapshot:
            raise Refusal(
                code="pool-changed",
                zh=f"抽取 {self.draw_no} 的抽查池与公告的快照 {self.snapshot} 不符，已被改动；请查明原因，取消并另行准备",
                en=f"the pool of draw {self.draw_no} is not the one announced, {self.snapshot}; it was tampered with: "
                "find out why, cancel the draw and prepare another",
                status=409,
            )
        drawn = replace(
            self,
            state=DrawState.CONCLUDED,
            value=command.value,
            looked_up=command.looked_up,
            ended_by=command.by,
            witness=command.witness,
            ended_at=at,
        )
        result = draw(pool, drawn.seed)
        return replace(drawn, result_hash=result_hash(result)), result

    def cancelled(self, command: CancelDraw, at: datetime) -> Self:
        """取消. Refuses ``draw-over`` and, once the value is public, ``second-person-needed`` (409)."""
        same = (self.ended_by, self.reason, self.witness) == (command.by, command.reason, command.witness)
        if self.state is DrawState.CANCELLED and same:
            return self
        self._must_be_open()
        if at >= self.public_value.at:
            require_two(command.by, command.witness)
        return replace(
            self,
            state=DrawState.CANCELLED,
            ended_by=command.by,
            witness=command.witness,
            ended_at=at,
            reason=command.reason,
        )

    def receipt(self, result: tuple[DrawnObject, ...], pool: Pool | None) -> Mapping[str, Any]:
        """收据 of a concluded draw; ``pool`` is written into it when it is given."""
        told = {
            "format": RECEIPT,
            "announcement": self.announcement,
            "announcement_hash": self.announcement_hash,
            "secret": self.secret,
            "public_value": self.value,
            "looked_up": self.looked_up,
            "seed": self.seed,
            "result": [{"object": each.ref, "officers": each.officers} for each in result],
            "result_hash": self.result_hash,
            "run_by": self.ended_by,
            "witness": self.witness,
            "run_at": _written(self.ended_at) if self.ended_at else None,
        }
        return told | ({"pool": pool.content.decode()} if pool else {})

    def require_run(self) -> None:
        """Refuses ``draw-not-run`` (409): it was not run, or cancelled."""
        if self.state is not DrawState.CONCLUDED:
            raise Refusal(
                code="draw-not-run",
                zh=f"抽取 {self.draw_no} 没有结果，抽取以后才能更换",
                en=f"draw {self.draw_no} has no result; officers are replaced once it was run",
                status=409,
            )

    def _must_be_open(self) -> None:
        if self.state is DrawState.ANNOUNCED:
            return
        done = {DrawState.CONCLUDED: ("已抽取", "was run"), DrawState.CANCELLED: ("已取消", "was cancelled")}
        zh, en = done[self.state]
        raise Refusal(
            code="draw-over",
            zh=f"抽取 {self.draw_no} {zh}，一次抽取只进行一次；请查看其收据或另行准备",
            en=f"draw {self.draw_no} {en}, and a draw is run once; look at its receipt or prepare another",
            status=409,
        )


def must_lie_ahead(value: PublicValue, now: datetime, hours: int) -> None:
    """The announced moment leaves the public so many hours. Refuses ``draw-too-soon`` (409)."""
    earliest = now + timedelta(hours=hours)
    if value.at < earliest:
        raise Refusal(
            code="draw-too-soon",
            zh=f"公告至少提前 {hours} 小时：公开数产生的时刻不早于 {_china(earliest)}，请另选公开数",
            en=f"a draw is announced {hours} hours ahead: choose a value that appears no earlier than {_china(earliest)}",
            status=409,
        )


def require_two(by: str, witness: str) -> None:
    """双人: refuses ``second-person-needed`` (409)."""
    if not witness or witness == by:
        raise second_person_needed(
            f"抽取须有另一人监督：{by} 经办，请由另一人作监督人",
            f"a draw has a witness: {by} does it, name somebody else as witness",
        )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
