"""Matters of random checks (抽查事项): registered; asked which objects are theirs; a department without a plan urged."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.notice import Notice
from kernel.reckoning import Step
from supervision.domain.draws.window import in_force
from supervision.domain.plans.commands import AskMatter, AskPlan, UrgeFiling, no_such_plan
from supervision.domain.plans.matter import Matter, no_such_matter
from supervision.domain.plans.scope import ObjectScope, entry_scope, matter_scope
from supervision.domain.plans.version import PlanVersion
from supervision.domain.watch import Post
from supervision.outgoing.plans import filing_urged
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class MatterReceipt:
    """What came of registering a matter (登记回执); ``duplicate`` when nothing changed."""

    code: str
    created: bool
    duplicate: bool


def register_matter(work: Work, matter: Matter) -> MatterReceipt:
    """抽查事项登记: keeps the newest of a code. Plans that were filed with it stay as they are."""
    known = work.plans.matters([matter.code]).get(matter.code)
    newest = matter.registered(known, work.today)
    if known != newest:
        work.plans.save_matter(newest)
    return MatterReceipt(code=matter.code, created=known is None, duplicate=known == newest)


def scope_of_matter(work: Work, command: AskMatter) -> tuple[Matter, ObjectScope]:
    """对象范围 of one matter today. Refuses ``not-found`` (404)."""
    matter = work.plans.matters([command.code]).get(command.code)
    if matter is None:
        raise no_such_matter(command.code)
    return matter, matter_scope(matter, work.catalogues.current.in_force(work.today), work.today)


def scopes_of_plan(work: Work, command: AskPlan) -> tuple[PlanVersion, Mapping[str, ObjectScope], Mapping[str, Matter]]:
    """对象范围 of every entry of a version today, by its code, and the matters it names. Refuses ``not-found`` (404)."""
    versions = work.plans.versions(command.plan_no)
    wanted = [each for each in versions if command.version in {None, each.version}]
    if not wanted:
        raise no_such_plan(command.plan_no, command.version)
    content, catalogue = wanted[-1].content, work.catalogues.current.in_force(work.today)
    matters = work.plans.matters(content.matters)
    scopes = {entry.code: entry_scope(entry, matters, catalogue, work.today) for entry in content.entries}
    return wanted[-1], scopes, matters


def aimed_entries(work: Work, command: AskPlan) -> Mapping[str, ObjectScope]:
    """The entries of the version in force that take the first of the ranking (定向), by their code, with their scope."""
    version, catalogue = in_force(work.plans.versions(command.plan_no)), work.catalogues.current
    aimed = [each for each in version.content.entries if each.target.top] if version else []
    today = work.today
    return {
        entry.code: entry_scope(entry, work.plans.matters(entry.matters), catalogue.in_force(today), today)
        for entry in aimed
    }


def urge_filing(work: Work, command: UrgeFiling) -> None:
    """备案督促: the head of a department without a filed plan is reminded, and after the last day gets a yellow card."""
    department, year, step = command.department, command.year, command.step
    if not work.plans.due(department, year, step):
        return
    due_on = work.plans.rules.of_year(year).filed_by(year)
    head = work.offices.of(department).holder(Post.HEAD)
    work.plans.urged(department, year, step)
    work.publish(filing_urged(command, work.region, due_on, head, work.now))
    zh, en = _SENTENCES[step]
    work.notices.tell(
        Notice(
            person=head,
            kind="PLAN_FILING",
            fact=f"{department}:{year}:{step}",
            zh=zh.format(department=department, year=year, due_on=due_on),
            en=en.format(department=department, year=year, due_on=due_on),
            about=f"plan-filing:{department}:{year}",
        )
    )


_SENTENCES = {
    Step.BEFORE: (
        "提醒：{department} {year} 年度抽查计划应于 {due_on} 前备案，尚未备案，请抓紧",
        "reminder: the {year} plan of random checks of {department} is to be filed by {due_on}",
    ),
    Step.YELLOW: (
        "黄牌：{department} {year} 年度抽查计划未在 {due_on} 前备案，请立即备案并说明原因",
        "yellow card: the {year} plan of random checks of {department} was not filed by {due_on}; file it now",
    ),
}
