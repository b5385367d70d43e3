"""Role grants (角色授权). The database itself keeps the three administrators apart: no fault of the service joins them."""

from alembic import op

revision = "0016_role_grants"
down_revision = "0015_webhooks"

SEPARATED = "('SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')"
STATEMENTS = (
    f"""CREATE TABLE role_grant (
        grant_id text PRIMARY KEY, person text NOT NULL, role text NOT NULL, region text NOT NULL,
        department text NOT NULL, starts_on date NOT NULL, ends_on date, state text NOT NULL, granted_by text NOT NULL,
        granted_at timestamptz NOT NULL, confirmed_by text NOT NULL, confirmed_at timestamptz, ended_by text NOT NULL,
        ended_at timestamptz, ended_why text NOT NULL,
        CONSTRAINT role_grant_state CHECK (state IN ('PROPOSED', 'GRANTED', 'ENDED')),
        CONSTRAINT role_grant_days CHECK (ends_on >= starts_on),
        CONSTRAINT role_grant_second_person CHECK (role NOT IN {SEPARATED} OR state <> 'GRANTED'
            OR (confirmed_by <> '' AND confirmed_by <> granted_by AND confirmed_by <> person AND granted_by <> person)))""",
    "CREATE INDEX role_grant_person ON role_grant (person)",
    # Two transactions at once would not see each other's row: the second waits for the first.
    f"""CREATE FUNCTION role_grant_is_separated() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('role_grant:' || NEW.person, 0));
            IF EXISTS (
                SELECT FROM role_grant o WHERE o.person = NEW.person AND o.role <> NEW.role AND o.role IN {SEPARATED}
                AND o.grant_id <> NEW.grant_id AND (o.state <> 'ENDED' OR o.confirmed_at IS NOT NULL)
                AND daterange(o.starts_on, o.ends_on, '[]') && daterange(NEW.starts_on, NEW.ends_on, '[]')
            ) THEN
                RAISE EXCEPTION '% holds another of the three administrators', NEW.person
                    USING ERRCODE = 'exclusion_violation';
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE TRIGGER role_grant_is_separated BEFORE INSERT OR UPDATE ON role_grant FOR EACH ROW
        WHEN (NEW.role IN {SEPARATED} AND NEW.state <> 'ENDED') EXECUTE FUNCTION role_grant_is_separated()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
