"""What tests of the database share: a practice in it, and its post."""

import pytest

from clinic.db.unit import Database
from tests.db.inbox import Inbox
from tests.db.post import Post
from tests.world import World, build


@pytest.fixture
def world(database: Database) -> World:
    """A practice on either database."""
    return build(database)


@pytest.fixture
def both(database: Database) -> Post:
    """The post of a practice on either database."""
    return Post(database, build(database))


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    """The post where the kind of database makes no difference."""
    return Post(sqlite_database, build(sqlite_database))


@pytest.fixture
def inbox(database: Database) -> Inbox:
    """Where answers to the invitation of a visit come in, each invitation from an address of its own."""
    return Inbox(Post(database, build(database), plus=True).book().run())
