"""Which entry is drawn, and when (抽查时段): of the version of the plan in force, before its window is over."""

from collections.abc import Mapping, Sequence

from kernel.clock import china_day
from kernel.refusal import Refusal
from supervision.domain.draws.ceremony import DrawState
from supervision.domain.draws.commands import PrepareDraw
from supervision.domain.plans import PlanEntry, PlanState
from supervision.domain.plans.commands import no_such_plan
from supervision.domain.plans.version import PlanVersion


def entry_to_draw(versions: Sequence[PlanVersion], command: PrepareDraw) -> tuple[PlanVersion, PlanEntry]:
    """The filed version with the highest number, and its entry.

    Refuses ``not-found`` (404), ``plan-not-filed``, ``draw-too-late`` (409).
    """
    if not versions:
        raise no_such_plan(command.plan_no)
    version = in_force(versions)
    if version is None:
        raise Refusal(
            code="plan-not-filed",
            zh=f"计划 {command.plan_no} 尚未备案，备案之后才能抽取",
            en=f"plan {command.plan_no} is not filed; it is drawn from once it is",
            status=409,
        )
    entry = version.content.entry(command.entry)
    if china_day(command.public_value.at) > entry.ends_on:
        raise Refusal(
            code="draw-too-late",
            zh=f"计划项 {entry.code} 的抽查时段至 {entry.ends_on} 止，公开数产生时已过；请另选公开数或变更计划",
            en=f"the window of entry {entry.code} ends on {entry.ends_on}, before the value appears; "
            "choose another value or amend the plan",
            status=409,
        )
    return version, entry


def must_be_free(entry: PlanEntry, drawn: Mapping[str, DrawState]) -> None:
    """One draw of an entry at a time, and not more than planned. ``drawn``: its draws so far.

    So nobody announces another draw when the one at hand would go the wrong way: it is run, or cancelled for all to see.
    Refuses ``draw-open``, ``draws-done`` (409).
    """
    if waiting := sorted(number for number, state in drawn.items() if state is DrawState.ANNOUNCED):
        raise Refusal(
            code="draw-open",
            zh=f"计划项 {entry.code} 的抽取 {waiting[0]} 已公告尚未进行；请先抽取，或写明原因取消",
            en=f"draw {waiting[0]} of entry {entry.code} was announced and not run; run it, or cancel it with a reason",
            status=409,
        )
    run, planned = sum(state is DrawState.CONCLUDED for state in drawn.values()), entry.frequency.times_per_year
    if run >= planned:
        raise Refusal(
            code="draws-done",
            zh=f"计划项 {entry.code} 计划抽取 {planned} 次，已抽取 {run} 次；需要增加的请变更计划",
            en=f"entry {entry.code} is drawn {planned} times by the plan, and was {run} times; amend the plan for more",
            status=409,
        )


def in_force(versions: Sequence[PlanVersion]) -> PlanVersion | None:
    """现行版本: the filed version with the highest number, or None."""
    return next((each for each in reversed(versions) if each.state is PlanState.FILED), None)
