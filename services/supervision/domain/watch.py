"""Watch (督办): who is told what when a limit runs out. Persons by their code; a post nobody is known for has an inbox.

Default ladder: reminder to whom the matter lies with, yellow card also to the head of the department (催办), red card
also to the superior (督办). Source: 电子监察 as run in Guangdong (预警、黄牌、红牌); the addressees are 工程约定.
"""

from dataclasses import dataclass
from enum import StrEnum

from supervision.domain.deadlines import DeadlineKind


class Post(StrEnum):
    """岗位: a post whose inbox takes notices while nobody is known to hold it."""

    LIAISON = "LIAISON"
    """联络员."""
    HEAD = "HEAD"
    """负责人."""
    SUPERIOR = "SUPERIOR"
    """上级."""
    LINKAGE_OFFICE = "LINKAGE_OFFICE"
    """审管联动办公室."""
    ARBITER = "ARBITER"
    """裁定机构."""

    def inbox(self, of: str) -> str:
        """The inbox of this post in a department or county, e.g. ``HEAD:1064020200``."""
        return f"{self.value}:{of}"


@dataclass(frozen=True, kw_only=True)
class Office:
    """部门岗位: who holds the posts of a department, as the directory knows; empty = nobody is known."""

    department: str
    liaison: str = ""
    head: str = ""
    superior: str = ""

    def holder(self, post: Post) -> str:
        """The person on a post, or the post's inbox."""
        known = {Post.LIAISON: self.liaison, Post.HEAD: self.head, Post.SUPERIOR: self.superior}
        return known.get(post, "") or post.inbox(self.department)


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """告知对象 of one deadline: whom the matter lies with, who is urged (催办), to whom it goes up (督办)."""

    responsible: str
    head: str
    superior: str


def addressees(kind: str, region: str, office: Office, *, liaison: str, officer: str) -> Addressees:
    """Who is told about a deadline of a task.

    Args:
        kind: what must be done by then.
        region: the county of the task.
        office: the posts of the department the task lies with.
        liaison: the liaison the task's link names, or empty.
        officer: who claimed the task, else the responsible officer of its link, or empty.
    """
    if kind in {DeadlineKind.ROUTE, DeadlineKind.ARBITRATION}:
        post = Post.LINKAGE_OFFICE if kind == DeadlineKind.ROUTE else Post.ARBITER
        return Addressees(
            responsible=post.inbox(region),
            head=Post.LINKAGE_OFFICE.inbox(region),
            superior=Post.SUPERIOR.inbox(region),
        )
    desk = liaison or office.holder(Post.LIAISON)
    of_desk = kind in {DeadlineKind.CLAIM, DeadlineKind.PUBLICISE, DeadlineKind.PUT_RIGHT}
    return Addressees(
        responsible=desk if of_desk else officer or desk,
        head=office.holder(Post.HEAD),
        superior=office.holder(Post.SUPERIOR),
    )
