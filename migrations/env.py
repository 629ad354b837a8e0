"""Alembic's environment: the caller's connection, or the one that CLINIC_DATABASE_URL names."""

import os

from alembic import context

from clinic.db.connect import WRITES, open_engine
from clinic.db.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        context.run_migrations()
        return
    engine = open_engine(os.environ["CLINIC_DATABASE_URL"])
    with engine.connect() as own, own.execution_options(**{WRITES: True}).begin():
        context.configure(connection=own, target_metadata=metadata, transactional_ddl=True)
        context.run_migrations()


run()
