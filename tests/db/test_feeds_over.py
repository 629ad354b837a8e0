"""A patient's calendars end some time after his courses do."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan
from clinic.db.tables.messages import feed
from clinic.db.unit import Database
from clinic.domain.errors import NotFound
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.services.courses.book import book
from clinic.services.messages.jobs import run_due
from tests.db.post import Post
from tests.db.test_courses import wanted
from tests.db.test_feeds import fetch, subscribe
from tests.world import ACTOR, at, build, needling, single

LAST = at("2026-11-27", 10)


@pytest.fixture
def post(database: Database) -> Post:
    """A course of which one visit took place, and then it was closed."""
    made = Post(database, build(database))
    book(database.begin, database.read, wanted(), actor=ACTOR, now=made.now)
    with database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'done' WHERE id = 1")
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'released' WHERE id > 1")
        unit.connection.execute(update(plan).values(status="completed"))
    return made


def night(post: Post, days: int) -> list[bool]:
    """So many days after the last visit, which feeds are open."""
    post.now = instant_of(LAST) + timedelta(days=days)
    for _ in range(2):
        run_due(post.database.begin, post.database.read, now=post.now)
        post.later(days=1)
    return [row.revoked_at is None for row in post.rows(feed)]


def test_a_calendar_is_shut_when_the_last_visit_has_left_it_and_no_course_is_under_way(post: Post) -> None:
    secret = subscribe(post)
    assert night(post, 20) == [True]
    assert night(post, 40) == [False]
    with pytest.raises(NotFound):
        fetch(post, secret)
    last = post.rows(audit)[-1]
    assert (last.act, last.actor, last.patient_id) == ("feed.revoked", "system:worker", post.world.patients[0])


@pytest.mark.parametrize("status", ["offered", "active"])
def test_a_course_under_way_keeps_it(post: Post, status: str) -> None:
    subscribe(post)
    with post.database.begin() as unit:
        unit.connection.execute(update(plan).values(status=status))
    assert night(post, 40) == [True]


def test_a_visit_ahead_keeps_it_and_one_that_is_made_later_is_a_new_one(post: Post) -> None:
    subscribe(post)
    (visit,) = post.do(Book(single(post.world, needling(post.world, at("2027-01-18", 10)))))
    assert night(post, 40) == [True]
    post.public_id = visit
    assert post.visit.status is Status.BOOKED
    subscribe(post, name="new")
    assert night(post, 95) == [False, False]


def test_who_never_had_a_course_and_who_works_here_keep_theirs(post: Post) -> None:
    subscribe(post, owner="patient2")
    subscribe(post, "staff", "staff1")
    subscribe(post, "room", "room1")
    assert night(post, 400) == [True, True, True]
