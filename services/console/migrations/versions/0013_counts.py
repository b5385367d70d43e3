"""Counts (计数) of the board, kept with the rows they count; the card that stands; a mark that moves with every event.

A statement that changes cases or tasks changes their counts in the same transaction, by what it added and took away. A
count is several rows, one a lane: a transaction takes the first lane no other has, so that none waits for another; whoever
reads adds the lanes up.
"""

from alembic import op

from chassis.row_security import fence

revision = "0013_counts"
down_revision = "0012_in_time"

STANDING = """CASE WHEN card <> '' AND (
    (card_kind = 'CLAIM' AND state = 'PENDING_CLAIM' AND card_told > state_told)
    OR (card_kind = 'ROUTE' AND state = 'RETURNED' AND card_told > state_told)
    OR (card_kind = 'ARBITRATION' AND state = 'DISPUTED' AND card_told > state_told)
    OR (card_kind = 'RECTIFY' AND state = 'RECTIFYING' AND card_told > state_told)
    OR (card_kind IN ('FIRST_CHECK', 'COMMITMENT_CHECK') AND state IN ('CLAIMED', 'PLANNED', 'INSPECTING')
        AND result_told IS NULL AND (claimed_told IS NULL OR card_told > claimed_told))
    OR (card_kind IN ('FEEDBACK', 'COMPLAINT') AND state NOT IN ('', 'CLOSED', 'CANCELLED')))
    THEN card ELSE '' END"""
"""A card is over once what it was for was done, or the task moved on."""
_COUNTS: dict[str, tuple[str, tuple[str, ...], dict[str, str], str]] = {
    "task_state_count": (
        "task_line",
        ("region", "department", "state"),
        {"tasks": "true", "red": "standing = 'RED'", "yellow": "standing = 'YELLOW'"},
        "department <> '' AND state <> ''",
    ),
    "task_month_count": (
        "task_line",
        ("region", "department", "date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date"),
        {
            "tasks": "true",
            "claimed": "claimed_told IS NOT NULL",
            "claimed_in_time": "(claimed_told IS NOT NULL OR state = 'CLOSED') AND claim_missed_told IS NULL",
            "concluded": "state = 'CLOSED'",
        },
        "department <> '' AND case_id <> '' AND created_at IS NOT NULL",
    ),
    "case_month_count": (
        "case_line",
        ("date_trunc('month', decided_on::timestamp)::date",),
        {"decided": "true", "pushed": "pushed_told IS NOT NULL", "unmatched": "unmatched_told IS NOT NULL"},
        "decided_told IS NOT NULL AND decided_on IS NOT NULL",
    ),
}
"""Table → what it counts, by what, how much of it, and which of it is counted."""
_CHANGES = {
    "insert": "SELECT 1 AS n, added.* FROM added",
    "update": "SELECT -1 AS n, gone.* FROM gone UNION ALL SELECT 1, added.* FROM added",
    "delete": "SELECT -1 AS n, gone.* FROM gone",
}
_SEEN = {"insert": "NEW TABLE AS added", "delete": "OLD TABLE AS gone"}
_SEEN["update"] = f"{_SEEN['delete']} {_SEEN['insert']}"
TABLES = (
    """CREATE TABLE task_state_count (
        lane int, region text, department text, state text, PRIMARY KEY (lane, region, department, state),
        tasks int NOT NULL, red int NOT NULL, yellow int NOT NULL)""",
    """CREATE TABLE task_month_count (
        lane int, region text, department text, month date, PRIMARY KEY (month, lane, region, department),
        tasks int NOT NULL, claimed int NOT NULL, claimed_in_time int NOT NULL, concluded int NOT NULL)""",
    """CREATE TABLE case_month_count (
        lane int, month date, PRIMARY KEY (month, lane),
        decided int NOT NULL, pushed int NOT NULL, unmatched int NOT NULL)""",
    "CREATE TABLE told_count (lane int PRIMARY KEY, batches bigint NOT NULL)",
    f"ALTER TABLE task_line ADD standing text NOT NULL GENERATED ALWAYS AS ({STANDING}) STORED",
    "COMMENT ON COLUMN task_line.standing IS 'the card that stands; empty when none does'",
    "CREATE INDEX task_line_carded ON task_line (task_id) WHERE standing <> ''",
    "CREATE INDEX task_line_standing ON task_line (standing, task_id) WHERE standing <> ''",
    "CREATE INDEX case_line_by_source ON case_line (source_system, decided_told) WHERE decided_told IS NOT NULL",
    "DROP INDEX task_line_cards",
    "DROP INDEX task_line_counted",
    "DROP INDEX case_line_by_day",
    *fence("task_state_count"),
    *fence("task_month_count"),
    """CREATE FUNCTION lane_of_counts() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        FOR lane IN 0..15 LOOP
            IF pg_try_advisory_xact_lock(12, lane) THEN RETURN lane; END IF;
        END LOOP;
        PERFORM pg_advisory_xact_lock(12, 15);
        RETURN 15; END $$""",
    """CREATE FUNCTION told_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO told_count AS known VALUES (lane_of_counts(), 1)
            ON CONFLICT (lane) DO UPDATE SET batches = known.batches + 1;
        RETURN NULL; END $$""",
    "CREATE TRIGGER told_is_counted AFTER INSERT ON told FOR EACH STATEMENT EXECUTE FUNCTION told_is_counted()",
)


def counted(count: str, changes: str, lane: str = "mine") -> str:
    """Adds up changes of rows (``n``: 1 for one that came, -1 for one that went) in a count."""
    _, by, of, which = _COUNTS[count]
    key = ["lane", *(name if name.isidentifier() else "month" for name in by)]
    sums = [f"coalesce(sum(n) FILTER (WHERE {condition}), 0)" for condition in of.values()]
    changed = " OR ".join(f"{each} <> 0" for each in sums)
    more = ", ".join(f"{name} = known.{name} + excluded.{name}" for name in of)
    order = ", ".join(str(place) for place in range(2, len(key) + 1))
    return (
        f"INSERT INTO {count} AS known ({', '.join((*key, *of))}) SELECT {lane}, {', '.join((*by, *sums))}"  # noqa: S608 - constants of this migration
        f" FROM ({changes}) AS changed WHERE {which} GROUP BY {order} HAVING {changed} ORDER BY {order}"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {more}"
    )


def _triggers(table: str) -> list[str]:
    mine = [count for count, (counts, *_) in _COUNTS.items() if counts == table]
    statements = []
    for act, changes in _CHANGES.items():
        name = f"{table}_{act}_is_counted"
        done = "; ".join(counted(count, changes) for count in mine)
        body = f"DECLARE mine int := lane_of_counts(); BEGIN {done}; RETURN NULL; END"
        seen = f"AFTER {act.upper()} ON {table} REFERENCING {_SEEN[act]} FOR EACH STATEMENT"
        statements += [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {name} {seen} EXECUTE FUNCTION {name}()",
        ]
    return statements


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for count, (table, *_) in _COUNTS.items():
        op.execute(counted(count, f"SELECT 1 AS n, {table}.* FROM {table}", lane="0"))  # noqa: S608 - as above
    for table in ("case_line", "task_line"):
        for statement in _triggers(table):
            op.execute(statement)
