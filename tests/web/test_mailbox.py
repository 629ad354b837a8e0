"""The demo's mailbox, and letting letters go again."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.messages.outbox import Filed
from clinic.db.tables.practice import practice
from clinic.domain.visits.visit import Status
from clinic.mail.kept import Kept
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.page import Page
from clinic.web import paging
from clinic.web.messages import mailbox
from clinic.web.parts import Parts
from clinic.worker.loop import run_once
from clinic.worker.parts import Parts as WorkerParts
from tests.db.post import THURSDAY, URL, Post
from tests.web.conftest import PASSWORD, Browser, Clock, application, browser
from tests.world import NOW


@pytest.fixture
def desk(web_parts: Parts, post: Post, clock: Clock, account: Callable[[str], str]) -> Browser:
    """Somebody at the front desk of the demo."""
    worker = WorkerParts(web_parts.begin, web_parts.read, clock, URL, Kept(), lambda: 0.5)
    mine = browser(application(replace(web_parts, demo=True, send_due=partial(run_once, worker))))
    mine.send("/sign-in", login=account("front desk"), password=PASSWORD)
    return mine


def links(page: TestResponse) -> list[str]:
    return re.findall(r'href="(/demo/mailbox/[0-9a-f]{32})"', page.text)


def test_what_is_held_can_be_sent_at_once(desk: Browser) -> None:
    held = desk.get("/demo/mailbox")
    assert "Your appointment on Monday 23 November, 10:00" in held.text
    assert "Held until 10:03" in held.text
    action = re.search(r'action="(/demo/mailbox/[a-z0-9]+/send)"', held.text)
    assert action is not None
    assert desk.send(action[1]).status_code == 303
    sent = desk.get("/demo/mailbox")
    assert "Held until" not in sent.text
    assert len(links(sent)) == 1
    assert desk.send(action[1]).status_code == 404


def test_a_letter_is_shown_as_its_reader_sees_it(desk: Browser, post: Post) -> None:
    post.run()
    (link,) = links(desk.get("/demo/mailbox?state=sent"))
    page = desk.get(link)
    assert page.status_code == 200
    for shown in ("ada1@example.org", "Invitation", "10:00–10:45 (Berlin time, CET)", "Confirmed", "Details: https://"):
        assert shown in page.text
    assert "style=" not in page.text
    calendar = desk.get(f"{link}/invite.ics")
    assert calendar.data == post.pages[0].calendar
    assert desk.get(f"{link}/mail.eml").data == post.sent[0]


def test_a_cancellation_is_shown_as_one(desk: Browser, post: Post) -> None:
    post.run().turn(Status.CANCELLED)
    assert "Cancelled: your appointment" in desk.get("/demo/mailbox?state=held").text
    post.run()
    page = desk.get(links(desk.get("/demo/mailbox"))[0])
    assert "Cancellation" in page.text


def test_states_are_told_apart_and_pages_turn(desk: Browser, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (mailbox, paging):
        monkeypatch.setattr(module, "A_PAGE", 2)
    post.run().book(THURSDAY)
    post.after_the_hold()
    post.fates.append(Outcome(Fate.REFUSED, code=554))
    post.deliver()
    post.move(THURSDAY + 12)
    first, second = desk.get("/demo/mailbox"), desk.get("/demo/mailbox?page=2")
    assert ("page=2" in first.text, 'rel="prev"' in second.text) == (True, True)
    assert (len(links(first)), len(links(second))) == (1, 1)
    assert "Given up" in desk.get("/demo/mailbox?state=failed").text
    for odd in ("0", "-1", "x", "9" * 30):
        assert desk.get(f"/demo/mailbox?page={odd}").status_code == 200


def test_a_letter_without_calendar_or_html_is_plain(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Page("a@b.example", "c@d.example", "Hello", None, "Only words", None, None)
    filed = Filed("<x@y>", "c@d.example", "Hello", "leased", NOW, None, NOW, "")
    monkeypatch.setattr(mailbox, "_letter", lambda _: (filed, plain))
    assert "<pre>Only words</pre>" in desk.get("/demo/mailbox/x").text
    assert desk.get("/demo/mailbox/x/invite.ics").status_code == 404


def test_what_a_mail_could_do_to_the_page_is_taken_out() -> None:
    cleaned = mailbox._body('<body><p style="x" onclick="y">Hi<script>z</script></p></body>')
    assert str(cleaned) == "<p>Hi</p>"


def test_there_is_no_mailbox_outside_the_demo(post: Post, signed_in: Callable[[str], Browser]) -> None:
    mine = signed_in("front desk")
    for path in ("/demo/mailbox", "/demo/mailbox/x", "/demo/mailbox/x/mail.eml"):
        assert mine.get(path).status_code == 404
    assert mine.send("/demo/mailbox/x/send").status_code == 404


def test_a_restored_outbox_is_resumed_from_the_health_page(post: Post, signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    assert "/outbox/resume" not in admin.get("/health").text
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert 'action="/outbox/resume"' in admin.get("/health").text
    assert admin.send("/outbox/resume").headers["Location"] == "/health"
    assert "Letters go out again." in admin.get("/health").text


def test_a_restored_outbox_is_resumed_by_the_front_desk(desk: Browser, post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert "the outbox is paused" in desk.get("/demo/mailbox").text
    for _ in range(2):
        assert desk.send("/outbox/resume").headers["Location"] == "/"
    assert "the outbox is paused" not in desk.get("/demo/mailbox").text
