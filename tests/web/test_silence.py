"""No secret and nobody's name gets into a log or a figure: everything that holds one is driven, as it should go and as
it should not, with the product's own logging at its most talkative."""

import json
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from clinic.calendars.fetching import fetch
from clinic.cli.receive import handler
from clinic.config import Settings
from clinic.db.messages import jobs
from clinic.db.unit import Database
from clinic.domain.messages.subscriptions import Subscription
from clinic.mail.imap import imap_from
from clinic.mail.lmtp import Address
from clinic.mail.transports import transport_from
from clinic.mail.webhook import Both, webhook_from
from clinic.services.access.sessions import hashed
from clinic.services.messages import feeds
from clinic.services.messages import jobs as work
from clinic.services.practice import busy
from clinic.web.gate import public
from clinic.web.messages import links
from clinic.worker import calendars, loop, polling
from clinic.worker.parts import Parts as Worker
from tests.db.inbox import Inbox
from tests.db.post import THURSDAY, URL, Post
from tests.unit.calendars.hosting import Outside, answer, certificate, hosted
from tests.unit.mail import imap_server, smtp_server
from tests.unit.mail.test_lmtp import handed_over
from tests.unit.mail.test_webhook import Carrier, carrying
from tests.web.conftest import PASSWORD, Browser, Clock
from tests.web.ear import (
    BORN,
    CALENDAR,
    EMAIL,
    FAMILY,
    GIVEN,
    NUMBER,
    WEBHOOK,
    WEBHOOK_PATH,
    WRONG,
    Ear,
    figures,
    link,
    listening,
    quill,
)
from tests.world import ACTOR, at


@pytest.fixture
def ear(capsys: pytest.CaptureFixture[str]) -> Iterator[Ear]:
    yield from listening(capsys)


@pytest.fixture
def post(sqlite_database: Database, clock: Clock) -> Post:
    return quill(sqlite_database, clock)


def test_who_signs_in_and_who_fails_to_is_not_told(
    ear: Ear, app: Flask, account: Callable[[str], str], client: Browser
) -> None:
    email = account("admin")
    ear.keep(login=email)
    for login, password in ((email, WRONG), ("nobody@quill.example", WRONG), (EMAIL, PASSWORD)):
        assert client.send("/sign-in", login=login, password=password).status_code == 400
    assert client.post("/sign-in", data={"login": email, "password": PASSWORD}).status_code == 400, "no token"
    assert client.send("/sign-in?next=/patients?q=Quillfeather", login=email, password=PASSWORD).status_code == 303
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.get(f"/patients?q={FAMILY}")
    with client.session_transaction() as page:
        ear.keep(csrf=str(page["csrf_token"]))
    ear.keep(session=cookie.value, session_hash=hashed(cookie.value), form=client.token())
    client.set_cookie("session", cookie.value + "x")
    client.get("/", headers={"Referer": f"{URL}/patients?q={FAMILY}"})
    assert ear.heard(figures(client)) == []
    assert '"route": "/sign-in"' in ear.told


def test_a_visit_link_and_what_was_asked_through_it_is_not_told(
    ear: Ear, client: Browser, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = link(post)
    ear.keep(link=token, link_hash=hashed(token))
    sent = {"key": "one", "version": post.visit.version, "start": "x"}
    client.get(f"/v/{token}x")
    for page in ("", "/move", "/cancel", "/notes", "/visit.ics"):
        assert client.get(f"/v/{token}{page}").status_code == 200
    for born, status in ((BORN.isoformat(), 200), ("1951-02-04", 400), (f"{BORN:%d.%m.%Y}", 400)):
        assert client.send(f"/v/{token}/notes", born_on=born).status_code == status
    for act, more in (("move", sent), ("confirm", sent | {"version": 99}), ("confirm", sent)):
        client.send(f"/v/{token}/{act}", **more)
    monkeypatch.setattr(links.links, "times", lambda *_, **__: {}[f"{FAMILY} {EMAIL} {token}"])
    assert client.get(f"/v/{token}/move").status_code == 500
    assert ear.heard(figures(client)) == []
    assert "KeyError" in ear.told


def test_a_calendars_address_and_what_it_shows_is_not_told(ear: Ear, client: Browser, post: Post) -> None:
    asked = Subscription(f"{GIVEN}s phone", label=FAMILY)
    made = feeds.create(post.database.begin, "patient", "patient1", asked, actor=ACTOR, now=post.now)
    ear.keep(feed=made.secret, feed_hash=hashed(made.secret))
    path = f"/feeds/{made.secret}.ics"
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    post.move(THURSDAY)
    assert client.get(path, headers={"User-Agent": f"Calendar of {FAMILY}"}).status_code == 200
    feeds.revoke(post.database.begin, made.public_id, actor=ACTOR, now=post.now)
    assert [client.get(gone).status_code for gone in (path, path.replace(".ics", "x.ics"))] == [404, 404]
    assert ear.heard(figures(client)) == []


def test_a_name_that_a_database_repeats_in_its_error_is_not_told(
    ear: Ear, app: Flask, signed_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"duplicate key\nDETAIL: Key (email)=({EMAIL}) already exists, {GIVEN} {FAMILY}, {BORN}"

    def fails(*_: object, **__: object) -> object:
        raise IntegrityError("insert", {"email": EMAIL}, Exception(said), hide_parameters=True)

    mine = signed_in("admin")
    monkeypatch.setitem(app.view_functions, "patients.listed", public(fails))
    assert mine.get("/patients").status_code == 500
    assert ear.heard(figures(mine)) == []
    assert "IntegrityError" in ear.told


def worker(post: Post, **more: Any) -> Worker:
    given = post.database
    parts = Worker(given.begin, given.read, lambda: post.now, URL, None, lambda: 0.5)
    return replace(parts, **more)


def test_letters_and_texts_that_leave_or_fail_tell_nothing(ear: Ear, post: Post, client: Browser) -> None:
    script, carrier = smtp_server.Script(), Carrier()
    text = json.dumps({"id": "1@clinic.test", "to": NUMBER, "text": FAMILY}).encode()
    with smtp_server.serving(script) as port, carrying(carrier) as carried:
        mail = transport_from(f"smtp://127.0.0.1:{port}")
        hook = webhook_from(f"http://127.0.0.1:{carried.port}{WEBHOOK_PATH}", WEBHOOK, lambda: post.now)
        parts = worker(post, transport=Both(mail, hook))
        for answers in ({}, {"rcpt": f"550 5.1.1 {EMAIL} unknown"}, {"data": f"554 {GIVEN} is not liked"}):
            for name in ("rcpt", "data"):
                setattr(script, name, answers.get(name))
            post.move(THURSDAY if post.visit.starts != THURSDAY else at("2026-11-25", 10)).later(minutes=20)
            loop.run_once(parts)
            post.patient(email=f"{GIVEN}.{len(answers)}@quill.example").later(hours=1)
        for code in (204, 400, 500, None):
            carried.code = code
            hook.send("", NUMBER, text)
    ear.keep(link=link(post))
    loop.run_once(worker(post, transport=transport_from(f"smtp://clinic:{WRONG}@127.0.0.1:1")))
    assert len(script.received) > 0
    assert len(carrier.received) == 4
    assert ear.heard(figures(client)) == []


def test_a_mailbox_tells_neither_its_password_nor_who_wrote(
    ear: Ear, post: Post, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, folder = Inbox(post.later(minutes=1)), imap_server.Folder()
    mine = {"attendees": (EMAIL,), "sender": EMAIL}
    for raw in (
        inbox.mail("DECLINED", **mine),
        inbox.mail(sender=f"{FAMILY}@else.example"),
        b"From: " + EMAIL.encode(),
    ):
        folder.add(raw)
    with imap_server.serving(folder) as port:
        address = f"imap://clinic:p%3Ass%2Fw%40rd@127.0.0.1:{port}"
        for url in (address, address.replace("p%3Ass", WRONG), address + "/Quillfeather"):
            post.later(hours=1)
            polling.poll_once(worker(post, inbox=imap_from(url)))
        monkeypatch.setattr("clinic.services.messages.polling.receive", lambda *_, **__: {}[f"{EMAIL} {FAMILY}"])
        folder.add(inbox.mail("ACCEPTED", **mine))
        post.later(hours=1)
        polling.poll_once(worker(post, inbox=imap_from(address)))
    assert "an answer to an invitation: taken" in ear.listen()
    assert "mailbox of answers cannot be read" in ear.told
    assert "a mail could not be handled" in ear.told
    assert ear.heard(figures(client)) == []


def test_mail_that_a_server_hands_over_is_not_told(ear: Ear, post: Post, client: Browser, sqlite_url: str) -> None:
    environ = {"CLINIC_DATABASE_URL": sqlite_url, "CLINIC_SECRET_KEY": "k" * 40, "CLINIC_URL": URL}
    handle = handler(Settings.read(environ), post.database)
    answers = [
        Inbox(post).mail("DECLINED", attendees=(EMAIL,), sender=EMAIL),
        b"Subject: " + FAMILY.encode() + b"\r\n\r\n",
    ]

    def talk(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port) as server:
            for raw in answers:
                server.sendmail(EMAIL, [f"{GIVEN}@clinic.test"], raw)
            server.docmd("VRFY", EMAIL)
            server.docmd("RCPT", f"TO:<{EMAIL}")

    for raw, recipients in handed_over(Address("127.0.0.1", 0), [True, True], talk):
        handle(raw, recipients)
    handle(b"From: " + EMAIL.encode() + b"\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + FAMILY.encode(), ())
    assert ear.heard(figures(client)) == []


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with hosted(certificate(tmp_path)) as found:
        yield found


def test_a_therapists_own_calendar_is_not_told(ear: Ear, post: Post, client: Browser, outside: Outside) -> None:
    busy.add_address(post.database.begin, "staff1", f"{FAMILY}s", CALENDAR, actor=ACTOR, now=post.now)
    answers = [
        answer(),
        answer(b"BEGIN:VCALENDAR\r\nSUMMARY:" + FAMILY.encode()),
        answer(status="404 Not Found"),
        answer(status="302 Found", Location=f"http://inside.example/private-7f3a?{EMAIL}"),
        b"nonsense",
    ]
    for each in answers:
        outside.says = lambda _, said=each: [said]
        post.later(days=1)
        parts = worker(post)
        calendars.read_once(parts, fetch=lambda said, marks: fetch(said, marks, network=outside.network, seconds=5))
    post.later(days=1)
    calendars.read_once(worker(post), fetch=lambda said, marks: {}[f"{said} {FAMILY}"])
    assert outside.asked
    assert "busy_gone" in ear.listen()
    assert "reading calendars failed" in ear.told
    assert ear.heard(figures(client)) == []


def test_a_job_that_fails_does_not_tell_whom_it_was_about(
    ear: Ear, post: Post, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(f"{GIVEN} {FAMILY} {EMAIL} {BORN}")

    monkeypatch.setitem(work.WORK, "purge", fails)
    with post.database.begin() as unit:
        jobs.put(unit.connection, "purge", "purge:now", post.now - timedelta(minutes=1))
    loop.run_once(worker(post))
    assert "job purge failed" in ear.listen()
    assert ear.heard(figures(client)) == []
