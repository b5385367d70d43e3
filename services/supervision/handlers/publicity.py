"""Publicity (公示): who checks publicises (谁抽查、谁公示). Results come here as inspections are concluded.

What is shown is decided by persons of the department who did not inspect, unless the edition publicises at once. The
clocks belong to the publication, so they outlive the task; the ladder is the one of every other limit.
"""

from datetime import datetime

from contracts.redress import ObjectionDecided, ObjectionEvent, ObjectionLodged
from kernel.deadline import Deadline
from kernel.limit import Limit
from kernel.notice import Notice
from kernel.publicity import PublicityCause
from kernel.reckoning import start_of
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.feedback import require_colleague
from supervision.domain.history import SYSTEM
from supervision.domain.inspection import Report
from supervision.domain.publicity import refusals
from supervision.domain.publicity.commands import (
    CorrectPublication,
    PublicisePublication,
    PublicityCommand,
    QuestionPublication,
    UpholdPublication,
    WithdrawPublication,
)
from supervision.domain.publicity.publication import Publication, PublicContent
from supervision.domain.publicity.words import PublicityAct, PublicityMode
from supervision.domain.task import Task
from supervision.domain.watch import Post
from supervision.handlers import change
from supervision.outgoing import publicity as telling
from supervision.ports import Work

NOTICE = "PUBLICITY"
"""Kind of the notices to who publicised (公示提示)."""


def require_class(work: Work, report: Report) -> None:
    """The class the officers name stands for their result; else ``result-class-unknown``, ``result-class-contradicts``."""
    edition = work.publications.rules.on(report.inspected_on)
    if edition and report.result_class:
        edition.class_for(report.result_class, report.result)


def owed(work: Work, task: Task, report: Report, *, orphan: bool) -> Publication | None:
    """The publication an inspection leads to, not kept yet; None when it need not be publicised (不在公示范围)."""
    edition = work.publications.rules.on(report.inspected_on)
    if edition is None:
        return None
    link = None if task.ad_hoc else work.catalogues.current.link(task.catalogue_version, task.link_code)
    item = link.supervise_item_code if link else ""
    if not edition.covers(task.purpose, item, ad_hoc=task.ad_hoc, provisional=orphan):
        return None
    return Publication(
        publication_no=work.publications.new_id(),
        source_system=task.source_system,
        inspection_no=report.inspection_no,
        task_id=task.task_id,
        object_no=task.object_no,
        region=task.region,
        department=task.department,
        purpose=task.purpose,
        holder=task.holder,
        inspectors=report.inspectors,
        result=report.result,
        formed_on=report.inspected_on,
        edition=edition.version,
        content=PublicContent(
            matter_code=item or task.checklist,
            matter_name=(link.supervise_sub_item or link.supervise_main_item or link.approval_item_name)
            if link
            else "",
            subject_name=task.holder.name,
            object_name=task.object_name,
            inspected_on=report.inspected_on,
            result_class=report.result_class,
        ),
    )


def open_publication(work: Work, task: Task, publication: Publication) -> None:
    """待公示: kept, its clock runs from the day of the inspection; publicised at once where the edition says so."""
    edition = work.publications.rules.named(publication.edition)
    today = publication.formed_on == work.today
    at = work.now if today else start_of(publication.formed_on)
    _begin(work, publication, DeadlineKind.PUBLICISE, edition.limit, at)
    if edition.mode is PublicityMode.AUTO:
        _show(work, task, publication, SYSTEM, "")
    else:
        work.publications.save(publication)


def publicise(work: Work, command: PublicisePublication) -> tuple[Publication, bool]:
    """公示: the publication, and whether this very thing was done before.

    Refuses ``not-found`` (404), ``person-elsewhere``, ``result-class-unknown``, ``result-class-contradicts`` (422),
    ``already-publicised``, ``publication-withdrawn``, ``second-person-needed`` (409).
    """
    publication = found(work, command.publication_no)
    _require_colleague(work, publication, command)
    if publication.repeats_publicising(command):
        return publication, True
    return _show(work, _task(work, publication), publication, command.by, command.result_class), False


def correct(work: Work, command: CorrectPublication) -> tuple[Publication, bool]:
    """更正, which also answers a doubt. Refuses ``not-found``, ``person-elsewhere`` and what the publication says no to."""
    publication = found(work, command.publication_no)
    _require_colleague(work, publication, command)
    after = publication.corrected(command, work.publications.rules.named(publication.edition))
    if after is publication:
        return publication, True
    _keep(work, after, PublicityAct.CORRECTED, command)
    _end(work, after, DeadlineKind.PUT_RIGHT)
    work.publish(telling.corrected(_task(work, after), publication, after, command, work.now))
    return after, False


def question(work: Work, command: QuestionPublication) -> tuple[Publication, bool]:
    """存疑: who last decided what is shown is told; a result that was changed or annulled starts the clock to put it right.

    Anybody may say so. Refuses ``not-found`` (404), ``not-publicised``, ``publication-withdrawn`` (409).
    """
    publication = found(work, command.publication_no)
    after = publication.questioned(command, work.now)
    if after is publication:
        return publication, True
    _keep(work, after, PublicityAct.QUESTIONED, command)
    if command.cause.pressing and _running(work, after, DeadlineKind.PUT_RIGHT) is None:
        limit = work.publications.rules.named(after.edition).withdraw_limit
        _begin(work, after, DeadlineKind.PUT_RIGHT, limit, work.now)
    zh, en = (
        f"结果存疑：{command.reason}，请核实后更正、撤下或维持",
        f"questioned: {command.reason}; correct, withdraw or uphold it",
    )
    _tell(work, after, f"{after.publication_no}:{after.version}", zh, en)
    return after, False


def uphold(work: Work, command: UpholdPublication) -> Publication:
    """维持: the doubt is answered and its clock void. Refuses as the publication does, ``not-questioned`` (409) too."""
    publication = found(work, command.publication_no)
    _require_colleague(work, publication, command)
    after = publication.upheld(command)
    _keep(work, after, PublicityAct.UPHELD, command)
    _end(work, after, DeadlineKind.PUT_RIGHT, met=False)
    return after


def withdraw(work: Work, command: WithdrawPublication) -> tuple[Publication, bool]:
    """撤下: its address says when and why; of one that is not shown yet nothing is ever shown, and its clock is void.

    Refuses ``not-found``, ``person-elsewhere`` and what the publication says no to.
    """
    publication = found(work, command.publication_no)
    _require_colleague(work, publication, command)
    after = publication.withdrawn(command, work.now)
    if after is publication:
        return publication, True
    _keep(work, after, PublicityAct.WITHDRAWN, command)
    _end(work, after, DeadlineKind.PUT_RIGHT)
    _end(work, after, DeadlineKind.PUBLICISE, met=False)
    if after.publicised_on:
        work.publish(telling.withdrawn(_task(work, after), after, command, work.now))
    return after, False


def on_objection_lodged(work: Work, event: ObjectionLodged) -> None:
    """异议已提出 at credit, on the record of an inspection that is shown: who publicised hears of it."""
    _contested(work, event, PublicityCause.OBJECTION, "信用异议 / objection")


def on_objection_decided(work: Work, event: ObjectionDecided) -> None:
    """异议已处理: upheld, what is shown no longer holds and is to be put right in time."""
    if event.upheld:
        _contested(work, event, PublicityCause.CHANGED, "信用异议成立 / objection upheld")


def _contested(work: Work, event: ObjectionEvent, cause: PublicityCause, what: str) -> None:
    publication = work.publications.of_inspection(event.source_system, event.inspection_no)
    if publication and publication.state.shown:
        reason = f"{what} {event.objection_id}"
        command = QuestionPublication(publication_no=publication.publication_no, by=SYSTEM, cause=cause, reason=reason)
        question(work, command)


def overtaken(work: Work, task: Task, fact: str, zh: str, en: str) -> None:
    """What the process found out after the result was shown: who publicised looks whether it still holds (请核对)."""
    publication = work.publications.of_task(task.task_id)
    if publication and publication.state.shown:
        _tell(
            work,
            publication,
            f"{publication.publication_no}:{fact}",
            f"{zh}，请核对公示是否需要更正",
            f"{en}; see whether what is shown still holds",
        )


def found(work: Work, publication_no: str) -> Publication:
    """The publication; refuses ``not-found`` (404)."""
    publication = work.publications.get(publication_no)
    if publication is None:
        raise refusals.no_such_publication(publication_no)
    return publication


def _show(work: Work, task: Task, publication: Publication, by: str, result_class: str) -> Publication:
    edition = work.publications.rules.named(publication.edition)
    chosen = edition.class_for(result_class or publication.content.result_class, publication.result)
    after = publication.publicised(by, chosen, work.today)
    work.publications.save(after)
    work.publications.note(after.change(PublicityAct.PUBLICISED, by, work.now))
    clock = _end(work, after, DeadlineKind.PUBLICISE)
    work.publish(telling.publicised(task, after, by, work.now, clock.due_on if clock else after.formed_on))
    return after


def _keep(work: Work, after: Publication, act: PublicityAct, command: PublicityCommand) -> None:
    cause, reason = getattr(command, "cause", None), getattr(command, "reason", "")
    work.publications.save(after)
    work.publications.note(after.change(act, command.by, work.now, cause, reason))


def _begin(work: Work, publication: Publication, kind: DeadlineKind, limit: Limit, at: datetime) -> None:
    deadline = Deadline.started(
        deadline_id=work.deadlines.new_id(),
        owner=publication.publication_no,
        kind=kind,
        limit=limit,
        at=at,
        calendar=work.calendar,
        ladder=work.rules.ladder,
    )
    work.deadlines.save(deadline)


def _running(work: Work, publication: Publication, kind: DeadlineKind) -> Deadline | None:
    clocks = work.deadlines.of(publication.publication_no)
    return next((clock for clock in clocks if clock.kind == kind and clock.state.open), None)


def _end(work: Work, publication: Publication, kind: DeadlineKind, *, met: bool = True) -> Deadline | None:
    """The clock that ran, ended; None when none did."""
    clock = _running(work, publication, kind)
    if clock is None:
        return None
    ended = clock.met(work.now) if met else clock.voided(work.now)
    work.deadlines.save(ended)
    return ended


def _task(work: Work, publication: Publication) -> Task:
    return change.found(work, publication.task_id)


def _require_colleague(work: Work, publication: Publication, command: PublicityCommand) -> None:
    inspector = work.inspectors.known([command.by]).get(command.by)
    require_colleague(work.publications.keeper(publication), command.by, inspector, work.directory.person(command.by))


def _tell(work: Work, publication: Publication, fact: str, zh: str, en: str) -> None:
    task = _task(work, publication)
    liaison = task.liaison or Post.LIAISON.inbox(publication.department)
    person = liaison if publication.shown_by == SYSTEM else publication.shown_by
    name = task.object_name or task.object_no
    work.notices.tell(
        Notice(
            person=person,
            kind=NOTICE,
            fact=fact,
            zh=f"公示 {name}：{zh}",
            en=f"publication of {name}: {en}",
            about=f"publication:{publication.publication_no}",
        )
    )
