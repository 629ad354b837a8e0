"""To the dead, and about a restricted record, nothing leaves the house."""

import pytest
from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from clinic.services.messages.seal import Sealing
from tests.db.post import Post
from tests.world import build

ADA = "ada1@example.org"


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database, build(database))


def silence(post: Post, how: str) -> None:
    with post.database.begin() as unit:
        said = {"deceased": True} if how == "dead" else {"restricted_at": post.now}
        unit.connection.execute(update(patient).where(patient.c.id == post.world.patients[0]).values(said))


@pytest.mark.parametrize("how", ["dead", "restricted"])
def test_what_is_owed_to_the_dead_or_about_a_restricted_record_is_dropped(post: Post, how: str) -> None:
    post.book()
    silence(post, how)
    assert post.after_the_hold() == Sealing(dropped=1)
    assert post.letters == []


@pytest.mark.parametrize("how", ["dead", "restricted"])
def test_they_are_not_told_that_a_visit_is_off(post: Post, how: str) -> None:
    post.book().run().turn(Status.CANCELLED)
    silence(post, how)
    assert post.after_the_hold() == Sealing(dropped=1)
    assert post.letters == [("REQUEST", 0, ADA)]


@pytest.mark.parametrize("how", ["dead", "restricted"])
def test_a_letter_that_was_sealed_before_does_not_leave(post: Post, how: str) -> None:
    post.book()
    assert post.after_the_hold() == Sealing(sealed=1)
    silence(post, how)
    assert post.seal() == Sealing()
    assert post.deliver() is None
    assert post.sent == []
