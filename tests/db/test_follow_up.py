"""An entry on the day after needling, for who wants one."""

import pytest

from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from tests.db.post import Post
from tests.db.test_feeds import events, subscribe, titles
from tests.world import build


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    return Post(sqlite_database, build(sqlite_database)).patient(follow_up=True, disclosure=2)


def test_a_quarter_of_an_hour_that_blocks_nothing_follows_needling(post: Post) -> None:
    secret = subscribe(post)
    post.book()
    visit, follow = events(post, secret)
    assert str(follow["SUMMARY"]) == "Follow-up"
    assert f"{follow['DTSTART'].dt:%Y-%m-%d %H:%M}" == "2026-11-24 10:00"
    assert f"{follow['DTEND'].dt:%H:%M}" == "10:15"
    assert str(follow["TRANSP"]) == "TRANSPARENT"
    assert str(follow["RELATED-TO"]) == str(visit["UID"]) != str(follow["UID"])
    assert str(follow["DESCRIPTION"]).endswith("+49 30 555 0100")


def test_it_says_nothing_at_the_first_level_and_goes_with_the_choice(post: Post) -> None:
    secret = subscribe(post)
    post.book().patient(disclosure=1)
    assert "DESCRIPTION" not in events(post, secret)[1]
    post.patient(follow_up=False)
    assert titles(post, secret) == ["Appointment"]


def test_it_goes_when_the_visit_does(post: Post) -> None:
    secret = subscribe(post)
    post.book().turn(Status.CANCELLED)
    assert titles(post, secret) == ["Cancelled: Appointment, The Practice"]
