"""What went wrong becomes a page that says so, within the frame of whoever is signed in."""

from collections.abc import Callable

import pytest
from flask import Flask

from clinic.db.faults import UNAVAILABLE
from clinic.db.messages import tasks
from clinic.domain.errors import (
    ClinicError,
    Conflict,
    Forbidden,
    Infeasible,
    Invalid,
    NotFound,
    Refused,
    SlotTaken,
    Stale,
    TooMany,
)
from clinic.web import errors
from clinic.web.gate import public
from tests.web.conftest import Browser, browser


def raising(app: Flask, error: BaseException) -> Browser:
    def view() -> None:
        raise error

    app.add_url_rule("/raises", "raises", public(view))
    return browser(app)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("email_form"), 400),
        (Forbidden("visit.move"), 403),
        (NotFound("patient"), 404),
        (Conflict("stale"), 409),
        (SlotTaken(), 409),
        (Stale("plan", seen=1, current=2), 409),
        (Infeasible("no_course"), 422),
        (Refused("gap_too_short", rule=26), 422),
        (TooMany(30), 429),
        (ClinicError("other"), 500),
        (RuntimeError("with a secret"), 500),
    ],
)
def test_an_error_becomes_its_page(app: Flask, error: Exception, status: int, caplog: pytest.LogCaptureFixture) -> None:
    answer = raising(app, error).get("/raises")
    assert answer.status_code == status
    assert "Number of this request" in answer.text
    assert "secret" not in answer.text
    fragment = browser(app).get("/raises", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.text


def test_what_is_not_there_is_said_once(admin: Browser) -> None:
    page = admin.get("/visits/nobodyknowsthisone").text
    assert page.count("not yours to see") == 1
    assert "start from the day board" in page
    assert admin.get("/nowhere").text.count("not yours to see") == 1


def test_a_database_that_is_down_is_said_and_the_page_needs_none(app: Flask) -> None:
    kind = UNAVAILABLE[0]
    answer = raising(app, kind("select", {}, Exception("gone"))).get("/raises")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_wrong_method_and_a_huge_form_are_said_on_a_page(client: Browser) -> None:
    wrong = client.post("/healthz", data={"csrf_token": client.token()})
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert client.post("/sign-in", data={"login": "x" * 300_000}).status_code == 413


def test_statuses_without_a_page_of_their_own_use_their_family(app: Flask) -> None:
    with app.test_request_context("/"):
        assert errors.page(418).status_code == 418
        assert errors.page(504).status_code == 504


def test_who_may_not_is_told_once_and_whom_to_ask(signed_in: Callable[[str], Browser]) -> None:
    told = signed_in("assistant").get("/setup/accounts").text.partition("<main")[2]
    assert told.count("Your role does not allow this") == 1
    assert "Ask an administrator of the practice" in told
    assert "To the first page" in told
    assert "account.write" not in told


FRAME = 'aria-label="Main"'


def test_who_is_signed_in_goes_on_from_there(signed_in: Callable[[str], Browser], client: Browser) -> None:
    desk = signed_in("front desk")
    for path in ("/visits/nobodyknowsthisone", "/setup/accounts", "/nowhere"):
        assert FRAME in desk.get(path).text
        assert FRAME not in client.get(path, follow_redirects=True).text


def test_a_patient_who_holds_the_tablet_sees_nothing_of_the_practice(signed_in: Callable[[str], Browser]) -> None:
    therapist = signed_in("therapist")
    for tablet in ("1", "done"):
        answer = therapist.get(f"/patients/nobodyknowsthisone/screening?tablet={tablet}")
        assert answer.status_code == 404
        assert FRAME not in answer.text


@pytest.mark.parametrize(("fault", "status"), [(UNAVAILABLE[0]("select", {}, Exception()), 503), (KeyError("x"), 500)])
def test_a_page_whose_frame_cannot_be_had_says_so_without_it(
    signed_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def count(*_: object, **__: object) -> int:
        raise fault

    desk = signed_in("front desk")
    monkeypatch.setattr(tasks, "count", count)
    answer = desk.get("/patients")
    assert answer.status_code == status
    assert "Number of this request" in answer.text
    assert FRAME not in answer.text
