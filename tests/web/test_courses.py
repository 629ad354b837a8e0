import re
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.db.tables.messages import feed
from clinic.db.tables.patients import patient
from clinic.db.unit import Database, Unit
from clinic.web import gate
from clinic.web.parts import Parts
from tests.web.conftest import Browser, Clock
from tests.world import NOW, World

WISHES = {
    "patient": "patient1",
    "protocol": "tension-headache",
    "start": "2026-11-23",
    "location": "loc1",
    "region": "shoulder",
    "side": "right",
    "muscle": "",
}


def hidden(page: TestResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page.text)


def test_an_empty_form_asks_for_a_patient_and_a_protocol(admin: Browser) -> None:
    page = admin.get("/courses/new?patient=patient1")
    assert page.status_code == 200
    assert "Ada Adler1" in page.text
    assert "Tension-type headache" in page.text


def test_the_preview_shows_every_visit_and_what_is_booked_now(admin: Browser) -> None:
    shown = admin.send("/courses/preview", **WISHES)
    assert shown.status_code == 200
    assert "visits 1 to 3" in shown.text
    assert len(hidden(shown, "expect")) == 6


def book(admin: Browser, **changed: object) -> TestResponse:
    shown = admin.send("/courses/preview", **WISHES)
    return admin.send(
        "/courses", **{**WISHES, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0], **changed}
    )


def test_confirming_books_the_course_and_shows_it(admin: Browser) -> None:
    booked = book(admin)
    assert booked.status_code == 303
    page = admin.get(booked.headers["Location"])
    assert page.status_code == 200
    assert "Tension-type headache" in page.text
    assert page.text.count("Pencilled") >= 3
    assert admin.get(booked.headers["Location"] + "/handout").status_code == 200


def test_a_double_submit_books_once(admin: Browser) -> None:
    shown = admin.send("/courses/preview", **WISHES)
    form = {**WISHES, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]}
    first, second = admin.send("/courses", **form), admin.send("/courses", **form)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_time_that_is_gone_is_said_with_the_course_as_it_would_be_now(admin: Browser) -> None:
    first = admin.send("/courses/preview", **WISHES)
    other = {**WISHES, "patient": "patient2"}
    second = admin.send("/courses/preview", **other)
    for wishes, shown, status in ((WISHES, first, 303), (other, second, 409)):
        # Both saw the same times with the same therapist; the second comes too late.
        answer = admin.send("/courses", **{**wishes, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]})
        assert answer.status_code == status, answer.text
    assert "Book 3 visits" in answer.text


def test_a_reassessment_that_is_done_lets_the_rest_be_confirmed(admin: Browser, clock: Clock) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(address)
    mark = re.search(r'action="([^"]*/continue)"', page.text)
    assert mark is not None
    done = admin.send(mark[1], version=hidden(page, "version")[0], key="k1")
    assert done.status_code == 303
    page = admin.get(address)
    assert "Confirm 3 visits" in page.text
    stale = admin.send(address + "/confirm", version="1", key="k2")
    assert stale.status_code == 409
    confirmed = admin.send(address + "/confirm", version=hidden(page, "version")[0], key="k3")
    assert confirmed.status_code == 303
    assert "Pencilled" not in re.sub(r"pencilled", "", admin.get(address).text)


def test_a_reassessment_can_end_the_course(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(address)
    stop = re.search(r'action="([^"]*/stop)"', page.text)
    assert stop is not None
    assert admin.send(stop[1], version=hidden(page, "version")[0]).status_code == 303
    assert "This course was stopped." in admin.get(address).text


def test_what_is_pencilled_can_be_released(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(address)
    assert f'action="{address}/release"' in page.text
    assert admin.send(address + "/release", version=hidden(page, "version")[0]).status_code == 303
    assert f'action="{address}/release"' not in admin.get(address).text


def test_an_impossible_course_says_what_blocks_each_day_and_what_would_help(admin: Browser, clock: Clock) -> None:
    narrow = {**WISHES, "therapist": "staff1", "therapist_is": "require"}
    for n in range(2):
        assert admin.send("/courses/preview", **{**narrow, "patient": f"patient{n + 1}"}).status_code == 200
    impossible = admin.send("/courses/preview", **{**WISHES, "pin": "1|5985000|staff1|room1"})
    assert "What would help" in impossible.text
    assert impossible.text.count("cannot be placed") == 1
    assert "Visit 1 cannot be placed" in impossible.text
    assert impossible.text.index("What would help") < impossible.text.index("What blocks each day")
    way = hidden(impossible, "relax")
    assert way
    relaxed = admin.send("/courses/preview", **{**WISHES, "pin": "1|5985000|staff1|room1", "relax": way[0]})
    assert "Given up for this course" in relaxed.text
    assert len(hidden(relaxed, "expect")) == 6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", "someday"),
        ("start", "2020-01-01"),
        ("from", "noon"),
        ("protocol", "leeches"),
        ("pin", "1|x"),
        ("relax", "skip"),
        ("relax", "skip::"),
        ("therapist", "nobody"),
        ("patient", "nobody"),
        ("region", "soul"),
        ("until", "00:00"),
    ],
)
def test_wrong_wishes_are_told_and_nothing_is_placed(admin: Browser, field: str, value: str) -> None:
    page = admin.send("/courses/new", **{**WISHES, field: value})
    assert page.status_code == 200
    assert "expect" not in page.text
    assert admin.send("/courses", **{**WISHES, field: value}).status_code in (400, 404)


def test_typed_words_find_patients_without_javascript(admin: Browser) -> None:
    page = admin.send("/courses/new", **{**WISHES, "patient": "", "q": "ad"})
    assert "Adler1" in page.text
    assert "Adler2" in page.text
    assert "another row" not in admin.send("/courses/new", more="1").text


def test_another_time_chosen_for_a_visit_is_kept(admin: Browser) -> None:
    shown = admin.send("/courses/preview", **WISHES)
    choice = re.findall(r'<option value="(3\|[^"]*)"', shown.text)
    pinned = admin.send("/courses/preview", **{**WISHES, "pin": ["", choice[0]]})
    assert choice[0] in hidden(pinned, "expect")


def test_somebody_elses_course_is_not_found(admin: Browser) -> None:
    assert admin.get("/courses/nothing").status_code == 404
    assert admin.get("/courses/nothing/handout").status_code == 404


def test_the_board_shows_the_day_by_therapist_and_by_room(admin: Browser, clock: Clock) -> None:
    address = book(admin).headers["Location"]
    visit = re.search(r'href="/visits/([a-z0-9]{16})"', admin.get(address).text)
    assert visit is not None
    panel = admin.get(f"/visits/{visit[1]}")
    assert "Move…" in panel.text
    back = re.search(r'href="(/day/[^"?]*)', panel.text)
    assert back is not None
    for how in ("", "?by=room"):
        board = admin.get(back[1] + how)
        assert board.status_code == 200
        assert "Ada Adler1" in board.text
    assert admin.get("/day?date=2026-11-24").headers["Location"].startswith("/day/2026-11-24")
    assert admin.get("/day").status_code == 303
    clock.at = NOW + timedelta(minutes=10)
    assert admin.get("/day/2026-11-20").status_code == 200
    for nowhere in ("/day/someday", "/day/1850-01-01", "/day/2026-11-24?location=nowhere"):
        assert admin.get(nowhere).status_code == 404


def test_the_patients_calendar_is_opened_shown_once_and_closed(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    assert "no calendar address yet" in admin.get(address).text
    opened = admin.send(address + "/calendar")
    secret = re.search(r"http://clinic.test(/feeds/[^<]*\.ics)", opened.text)
    assert secret is not None
    assert "<svg" in opened.text
    assert secret[1] not in admin.get(address).text
    assert admin.get(secret[1]).status_code == 200
    assert "Last fetched" in admin.get(address).text
    assert admin.send(address + "/calendar/close").status_code == 303
    assert admin.get(secret[1]).status_code == 404


def test_the_calendars_of_a_patient_are_closed_at_once_whatever_another_tab_closes_meanwhile(
    admin: Browser, web_parts: Parts, sqlite_database: Database
) -> None:
    address = book(admin).headers["Location"]
    for _ in range(2):
        assert admin.send(address + "/calendar").status_code == 200
    begun: list[int] = []

    def begin(**more: object) -> AbstractContextManager[Unit]:
        """The first write finds that the second calendar was closed since the page was asked for."""
        begun.append(1)
        if len(begun) == 1:
            with sqlite_database.begin() as unit:
                unit.connection.execute(update(feed).where(feed.c.id == 2).values(revoked_at=NOW))
        return web_parts.begin(**more)  # type: ignore[arg-type]

    admin.application.extensions[gate.EXTENSION] = replace(web_parts, begin=begin)  # type: ignore[arg-type]
    assert admin.send(address + "/calendar/close").status_code == 303
    with sqlite_database.read() as unit:
        assert unit.connection.execute(select(feed.c.id).where(feed.c.revoked_at.is_(None))).all() == []


def test_the_handout_of_who_lives_by_another_clock_has_both_times(
    admin: Browser, world: World, sqlite_database: Database
) -> None:
    address = book(admin).headers["Location"]
    assert "All times are the clinic’s: Berlin time." in admin.get(address + "/handout").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(tz="America/New_York"))
    told = admin.get(address + "/handout").text
    assert "your time, New York" in told
    assert "The first time is the clinic’s: Berlin time." in told


def test_the_handout_can_carry_a_code_of_its_own(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    plain = admin.get(address + "/handout")
    assert "Scan the code" not in plain.text
    assert "112" in plain.text
    assert "Scan the code" in admin.send(address + "/handout").text
