"""Row-level security (行级安全): the second fence. PostgreSQL itself shows a reader the rows of its departments and regions.

Questions go through ``chassis.reader``; a connection that says nothing of departments sees none of the fenced rows. Commands,
events and rounds see all rows: they count across departments, and what they touch is checked at the edge.
"""

from chassis.access.principal import Principal, PrincipalKind
from kernel.region import EVERYWHERE, prefix_of
from kernel.role import Role

ALL = {"shenguan.departments": "*", "shenguan.regions": "*"}
"""What a connection is told that works for the service itself."""

FUNCTION = """
CREATE FUNCTION may_read(region text, department text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (current_setting('shenguan.departments', true) = '*'
        OR department = ANY (string_to_array(current_setting('shenguan.departments', true), ',')))
    AND (current_setting('shenguan.regions', true) = '*'
        OR EXISTS (SELECT 1 FROM unnest(string_to_array(current_setting('shenguan.regions', true), ',')) AS r (prefix)
            WHERE starts_with(region, prefix)))
$$
"""
_EVERYTHING = """(SELECT current_setting('shenguan.departments', true) = '*'
    AND current_setting('shenguan.regions', true) = '*') OR """
"""Asked once for a statement: the function is called for every row, 16 times a chain and more."""


def fence(table: str, *, region: str = "region", department: str = "department") -> tuple[str, ...]:
    """Statements that put a table behind the fence; its owner, who migrates and restores, stays outside."""
    seen = _seen(region, department)
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_is_read ON {table} FOR SELECT USING ({seen})",
        f"CREATE POLICY {table}_is_added ON {table} FOR INSERT WITH CHECK (true)",
        f"CREATE POLICY {table}_is_changed ON {table} FOR UPDATE USING ({seen}) WITH CHECK (true)",
        f"CREATE POLICY {table}_is_removed ON {table} FOR DELETE USING ({seen})",
    )


def fenced_again(table: str, *, region: str = "region", department: str = "department") -> tuple[str, ...]:
    """Statements that bring the fence of a table up to date."""
    seen = _seen(region, department)
    return tuple(f"ALTER POLICY {table}_is_{act} ON {table} USING ({seen})" for act in ("read", "changed", "removed"))


def _seen(region: str, department: str) -> str:
    return f"{_EVERYTHING}may_read({region}, {department})"


def told_of(principal: Principal) -> dict[str, str]:
    """What the database is told of a principal. Public pages choose themselves what they show of which row.

    So do the routes of enterprises: an enterprise is of no department, and the gate lets it ask for its own number alone.
    """
    if principal.kind in {PrincipalKind.SERVICE, PrincipalKind.NOBODY} or principal.roles == {Role.ENTERPRISE}:
        return {"departments": "*", "regions": "*"}
    return {
        "departments": "*"
        if "*" in principal.departments
        else ",".join(sorted(d for d in principal.departments if "," not in d)),
        "regions": "*" if EVERYWHERE in principal.regions else ",".join(sorted(map(prefix_of, principal.regions))),
    }
