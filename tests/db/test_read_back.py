"""What the product sends and serves, read back by other people's calendar software."""

from datetime import datetime

import pytest

from clinic.calendars import card
from clinic.domain.visits.visit import Status
from clinic.services.messages import feeds
from tests.db.post import MONDAY, THURSDAY, Post
from tests.unit.calendars.readers import EVERY, Seen
from tests.world import ACTOR, at

SPRING = at("2027-03-29", 10)


def seen(uid: str, start: str, title: str, status: str) -> Seen:
    begin = datetime.fromisoformat(start)
    return Seen(uid, begin, begin.replace(minute=45), title, status)


@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_every_letter_of_a_visit_is_read_as_it_was_meant(post: Post, reader) -> None:  # type: ignore[no-untyped-def]
    post.patient(disclosure=2).book().run().move(SPRING).run().turn(Status.CANCELLED).run()
    uid, title = post.visit.uid, "Appointment, The Practice"
    assert reader([page.calendar for page in post.pages]) == [
        [seen(uid, "2026-11-23T09:00+00:00", title, "CONFIRMED")],
        [seen(uid, "2027-03-29T08:00+00:00", title, "CONFIRMED")],
        [seen(uid, "2027-03-29T08:00+00:00", title, "CANCELLED")],
    ]


@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_a_feed_with_notes_alarms_and_a_cancellation_is_read_as_it_was_meant(post: Post, reader) -> None:  # type: ignore[no-untyped-def]
    post.patient(disclosure=3, alarm_minutes=1440)
    uids = [post.book(starts).visit.uid for starts in (MONDAY, SPRING, THURSDAY)]
    post.turn(Status.CANCELLED)
    secret = feeds.create(post.database.begin, "patient", "patient1", "phone", actor=ACTOR, now=post.now).secret
    body = feeds.fetch(post.database.begin, post.database.read, secret, by="", now=post.now).body
    title = "Appointment, The Practice"
    assert reader([body]) == [
        sorted(
            [
                seen(uids[0], "2026-11-23T09:00+00:00", title, "CONFIRMED"),
                seen(uids[1], "2027-03-29T08:00+00:00", title, "CONFIRMED"),
                seen(uids[2], "2026-11-26T09:00+00:00", f"Cancelled: {title}", "CANCELLED"),
            ]
        )
    ]


def test_our_own_card_reads_the_wall_time_of_each_season(post: Post) -> None:
    post.book().run().move(SPRING).run()
    shown = [card.read(page.calendar or b"") for page in post.pages]
    assert [f"{one.starts:%d.%m. %H:%M %Z}" for one in shown] == ["23.11. 10:00 CET", "29.03. 10:00 CEST"]
    assert [(one.method, one.sequence, one.status) for one in shown] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
    ]
