"""The page behind a mail's visit link."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from clinic.db.tables.messages import visit_link
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from tests.db.post import THURSDAY, Post
from tests.web.conftest import Browser, Clock
from tests.world import NOW, build


@pytest.fixture
def post(sqlite_database: Database, clock: Clock) -> Post:
    made = Post(sqlite_database, build(sqlite_database)).book().run()
    clock.at = made.now
    return made


@pytest.fixture
def path(post: Post) -> str:
    return "/v/" + post.pages[0].text.partition("/v/")[2].split()[0]


def test_a_link_shows_time_place_and_phone_and_nothing_clinical(client: Browser, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    for shown in ("Monday, 23 November 2026", "10:00", "10:45", "Berlin time, CET", "Lindenweg 4", "+49 30 555 0100"):
        assert shown.replace(",", "") in page.text.replace(",", "")
    for secret in ("Adler", "Ada", "Lindqvist", "eedle", "eedling", "houlder", "<script", "1980"):
        assert secret not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_opening_a_link_changes_nothing_however_often(client: Browser, path: str, post: Post) -> None:
    before = post.rows(visit_link)
    for _ in range(20):
        assert client.head(path).status_code == client.get(path).status_code == 200
    assert post.rows(visit_link) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda post: post.move(THURSDAY), "changed after the mail was sent"),
        (lambda post: post.turn(Status.CANCELLED), "is cancelled"),
    ],
)
def test_a_link_shows_what_holds_now(client: Browser, path: str, post: Post, change, sentence: str) -> None:  # type: ignore[no-untyped-def]
    change(post.later(minutes=1))
    assert sentence in client.get(path).text


def test_a_visit_that_is_over_says_so(client: Browser, path: str, clock: Clock) -> None:
    assert f'href="{path}/visit.ics"' in client.get(path).text
    clock.at = NOW + timedelta(days=4)
    page = client.get(path).text
    assert "This visit is over." in page
    assert "visit.ics" not in page
    moving = client.get(f"{path}/move").text
    assert "There is no time here" in moving
    assert "until you choose another time" not in moving


def test_a_link_ends_four_days_after_the_visit_and_says_whom_to_call(client: Browser, path: str, clock: Clock) -> None:
    clock.at = NOW + timedelta(days=8)
    for gone in (path, f"{path}/visit.ics", "/v/unknown"):
        page = client.get(gone)
        assert page.status_code == 404
        assert "tel:+49305550100" in page.text
        assert "Needle" not in page.text


def test_links_that_nobody_has_are_counted(client: Browser, post: Post) -> None:
    assert [client.get("/v/unknown").status_code for _ in range(31)] == [404] * 30 + [429]


def test_a_link_ends_without_a_practice_too(client: Browser, post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(practice.delete())
    assert client.get("/v/unknown").status_code == 404


def test_the_visit_can_be_taken_along_as_a_file(client: Browser, path: str, post: Post) -> None:
    link = re.search(rf'href="({path}/visit.ics)"', client.get(path).text)
    assert link is not None
    answer = client.get(link[1])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="visit.ics"'
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (str(event["UID"]), str(event["SUMMARY"])) == (post.visit.uid, "Appointment")
    post.turn(Status.CANCELLED)
    (event,) = Calendar.from_ical(client.get(link[1]).data).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Cancelled: Appointment"
