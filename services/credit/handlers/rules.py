"""The life of rules (规则的一生): an edition is drafted, submitted and published by a second person."""

from dataclasses import dataclass
from datetime import date

from credit import outgoing
from credit.domain.rulebook import Rulebook
from credit.domain.rules_commands import AskRules, DraftRules, PublishRules, SendBackRules, SubmitRules
from credit.domain.rules_document import read_edition
from credit.domain.rules_edition import RulesEdition, no_such_edition, taken
from credit.ports import Work


@dataclass(frozen=True, kw_only=True)
class RulesReceipt:
    """What came of a command on an edition (规则回执); ``duplicate`` when nothing changed."""

    version: str
    state: str
    effective_from: date
    digest: str
    created: bool
    duplicate: bool


def draft_rules(work: Work, command: DraftRules) -> RulesReceipt:
    """起草、改稿: the same content again is a duplicate until it is published; other content replaces a draft alone.

    Refuses ``invalid-rules``, ``rules-published`` (409), and ``rules-differ`` (409), also for the version of an edition of
    the file.
    """
    read_edition(command.content)
    known = work.editions.get(command.version)
    if known is None:
        if command.version in {edition.version for edition in work.rules.editions}:
            raise taken(command.version, "为规则文件中的版本", "in the rules file")
        drafted = RulesEdition(
            version=command.version, content=command.content, drafted_by=command.by, drafted_at=work.now
        )
    elif known.content == command.content:
        known.require_unpublished()
        return _receipt(known, duplicate=True)
    else:
        drafted = known.replaced(command.content, command.by, work.now)
    work.editions.save(drafted)
    return _receipt(drafted, created=known is None)


def submit_rules(work: Work, command: SubmitRules) -> RulesReceipt:
    """提交. Refuses ``not-found``, ``version-not-draft``."""
    known = _known(work, command.version)
    return _kept(work, known, known.submitted(command.by, work.now))


def send_back_rules(work: Work, command: SendBackRules) -> RulesReceipt:
    """退回修改. Refuses ``not-found``, ``version-not-submitted``."""
    known = _known(work, command.version)
    return _kept(work, known, known.sent_back())


def publish_rules(work: Work, command: PublishRules) -> RulesReceipt:
    """发布: everybody assessed so far is assessed anew on its first day.

    Refuses ``not-found``, ``version-not-submitted``, ``second-person-needed``, ``effective-too-early``.
    """
    known = _known(work, command.version)
    published = known.published(command.by, work.now, work.today)
    if published != known:
        work.publish(outgoing.rules_published(published, work.region))
        work.subjects.all_due(published.rules.effective_from)
    return _kept(work, known, published)


def rules_applied(work: Work, _asked: AskRules) -> Rulebook:
    """现行规则: the editions of the file and those published."""
    return work.rules


def _known(work: Work, version: str) -> RulesEdition:
    known = work.editions.get(version)
    if known is None:
        raise no_such_edition(version)
    return known


def _kept(work: Work, known: RulesEdition, after: RulesEdition) -> RulesReceipt:
    if after != known:
        work.editions.save(after)
    return _receipt(after, duplicate=after == known)


def _receipt(edition: RulesEdition, *, created: bool = False, duplicate: bool = False) -> RulesReceipt:
    return RulesReceipt(
        version=edition.version,
        state=edition.state.value,
        effective_from=edition.rules.effective_from,
        digest=edition.digest,
        created=created,
        duplicate=duplicate,
    )
