"""Commands of the catalogue (目录命令). Each collects its faults and raises one ``invalid-content``."""

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Refusal, malformed
from supervision.domain.catalogue.version import CatalogueVersion
from supervision.domain.content import code_faults


def _must_be_person(by: str) -> None:
    if faults := code_faults("/by", by):
        raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class DraftVersion:
    """起草或改稿: this content under its version's name, by a person."""

    content: CatalogueVersion
    by: str

    def __post_init__(self) -> None:
        _must_be_person(self.by)

    @property
    def version(self) -> str:
        """The name of the version."""
        return self.content.version


@dataclass(frozen=True, kw_only=True)
class VersionCommand:
    """What somebody does with a version that is there."""

    version: str
    by: str

    def __post_init__(self) -> None:
        _must_be_person(self.by)


@dataclass(frozen=True, kw_only=True)
class SubmitVersion(VersionCommand):
    """提交."""


@dataclass(frozen=True, kw_only=True)
class SendBackVersion(VersionCommand):
    """退回修改."""


@dataclass(frozen=True, kw_only=True)
class PublishVersion(VersionCommand):
    """发布, by a second person."""


@dataclass(frozen=True, kw_only=True)
class RetireVersion(VersionCommand):
    """停用 from a day on; None = today."""

    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LookAtVersion:
    """查看: a version in any state, beside the published ones."""

    version: str


@dataclass(frozen=True, kw_only=True)
class AskInForce:
    """查询现行版本: the one that counts on a day; None = today."""

    on: date | None = None


def no_such_version(version: str) -> Refusal:
    """没有该目录版本: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有目录版本 {version[:64]}，请先查询版本列表",
        en=f"there is no catalogue version {version[:64]}; list the versions first",
        status=404,
    )
