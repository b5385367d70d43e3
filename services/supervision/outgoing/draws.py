"""What supervision tells of random draws (抽取事件)."""

from datetime import datetime
from typing import Any

from contracts.draws import DrawAnnounced, DrawCancelled, DrawConcluded, DrawReplaced
from supervision.domain.draws.ceremony import Draw
from supervision.domain.draws.replacement import Replacement


def draw_announced(draw: Draw) -> DrawAnnounced:
    """抽取已公告."""
    return DrawAnnounced(
        **_about(draw),
        snapshot=draw.snapshot,
        commitment=draw.commitment,
        algorithm=draw.algorithm,
        script=draw.script,
        value_source=draw.public_value.source,
        value_form=draw.public_value.form,
        value_at=draw.public_value.at,
        objects=draw.objects,
        quota=draw.quota,
        announced_by=draw.prepared_by,
        announced_at=draw.prepared_at,
    )


def draw_concluded(draw: Draw, at: datetime) -> DrawConcluded:
    """抽取已进行."""
    return DrawConcluded(
        **_about(draw),
        secret=draw.secret,
        value=draw.value,
        looked_up=draw.looked_up,
        seed=draw.seed,
        result_hash=draw.result_hash,
        drawn=draw.quota,
        run_by=draw.ended_by,
        witness=draw.witness,
        run_at=at,
    )


def draw_cancelled(draw: Draw, at: datetime) -> DrawCancelled:
    """抽取已取消."""
    return DrawCancelled(
        **_about(draw),
        secret=draw.secret,
        reason=draw.reason,
        cancelled_by=draw.ended_by,
        witness=draw.witness,
        cancelled_at=at,
    )


def officer_replaced(draw: Draw, made: Replacement) -> DrawReplaced:
    """抽中的执法人员已更换."""
    return DrawReplaced(
        **_about(draw),
        number=made.number,
        object_no=made.object_no,
        object_source=made.source_system,
        department=made.department,
        officer=made.officer,
        successor=made.successor,
        result_hash=made.receipt["result_hash"],
        replaced_by=made.by,
        witness=made.witness,
        replaced_at=made.at,
    )


def _about(draw: Draw) -> dict[str, Any]:
    return {
        "source_system": "supervision",
        "region": draw.region,
        "draw_no": draw.draw_no,
        "plan_no": draw.plan_no,
        "plan_version": draw.plan_version,
        "entry": draw.entry,
        "departments": draw.departments,
        "announcement_hash": draw.announcement_hash,
    }
