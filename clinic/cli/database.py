"""`clinic db`: bring the database to this version's schema."""

import argparse
from pathlib import Path

from clinic import wiring
from clinic.db import schema
from clinic.db.unit import Database
from clinic.services.access import roles
from clinic.services.patients.index import index_missing


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `db upgrade`."""
    jobs = subparsers.add_parser("db", help="the database's schema").add_subparsers(required=True, metavar="JOB")
    job = jobs.add_parser("upgrade", help="create or migrate the database; on SQLite a copy is kept beside it first")
    job.set_defaults(func=_upgrade)


def _upgrade(_: argparse.Namespace) -> int:
    upgrade(wiring.open_database(wiring.settings()))
    print(f"The database is at {schema.head()}.")
    return 0


def upgrade(database: Database) -> None:
    """Create or migrate it, and bring the shipped roles and what patients are found by up to date."""
    if database.engine.dialect.name == "sqlite":
        Path(str(database.engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    schema.upgrade(database.engine)
    roles.sync(database.begin)
    index_missing(database.begin, database.read)
