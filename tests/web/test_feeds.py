"""Subscribed calendars over HTTP, as calendar programs ask for them."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import event
from werkzeug.http import http_date

from clinic.calendars import zones
from clinic.db.tables.access import audit
from clinic.db.tables.messages import feed, feed_bytes
from clinic.services.access.sessions import hashed
from clinic.services.messages import feeds
from tests.db.post import THURSDAY, Post
from tests.web.conftest import Browser, Clock
from tests.world import ACTOR, NOW


@pytest.fixture
def path(post: Post) -> str:
    made = feeds.create(post.database.begin, "patient", "patient1", "iPhone", actor=ACTOR, now=NOW)
    return f"/feeds/{made.secret}.ics"


def test_a_feed_is_a_private_calendar_that_no_search_engine_keeps(client: Browser, path: str, post: Post) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip", "Accept": "image/png"})
    assert answer.status_code == 200
    assert post.visit.uid.encode() in answer.data
    expected = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    for absent in ("Set-Cookie", "Content-Encoding", "Location"):
        assert absent not in answer.headers


def test_who_has_the_calendar_is_not_sent_it_again(client: Browser, path: str, post: Post, clock: Clock) -> None:
    first = client.get(path)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    # If-None-Match beats If-Modified-Since.
    assert client.get(path, headers={"If-None-Match": '"x"', "If-Modified-Since": modified}).status_code == 200
    early = http_date(NOW - timedelta(days=1))
    assert client.get(path, headers={"If-None-Match": etag, "If-Modified-Since": early}).status_code == 304
    post.move(THURSDAY)
    changed = client.get(path, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["ETag"] != etag) == (200, True)


def test_a_head_is_a_get_without_its_body(client: Browser, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type"):
        assert head.headers[name] == got.headers[name]


def test_wrong_tokens_are_not_found_and_counted_and_right_ones_are_not(client: Browser, path: str) -> None:
    for _ in range(40):
        assert client.get(path).status_code == 200
    answers = [client.get(path.replace("/feeds/", "/feeds/x")).status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(path).status_code == 200


def test_a_revoked_an_altered_and_an_unknown_address_answer_the_same_bytes_for_the_same_work(
    client: Browser, post: Post
) -> None:
    made = feeds.create(post.database.begin, "patient", "patient1", "iPhone", actor=ACTOR, now=NOW)
    path = f"/feeds/{made.secret}.ics"
    client.get(path)
    feeds.revoke(post.database.begin, made.public_id, actor=ACTOR, now=NOW)
    client.get("/feeds/first.ics")  # the first of a quarter of an hour also forgets the last one's count
    altered = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "E")
    work: list[list[str]] = []
    event.listen(post.database.engine, "before_cursor_execute", lambda *given: work[-1].append(given[2]))
    answers = []
    for gone in (path, f"/feeds/{altered}.ics", f"/feeds/{'x' * 43}.ics", "/feeds/unknown.ics"):
        work.append([])
        answers.append(client.get(gone))
    shown = {(each.status_code, each.data, each.headers["Content-Type"], len(each.headers)) for each in answers}
    assert len(shown) == 1
    assert shown.pop()[0] == 404
    assert work[0] == work[1] == work[2] == work[3] != []


def test_no_log_has_the_token(
    client: Browser, path: str, post: Post, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    with caplog.at_level(logging.DEBUG):
        client.get(path)
        client.head(path)
        client.get(path, headers={"If-None-Match": '"x"', "User-Agent": "Calendar/1"})
        client.get(path + "x")
        monkeypatch.setattr(zones, "observances", lambda name: 1 / 0)
        zones.vtimezone.cache_clear()
        zones.verified.cache_clear()
        post.move(THURSDAY)
        assert client.get(path).status_code == 500
        monkeypatch.undo()
        client.get("/metrics")
    assert len(caplog.records) >= 6
    said = [f"{record.getMessage()} {record.__dict__} {record.exc_text}" for record in caplog.records]
    assert not [each for each in said if token in each or hashed(token) in each]
    assert token not in repr([post.rows(table) for table in (audit, feed, feed_bytes)])
