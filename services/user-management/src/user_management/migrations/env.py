"""Alembic's entry: the chassis runs the revisions on the connection it was handed."""

from omnitech_chassis.migrating import run_environment

run_environment()
