"""What supervision tells of the linkage catalogue (审管联动事项目录清单)."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Subject


class CataloguePublished(Event, frozen=True, kw_only=True):
    """目录版本已发布: from its first day on, decisions are matched with it; persons are codes."""

    fact: ClassVar[str] = "supervision.catalogue.published"

    version: str
    effective_from: date
    effective_to: date | None = None
    """失效日, exclusive; None = 长期."""
    change_reason: str = ""
    links: int
    """联动关系数."""
    item_codes: tuple[str, ...] = ()
    """The approval items it links, so that approval can tell which of its own are not."""
    drafted_by: str
    submitted_by: str
    published_by: str
    """发布人, somebody else than the two before."""

    @property
    def aggregate(self) -> str:
        """The version."""
        return self.version

    @property
    def holder(self) -> Subject:
        """Nobody's licence: all of the catalogue's events travel on one partition, in their order."""
        return Subject(id_type="099", id_no="CATALOGUE", kind="ORGANISATION")


EVENTS: tuple[type[Event], ...] = (CataloguePublished,)
