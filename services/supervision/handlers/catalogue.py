"""The life of a catalogue version (目录版本的一生): drafted, submitted, published by a second person, retired."""

from dataclasses import dataclass

from kernel.refusal import malformed
from supervision import outgoing
from supervision.domain.catalogue import Catalogue, CatalogueVersion, VersionRecord
from supervision.domain.catalogue.commands import (
    AskInForce,
    DraftVersion,
    LookAtVersion,
    PublishVersion,
    RetireVersion,
    SendBackVersion,
    SubmitVersion,
    no_such_version,
)
from supervision.domain.catalogue.version import condition_faults
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class VersionReceipt:
    """What came of a command on a version (目录回执); ``duplicate`` when nothing changed."""

    version: str
    state: str
    links: int
    checklists: int
    created: bool
    duplicate: bool


def draft_version(work: Work, command: DraftVersion) -> VersionReceipt:
    """起草、改稿: the same content again is a duplicate whatever became of it; other content replaces a draft alone.

    Refuses ``invalid-content`` for a condition that does not compile, and ``catalogue-differs`` (409).
    """
    if faults := list(condition_faults(command.content.links, work.catalogues.conditions)):
        raise malformed(faults)
    known = work.catalogues.record(command.version)
    if known is None:
        drafted = VersionRecord(content=command.content, drafted_by=command.by, drafted_at=work.now)
    elif known.content == command.content:
        return _receipt(known, duplicate=True)
    else:
        drafted = known.replaced(command.content, command.by, work.now)
    work.catalogues.save(drafted)
    return _receipt(drafted, created=known is None)


def submit_version(work: Work, command: SubmitVersion) -> VersionReceipt:
    """提交. Refuses ``not-found``, ``version-not-draft``."""
    known = _known(work, command.version)
    return _kept(work, known, known.submitted(command.by, work.now))


def send_back_version(work: Work, command: SendBackVersion) -> VersionReceipt:
    """退回修改. Refuses ``not-found``, ``version-not-submitted``."""
    known = _known(work, command.version)
    return _kept(work, known, known.sent_back())


def publish_version(work: Work, command: PublishVersion) -> VersionReceipt:
    """发布. Refuses ``not-found``, ``version-not-submitted``, ``second-person-needed``."""
    known = _known(work, command.version)
    published = known.published(command.by, work.now)
    if published != known:
        work.publish(outgoing.catalogue_published(published, work.region))
    return _kept(work, known, published)


def retire_version(work: Work, command: RetireVersion) -> VersionReceipt:
    """停用 from a day on. Refuses ``not-found``, ``version-not-published``, a day that is over."""
    known = _known(work, command.version)
    return _kept(work, known, known.retired(command.by, command.on or work.today, work.now, work.today))


def look_at_version(work: Work, command: LookAtVersion) -> tuple[CatalogueVersion, Catalogue]:
    """查看: the content of a version and every published one. Refuses ``not-found``."""
    return _known(work, command.version).content, work.catalogues.current


def version_in_force(work: Work, command: AskInForce) -> str:
    """现行版本: its name, empty when none is in force."""
    found = work.catalogues.current.in_force(command.on or work.today)
    return found.version if found else ""


def _known(work: Work, version: str) -> VersionRecord:
    known = work.catalogues.record(version)
    if known is None:
        raise no_such_version(version)
    return known


def _kept(work: Work, known: VersionRecord, after: VersionRecord) -> VersionReceipt:
    if after != known:
        work.catalogues.save(after)
    return _receipt(after, duplicate=after == known)


def _receipt(record: VersionRecord, *, created: bool = False, duplicate: bool = False) -> VersionReceipt:
    return VersionReceipt(
        version=record.version,
        state=record.state.value,
        links=len(record.content.links),
        checklists=len(record.content.checklists),
        created=created,
        duplicate=duplicate,
    )
