"""The questions behind a visit's link: the date of birth first, the tablet's form, nothing chosen beforehand."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.content import screening as asked
from clinic.db.tables.access import access_log
from clinic.db.tables.care import screening, screening_day
from clinic.db.tables.messages import task
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.care.screening import Answers
from clinic.domain.practice.body import Region
from clinic.domain.time import instant_of
from tests.cared import screened
from tests.db.post import Post
from tests.web.conftest import Browser, Clock
from tests.web.test_visit_link import link
from tests.world import at, build

BORN = "1980-03-01"
VISIT = at("2026-11-24", 10)
QUIET = {
    one.field: {"yes": "0", "degree": "none"}[one.kind]
    for one in asked.load().standing
    if one.kind in ("yes", "degree")
}
WELL = {"changed": "0", "fever": "0", "soreness": "0", "settled": "1"}


@pytest.fixture
def post(sqlite_database: Database, clock: Clock) -> Post:
    made = Post(sqlite_database, build(sqlite_database)).book(VISIT).run()
    clock.at = made.now
    return made


@pytest.fixture
def path(post: Post) -> str:
    return f"{link(post)}/questions"


def send(client: Browser, path: str, to: str, values: dict[str, Any], key: str = "one", version: int = 0) -> Any:
    return client.send(f"{path}/{to}", **({"born_on": BORN, "version": version, "key": key} | values))


def on_the_day(post: Post, clock: Clock) -> None:
    clock.at = instant_of(VISIT) - timedelta(hours=2)
    screened(post.database, post.world.patients[0])


def test_the_visits_page_leads_to_them_and_nothing_is_told_before_the_date_of_birth(client: Browser, path: str) -> None:
    visit = client.get(path.removesuffix("/questions")).text
    assert f'href="{path}"' in visit
    assert "A few questions before your visit" in visit
    page = client.get(path)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    for secret in ("eedle", "health", "epilepsy", "Adler", "Ada", "1980", "<script"):
        assert secret not in visit + page.text
    for wrong in ("1980-03-02", "", "yesterday"):
        answer = client.send(path, born_on=wrong)
        assert answer.status_code == 400
        assert "not the date of birth that we know" in answer.text
        assert "epilepsy" not in answer.text
    form = client.send(path, born_on=BORN)
    assert form.status_code == 200
    assert "Do you have epilepsy?" in form.text
    assert "checked" not in form.text, "nobody is answered for"
    assert "<script" not in form.text


def test_answers_are_kept_thanked_for_and_shown_again_to_who_knows_the_date_of_birth(
    client: Browser, post: Post, path: str
) -> None:
    thanks = send(client, path, "answers", QUIET | {"diabetes": "steady", "varicose": ["thigh", "calf"]})
    assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    (row,) = post.rows(screening)
    assert (row.actor, row.answers) == ("link:patient1", {"diabetes": "steady", "varicose": ["thigh", "calf"]})
    assert [each.route for each in post.rows(access_log)] == []
    visit = client.get(path.removesuffix("/questions")).text
    assert "You have answered them." in visit
    since = client.send(path, born_on=BORN).text
    assert "You answered them on Friday 20 November" in since
    assert "epilepsy" not in since
    again = client.send(path, born_on=BORN, changed="1").text
    assert 'name="diabetes" value="steady" checked' in again
    assert send(client, path, "answers", QUIET | {"diabetes": "severe"}, "two", 1).status_code == 200
    assert [each.version for each in post.rows(screening)] == [1, 2]
    assert {each.route for each in post.rows(access_log)} == {"questions.ask"}


def test_what_is_lacking_is_asked_again_with_what_was_chosen(client: Browser, post: Post, path: str) -> None:
    lacking = send(client, path, "answers", {"diabetes": "severe", "surgery_on": "2026-09-01", "faints": "1"})
    assert lacking.status_code == 400
    assert lacking.text.count("Please choose one.") == len(QUIET) - 2
    assert 'href="#declines">Some questions are not answered yet.' in lacking.text
    assert 'name="diabetes" value="severe" checked' in lacking.text
    assert 'name="faints" value="1" checked' in lacking.text
    assert 'value="2026-09-01"' in lacking.text
    half = send(client, path, "answers", QUIET | {"surgery_on": "2026-09-01"})
    assert half.status_code == 400
    assert "Please give the day of the operation and where it was, or neither." in half.text
    odd = send(client, path, "answers", QUIET | {"due_on": "soon"})
    assert (odd.status_code, "This cannot be read. Please answer it again." in odd.text) == (400, True)
    assert send(client, path, "answers", QUIET | {"version": "x"}).status_code == 400
    assert post.rows(screening) == []


def test_who_has_no_such_date_of_birth_keeps_nothing_however_he_asks(client: Browser, post: Post, path: str) -> None:
    answer = send(client, path, "answers", QUIET | {"born_on": "1980-03-02", "diabetes": "severe"})
    assert answer.status_code == 400
    assert "not the date of birth that we know" in answer.text
    assert send(client, path, "answers", {"born_on": "1980-03-02"}).status_code == 400
    assert send(client, path, "today", {"born_on": "1980-03-02", "changed": "1"}).status_code == 400
    codes = [client.send(path, born_on=f"1980-01-{day:02}").status_code for day in range(1, 4)]
    assert codes == [400, 400, 429]
    assert send(client, path, "answers", QUIET).status_code == 429
    assert post.rows(screening) == []


def test_a_form_twice_is_one_answer_and_one_that_was_overtaken_is_shown_again(
    client: Browser, post: Post, path: str
) -> None:
    assert [send(client, path, "answers", QUIET).status_code for _ in range(2)] == [200, 200]
    assert len(post.rows(screening)) == 1
    for key in ("one", "two"):
        late = send(client, path, "answers", QUIET | {"faints": "1"}, key)
        assert late.status_code in (400, 409)
        assert "Your answers have changed meanwhile." in late.text
        assert 'name="faints" value="1" checked' in late.text
        assert 'name="version" value="1"' in late.text
    assert len(post.rows(screening)) == 1


def test_a_new_answer_that_forbids_needling_holds_the_visit(client: Browser, post: Post, path: str) -> None:
    send(client, path, "answers", QUIET | {"due_on": "2027-07-20"})
    assert [row.kind for row in post.rows(task) if row.state == "open"] == ["needling_held"]


def test_on_the_day_how_he_is_follows_and_what_has_changed_leads_back(
    client: Browser, post: Post, clock: Clock, path: str
) -> None:
    on_the_day(post, clock)
    today = client.send(path, born_on=BORN).text
    assert "Has anything changed since Friday 20 November 2026?" in today
    assert "Do you have a fever" in today
    lacking = send(client, path, "today", {"soreness": "3"}, version=1)
    assert (lacking.status_code, lacking.text.count("Please choose one.")) == (400, 3)
    assert 'href="#changed"' in lacking.text
    odd = send(client, path, "today", WELL | {"soreness": "11"}, version=1)
    assert (odd.status_code, 'value="11"' in odd.text) == (400, True)
    whole = send(client, path, "today", WELL | {"changed": "1"}, version=1)
    assert (whole.status_code, "Do you have epilepsy?" in whole.text) == (200, True)
    follows = send(client, path, "answers", QUIET | {"faints": "1"}, version=1)
    assert (follows.status_code, "Do you have a fever" in follows.text) == (200, True)
    assert "Has anything changed" not in follows.text, "he has just said so"
    assert 'name="changed" value="0"' in follows.text
    assert send(client, path, "today", WELL, "two", 1).status_code == 409
    for _ in range(2):
        thanks = send(client, path, "today", WELL | {"sore": Region.SHOULDER.value}, "three", 2)
        assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    (row,) = post.rows(screening_day)
    assert (row.actor, row.answers) == ("link:patient1", {"sore": ["shoulder"]})
    late = send(client, path, "today", WELL, "four", 2)
    assert (late.status_code, "Something has changed" in late.text) == (404, True)


@pytest.mark.parametrize("how", ["cancelled", "begun", "restricted", "dead", "without needles"])
def test_where_nothing_is_asked_the_page_leads_back_to_the_visit(
    client: Browser, post: Post, clock: Clock, path: str, how: str
) -> None:
    with post.database.begin() as unit:
        if how == "cancelled":
            unit.connection.execute(update(appointment).values(status="cancelled"))
        if how == "restricted":
            unit.connection.execute(update(patient).values(restricted_at=post.now))
        if how == "dead":
            unit.connection.execute(update(patient).values(deceased=True))
        if how == "without needles":
            unit.connection.exec_driver_sql("UPDATE segment SET modalities = '[\"exercise\"]'")
    if how == "begun":
        clock.at = instant_of(VISIT)
    visit = path.removesuffix("/questions")
    assert "A few questions" not in client.get(visit).text
    assert client.get(path).location == visit
    assert client.send(path, born_on=BORN).location == visit
    for to in ("answers", "today"):
        assert send(client, path, to, QUIET | WELL).location == visit
    assert post.rows(screening) == []


def test_a_form_of_another_site_or_behind_an_unknown_link_does_nothing(client: Browser, post: Post, path: str) -> None:
    unknown = path.replace("/questions", "x/questions")
    assert client.get(unknown).status_code == 404
    for to in ("", "/answers", "/today"):
        assert client.post(path + to, data={"born_on": BORN, "version": 0} | QUIET).status_code == 400
        assert client.send(unknown + to, born_on=BORN).status_code == 404
    assert post.rows(screening) == []


def test_they_are_asked_in_the_patients_language(client: Browser, post: Post, path: str) -> None:
    post.patient(language="de")
    page = client.send(path, born_on=BORN).text
    assert "Haben Sie Epilepsie?" in page
    assert '<html lang="de"' in page
    assert "Do you" not in page
    lacking = send(client, path, "answers", {}).text
    assert "Noch ist nichts gespeichert" in lacking
    for words in (page, lacking):
        assert not any(english in words for english in ("optional)", "Choose", "Nothing", "Please", "Yes"))


def test_what_others_answered_meanwhile_is_not_overwritten_unseen(client: Browser, post: Post, path: str) -> None:
    client.send(path, born_on=BORN)
    screened(post.database, post.world.patients[0], Answers(pacemaker=True))
    assert send(client, path, "answers", QUIET).status_code == 409
    assert [row.answers for row in post.rows(screening)] == [{"pacemaker": True}]
