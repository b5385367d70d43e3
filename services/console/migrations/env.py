"""Alembic environment (迁移环境): the chassis hands in the connection."""

from alembic import context

from chassis.migrations import run_env

run_env(context.config.attributes["connection"])
