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
    assert str(follow["SUMMARY"]) == "How are you today?"
    assert f"{follow['DTSTART'].dt:%Y-%m-%d %H:%M}" == "2026-11-24 10:00"
    assert f"{follow['DTEND'].dt:%H:%M}" == "10:15"
    assert str(follow["TRANSP"]) == "TRANSPARENT"
    assert str(follow["RELATED-TO"]) == str(visit["UID"]) != str(follow["UID"])
    asks = "This is no appointment. If something worries you, call us: +49 30 555 0100"
    assert str(follow["DESCRIPTION"]) == asks


def test_at_the_first_level_it_says_what_it_is_not_and_it_goes_with_the_choice(post: Post) -> None:
    secret = subscribe(post)
    post.book().patient(disclosure=1)
    assert str(events(post, secret)[1]["DESCRIPTION"]) == "This is no appointment."
    post.patient(follow_up=False)
    assert titles(post, secret) == ["Appointment"]


def test_it_goes_when_the_visit_does(post: Post) -> None:
    secret = subscribe(post)
    post.book().turn(Status.CANCELLED)
    assert titles(post, secret) == ["Cancelled: Appointment, The Practice"]
