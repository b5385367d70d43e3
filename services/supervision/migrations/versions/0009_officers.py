"""Certificates, conflicts of interest, evidence and signatures (执法证件、回避、证据、签名), and unchecked lines (未检查)."""

from alembic import op

revision = "0009_officers"
down_revision = "0008_process"

STATEMENTS = (
    """ALTER TABLE inspector
        ADD COLUMN certificate_no text NOT NULL DEFAULT '', ADD COLUMN certificate_from date,
        ADD COLUMN certificate_to date, ADD COLUMN left_on date,
        ADD CONSTRAINT inspector_certificate
            CHECK (certificate_no <> '' OR (certificate_from IS NULL AND certificate_to IS NULL)),
        ADD CONSTRAINT inspector_certificate_term CHECK (certificate_to >= certificate_from)""",
    "ALTER TABLE inspection ADD COLUMN not_checked text[] NOT NULL DEFAULT '{}'",
    """CREATE TABLE inspector_conflict (
        conflict_id uuid PRIMARY KEY, inspector text NOT NULL REFERENCES inspector (code), id_type text NOT NULL,
        id_no text NOT NULL, source_system text NOT NULL, object_no text NOT NULL, reason text NOT NULL,
        valid_from date NOT NULL, valid_to date, declared_by text NOT NULL, declared_at timestamptz NOT NULL,
        ended_by text NOT NULL, ended_at timestamptz,
        CONSTRAINT inspector_conflict_term CHECK (valid_to >= valid_from),
        CONSTRAINT inspector_conflict_target CHECK ((id_no <> '') <> (object_no <> '')),
        CONSTRAINT inspector_conflict_ended CHECK ((ended_by <> '') = (ended_at IS NOT NULL)))""",
    "CREATE INDEX inspector_conflict_of_inspector ON inspector_conflict (inspector, conflict_id)",
    "CREATE INDEX inspector_conflict_of_subject ON inspector_conflict (id_no, id_type) WHERE id_no <> ''",
    "CREATE INDEX inspector_conflict_of_object ON inspector_conflict (object_no, source_system) WHERE object_no <> ''",
    """CREATE TABLE evidence_blob (
        sha256 bytea PRIMARY KEY, size bigint NOT NULL, stored_at timestamptz NOT NULL,
        CONSTRAINT evidence_blob_sha256 CHECK (octet_length(sha256) = 32),
        CONSTRAINT evidence_blob_size CHECK (size > 0))""",
    """CREATE TABLE evidence_chunk (
        sha256 bytea NOT NULL REFERENCES evidence_blob (sha256), number int NOT NULL, content bytea NOT NULL,
        PRIMARY KEY (sha256, number))""",
    # Pictures, films and PDFs are compressed already: trying again costs time and saves nothing.
    "ALTER TABLE evidence_chunk ALTER COLUMN content SET STORAGE EXTERNAL",
    """CREATE TABLE evidence (
        evidence_id uuid PRIMARY KEY, task_id uuid NOT NULL REFERENCES task (task_id),
        sha256 bytea NOT NULL REFERENCES evidence_blob (sha256), size bigint NOT NULL, media_type text NOT NULL,
        name text NOT NULL, note text NOT NULL, line_code text NOT NULL, added_by text NOT NULL,
        added_at timestamptz NOT NULL,
        CONSTRAINT evidence_media_type
            CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf', 'video/mp4')))""",
    "CREATE INDEX evidence_of_task ON evidence (task_id, sha256)",
    """CREATE TABLE signature (
        signature_id uuid PRIMARY KEY, task_id uuid NOT NULL REFERENCES task (task_id), source_system text NOT NULL,
        inspection_no text NOT NULL, role text NOT NULL, code text NOT NULL, masked_name text NOT NULL,
        sealed_name bytea, evidence bytea REFERENCES evidence_blob (sha256), refused boolean NOT NULL,
        reason text NOT NULL, recorded_by text NOT NULL, recorded_at timestamptz NOT NULL,
        FOREIGN KEY (source_system, inspection_no) REFERENCES inspection (source_system, inspection_no),
        CONSTRAINT signature_role CHECK (role IN ('OFFICER', 'PARTY', 'WITNESS')),
        CONSTRAINT signature_signer CHECK ((role = 'OFFICER') = (code <> '')),
        CONSTRAINT signature_sealed CHECK ((masked_name <> '') = (sealed_name IS NOT NULL)),
        CONSTRAINT signature_refused CHECK (refused = (evidence IS NULL) AND refused = (reason <> '')))""",
    "CREATE INDEX signature_of_task ON signature (task_id, signature_id)",
    """CREATE FUNCTION evidence_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is only added to, never changed or deleted', TG_TABLE_NAME; END $$""",
    *(
        f"""CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept()"""
        for table in ("evidence_blob", "evidence_chunk", "evidence", "signature")
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
