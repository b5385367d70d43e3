"""Risk classes of objects (风险分级): what each object holds is read from its decisions; the service classifies it."""

from alembic import op

revision = "0011_risk"
down_revision = "0010_feedback"

STATEMENTS = (
    """CREATE TABLE object_risk (
        source_system text NOT NULL, object_no text NOT NULL, items text[] NOT NULL, risk_class text NOT NULL,
        item_risk text NOT NULL, grade text NOT NULL, override_id uuid, reasons jsonb NOT NULL,
        table_version text NOT NULL, basis text NOT NULL, version int NOT NULL, review_on date, since timestamptz,
        PRIMARY KEY (source_system, object_no),
        CONSTRAINT object_risk_class CHECK (risk_class = '' OR risk_class IN ('A', 'B', 'C', 'D')),
        CONSTRAINT object_risk_since CHECK ((risk_class = '') = (since IS NULL)))""",
    # A case stands where its first revision stood and says what its last one says; of an item the last case counts.
    """INSERT INTO object_risk
       SELECT source_system, object_no, coalesce(items, '{}'), '', '', '', NULL, '[]', '', '', 0, NULL, NULL
         FROM supervised_object LEFT JOIN (
              SELECT source_system, object_no, array_agg(item_code ORDER BY item_code COLLATE "C") AS items FROM (
                     SELECT DISTINCT ON (source_system, object_no, item_code) source_system, object_no, item_code, kind
                       FROM (SELECT DISTINCT ON (source_system, object_no, case_id)
                                    source_system, object_no, item_code, kind, min(object_version) OVER
                                    (PARTITION BY source_system, object_no, case_id) AS place
                               FROM applied_decision
                              ORDER BY source_system, object_no, case_id, revision DESC) AS said
                      ORDER BY source_system, object_no, item_code, place DESC) AS last
               WHERE kind NOT IN ('EXPIRE', 'WITHDRAW', 'ANNUL', 'REVOKE', 'CANCEL')
               GROUP BY source_system, object_no) AS held
        USING (source_system, object_no)""",
    "CREATE INDEX object_risk_by_class ON object_risk (risk_class, source_system, object_no)",
    "CREATE INDEX object_risk_basis ON object_risk (basis)",
    "CREATE INDEX object_risk_review ON object_risk (review_on) WHERE review_on IS NOT NULL",
    """CREATE TABLE risk_override (
        override_id uuid PRIMARY KEY, source_system text NOT NULL, object_no text NOT NULL, risk_class text NOT NULL,
        by_table text NOT NULL, reason text NOT NULL, legal_basis text NOT NULL, valid_from date NOT NULL,
        valid_to date NOT NULL, ordered_by text NOT NULL, ordered_at timestamptz NOT NULL, confirmed_by text NOT NULL,
        confirmed_at timestamptz, ended_by text NOT NULL, ended_at timestamptz, end_reason text NOT NULL,
        CONSTRAINT risk_override_class
            CHECK (risk_class IN ('A', 'B', 'C', 'D') AND by_table IN ('A', 'B', 'C', 'D')),
        CONSTRAINT risk_override_term CHECK (valid_to >= valid_from),
        CONSTRAINT risk_override_confirmed CHECK ((confirmed_by <> '') = (confirmed_at IS NOT NULL)),
        CONSTRAINT risk_override_second_person CHECK (confirmed_by <> ordered_by),
        CONSTRAINT risk_override_ended CHECK ((ended_by <> '') = (ended_at IS NOT NULL)))""",
    "CREATE INDEX risk_override_of_object ON risk_override (object_no, source_system, override_id)",
    """CREATE UNIQUE INDEX risk_override_open_once ON risk_override (object_no, source_system)
        WHERE ended_at IS NULL""",
    """CREATE TABLE risk_change (
        number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source_system text NOT NULL, object_no text NOT NULL,
        act text NOT NULL, cause text NOT NULL, by text NOT NULL, at timestamptz NOT NULL, reason text NOT NULL,
        previous text NOT NULL, risk_class text NOT NULL, override_id uuid, grade text NOT NULL,
        item_risk text NOT NULL, table_version text NOT NULL)""",
    "CREATE INDEX risk_change_of_object ON risk_change (object_no, source_system, number)",
    """CREATE TRIGGER risk_change_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_change
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
