"""The one place that knows every part: it reads the environment and the clock, and hands both down."""

import os
from datetime import UTC, datetime

from clinic.config import Settings
from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.unit import Database


def now() -> datetime:
    """The instant it is, in UTC. Nothing below asks a clock."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings of this process. Raises Invalid."""
    return Settings.read(os.environ)


def open_database(given: Settings) -> Database:
    """The database, whatever its state: for migrating and checking."""
    return Database(open_engine(given.database_url))


def ready_database(given: Settings) -> Database:
    """The database, once it is at this version's schema with every guard in place. Raises Invalid."""
    database = open_database(given)
    schema.refuse_unready(database.engine)
    return database
