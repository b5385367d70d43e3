"""What supervision (监管) tells of random draws (双随机抽查): announced, run, cancelled. Codes and hashes, no names."""

from typing import ClassVar

from contracts.event import Event, Instant, Subject
from kernel.subject import IdType, SubjectKind


class DrawEvent(Event, frozen=True, kw_only=True):
    """Base of everything told about a draw (抽取)."""

    draw_no: str
    plan_no: str
    plan_version: int
    entry: str
    """计划项 code."""
    departments: tuple[str, ...]
    """监管部门 that take part, the lead first."""
    announcement_hash: str
    """公告哈希: fixed before the seed can be known."""

    @property
    def aggregate(self) -> str:
        """The draw."""
        return self.draw_no

    @property
    def holder(self) -> Subject:
        """Nobody's licence: all that is told of draws travels on one partition, in its order."""
        return Subject(id_type=IdType.OTHER, id_no="DRAW", kind=SubjectKind.ORGANISATION)


class DrawAnnounced(DrawEvent, frozen=True, kw_only=True):
    """抽取已公告: pool, algorithm and commitment are fixed; the seed will follow from a value nobody here can choose."""

    fact: ClassVar[str] = "supervision.draw.announced"

    snapshot: str
    """快照哈希 of the pool."""
    commitment: str
    """承诺值 of the secret."""
    algorithm: str
    script: str
    """SHA-256 of the script that checks receipts."""
    value_source: str
    """公开数来源."""
    value_form: str
    value_at: Instant
    objects: int
    """池中对象数."""
    quota: int
    """抽取对象数."""
    announced_by: str
    announced_at: Instant


class DrawConcluded(DrawEvent, frozen=True, kw_only=True):
    """抽取已进行: secret, value and seed are public, the receipt can be recomputed by anybody."""

    fact: ClassVar[str] = "supervision.draw.concluded"

    secret: str
    value: str
    looked_up: str
    """Where the value can be looked up."""
    seed: str
    result_hash: str
    drawn: int
    """抽中对象数."""
    run_by: str
    witness: str
    """监督人, somebody else."""
    run_at: Instant


class DrawCancelled(DrawEvent, frozen=True, kw_only=True):
    """抽取已取消: with a reason, and the secret, so that all see what would have been drawn."""

    fact: ClassVar[str] = "supervision.draw.cancelled"

    secret: str
    reason: str
    cancelled_by: str
    witness: str
    """监督人; empty when the value was not public yet."""
    cancelled_at: Instant


class DrawReplaced(DrawEvent, frozen=True, kw_only=True):
    """抽中的执法人员已更换: by a small draw with a receipt of its own."""

    fact: ClassVar[str] = "supervision.draw.replaced"

    number: int
    """第几次更换 of this draw."""
    object_no: str
    object_source: str
    department: str
    officer: str
    successor: str
    result_hash: str
    replaced_by: str
    witness: str
    replaced_at: Instant


EVENTS: tuple[type[Event], ...] = (DrawAnnounced, DrawConcluded, DrawCancelled, DrawReplaced)
