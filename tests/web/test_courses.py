import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
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


@pytest.fixture
def desk(world: World, signed_in) -> Browser:  # type: ignore[no-untyped-def]
    return signed_in("admin")


def hidden(page: TestResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page.text)


def test_an_empty_form_asks_for_a_patient_and_a_protocol(desk: Browser) -> None:
    page = desk.get("/courses/new?patient=patient1")
    assert page.status_code == 200
    assert "Ada Adler1" in page.text
    assert "Tension-type headache" in page.text


def test_the_preview_shows_every_visit_and_what_is_booked_now(desk: Browser) -> None:
    shown = desk.send("/courses/preview", **WISHES)
    assert shown.status_code == 200
    assert "visits 1 to 3" in shown.text
    assert len(hidden(shown, "expect")) == 6


def book(desk: Browser, **changed: object) -> TestResponse:
    shown = desk.send("/courses/preview", **WISHES)
    return desk.send(
        "/courses", **{**WISHES, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0], **changed}
    )


def test_confirming_books_the_course_and_shows_it(desk: Browser) -> None:
    booked = book(desk)
    assert booked.status_code == 303
    page = desk.get(booked.headers["Location"])
    assert page.status_code == 200
    assert "Tension-type headache" in page.text
    assert page.text.count("Pencilled") >= 3
    assert desk.get(booked.headers["Location"] + "/handout").status_code == 200


def test_a_double_submit_books_once(desk: Browser) -> None:
    shown = desk.send("/courses/preview", **WISHES)
    form = {**WISHES, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]}
    first, second = desk.send("/courses", **form), desk.send("/courses", **form)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_time_that_is_gone_is_said_with_the_course_as_it_would_be_now(desk: Browser) -> None:
    first = desk.send("/courses/preview", **WISHES)
    other = {**WISHES, "patient": "patient2"}
    second = desk.send("/courses/preview", **other)
    for wishes, shown, status in ((WISHES, first, 303), (other, second, 409)):
        # Both saw the same times with the same therapist; the second comes too late.
        answer = desk.send("/courses", **{**wishes, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]})
        assert answer.status_code == status, answer.text
    assert "Book 3 visits" in answer.text


def test_a_reassessment_that_is_done_lets_the_rest_be_confirmed(desk: Browser, clock: Clock) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(address)
    mark = re.search(r'action="([^"]*/continue)"', page.text)
    assert mark is not None
    done = desk.send(mark[1], version=hidden(page, "version")[0], key="k1")
    assert done.status_code == 303
    page = desk.get(address)
    assert "Confirm 3 visits" in page.text
    stale = desk.send(address + "/confirm", version="1", key="k2")
    assert stale.status_code == 409
    confirmed = desk.send(address + "/confirm", version=hidden(page, "version")[0], key="k3")
    assert confirmed.status_code == 303
    assert "Pencilled" not in re.sub(r"pencilled", "", desk.get(address).text)


def test_a_reassessment_can_end_the_course(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(address)
    stop = re.search(r'action="([^"]*/stop)"', page.text)
    assert stop is not None
    assert desk.send(stop[1], version=hidden(page, "version")[0]).status_code == 303
    assert "This course was stopped." in desk.get(address).text


def test_what_is_pencilled_can_be_released(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(address)
    assert f'action="{address}/release"' in page.text
    assert desk.send(address + "/release", version=hidden(page, "version")[0]).status_code == 303
    assert f'action="{address}/release"' not in desk.get(address).text


def test_an_impossible_course_says_what_blocks_each_day_and_what_would_help(desk: Browser, clock: Clock) -> None:
    narrow = {**WISHES, "therapist": "staff1", "therapist_is": "require"}
    for n in range(2):
        assert desk.send("/courses/preview", **{**narrow, "patient": f"patient{n + 1}"}).status_code == 200
    impossible = desk.send("/courses/preview", **{**WISHES, "pin": "1|5985000|staff1|room1"})
    assert "What would help" in impossible.text
    assert impossible.text.count("cannot be placed") == 1
    assert "Visit 1 cannot be placed" in impossible.text
    way = hidden(impossible, "relax")
    assert way
    relaxed = desk.send("/courses/preview", **{**WISHES, "pin": "1|5985000|staff1|room1", "relax": way[0]})
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
def test_wrong_wishes_are_told_and_nothing_is_placed(desk: Browser, field: str, value: str) -> None:
    page = desk.send("/courses/new", **{**WISHES, field: value})
    assert page.status_code == 200
    assert "expect" not in page.text
    assert desk.send("/courses", **{**WISHES, field: value}).status_code in (400, 404)


def test_typed_words_find_patients_without_javascript(desk: Browser) -> None:
    page = desk.send("/courses/new", **{**WISHES, "patient": "", "q": "ad"})
    assert "Adler1" in page.text
    assert "Adler2" in page.text
    assert "another row" not in desk.send("/courses/new", more="1").text


def test_another_time_chosen_for_a_visit_is_kept(desk: Browser) -> None:
    shown = desk.send("/courses/preview", **WISHES)
    choice = re.findall(r'<option value="(3\|[^"]*)"', shown.text)
    pinned = desk.send("/courses/preview", **{**WISHES, "pin": ["", choice[0]]})
    assert choice[0] in hidden(pinned, "expect")


def test_somebody_elses_course_is_not_found(desk: Browser) -> None:
    assert desk.get("/courses/nothing").status_code == 404
    assert desk.get("/courses/nothing/handout").status_code == 404


def test_the_board_shows_the_day_by_therapist_and_by_room(desk: Browser, clock: Clock) -> None:
    address = book(desk).headers["Location"]
    visit = re.search(r'href="/visits/([a-z0-9]{16})"', desk.get(address).text)
    assert visit is not None
    panel = desk.get(f"/visits/{visit[1]}")
    assert "Move…" in panel.text
    back = re.search(r'href="(/day/[^"?]*)', panel.text)
    assert back is not None
    for how in ("", "?by=room"):
        board = desk.get(back[1] + how)
        assert board.status_code == 200
        assert "Ada Adler1" in board.text
    assert desk.get("/day?date=2026-11-24").headers["Location"].startswith("/day/2026-11-24")
    assert desk.get("/day").status_code == 303
    clock.at = NOW + timedelta(minutes=10)
    assert desk.get("/day/2026-11-20").status_code == 200
    for nowhere in ("/day/someday", "/day/1850-01-01", "/day/2026-11-24?location=nowhere"):
        assert desk.get(nowhere).status_code == 404


def test_the_patients_calendar_is_opened_shown_once_and_closed(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    assert "no calendar address yet" in desk.get(address).text
    opened = desk.send(address + "/calendar")
    secret = re.search(r"http://clinic.test(/feeds/[^<]*\.ics)", opened.text)
    assert secret is not None
    assert "<svg" in opened.text
    assert secret[1] not in desk.get(address).text
    assert desk.get(secret[1]).status_code == 200
    assert "Last fetched" in desk.get(address).text
    assert desk.send(address + "/calendar/close").status_code == 303
    assert desk.get(secret[1]).status_code == 404


def test_the_handout_of_who_lives_by_another_clock_has_both_times(
    desk: Browser, world: World, sqlite_database: Database
) -> None:
    address = book(desk).headers["Location"]
    assert "All times are the clinic’s: Berlin time." in desk.get(address + "/handout").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(tz="America/New_York"))
    told = desk.get(address + "/handout").text
    assert "your time, New York" in told
    assert "The first time is the clinic’s: Berlin time." in told


def test_the_handout_can_carry_a_code_of_its_own(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    plain = desk.get(address + "/handout")
    assert "Scan the code" not in plain.text
    assert "112" in plain.text
    assert "Scan the code" in desk.send(address + "/handout").text
