"""Personal data in the tables of the chassis (个人信息表结构): sealed addresses, and only-added rows that may be resealed."""

from alembic import op

_RESEALED = """CREATE FUNCTION only_resealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0]
       AND (to_jsonb(NEW) -> TG_ARGV[0] = 'null') = (to_jsonb(OLD) -> TG_ARGV[0] = 'null') THEN RETURN NEW; END IF;
    RAISE EXCEPTION '% is only added to, never changed or deleted', TG_TABLE_NAME; END $$"""
_ADDED_ONLY = """CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS = 1 AND current_setting('shenguan.resealing', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION '% is only added to, never changed or deleted', TG_TABLE_NAME; END $$"""
STATEMENTS = (
    _RESEALED,
    _ADDED_ONLY,
    "ALTER TABLE notice_preference ADD COLUMN sealed_channels bytea",
    "COMMENT ON COLUMN notice_preference.channels IS 'addresses masked; whole in sealed_channels'",
)


def upgrade(resealed: tuple[tuple[str, str], ...] = ()) -> None:
    """Called by one revision of every service. ``resealed``: (table, column) of tables that are only added to."""
    for statement in STATEMENTS:
        op.execute(statement)
    for table, column in resealed:
        op.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION only_added('{column}')",
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_resealed BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION only_resealed('{column}')",
        )
