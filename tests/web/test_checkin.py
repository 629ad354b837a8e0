"""The check-in behind a visit's link: the date of birth first, one form without a script, alarms answered at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.content import checkin as asked
from clinic.db.tables.access import audit
from clinic.db.tables.messages import task, visit_link
from clinic.db.tables.records import adverse_event, check_in, response
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status
from tests.db.post import Post
from tests.web.conftest import Browser, Clock
from tests.web.test_visit_link import link
from tests.world import at, build

BORN = "1980-03-01"
VISIT = at("2026-11-24", 10)
QUIET = {f"alarm-{one.sign.name}": "0" for one in asked.load().alarms}
WELL = QUIET | {"pain": "2", "soreness": "3"}


@pytest.fixture
def post(sqlite_database: Database, clock: Clock) -> Post:
    made = Post(sqlite_database, build(sqlite_database)).book(VISIT).run()
    made.now = instant_of(VISIT) + timedelta(hours=26)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="done"))
        unit.connection.execute(update(visit_link).values(expires_at=instant_of(VISIT) + timedelta(days=5)))
    clock.at = made.now
    return made


@pytest.fixture
def path(post: Post) -> str:
    return f"{link(post)}/today"


def test_who_comes_after_a_visit_is_asked_first_how_it_went(client: Browser, post: Post) -> None:
    page = client.get(link(post)).text
    first, then = page.index("How are you today?"), page.index("Do you have a question?")
    assert first < then
    assert page.count("button primary") == 1


def give(client: Browser, path: str, values: dict[str, Any], key: str = "one", number: int = 0, **more: Any) -> Any:
    form = {"born_on": BORN, "hours": 24, "version": number, "key": key} | values | more
    return client.send(f"{path}/answers", **form)


def kinds(post: Post) -> list[str]:
    return [row.kind for row in post.rows(task) if row.state == "open"]


def test_nothing_is_asked_before_the_date_of_birth_and_help_is_told_from_the_first(client: Browser, path: str) -> None:
    page = client.get(path)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "date of birth" in page.text
    assert "112" in page.text
    for secret in ("eedle", "sore", "Soreness", "Adler", "Ada", "1980", "<script"):
        assert secret not in page.text
    for wrong in ("1980-03-02", "", "yesterday"):
        answer = client.send(path, born_on=wrong)
        assert (answer.status_code, "usual pain" in answer.text) == (400, False)
    form = client.send(path, born_on=BORN)
    assert form.status_code == 200
    assert form.text.index("112") < form.text.index("Trouble breathing") < form.text.index("Your usual pain now")
    assert "<script" not in form.text


def test_what_is_said_is_kept_with_its_questions_and_thanked_for(client: Browser, post: Post, path: str) -> None:
    said = WELL | {"felt": "ache", "where": "shoulder", "since": "next-day", "words": "Better\r\nsince noon"}
    thanks = give(client, path, said)
    assert thanks.status_code == 200
    assert "Thank you" in thanks.text
    assert "usually gone within 3 days. For you that is by Friday 27 November." in thanks.text
    (row,), (told,) = post.rows(check_in), post.rows(response)
    assert (row.hours, row.number, row.questions, row.language, row.alarm) == (24, 1, 1, "en", False)
    assert (row.answers["felt"], row.answers["since"], row.answers["words"]) == (
        *(["ache"], "next-day"),
        "Better\nsince noon",
    )
    assert (told.hours, told.pain, told.soreness, told.signs) == (26, 2, 3, [])
    entry = post.rows(audit)[-1]
    assert (entry.act, entry.actor, entry.detail) == ("checkin.give", "link:patient1", {"hours": 24, "number": 1})
    assert kinds(post) == []


def test_every_alarm_shows_what_to_do_at_once_and_waits_for_somebody_with_a_name(
    client: Browser, post: Post, path: str
) -> None:
    post.book(at("2026-11-27", 10))
    answer = give(client, path, {"alarm-breathing": "1"})
    assert answer.status_code == 200
    assert "Please get help now" in answer.text
    assert answer.text.index("112") < answer.text.index("Your answer is kept")
    assert 'href="tel:112"' in answer.text
    (event,) = post.rows(adverse_event)
    assert (event.kind, event.grade, event.alarm, event.actor) == ("breathless", "severe", True, "link:patient1")
    assert sorted(kinds(post)) == ["event_alarm", "needling_held"]


@pytest.mark.parametrize("name", [one.sign.name for one in asked.load().alarms])
def test_no_sign_of_danger_is_missed(client: Browser, post: Post, path: str, name: str) -> None:
    answer = give(client, path, WELL | {f"alarm-{name}": "1"})
    assert "Please get help now" in answer.text
    assert kinds(post) == ["event_alarm"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pain": "many", "words": "\x00" + "x" * 5000, "since": "?", "where": "?", "felt": "?"},
        {"born_on": "1980-03-02"},
        {"hours": "?"},
        {"version": "?"},
        {"version": "7"},
    ],
)
def test_an_alarm_is_answered_with_what_to_do_whatever_else_is_wrong(
    client: Browser, path: str, wrong: dict[str, str]
) -> None:
    answer = give(client, path, {"alarm-fever": "1"}, **wrong)
    assert "Please get help now" in answer.text
    assert "112" in answer.text


def test_an_alarm_about_a_visit_that_was_undone_meanwhile_is_answered_too(
    client: Browser, post: Post, path: str
) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="confirmed"))
    answer = give(client, path, {"alarm-fever": "1"})
    assert "Please get help now" in answer.text
    assert "could not be kept" in answer.text
    assert post.rows(check_in) == []


def test_what_is_lacking_is_asked_for_again_with_what_was_chosen(client: Browser, post: Post, path: str) -> None:
    answer = give(client, path, {"pain": "2", "felt": "ache", "alarm-fever": "0"})
    assert answer.status_code == 400
    assert answer.text.count("Please choose one.") == len(QUIET) - 1 + 1, "all but fever, and the soreness"
    assert 'href="#alarm-breathing">Some questions are not answered yet.' in answer.text
    assert 'value="ache" checked' in answer.text
    assert post.rows(check_in) == []


def test_what_was_not_to_be_expected_goes_to_somebody_who_grades_it(client: Browser, post: Post, path: str) -> None:
    give(client, path, WELL | {"felt": "nausea"})
    assert kinds(post) == ["checkin_signs"]
    assert post.rows(adverse_event) == []


def test_the_same_form_twice_is_one_answer_and_another_adds_to_it(client: Browser, post: Post, path: str) -> None:
    assert [give(client, path, WELL).status_code for _ in range(2)] == [200, 200]
    assert len(post.rows(check_in)) == 1
    late = give(client, path, WELL, "two")
    assert late.status_code == 409
    assert "kept already" in late.text
    assert give(client, path, WELL | {"pain": "5"}, "three", 1).status_code == 200
    assert [(row.number, row.answers["pain"]) for row in post.rows(check_in)] == [(1, 2), (2, 5)]
    assert "You have answered already" in client.send(path, born_on=BORN).text


def test_an_alarm_in_a_form_that_one_went_back_to_is_kept(client: Browser, post: Post, path: str) -> None:
    give(client, path, WELL)
    alarmed = [give(client, path, WELL | {"alarm-fever": "1"}) for _ in range(2)]
    assert [each.status_code for each in alarmed] == [200, 200]
    assert "Your answer is kept" in alarmed[1].text
    assert [(row.number, row.alarm) for row in post.rows(check_in)] == [(1, False), (2, True)]
    assert [row.kind for row in post.rows(adverse_event)] == ["infection"]


def test_what_could_not_be_kept_is_said_with_what_was_chosen(client: Browser, post: Post, path: str) -> None:
    give(client, path, WELL)
    went_back = give(client, path, WELL | {"pain": "7"})
    assert "Your answers were kept already." in went_back.text
    assert 'name="pain" value="7" checked' in went_back.text
    for wrong in ({"hours": "²"}, {"hours": "23"}, {"version": "?"}):
        odd = give(client, path, WELL | {"pain": "7"}, "two", **wrong)
        assert odd.status_code == 400
        assert "This could not be read." in odd.text
        assert 'name="pain" value="7" checked' in odd.text
    assert len(post.rows(check_in)) == 1


def test_a_form_that_was_overtaken_does_not_count_as_a_wrong_date_of_birth(
    client: Browser, post: Post, path: str
) -> None:
    give(client, path, WELL)
    codes = [give(client, path, WELL, f"late{n}").status_code for n in range(6)]
    assert codes == [409] * 6
    assert client.send(path, born_on=BORN).status_code == 200


def test_a_visit_without_needles_not_held_or_long_over_asks_nothing(
    client: Browser, post: Post, clock: Clock, path: str
) -> None:
    assert path in client.get(path.removesuffix("/today")).text
    for status in (Status.CONFIRMED, Status.CANCELLED, Status.NO_SHOW):
        with post.database.begin() as unit:
            unit.connection.execute(update(appointment).values(status=status.value))
        assert client.get(path).location == path.removesuffix("/today")
        assert client.send(path, born_on=BORN).status_code == 303
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="done"))
    clock.at = instant_of(VISIT) + timedelta(hours=97)
    assert client.get(path).status_code == 303
    assert client.get(f"{path.removesuffix('/today')}x/today").status_code == 404


def test_the_date_of_birth_cannot_be_found_by_trying(client: Browser, path: str) -> None:
    codes = [client.send(path, born_on=f"1980-01-{day:02}").status_code for day in range(1, 7)]
    assert codes == [400] * 5 + [429]
    assert give(client, path, WELL).status_code == 429
    alarmed = give(client, path, {"alarm-fever": "1"})
    assert alarmed.status_code == 429
    assert "Please get help now" in alarmed.text
