"""Random draws (双随机抽查): draws with pool and receipt byte for byte, what was drawn, tasks that come of it."""

from alembic import op

revision = "0013_draws"
down_revision = "0012_plans"

STATEMENTS = (
    """CREATE TABLE draw (
        draw_no text PRIMARY KEY, plan_no text NOT NULL, plan_version int NOT NULL, entry text NOT NULL,
        region text NOT NULL, departments text[] NOT NULL, algorithm text NOT NULL, script text NOT NULL,
        snapshot text NOT NULL, commitment text NOT NULL, announcement_hash text NOT NULL,
        sealed_secret bytea NOT NULL, value_source text NOT NULL, value_form text NOT NULL,
        value_at timestamptz NOT NULL, prepared_by text NOT NULL, prepared_at timestamptz NOT NULL,
        objects int NOT NULL, quota int NOT NULL, state text NOT NULL, secret text NOT NULL, value text NOT NULL,
        looked_up text NOT NULL, seed text NOT NULL, result_hash text NOT NULL, ended_by text NOT NULL,
        witness text NOT NULL, ended_at timestamptz, reason text NOT NULL,
        CONSTRAINT draw_state CHECK (state IN ('ANNOUNCED', 'CONCLUDED', 'CANCELLED')),
        CONSTRAINT draw_ended
            CHECK ((state = 'ANNOUNCED') = (ended_at IS NULL) AND (state = 'ANNOUNCED') = (secret = '')),
        CONSTRAINT draw_concluded CHECK ((state = 'CONCLUDED') = (value <> '' AND seed <> '' AND result_hash <> '')),
        CONSTRAINT draw_second_person CHECK (witness = '' OR witness <> ended_by),
        CONSTRAINT draw_witness CHECK (state <> 'CONCLUDED' OR witness <> ''))""",
    "CREATE INDEX draw_of_plan ON draw (plan_no, entry, draw_no)",
    "CREATE UNIQUE INDEX draw_open_once ON draw (plan_no, entry) WHERE state = 'ANNOUNCED'",
    "CREATE TABLE draw_pool (draw_no text PRIMARY KEY REFERENCES draw, content bytea NOT NULL)",
    "CREATE TABLE draw_receipt (draw_no text PRIMARY KEY REFERENCES draw, content bytea NOT NULL)",
    """CREATE TABLE draw_replacement (
        draw_no text NOT NULL REFERENCES draw, number int NOT NULL, source_system text NOT NULL,
        object_no text NOT NULL, department text NOT NULL, officer text NOT NULL, successor text NOT NULL,
        reason text NOT NULL, by text NOT NULL, witness text NOT NULL, at timestamptz NOT NULL,
        receipt bytea NOT NULL, PRIMARY KEY (draw_no, number),
        CONSTRAINT draw_replacement_second_person CHECK (witness <> by))""",
    """CREATE TABLE drawn_object (
        draw_no text NOT NULL REFERENCES draw, source_system text NOT NULL, object_no text NOT NULL,
        officers jsonb NOT NULL, outcome text NOT NULL, tasks jsonb NOT NULL,
        PRIMARY KEY (draw_no, source_system, object_no),
        CONSTRAINT drawn_object_outcome CHECK (outcome IN ('WAITING', 'TASK', 'LAPSED')))""",
    "CREATE INDEX drawn_object_of_object ON drawn_object (object_no, source_system, draw_no)",
    """CREATE INDEX drawn_object_waiting ON drawn_object (draw_no, source_system, object_no)
        WHERE outcome = 'WAITING'""",
    # Over is over, and what was announced stays as it was: also who owns the database finds a trigger in the way.
    """CREATE FUNCTION draw_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR OLD.state <> 'ANNOUNCED'
           OR (NEW.draw_no, NEW.plan_no, NEW.plan_version, NEW.entry, NEW.snapshot, NEW.commitment,
               NEW.announcement_hash, NEW.sealed_secret, NEW.value_source, NEW.value_form, NEW.value_at)
              IS DISTINCT FROM
              (OLD.draw_no, OLD.plan_no, OLD.plan_version, OLD.entry, OLD.snapshot, OLD.commitment,
               OLD.announcement_hash, OLD.sealed_secret, OLD.value_source, OLD.value_form, OLD.value_at)
        THEN RAISE EXCEPTION 'a draw is run once, and never changes what was announced'; END IF;
        RETURN NEW; END $$""",
    "CREATE TRIGGER draw_is_kept BEFORE UPDATE OR DELETE ON draw FOR EACH ROW EXECUTE FUNCTION draw_is_kept()",
    *(
        f"""CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()"""
        for table in ("draw_pool", "draw_receipt", "draw_replacement")
    ),
    """ALTER TABLE task ADD COLUMN draw_no text NOT NULL DEFAULT '',
        DROP CONSTRAINT task_purpose, DROP CONSTRAINT task_ad_hoc""",
    "ALTER TABLE task ALTER COLUMN draw_no DROP DEFAULT",
    """ALTER TABLE task
        ADD CONSTRAINT task_purpose CHECK (purpose IN ('ROUTINE', 'COMMITMENT', 'CESSATION', 'RANDOM')),
        ADD CONSTRAINT task_ad_hoc CHECK (
            (link_code = '') = (case_id = '' AND draw_no = '') AND (link_code <> '' OR state = 'CLOSED')),
        ADD CONSTRAINT task_drawn CHECK ((purpose = 'RANDOM') = (draw_no <> ''))""",
    "DROP INDEX task_made_once",
    """CREATE UNIQUE INDEX task_made_once ON task (case_id, source_system, revision, link_code, purpose)
        WHERE link_code <> '' AND draw_no = ''""",
    "CREATE INDEX task_of_draw ON task (draw_no, task_id) WHERE draw_no <> ''",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
