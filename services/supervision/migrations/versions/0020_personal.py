"""Personal data (个人信息): what is sealed may be sealed again with another key, in rows that otherwise stay as they are."""

from alembic import op

from chassis import personal_schema

revision = "0020_personal"
down_revision = "0019_webhooks"

_DRAW_IS_KEPT = """CREATE OR REPLACE FUNCTION draw_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('shenguan.resealing', true) = 'on'
       AND to_jsonb(NEW) - 'sealed_secret' = to_jsonb(OLD) - 'sealed_secret' THEN RETURN NEW; END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'ANNOUNCED'
       OR (NEW.draw_no, NEW.plan_no, NEW.plan_version, NEW.entry, NEW.snapshot, NEW.commitment,
           NEW.announcement_hash, NEW.sealed_secret, NEW.value_source, NEW.value_form, NEW.value_at)
          IS DISTINCT FROM
          (OLD.draw_no, OLD.plan_no, OLD.plan_version, OLD.entry, OLD.snapshot, OLD.commitment,
           OLD.announcement_hash, OLD.sealed_secret, OLD.value_source, OLD.value_form, OLD.value_at)
    THEN RAISE EXCEPTION 'a draw is run once, and never changes what was announced'; END IF;
    RETURN NEW; END $$"""


def upgrade() -> None:
    personal_schema.upgrade(resealed=(("export_line", "sealed"), ("signature", "sealed_name")))
    op.execute(_DRAW_IS_KEPT)
