"""Decisions of the approver (审批决定): register and classify the object, match, make, join and cancel tasks.

A correction (更正) replaces what an earlier revision of the same case said: it is matched again, open tasks the case
made and no longer triggers are cancelled, links it newly triggers make tasks. With corrections in the data the
equation tasks - ad_hoc + joined + unmatched = NEW + RENEW + CHANGE need not hold: a corrected case may make twice.
"""

from collections.abc import Sequence

from contracts.approval import CaseCorrected, CaseDecided
from kernel.decision import DecisionKind
from supervision import outgoing
from supervision.domain.catalogue import Link
from supervision.domain.decision import AppliedDecision, Decision, Outcome
from supervision.domain.history import SYSTEM
from supervision.domain.matching import Plan, plan_corrected, plan_decided
from supervision.domain.register import Holder
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.handlers import change, clocks, pushing, risk
from supervision.ports import Work


def on_case_decided(work: Work, event: CaseDecided) -> AppliedDecision:
    """审批办件已决定. A decision applied before is answered with its outcome and changes nothing."""
    decision = _decision(event)
    if known := work.decisions.get(event.source_system, event.case_id, event.revision):
        return known
    version, links = _matched(work, decision)
    open_tasks = work.tasks.open_on(decision.source_system, decision.object_no)
    outgrown = _outgrown(work, decision, version, open_tasks)
    return _carry_out(work, decision, version, plan_decided(decision, links, open_tasks, outgrown))


def on_case_corrected(work: Work, event: CaseCorrected) -> AppliedDecision:
    """审批办件已更正: as above, against what the earlier revisions of the case made."""
    decision = _decision(event)
    if known := work.decisions.get(event.source_system, event.case_id, event.revision):
        return known
    version, links = _matched(work, decision)
    open_tasks = work.tasks.open_on(decision.source_system, decision.object_no)
    made = work.tasks.made_by(decision.source_system, decision.case_id)
    own = {task.task_id: _made_for(work, task) for task in made}
    return _carry_out(work, decision, version, plan_corrected(decision, links, open_tasks, made, own))


def _matched(work: Work, decision: Decision) -> tuple[str, Sequence[Link]]:
    """The catalogue version in force on the decision date and its links; ("", ()) when none is asked."""
    catalogue = work.catalogues.current
    version = catalogue.in_force(decision.decided_on)
    if version is None or decision.existing:
        return "", ()
    return version.version, catalogue.links(version.version, decision.facts)


def _outgrown(work: Work, decision: Decision, version: str, open_tasks: Sequence[Task]) -> frozenset[str]:
    """What a change (变更) leaves without reason; asked only when there is something to end."""
    if decision.kind is not DecisionKind.CHANGE or not version or not open_tasks:
        return frozenset()
    return work.catalogues.current.outgrown(version, decision.facts)


def _made_for(work: Work, task: Task) -> str:
    """The item whose decision made a task; of a link nobody knows any more, the one that has been there longest."""
    link = work.catalogues.current.link(task.catalogue_version, task.link_code)
    return link.item_code if link else next(iter(task.items), "")


def _carry_out(work: Work, decision: Decision, version: str, plan: Plan) -> AppliedDecision:
    known = work.objects.get(decision.source_system, decision.object_no)
    work.objects.save(decision.registered(known))
    for task in plan.cancels:
        change.keep(
            work, task, task.cancelled(decision.case_id, work.now), Verb.CANCEL, SYSTEM, work.now, decision.kind
        )
        clocks.tell(work, outgoing.task_cancelled(task, decision, work.now))
    for narrowed in plan.narrows:
        why = f"{decision.kind} {narrowed.item_code}"
        change.keep(work, narrowed.task, narrowed.task, Verb.NARROW, SYSTEM, work.now, why)
        work.publish(outgoing.task_narrowed(narrowed, decision, work.now))
    for task in plan.joins:
        _join(work, task, decision)
    for wanted in plan.makes:
        pushing.push(work, decision, version, wanted)
    if plan.outcome is Outcome.UNMATCHED:
        work.publish(outgoing.approval_unmatched(decision))
    applied = _applied(work, decision, version, plan)
    work.decisions.save(applied)
    risk.decided(work, applied)
    return applied


def _join(work: Work, task: Task, decision: Decision) -> None:
    joined = task.joined_by(decision.item_code)
    if decision.kind is DecisionKind.CHANGE:
        joined = joined.moved_to(decision.holder, decision.object_name, decision.object_address)
    if joined != task:
        work.tasks.save(joined)
    work.publish(outgoing.task_joined(joined, decision, work.now))


def _applied(work: Work, decision: Decision, version: str, plan: Plan) -> AppliedDecision:
    return AppliedDecision(
        source_system=decision.source_system,
        case_id=decision.case_id,
        revision=decision.revision,
        object_no=decision.object_no,
        object_version=decision.object_version,
        kind=decision.kind,
        item_code=decision.item_code,
        region=decision.region,
        decided_on=decision.decided_on,
        outcome=plan.outcome,
        catalogue_version=version,
        tasks_made=len(plan.makes),
        applied_at=work.now,
        commitment=decision.commitment,
        existing=decision.existing,
        id_type=decision.holder.id_type,
        id_no=decision.holder.id_no,
        subject_kind=decision.holder.kind,
        object_name=decision.object_name,
        object_address=decision.object_address,
    )


def _decision(event: CaseDecided) -> Decision:
    return Decision(
        source_system=event.source_system,
        case_id=event.case_id,
        revision=event.revision,
        kind=event.kind,
        item_code=event.item_code,
        region=event.region,
        decided_on=event.decided_on,
        existing=event.existing,
        commitment=event.commitment,
        object_no=event.object.object_no,
        object_name=event.object.name,
        object_address=event.object.address,
        object_version=event.object_version,
        holder=Holder(
            id_type=event.subject.id_type,
            id_no=event.subject.id_no,
            kind=event.subject.kind,
            name=event.subject.name,
        ),
    )
