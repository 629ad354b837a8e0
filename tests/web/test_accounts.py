"""Who may sign in, on screen: invited by a link that is shown once, given roles, closed."""

import re

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.db.tables.access import account, audit
from clinic.db.tables.practice import staff
from clinic.db.unit import Database
from tests.web.conftest import PASSWORD, Browser, Clock, Enter, browser

PASSPHRASE = "four small blue kettles"
NEW = {"name": "Kim Desk", "email": "Kim@clinic.test", "role": "front desk"}


def link(answer: TestResponse) -> str:
    return re.findall(r"http://clinic\.test(/invited/[^<]+)<", answer.text)[0]


def page_of(admin: Browser, name: str) -> str:
    return re.findall(rf'href="(/setup/accounts/\w+)">{name}<', admin.get("/setup/accounts").text)[0]


def save(admin: Browser, page: str, *roles: str, **fields: str) -> TestResponse:
    version = re.findall(r'name="version" value="(\d+)"', admin.get(page).text)[0]
    return admin.send(page, **{"version": version, **fields}, roles=list(roles))


def test_who_follows_the_link_sets_the_passphrase_and_signs_in(admin: Browser, app: Flask) -> None:
    path = link(admin.send("/setup/accounts", **NEW))
    assert "Invited, until" in admin.get("/setup/accounts").text
    guest = browser(app)
    assert "kim@clinic.test" in guest.get(path).text
    assert guest.send(path, password=PASSPHRASE, again=PASSPHRASE).headers["Location"] == "/sign-in"
    assert guest.send("/sign-in", login="kim@clinic.test", password=PASSPHRASE).headers["Location"] == "/"
    assert guest.get("/patients").status_code == 200
    assert guest.get(path).status_code == 404, "a link works once"
    assert "Open, last seen" in admin.get("/setup/accounts").text


def test_a_passphrase_that_is_poor_or_mistyped_leaves_the_link_as_it_was(admin: Browser, app: Flask) -> None:
    path, guest = link(admin.send("/setup/accounts", **NEW)), browser(app)
    for password, again in (("short", "short"), (PASSPHRASE, "another"), ("password123", "password123")):
        assert guest.send(path, password=password, again=again).status_code == 400
    assert guest.send(path, password=PASSPHRASE, again=PASSPHRASE).status_code == 303


def test_a_link_is_over_after_three_days_and_when_there_is_another(admin: Browser, app: Flask, clock: Clock) -> None:
    first, guest = link(admin.send("/setup/accounts", **NEW)), browser(app)
    second = link(admin.send(f"{page_of(admin, 'Kim Desk')}/invite"))
    assert guest.get(first).status_code == 404
    assert guest.get(second).status_code == 200
    clock.wait(days=3)
    assert guest.get(second).status_code == 404
    assert guest.send(second, password=PASSPHRASE, again=PASSPHRASE).status_code == 404
    assert guest.get("/invited/nonsense").status_code == 404


def test_another_link_ends_the_sessions_once_it_is_followed(admin: Browser, signed_in: Enter, app: Flask) -> None:
    desk = signed_in("front desk")
    path = link(admin.send(f"{page_of(admin, 'Front Desk')}/invite"))
    assert desk.get("/patients").status_code == 200
    browser(app).send(path, password=PASSPHRASE, again=PASSPHRASE)
    assert desk.get("/patients").status_code == 303


def test_an_address_that_is_taken_or_none_is_refused_at_its_field(admin: Browser) -> None:
    admin.send("/setup/accounts", **NEW)
    for told in ({}, {"email": "nobody"}, {"email": "new@clinic.test", "name": ""}, {"role": "king"}):
        answer = admin.send("/setup/accounts", **NEW | told)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def test_roles_are_given_and_take_effect_at_the_next_request(admin: Browser, signed_in: Enter) -> None:
    desk = signed_in("front desk")
    page = page_of(admin, "Front Desk")
    assert desk.get("/health").status_code == 403
    assert save(admin, page, "front desk", "admin").status_code == 303
    assert desk.get("/health").status_code == 200
    assert save(admin, page).status_code == 400
    assert save(admin, page, "king").status_code == 400
    assert save(admin, page, "front desk", version="1").status_code == 409


def test_an_account_is_tied_to_somebody_on_the_staff_and_untied(
    admin: Browser, signed_in: Enter, sqlite_database: Database
) -> None:
    signed_in("therapist")
    page = page_of(admin, "Therapist")
    with sqlite_database.read() as unit:
        code = unit.connection.execute(select(staff.c.code).order_by(staff.c.id).limit(1)).scalar_one()
    for chosen, tied in ((code, True), (code, True), ("", False)):
        assert save(admin, page, "therapist", staff=chosen).status_code == 303
        with sqlite_database.read() as unit:
            owner = unit.connection.execute(select(staff.c.account_id).where(staff.c.code == code)).scalar_one()
        assert (owner is not None) is tied


def test_whose_account_it_is_is_said_with_the_invitation(admin: Browser, sqlite_database: Database) -> None:
    with sqlite_database.read() as unit:
        code, name = unit.connection.execute(select(staff.c.code, staff.c.name).order_by(staff.c.id).limit(1)).one()
    assert admin.send("/setup/accounts", **NEW, staff="nobody-has-this").status_code == 404
    assert "Kim Desk" not in admin.get("/setup/accounts").text, "both, or nothing"
    assert f'<option value="{code}" selected>{name}' in admin.send("/setup/accounts", **NEW, staff=code).text
    assert f'<option value="{code}">' not in admin.get("/setup/accounts").text, "nobody has two accounts"


def test_roles_and_whose_account_it_is_are_kept_together_or_not_at_all(admin: Browser, signed_in: Enter) -> None:
    signed_in("therapist")
    page = page_of(admin, "Therapist")
    assert save(admin, page, "front desk", staff="nobody-has-this").status_code == 404
    shown = admin.get(page).text
    assert re.findall(r'name="roles" value="([^"]+)" checked', shown) == ["therapist"]
    assert save(admin, page, "front desk").status_code == 303


def test_somebody_always_runs_the_practice(admin: Browser, sqlite_database: Database) -> None:
    page = page_of(admin, "Admin")
    assert admin.send(f"{page}/close").status_code == 400
    assert save(admin, page, "therapist").status_code == 400
    with sqlite_database.read() as unit:
        assert unit.connection.execute(select(account.c.status)).scalars().all() == ["active"]


def test_a_closed_account_is_out_at_once_and_let_in_again(
    admin: Browser, signed_in: Enter, app: Flask, sqlite_database: Database
) -> None:
    desk = signed_in("front desk")
    page = page_of(admin, "Front Desk")
    assert admin.send(f"{page}/close").status_code == 303
    assert desk.get("/patients").status_code == 303
    assert "Closed" in admin.get("/setup/accounts").text
    assert admin.send(f"{page}/invite").status_code == 404
    assert admin.send(f"{page}/open").status_code == 303
    with sqlite_database.read() as unit:
        email = unit.connection.execute(select(account.c.email).where(account.c.name == "Front Desk")).scalar_one()
        acts = unit.connection.execute(select(audit.c.act).where(audit.c.permission == "account.write")).scalars()
        assert list(acts)[-2:] == ["disabled", "enabled"]
    assert browser(app).send("/sign-in", login=email, password=PASSWORD).headers["Location"] == "/"


def test_an_invitation_of_a_closed_account_is_over(admin: Browser, app: Flask, sqlite_database: Database) -> None:
    path = link(admin.send("/setup/accounts", **NEW))
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(account).where(account.c.name == "Kim Desk").values(status="disabled"))
    assert browser(app).get(path).status_code == 404


def test_the_desk_makes_no_accounts_and_what_is_not_there_is_not_found(admin: Browser, signed_in: Enter) -> None:
    assert signed_in("front desk").get("/setup/accounts").status_code == 403
    assert admin.get("/setup/accounts/none").status_code == 404
    assert admin.send("/setup/accounts/none/close").status_code == 404


def test_an_invitation_that_passed_says_so(admin: Browser, clock: Clock, signed_in: Enter) -> None:
    admin.send("/setup/accounts", **NEW)
    clock.wait(days=4)
    assert "was not followed in time" in signed_in("admin").get("/setup/accounts").text
