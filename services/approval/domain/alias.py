"""Alias (主体归并): what is said of one subject counts for another, as credit told it; an identity was merged or split."""

from dataclasses import dataclass

from kernel.subject import SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """主体归并. ``version`` counts the changes of the identity of ``subject``."""

    subject: SubjectKey
    into: SubjectKey | None
    """None: it stands for itself again (拆分)."""
    version: int

    def replaces(self, held: "Alias | None") -> bool:
        """True when this is newer than what is held: an older or repeated change is ignored."""
        return held is None or held.version < self.version
