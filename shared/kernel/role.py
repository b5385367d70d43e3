"""Roles (角色): what a person or a system may be to the four services. Who has which role is the issuer's to say.

三员分立 (GB/T 22239-2019 8.1.5, clause to be confirmed by an assessor): nobody administers the system, its security and
its audit at once, not even two of them.
"""

from collections.abc import Iterable
from enum import StrEnum

from kernel.refusal import Refusal


class Role(StrEnum):
    """角色."""

    APPROVER = "APPROVER"
    """审批人员."""
    SUPERVISOR = "SUPERVISOR"
    """监管人员."""
    CREDIT_OFFICER = "CREDIT_OFFICER"
    """信用人员."""
    LINKAGE_OFFICE = "LINKAGE_OFFICE"
    """联动办: keeps the catalogue, watches and presses."""
    BUREAU_SYSTEM = "BUREAU_SYSTEM"
    """业务系统: a machine of a bureau; says who acted in it."""
    ENTERPRISE = "ENTERPRISE"
    """企业: reads and answers what concerns itself."""
    SYSTEM_ADMIN = "SYSTEM_ADMIN"
    """系统管理员."""
    SECURITY_ADMIN = "SECURITY_ADMIN"
    """安全管理员."""
    AUDITOR = "AUDITOR"
    """审计管理员."""


SEPARATED = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""三员."""


def require_separated(roles: Iterable[Role]) -> None:
    """At most one of the three administrators. Refuses ``roles-not-separated`` (403)."""
    held = sorted(SEPARATED.intersection(roles))
    if len(held) > 1:
        raise Refusal(
            code="roles-not-separated",
            zh=f"系统、安全、审计三类管理员不得由同一人兼任，现有 {'、'.join(held)}；请由身份系统只保留其一",
            en=f"System, security and audit administration must not be in one hand, here {', '.join(held)};"
            " have the identity provider keep one of them",
            status=403,
        )
