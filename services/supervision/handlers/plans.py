"""Annual plans (年度抽查计划): drafted, submitted, filed by a second person, amended by a further version.

What was filed never changes, so a draw can always be held against the version it followed (决定 0017).
"""

from dataclasses import dataclass, replace

from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.plans.commands import (
    AmendPlan,
    DraftPlan,
    FilePlan,
    PlanCommand,
    SendBackPlan,
    SubmitPlan,
    no_such_plan,
)
from supervision.domain.plans.fit import must_fit
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.version import PlanChange, PlanVersion
from supervision.domain.plans.words import PlanAct, PlanState
from supervision.outgoing.plans import plan_filed
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class PlanReceipt:
    """What came of a command on a plan (计划回执); ``duplicate`` when nothing changed."""

    plan_no: str
    version: int
    state: PlanState
    created: bool
    duplicate: bool


def draft_plan(work: Work, command: DraftPlan) -> PlanReceipt:
    """起草、改稿: the same content again is a duplicate whatever became of it; other content replaces a draft alone.

    Refuses what does not fit (``domain.plans.fit``, 422), ``plan-differs`` (409).
    """
    content = _placed(work, command.content)
    known = work.plans.versions(content.plan_no)
    if same := next((each for each in known if each.content == content), None):
        return _receipt(same, duplicate=True)
    if not known:
        return _begun(work, command, content, 1, PlanAct.DRAFTED)
    return _redrafted(work, command, content, known[-1])


def amend_plan(work: Work, command: AmendPlan) -> PlanReceipt:
    """变更: the next version of a filed plan, or another draft of that. Number, year and lead department stay.

    Refuses ``not-found`` (404), ``plan-not-filed``, ``plan-differs`` (409) and what does not fit (422).
    """
    content = _placed(work, command.content)
    known = _known(work, command.plan_no)
    latest = known[-1]
    if same := next((each for each in known if each.content == content), None):
        return _receipt(same, duplicate=True)
    if known[0].state is not PlanState.FILED:
        raise Refusal(
            code="plan-not-filed",
            zh=f"计划 {command.plan_no} 尚未备案，请直接改稿（POST plans）",
            en=f"plan {command.plan_no} is not filed yet; send another draft (POST plans)",
            status=409,
        )
    _must_stay(known[0].content, content)
    if latest.state is PlanState.FILED:
        return _begun(work, command, content, latest.version + 1, PlanAct.AMENDED)
    return _redrafted(work, command, content, latest)


def submit_plan(work: Work, command: SubmitPlan) -> PlanReceipt:
    """提交. Refuses ``not-found`` (404), ``plan-not-draft`` (409) and what does not fit any more (422)."""
    latest = _latest(work, command)
    return _moved(work, latest, latest.submitted(command.by, work.now), PlanAct.SUBMITTED, command.by)


def send_back_plan(work: Work, command: SendBackPlan) -> PlanReceipt:
    """退回修改. Refuses ``not-found`` (404), ``plan-not-submitted`` (409)."""
    latest = _latest(work, command)
    after = latest.sent_back()
    if after != latest:
        _keep(work, after, PlanAct.SENT_BACK, command.by, command.reason)
    return _receipt(after, duplicate=after == latest)


def file_plan(work: Work, command: FilePlan) -> PlanReceipt:
    """备案. Refuses ``not-found``, ``plan-not-submitted``, ``second-person-needed``, a day to come, what does not fit."""
    latest = _latest(work, command)
    on = command.filed_on or latest.filed_on or work.today
    after = latest.filed(command.by, command.filing_no, on, work.now, work.today)
    receipt = _moved(work, latest, after, PlanAct.FILED, command.by)
    if after != latest:
        due_on = work.plans.rules.of_year(after.content.year).filed_by(after.content.year)
        work.publish(plan_filed(after, work.region, due_on))
    return receipt


def _placed(work: Work, content: AnnualPlan) -> AnnualPlan:
    """The content with the region of this deployment when it names none."""
    return content if content.region else replace(content, region=work.region)


def _must_stay(first: AnnualPlan, content: AnnualPlan) -> None:
    kept = ("year", "lead_department", "region")
    zh, en = "变更不得改动年度、牵头部门与区划；请另立计划", "an amendment keeps year, lead department and region"
    if faults := [
        Fault(pointer=f"/{name}", zh=zh, en=en) for name in kept if getattr(first, name) != getattr(content, name)
    ]:
        raise malformed(faults)


def _begun(work: Work, command: DraftPlan, content: AnnualPlan, number: int, act: PlanAct) -> PlanReceipt:
    _must_fit(work, content)
    begun = PlanVersion(content=content, version=number, drafted_by=command.by, drafted_at=work.now)
    _keep(work, begun, act, command.by, content.reason)
    return _receipt(begun, created=True)


def _redrafted(work: Work, command: DraftPlan, content: AnnualPlan, latest: PlanVersion) -> PlanReceipt:
    after = latest.redrafted(content, command.by, work.now)
    if latest.version > 1 and not content.reason:
        raise malformed([Fault(pointer="/reason", zh="请写明变更原因", en="say why the plan is amended")])
    _must_fit(work, content)
    _keep(work, after, PlanAct.REDRAFTED, command.by, content.reason)
    return _receipt(after)


def _moved(work: Work, known: PlanVersion, after: PlanVersion, act: PlanAct, by: str) -> PlanReceipt:
    """One step further: the matters may have changed since it was drafted."""
    if after != known:
        _must_fit(work, after.content)
        _keep(work, after, act, by, "")
    return _receipt(after, duplicate=after == known)


def _must_fit(work: Work, content: AnnualPlan) -> None:
    must_fit(content, work.plans.matters(content.matters), work.plans.rules.of_year(content.year))


def _keep(work: Work, version: PlanVersion, act: PlanAct, by: str, reason: str) -> None:
    work.plans.save(version)
    plan_no, number = version.plan_no, version.version
    work.plans.note(PlanChange(plan_no=plan_no, version=number, act=act, by=by, at=work.now, reason=reason))


def _known(work: Work, plan_no: str) -> list[PlanVersion]:
    if known := list(work.plans.versions(plan_no)):
        return known
    raise no_such_plan(plan_no)


def _latest(work: Work, command: PlanCommand) -> PlanVersion:
    return _known(work, command.plan_no)[-1]


def _receipt(version: PlanVersion, *, created: bool = False, duplicate: bool = False) -> PlanReceipt:
    return PlanReceipt(
        plan_no=version.plan_no,
        version=version.version,
        state=version.state,
        created=created,
        duplicate=duplicate,
    )
