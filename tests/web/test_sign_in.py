"""Signing in, staying in, getting out."""

import re
from collections.abc import Callable
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.db.tables.access import account as account_table
from clinic.db.tables.access import audit, counter, web_session
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.errors import NotFound, TooMany
from clinic.services.access import accounts, counters
from clinic.services.access.sessions import hashed
from clinic.web.parts import DemoAccount, Parts
from tests.web.conftest import PASSWORD, Browser, Clock, application, browser

Account = Callable[[str], str]


def cookies(answer: TestResponse) -> dict[str, SimpleCookie]:
    found = {}
    for header in answer.headers.getlist("Set-Cookie"):
        cookie = SimpleCookie(header)
        found |= dict(cookie.items())
    return found


def test_who_signs_in_goes_where_they_were_going(client: Browser, account: Account) -> None:
    sent = client.get("/health?by=room")
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=%2Fhealth%3Fby%3Droom")
    page = client.get(sent.location)
    assert 'value="/health?by=room"' in page.text
    answer = client.send("/sign-in", login=account("therapist").upper(), password=PASSWORD, next="/day/2026-09-08")
    assert (answer.status_code, answer.location) == (303, "/day/2026-09-08")
    assert client.get("/sign-in").location == "/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb", ""]
)
def test_nobody_is_sent_to_another_site(client: Browser, account: Account, elsewhere: str) -> None:
    answer = client.send("/sign-in", login=account("therapist"), password=PASSWORD, next=elsewhere)
    assert answer.location == "/"


def test_an_unknown_address_a_wrong_password_and_a_disabled_account_look_the_same(
    client: Browser, account: Account, web_parts: Parts
) -> None:
    wrong, disabled = account("therapist"), account("assistant")
    accounts.set_active(web_parts.begin, disabled, False, actor=system("test"), now=web_parts.now())
    tries = [("nobody@clinic.test", PASSWORD), (wrong, "plum-9-tractors"), (disabled, PASSWORD)]
    answers = [client.send("/sign-in", login=login, password=password) for login, password in tries]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    pages = {
        answer.text.replace(login, "").partition("</form>")[0].split('name="csrf_token"')[0]
        for answer, (login, _) in zip(answers, tries, strict=True)
    }
    assert len(pages) == 1
    assert all("do not go together" in answer.text for answer in answers)
    assert all("session" not in cookies(answer) for answer in answers)


def test_the_token_is_stored_hashed_and_signing_in_again_ends_the_session_before(
    client: Browser, account: Account, sqlite_database: Database
) -> None:
    email = account("therapist")
    tokens = []
    for _ in range(2):
        answer = client.send("/sign-in", login=email, password=PASSWORD)
        tokens.append(cookies(answer)["session"].value)
        client.get("/")
    with sqlite_database.read() as unit:
        rows = unit.connection.execute(select(web_session).order_by(web_session.c.id)).all()
        entries = unit.connection.execute(select(audit.c.act).where(audit.c.act == "signed in")).all()
    assert [row.token_hash for row in rows] == [hashed(token) for token in tokens]
    assert [row.revoked_at is not None for row in rows] == [True, False]
    assert len(set(tokens)) == len(entries) == 2
    assert all(len(token) == 43 for token in tokens)


@pytest.mark.parametrize(("url", "name", "secure"), [("http", "session", ""), ("https", "__Host-session", True)])
def test_the_cookie_is_out_of_reach_of_scripts_and_bound_to_the_host(
    web_parts: Parts, account: Account, url: str, name: str, secure: object
) -> None:
    mine = browser(application(replace(web_parts, url=f"{url}://clinic.test")))
    answer = mine.send("/sign-in", login=account("therapist"), password=PASSWORD)
    cookie = cookies(answer)[name]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (secure, True, "Lax", "/")
    assert cookie["domain"] == ""
    assert mine.get("/").location.startswith("/day/")


def test_a_session_ends_when_nobody_asks_for_a_while(signed_in: Callable[[str], Browser], clock: Clock) -> None:
    mine = signed_in("therapist")
    for _ in range(4):
        clock.wait(minutes=14)
        assert mine.get("/").location.startswith("/day/")
    clock.wait(minutes=15)
    assert mine.get("/").location == "/sign-in"


def test_a_session_ends_after_half_a_day_in_any_case(signed_in: Callable[[str], Browser], clock: Clock) -> None:
    mine = signed_in("therapist")
    for _ in range(71):
        clock.wait(minutes=10)
        assert mine.get("/").location.startswith("/day/")
    clock.wait(minutes=10)
    assert mine.get("/").location == "/sign-in"


def test_a_disabled_account_is_out_at_its_next_request(
    signed_in: Callable[[str], Browser], web_parts: Parts, account: Account, app: Flask
) -> None:
    mine = signed_in("therapist")
    accounts.set_active(web_parts.begin, "therapist.0@clinic.test", False, actor=system("test"), now=web_parts.now())
    assert mine.get("/").location == "/sign-in"
    with pytest.raises(NotFound):
        accounts.set_active(web_parts.begin, "nobody@clinic.test", False, actor=system("test"), now=web_parts.now())


def of_page(page: str) -> dict[str, str]:
    """How a page says whose it is."""
    (account,) = re.findall(r'data-account="([^"]+)"', page)
    return {"X-Account": account}


def test_a_page_may_ask_whether_its_account_is_signed_in_and_which_token_counts(
    signed_in: Callable[[str], Browser], client: Browser
) -> None:
    mine, other = signed_in("front desk"), signed_in("therapist")
    headers = of_page(mine.get("/my/changes").text)
    nobody = client.get("/session", headers=headers)
    assert (nobody.status_code, nobody.text) == (401, "")
    assert other.get("/session", headers=headers).status_code == 401
    told = mine.get("/session", headers=headers)
    assert (told.status_code, told.mimetype, told.headers["Cache-Control"]) == (200, "text/plain", "no-store")
    assert mine.post("/sign-out", data={"csrf_token": told.text}).status_code == 303


def test_signing_out_ends_the_session_on_the_server(
    signed_in: Callable[[str], Browser], client: Browser, sqlite_database: Database
) -> None:
    mine = signed_in("therapist")
    token = mine.get_cookie("session")
    assert token is not None
    answer = mine.send("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert mine.get_cookie("session") is None
    client.set_cookie("session", token.value)
    assert client.get("/").location == "/sign-in"
    assert client.send("/sign-out").status_code == 303


def test_a_made_up_token_is_nobody(client: Browser) -> None:
    client.set_cookie("session", "x" * 43)
    assert client.get("/").location == "/sign-in"


def test_too_many_wrong_passwords_have_to_wait_on_every_worker_and_lock_nobody_out(
    web_parts: Parts, account: Account, clock: Clock
) -> None:
    email = account("therapist")
    workers = [browser(application(web_parts)) for _ in range(2)]
    answers = [workers[at % 2].send("/sign-in", login=email, password=f"wrong {at}") for at in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "901"
    assert "wait 16 minutes" in answers[-1].text
    assert workers[0].send("/sign-in", login=email, password=PASSWORD).status_code == 429
    elsewhere = {"csrf_token": workers[0].token(), "login": email, "password": PASSWORD}
    assert workers[0].post("/sign-in", data=elsewhere, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 303
    workers[1].send("/sign-out")
    clock.wait(minutes=15)
    assert workers[1].send("/sign-in", login=email, password=PASSWORD).status_code == 303


def test_links_that_nobody_has_are_counted_by_source(web_parts: Parts, clock: Clock) -> None:
    limits = counters.unknown_token_limit("feed", "203.0.113.9")
    for _ in range(30):
        counters.count(web_parts.begin, limits, now=clock())
    with pytest.raises(TooMany):
        counters.count(web_parts.begin, limits, now=clock())
    counters.count(web_parts.begin, counters.unknown_token_limit("feed", "203.0.113.8"), now=clock())


def test_a_source_that_tries_many_accounts_has_to_wait(client: Browser, web_parts: Parts) -> None:
    limits = counters.sign_in_limits("x", "127.0.0.1")[1:]
    for _ in range(100):
        counters.count(web_parts.begin, limits, now=web_parts.now())
    assert client.send("/sign-in", login="any@clinic.test", password="any").status_code == 429


def test_a_good_sign_in_counts_for_nothing(
    client: Browser, account: Account, clock: Clock, sqlite_database: Database
) -> None:
    email = account("therapist")
    for _ in range(12):
        assert client.send("/sign-in", login=email, password=PASSWORD).status_code == 303
    clock.wait(hours=1)
    client.send("/sign-in", login=email, password="wrong")
    with sqlite_database.read() as unit:
        rows = unit.connection.execute(select(counter)).all()
    assert [row.hits for row in rows] == [1, 1]
    assert all(email not in row.name for row in rows)


def test_an_old_hash_is_renewed_at_sign_in(
    client: Browser, account: Account, sqlite_database: Database, web_parts: Parts
) -> None:
    email = account("therapist")
    old = "$argon2id$v=19$m=16,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    other = type(web_parts.passwords)(None).hashed(PASSWORD)
    assert not other.startswith(old)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(account_table).values(password_hash=other))
    assert client.send("/sign-in", login=email, password=PASSWORD).status_code == 303
    with sqlite_database.read() as unit:
        stored = unit.connection.execute(select(account_table.c.password_hash)).scalar_one()
    assert stored != other
    assert "m=8,t=1,p=1" in stored


def test_a_hash_that_cannot_be_read_fits_nothing(web_parts: Parts) -> None:
    assert not web_parts.passwords.fits(PASSWORD, "broken")


def test_the_demo_offers_its_people_and_a_button_signs_them_in(web_parts: Parts, account: Account) -> None:
    people = tuple(DemoAccount(account(role), PASSWORD, "Robin", role) for role in ("therapist", "front desk"))
    mine = browser(application(replace(web_parts, demo=True, demo_accounts=people)))
    page = mine.get("/sign-in").text
    assert "Robin" in page
    assert PASSWORD not in page
    assert mine.send("/sign-in", demo=people[1].email).location == "/"


def test_without_the_demo_nobody_is_offered(client: Browser, account: Account) -> None:
    email = account("front desk")
    assert email not in client.get("/sign-in").text
    assert client.send("/sign-in", demo=email).status_code == 400
