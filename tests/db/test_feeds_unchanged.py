"""When a feed's bytes change, and which dates change with them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import update

from clinic.content import notes
from clinic.db.messages import feeds as rows
from clinic.db.tables.messages import feed, feed_bytes
from clinic.db.tables.practice import practice
from clinic.domain.errors import NotFound
from clinic.domain.messages.notes import Line, Note
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality
from clinic.services.messages import feeds
from clinic.services.messages.feeds import Created, Fetched
from tests.db.post import THURSDAY, Post
from tests.world import ACTOR


def subscribe(post: Post) -> Created:
    return feeds.create(post.database.begin, "patient", "patient1", "phone", actor=ACTOR, now=post.now)


def fetch(post: Post, made: Created) -> Fetched:
    return feeds.fetch(post.database.begin, post.database.read, made.secret, by="Calendar/1", now=post.now)


def dates(found: Fetched) -> list[tuple[int, str]]:
    """(SEQUENCE, LAST-MODIFIED) of each entry, which is its DTSTAMP too."""
    events = Calendar.from_ical(found.body).walk("VEVENT")
    assert all(one["DTSTAMP"].dt == one["LAST-MODIFIED"].dt for one in events)
    return [(int(one["SEQUENCE"]), one["LAST-MODIFIED"].dt.isoformat()) for one in events]


def noted(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    line = Line(text, text, "source", Confidence.CLINIC_PAGE)
    monkeypatch.setattr(notes, "load", lambda: (Note("n", 1, Modality.DRY_NEEDLING, None, "en", (), (line,)),))


def approved(post: Post) -> None:
    """What a change of a note, a name or a phone does beside itself."""
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(revision=practice.c.revision + 1))


def test_every_hour_of_a_day_has_the_same_bytes(both: Post) -> None:
    made = subscribe(both)
    both.book().patient(disclosure=3)
    both.now = both.now.replace(hour=0)
    first = fetch(both, made)
    assert {fetch(both.later(hours=1), made) for _ in range(22)} == {first}


def test_a_note_changes_etag_and_last_modified_and_not_the_sequence(
    both: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(monkeypatch, "Rest today.")
    made = subscribe(both)
    both.book().patient(disclosure=3).book(THURSDAY)
    with both.database.begin() as unit:
        unit.connection.execute(update(feed).values(level=3))
    first = fetch(both.later(minutes=1), made)
    noted(monkeypatch, "Rest for two days.")
    approved(both.later(hours=1))
    second = fetch(both, made)
    assert second.etag != first.etag
    assert second.modified_at == both.now
    assert b"two days" in second.body
    assert dates(first) == [(0, "2026-11-20T09:00:00+00:00")] * 2
    assert dates(second) == [(0, "2026-11-20T10:01:00+00:00")] * 2
    approved(both.later(hours=1))
    third = fetch(both, made)
    assert (third.body, third.modified_at) == (second.body, second.modified_at)


def test_a_moved_visit_alone_is_dated_by_its_move(both: Post) -> None:
    made = subscribe(both)
    both.book()
    both.book(THURSDAY)
    fetch(both, made)
    both.later(minutes=5).move(THURSDAY + 12)
    assert dates(fetch(both.later(minutes=5), made)) == [
        (0, "2026-11-20T09:00:00+00:00"),
        (1, "2026-11-20T09:05:00+00:00"),
    ]


def test_two_who_draw_at_once_serve_the_same_bytes_for_one_etag(both: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note's date is the second of the drawing: the first that is kept is everybody's."""
    noted(monkeypatch, "Rest today.")
    made = subscribe(both)
    fetch(both.book().patient(disclosure=3), made)
    noted(monkeypatch, "Rest for two days.")
    approved(both.later(hours=1))
    with both.database.read() as unit:
        given = rows.by_token(unit.connection, feeds.hashed(made.secret))
        assert given is not None
        body, known = feeds._drawn(unit, given, both.now.date(), now=both.now)
    winner = fetch(replace(both, now=both.now + timedelta(seconds=3)), made)
    loser = feeds._keep(both.database.begin, given, None, winner.etag, body, known, by=None, now=both.now)
    assert loser == winner
    assert body != winner.body


def test_what_changed_meanwhile_is_served_and_not_kept(both: Post) -> None:
    made = subscribe(both)
    both.book()
    with both.database.read() as unit:
        given = rows.by_token(unit.connection, feeds.hashed(made.secret))
        assert given is not None
        body, known = feeds._drawn(unit, given, both.now.date(), now=both.now)
    both.book(THURSDAY)
    found = feeds._keep(both.database.begin, given, None, "old", body, known, by=None, now=both.now)
    assert (found.etag, found.body) == ("old", body)
    assert both.rows(feed_bytes) == []
    feeds.revoke(both.database.begin, made.public_id, actor=ACTOR, now=both.now)
    with pytest.raises(NotFound):
        feeds._keep(both.database.begin, given, None, "old", body, known, by=None, now=both.now)
