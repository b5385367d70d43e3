"""Tables of exports (报送表): batches, what each of them said, what was refused, and the ledger of what was sent last.

Lines are only added: a batch is the same file for ever. ``export_entry`` is the ledger, one row per row of a table.
"""

from alembic import op

_COUNTS = ("inserted", "updated", "deleted", "refused", "unchanged")
STATEMENTS = (
    f"""CREATE TABLE export_batch (
        batch text PRIMARY KEY, table_name text NOT NULL, first_day date NOT NULL, last_day date NOT NULL,
        exported_by text NOT NULL, exported_at timestamptz NOT NULL,
        {", ".join(f"{name} int NOT NULL" for name in _COUNTS)},
        CONSTRAINT export_batch_number CHECK (batch ~ '^[0-9]{{13}}$'),
        CONSTRAINT export_batch_window CHECK (last_day >= first_day))""",
    "CREATE INDEX export_batch_of_table ON export_batch (table_name, batch)",
    """CREATE TABLE export_line (
        batch text NOT NULL REFERENCES export_batch (batch), number int NOT NULL, row_key text NOT NULL,
        operation text NOT NULL, digest bytea NOT NULL, dated_on date NOT NULL, department text NOT NULL,
        cells jsonb NOT NULL, sealed bytea, PRIMARY KEY (batch, number),
        CONSTRAINT export_line_once UNIQUE (batch, row_key),
        CONSTRAINT export_line_operation CHECK (operation IN ('i', 'u', 'd')))""",
    """CREATE TABLE export_entry (
        table_name text NOT NULL, row_key text NOT NULL, digest bytea NOT NULL, operation text NOT NULL,
        dated_on date NOT NULL, batch text NOT NULL, number int NOT NULL, exported_by text NOT NULL,
        exported_at timestamptz NOT NULL, PRIMARY KEY (table_name, row_key),
        CONSTRAINT export_entry_line FOREIGN KEY (batch, number) REFERENCES export_line (batch, number),
        CONSTRAINT export_entry_operation CHECK (operation IN ('i', 'u', 'd')))""",
    "CREATE INDEX export_entry_by_day ON export_entry (table_name, dated_on)",
    """CREATE TABLE export_refusal (
        batch text NOT NULL REFERENCES export_batch (batch), number int NOT NULL, row_key text NOT NULL,
        field text NOT NULL, rule text NOT NULL, zh text NOT NULL, en text NOT NULL, PRIMARY KEY (batch, number))""",
    """CREATE TABLE export_disclosure (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, batch text NOT NULL REFERENCES export_batch (batch),
        disclosed_by text NOT NULL, reason text NOT NULL, format text NOT NULL, disclosed_at timestamptz NOT NULL)""",
    "CREATE INDEX export_disclosure_of_batch ON export_disclosure (batch)",
    """CREATE TABLE export_watch (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), watched_on date NOT NULL)""",
    """CREATE FUNCTION export_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$""",
    *(
        f"""CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION export_is_kept()"""
        for name in ("export_batch", "export_line", "export_refusal", "export_disclosure")
    ),
)


def upgrade() -> None:
    """Make the tables; called by one revision of every service that exports."""
    for statement in STATEMENTS:
        op.execute(statement)
