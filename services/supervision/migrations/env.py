"""Alembic's entry for supervision; the connection comes from the chassis."""

from alembic import context

from chassis.migrations import run_env

if not context.is_offline_mode():
    run_env(context.config.attributes["connection"])
