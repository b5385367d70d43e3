"""The life of a catalogue version, and all a decision was matched by (目录版本的一生、匹配依据).

Versions loaded before there was a life are published by nobody; their links called the occasions ``kinds``.
"""

from alembic import op

revision = "0004_catalogue"
down_revision = "0003_time"

STATEMENTS = (
    "ALTER TABLE catalogue_version RENAME COLUMN loaded_at TO drafted_at",
    """ALTER TABLE catalogue_version
        ADD COLUMN state text, ADD COLUMN drafted_by text NOT NULL DEFAULT '',
        ADD COLUMN submitted_by text NOT NULL DEFAULT '', ADD COLUMN submitted_at timestamptz,
        ADD COLUMN published_by text NOT NULL DEFAULT '', ADD COLUMN published_at timestamptz,
        ADD COLUMN publication int, ADD COLUMN retired_by text NOT NULL DEFAULT '',
        ADD COLUMN retired_at timestamptz, ADD COLUMN retired_on date""",
    """UPDATE catalogue_version SET state = 'PUBLISHED', submitted_at = drafted_at, published_at = drafted_at,
        publication = sequence, content = jsonb_set(content, '{links}', (
            SELECT coalesce(jsonb_agg((link - 'kinds') || jsonb_build_object('triggers', link -> 'kinds') ORDER BY n),
                '[]')
            FROM jsonb_array_elements(content -> 'links') WITH ORDINALITY AS l (link, n)))""",
    """ALTER TABLE catalogue_version ALTER COLUMN state SET NOT NULL,
        ALTER COLUMN drafted_by DROP DEFAULT, ALTER COLUMN submitted_by DROP DEFAULT,
        ALTER COLUMN published_by DROP DEFAULT, ALTER COLUMN retired_by DROP DEFAULT,
        ADD CONSTRAINT catalogue_version_publication UNIQUE (publication),
        ADD CONSTRAINT catalogue_version_state CHECK (state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'RETIRED')),
        ADD CONSTRAINT catalogue_version_published CHECK (
            (published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))
            AND (publication IS NOT NULL) = (published_at IS NOT NULL)),
        ADD CONSTRAINT catalogue_version_retired CHECK (
            (retired_at IS NOT NULL) = (state = 'RETIRED') AND (retired_on IS NOT NULL) = (state = 'RETIRED')),
        ADD CONSTRAINT catalogue_version_two_persons CHECK (
            published_by = '' OR published_by NOT IN (drafted_by, submitted_by))""",
    """ALTER TABLE applied_decision
        ADD COLUMN commitment boolean NOT NULL DEFAULT false, ADD COLUMN existing boolean NOT NULL DEFAULT false,
        ADD COLUMN id_type text NOT NULL DEFAULT '', ADD COLUMN id_no text NOT NULL DEFAULT '',
        ADD COLUMN subject_kind text NOT NULL DEFAULT '', ADD COLUMN object_name text NOT NULL DEFAULT '',
        ADD COLUMN object_address text NOT NULL DEFAULT ''""",
    """UPDATE applied_decision AS d SET id_type = o.id_type, id_no = o.id_no, subject_kind = o.subject_kind,
        object_name = o.name, object_address = o.address
        FROM supervised_object AS o WHERE (o.object_no, o.source_system) = (d.object_no, d.source_system)""",
    """ALTER TABLE applied_decision ALTER COLUMN commitment DROP DEFAULT, ALTER COLUMN existing DROP DEFAULT,
        ALTER COLUMN id_type DROP DEFAULT, ALTER COLUMN id_no DROP DEFAULT, ALTER COLUMN subject_kind DROP DEFAULT,
        ALTER COLUMN object_name DROP DEFAULT, ALTER COLUMN object_address DROP DEFAULT""",
    "CREATE INDEX applied_decision_by_day ON applied_decision USING brin (decided_on)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
