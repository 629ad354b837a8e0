"""A form whose page is older than the session, without a script that would have told: somebody has signed in or out in
another tab. Nothing of it is lost, and nothing goes before the same person says so."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from clinic.db.unit import Database
from tests.elsewhere import only_at, second_place, things
from tests.web.conftest import PASSWORD, Browser, Enter, browser
from tests.web.test_kept_forms import PAGE, count, hidden
from tests.world import World

TYPED = {"version": "0", "key": "a", "bleeding": "yes"}


@pytest.fixture
def who(account: Callable[[str], str]) -> str:
    return account("therapist")


@pytest.fixture
def mine(world: World, client: Browser, who: str) -> Browser:
    enter(client, who)
    return client


def enter(mine: Browser, who: str) -> None:
    """Signs in, in whichever tab."""
    assert mine.send("/sign-in", login=who, password=PASSWORD).status_code == 303
    assert mine.get(PAGE).status_code == 200


def sent_on(mine: Browser, token: str) -> TestResponse:
    """The form, and the sign-in page that browsers send it on to."""
    told = {"csrf_token": token, **TYPED}
    return mine.post(mine.post(PAGE, data=told).location, data=told)


def test_what_was_typed_before_signing_in_anew_goes_once_the_same_person_says_so(
    mine: Browser, who: str, sqlite_database: Database
) -> None:
    old = mine.token()
    enter(mine, who)
    asks = mine.post(PAGE, data={"csrf_token": old, **TYPED})
    assert asks.status_code == 409
    assert "Send what was typed?" in asks.text
    assert "Questions before needling · Ada Adler1" in asks.text
    assert count(sqlite_database) == 0
    fields = hidden(asks.text)
    assert (fields["bleeding"], fields["key"]) == ("yes", "a")
    assert mine.post(PAGE, data=fields).status_code == 303
    assert mine.post(PAGE, data=fields).status_code == 303
    assert count(sqlite_database) == 1


def test_nobody_is_asked_about_what_another_typed_or_a_token_that_is_not_ours(
    mine: Browser, who: str, signed_in: Enter, account: Callable[[str], str]
) -> None:
    old, others = mine.token(), signed_in("therapist").token()
    enter(mine, who)
    for token in (others, "made.up.token", ""):
        assert "Send what was typed?" not in mine.post(PAGE, data={"csrf_token": token, **TYPED}).text
    enter(mine, account("therapist"))
    answer = mine.post(PAGE, data={"csrf_token": old, **TYPED})
    assert (answer.status_code, "Send what was typed?" in answer.text) == (400, False)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, TYPED),
        ({"Origin": "https://evil.example"}, TYPED),
        ({"Sec-Fetch-Mode": "cors"}, TYPED),
        ({"HX-Request": "true"}, TYPED),
        ({}, {"version": "0", "key": "a"}),
        ({}, TYPED | {"password": "plum-9-tractor"}),
    ],
)
def test_what_another_site_or_a_script_sends_and_what_nobody_typed_is_refused(
    mine: Browser, who: str, headers: dict[str, str], fields: dict[str, str]
) -> None:
    old = mine.token()
    enter(mine, who)
    answer = mine.post(PAGE, data={"csrf_token": old, **fields}, headers=headers)
    assert (answer.status_code, "Send what was typed?" in answer.text) == (400, False)


def test_a_form_without_the_cookie_of_our_pages_is_refused(mine: Browser, who: str) -> None:
    """A browser brings none where another site sends the form."""
    old = mine.token()
    enter(mine, who)
    mine.delete_cookie("page")
    mine.delete_cookie("session")
    for path in (f"/sign-in/kept?to={PAGE}", "/sign-in"):
        answer = mine.post(path, data={"csrf_token": old, **TYPED})
        assert (answer.status_code, "still here" in answer.text) == (400, False), path


def test_what_was_typed_before_signing_out_in_another_tab_is_kept(mine: Browser, who: str) -> None:
    old = mine.token()
    mine.send("/sign-out")
    mine.get("/sign-in")
    page = sent_on(mine, old)
    assert page.status_code == 401
    assert "what you typed is still here" in page.text
    answer = mine.send("/sign-in", login=who, password=PASSWORD, kept=hidden(page.text)["kept"])
    assert hidden(answer.text)["bleeding"] == "yes"


def test_a_sign_in_page_older_than_a_sign_in_beside_it_keeps_what_it_kept(mine: Browser, who: str) -> None:
    old = mine.token()
    mine.send("/sign-out")
    mine.get("/sign-in")
    kept = hidden(sent_on(mine, old).text)
    given = {"login": who, "password": PASSWORD, **kept}
    enter(mine, who)
    asks = mine.post("/sign-in", data=given)
    assert (asks.status_code, hidden(asks.text)["bleeding"]) == (409, "yes")
    mine.send("/sign-out")
    mine.get("/sign-in")
    again = mine.post("/sign-in", data=given)
    assert again.status_code == 400
    assert "sign in again" in again.text
    assert hidden(again.text)["kept"] == kept["kept"]


@pytest.mark.usefixtures("world")
def test_a_sign_in_page_that_was_left_open_is_shown_again(client: Browser, who: str) -> None:
    client.get("/sign-in")
    old = client.token()
    with client.session_transaction() as session:
        session["csrf_token"] = "of a page opened since"
    again = client.post("/sign-in", data={"csrf_token": old, "login": who, "password": PASSWORD, "next": "/patients"})
    assert again.status_code == 400
    assert (hidden(again.text)["next"], "nothing was sent: sign in again" in again.text) == ("/patients", True)
    enter(client, who)
    assert client.post("/sign-in", data={"csrf_token": old, "login": who, "password": PASSWORD}).status_code == 400


def test_the_page_that_asks_names_the_form_and_its_patient_to_who_sees_patients_there(
    mine: Browser, who: str, account: Callable[[str], str], sqlite_database: Database, world: World
) -> None:
    made, elsewhere, far = things(sqlite_database, world), account("therapist"), second_place(sqlite_database, world)
    only_at(sqlite_database, elsewhere, "therapist", far)
    about = {
        "/patients/patient1/edit": ("Edit the record · Ada Adler1<", "Edit the record · Ada Adler1<"),
        "/patients/nobody/edit": ("Edit the record<", "Edit the record<"),
        f"/visits/{made.visit}/record": ("Record · Ada Adler1<", "Record<"),
        f"/courses/{made.course}/home": ("expectations · Ada Adler2<", "expectations<"),
        "/visits/new": ("Book a visit<", "Book a visit<"),
        "/nowhere": ("Send what was typed?", "Send what was typed?"),
    }
    for to, said in about.items():
        page = mine.post(f"/sign-in/kept?to={to}", data={"csrf_token": mine.token(), "given_name": "Ada"})
        for email, words in zip((who, elsewhere), said, strict=True):
            asked = browser(mine.application).send(
                "/sign-in", login=email, password=PASSWORD, kept=hidden(page.text)["kept"]
            )
            assert words in asked.text, to
