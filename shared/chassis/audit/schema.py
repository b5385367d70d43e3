"""Tables of the audit (审计表): entries by month, pointers to what is not chained yet, blocks, heads, and what others saw.

All but the pointers are only added to: the service's role may not change them, and a trigger says so to everybody else.
"""

from alembic import op

KEPT = ("audit_entry", "audit_block", "audit_leaf", "audit_head", "witnessed_head")
"""Tables that are only added to."""
STATEMENTS = (
    """CREATE TABLE audit_entry (
        id uuid NOT NULL, at timestamptz NOT NULL, stack_at timestamptz NOT NULL, principal text NOT NULL,
        kind text NOT NULL, roles text NOT NULL, by text NOT NULL, action text NOT NULL, object text NOT NULL,
        result text NOT NULL, code text NOT NULL, correlation text NOT NULL, request text NOT NULL, remote text NOT NULL,
        digest bytea NOT NULL, heard uuid[] NOT NULL, refs text[] NOT NULL, sha256 bytea NOT NULL, sm3 bytea NOT NULL,
        seal bytea NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)""",
    # Digests do not compress; trying costs more than it saves.
    *(
        f"ALTER TABLE audit_entry ALTER COLUMN {name} SET STORAGE EXTERNAL"
        for name in ("heard", "refs", "sha256", "sm3")
    ),
    "CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT",
    "CREATE INDEX audit_entry_of_principal ON audit_entry (principal, id) WHERE kind <> 'SERVICE'",
    "CREATE INDEX audit_entry_of_object ON audit_entry (object, id) WHERE kind <> 'SERVICE'",
    "CREATE TABLE audit_pending (id uuid NOT NULL, at timestamptz NOT NULL)",
    """CREATE TABLE audit_block (
        no bigint PRIMARY KEY, at timestamptz NOT NULL, entries uuid[] NOT NULL, days timestamptz[] NOT NULL,
        leaves int[] NOT NULL, leaf_sha256 bytea NOT NULL, leaf_sm3 bytea NOT NULL, before text NOT NULL,
        previous_sha256 bytea NOT NULL, previous_sm3 bytea NOT NULL, root_sha256 bytea NOT NULL, root_sm3 bytea NOT NULL,
        sha256 bytea NOT NULL, sm3 bytea NOT NULL, seal bytea NOT NULL)""",
    """CREATE TABLE audit_leaf (
        ref text PRIMARY KEY, block bigint NOT NULL REFERENCES audit_block (no), position int NOT NULL)""",
    """CREATE TABLE audit_head (
        no bigint PRIMARY KEY, block bigint NOT NULL REFERENCES audit_block (no), at timestamptz NOT NULL,
        sha256 bytea NOT NULL, sm3 bytea NOT NULL, key_id text NOT NULL, algorithm text NOT NULL,
        signature bytea NOT NULL)""",
    """CREATE TABLE witnessed_head (
        service text NOT NULL, no bigint NOT NULL, block bigint NOT NULL, at timestamptz NOT NULL, sha256 bytea NOT NULL,
        sm3 bytea NOT NULL, key_id text NOT NULL, algorithm text NOT NULL, signature bytea NOT NULL,
        event_id uuid NOT NULL, PRIMARY KEY (service, no, event_id))""",
    """CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$""",
    *(
        f"""CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"""
        for name in KEPT
    ),
)


def upgrade() -> None:
    """Make the tables; called by one revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
