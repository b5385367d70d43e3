"""The inbox by month (收件箱按月分区): cut by event id; the rows there were are carried over.

The months of those rows are made from their own ids; what is no UUIDv7 (the ids deliveries of bureau systems had) and
what is older than a year goes to the default partition.
"""

from alembic import op

_TIME = "to_timestamp(('x' || left(replace(event_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"
_BOUND = "rpad(lpad(to_hex((extract(epoch FROM {} AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0'), 32, '0')"
_MONTHS = f"""DO $$
DECLARE month timestamp; earliest timestamptz;
BEGIN
    SELECT min({_TIME}) INTO earliest FROM inbox_before
     WHERE substr(event_id::text, 15, 1) = '7' AND {_TIME} > now() - interval '1 year';
    FOR month IN SELECT * FROM generate_series(
        date_trunc('month', coalesce(earliest, now()) AT TIME ZONE 'UTC'),
        date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months', interval '1 month') LOOP
        EXECUTE format('CREATE TABLE inbox_%s PARTITION OF inbox FOR VALUES FROM (%L) TO (%L)', to_char(month, 'YYYY_MM'),
            {_BOUND.format("month")}, {_BOUND.format("(month + interval '1 month')")});
    END LOOP;
END $$"""  # noqa: S608 - constants of this module
STATEMENTS = (
    "ALTER TABLE inbox RENAME TO inbox_before",
    "ALTER INDEX inbox_pkey RENAME TO inbox_before_pkey",
    """CREATE TABLE inbox (
        event_id uuid NOT NULL, consumer text NOT NULL, source_system text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (event_id, consumer))
        PARTITION BY RANGE (event_id)""",
    "CREATE TABLE inbox_default PARTITION OF inbox DEFAULT",
    _MONTHS,
    "INSERT INTO inbox SELECT event_id, consumer, source_system, received_at FROM inbox_before",
    "DROP TABLE inbox_before",
)


def upgrade() -> None:
    """Called by one revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
