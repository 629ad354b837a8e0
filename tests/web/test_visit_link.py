"""What a patient does through the link in a mail: confirm, move, cancel, and read the notes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.tables.access import audit
from clinic.db.tables.messages import task, visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import absence, practice
from clinic.db.tables.visits import appointment
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status
from tests.db.post import MONDAY, Post
from tests.web.conftest import Browser, Clock
from tests.world import NOW, at


@pytest.fixture
def post(sent: Post) -> Post:
    return sent


def link(post: Post) -> str:
    """Of the last letter."""
    return "/v/" + post.pages[-1].text.partition("/v/")[2].split()[0]


@pytest.fixture
def path(post: Post) -> str:
    return link(post)


def offered(client: Browser, path: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]*)"', client.get(f"{path}/move").text)


def version(post: Post) -> int:
    return post.visit.version


def send(client: Browser, post: Post, path: str, act: str, **fields: object) -> TestResponse:
    return client.send(f"{path}/{act}", **{"key": f"key-{act}", "version": version(post)} | fields)


def test_a_visit_is_confirmed_and_says_so(client: Browser, post: Post, path: str) -> None:
    assert "Confirm the visit" in client.get(path).text
    answer = send(client, post, path, "confirm")
    assert (answer.status_code, answer.location) == (303, path)
    assert post.visit.status is Status.CONFIRMED
    page = client.get(path).text
    assert "You have confirmed this visit" in page
    assert "Confirm the visit" not in page
    assert post.rows(audit)[-1].actor == "link:patient1"
    assert post.run().letters[1:] == [], "nobody has to be told what he said himself"


def test_a_visit_is_moved_to_one_of_six_times_and_every_calendar_hears_of_it(
    client: Browser, post: Post, path: str, clock: Clock
) -> None:
    clock.wait(minutes=1)
    times = offered(client, path)
    assert len(times) == len(set(times)) == 6
    assert {each.split("|")[1] for each in times} == {"staff1"}, "with the same therapist"
    answer = send(client, post, path, "move", start=times[0])
    assert (answer.status_code, answer.location) == (303, path)
    assert post.visit.starts == int(times[0].split("|")[0])
    assert "changed after the mail was sent" in client.get(path).text
    assert post.later(minutes=1).run().letters[1:] == [("REQUEST", 1, "ada1@example.org")]


def test_a_visit_is_cancelled_after_a_second_look_and_the_desk_hears_of_it(
    client: Browser, post: Post, path: str
) -> None:
    asked = client.get(f"{path}/cancel").text
    assert f'href="{path}/move"' in asked
    assert send(client, post, path, "cancel").status_code == 303
    assert post.visit.status is Status.CANCELLED
    page = client.get(path).text
    assert "This visit is cancelled" in page
    assert "Would you like another time?" in page
    assert "tel:+49305550100" in page
    assert f"{path}/move" in page
    assert [(row.kind, row.state) for row in post.rows(task)] == [("visit_cancelled", "open")]
    assert post.rows(appointment)[0].cancel_reason == "patient_asked"
    assert post.run().letters[1:] == [("CANCEL", 1, "ada1@example.org")]


def test_a_form_that_is_sent_twice_acts_once(client: Browser, post: Post, path: str) -> None:
    seen = version(post)
    for _ in range(2):
        assert send(client, post, path, "confirm", version=seen).status_code == 303
    assert version(post) == seen + 1


@pytest.mark.parametrize("act", ["confirm", "move", "cancel"])
def test_who_decides_about_what_changed_meanwhile_is_shown_how_it_stands(
    client: Browser, post: Post, path: str, act: str
) -> None:
    start = offered(client, path)[0]
    answer = send(client, post, path, act, start=start, version=version(post) - 1)
    assert answer.status_code == 409
    assert "The visit has changed meanwhile" in answer.text
    assert post.visit.status is Status.BOOKED


def test_a_time_that_has_just_gone_is_answered_with_others(client: Browser, post: Post, path: str) -> None:
    start = offered(client, path)[0]
    taken = int(start.split("|")[0])
    post.world = build_other(post)
    Post(post.database, post.world, now=post.now).book(taken)
    answer = send(client, post, path, "move", start=start)
    assert answer.status_code == 409
    assert "That time has just gone" in answer.text
    assert start not in answer.text
    assert 'name="start"' in answer.text


def build_other(post: Post):  # type: ignore[no-untyped-def]
    """The world with the other patient first."""
    world = post.world
    return type(world)(world.location, world.rooms, world.gym, world.staff, world.patients[::-1])


@pytest.mark.parametrize("start", ["", "²|x|", "5|staff1|room1", f"{MONDAY}|nobody|room1", f"{MONDAY}|staff1|other"])
def test_only_a_time_that_is_offered_is_taken(client: Browser, post: Post, path: str, start: str) -> None:
    before = post.visit
    answer = send(client, post, path, "move", start=start)
    assert answer.status_code in (400, 409)
    assert 'name="start"' in answer.text
    assert post.visit == before


def test_near_the_visit_moving_and_cancelling_is_done_on_the_phone(
    client: Browser, post: Post, path: str, clock: Clock
) -> None:
    start = offered(client, path)[-1]
    clock.at = instant_of(post.visit.starts) - timedelta(hours=24) + timedelta(minutes=1)
    page = client.get(path).text
    assert "on the phone" in page
    assert "Confirm the visit" in page
    assert f"{path}/move" not in page
    assert f"{path}/cancel" not in page
    assert 'name="start"' not in client.get(f"{path}/move").text
    for act in ("move", "cancel"):
        answer = send(client, post, path, act, start=start)
        assert (answer.status_code, "Please call us" in answer.text) == (400, True)
    assert send(client, post, path, "confirm").status_code == 303


def test_how_near_is_too_near_is_the_practices(client: Browser, post: Post, path: str, clock: Clock) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(cancel_hours=2))
    clock.at = instant_of(post.visit.starts) - timedelta(hours=2)
    assert f"{path}/cancel" in client.get(path).text
    clock.wait(minutes=1)
    assert f"{path}/cancel" not in client.get(path).text


def test_a_visit_that_has_begun_cannot_be_confirmed(client: Browser, post: Post, path: str, clock: Clock) -> None:
    clock.at = instant_of(post.visit.starts)
    assert "has begun" in client.get(path).text
    assert send(client, post, path, "confirm").status_code == 400


def test_a_patient_nothing_may_be_planned_for_is_asked_to_call(client: Browser, post: Post, path: str) -> None:
    start = offered(client, path)[0]
    with post.database.begin() as unit:
        unit.connection.execute(update(patient).values(restricted_at=NOW))
    page = client.get(f"{path}/move").text
    assert "Please call us" in page
    assert 'name="start"' not in page
    assert "restricted" not in page
    answer = send(client, post, path, "move", start=start)
    assert answer.status_code == 409
    assert "Please call us" in answer.text


def test_a_link_leads_to_its_own_visit_alone(client: Browser, post: Post, path: str) -> None:
    other = Post(post.database, build_other(post), now=post.now).book(at("2026-11-27", 14))
    before = other.visit
    for act in ("confirm", "cancel"):
        answer = client.send(f"{path}/{act}", key=act, version=version(post), visit=other.public_id, token="x")
        assert answer.status_code in (303, 409)
    assert other.visit == before


def test_a_form_of_another_site_does_nothing(client: Browser, post: Post, path: str) -> None:
    for act in ("confirm", "cancel", "move", "notes"):
        assert client.post(f"{path}/{act}", data={"version": version(post)}).status_code == 400
    assert post.visit.status is Status.BOOKED


def test_a_link_to_an_old_address_is_dead_in_all_it_does(client: Browser, post: Post, path: str) -> None:
    seen = version(post)
    post.patient(email="new@example.org").run()
    for page in ("", "/move", "/cancel", "/notes", "/visit.ics"):
        assert client.get(path + page).status_code == 404
    for act in ("confirm", "cancel", "move", "notes"):
        assert client.send(f"{path}/{act}", version=seen, start="1|a|b", born_on="1980-03-01").status_code == 404
    assert post.visit.status is Status.BOOKED
    assert client.get(link(post)).status_code == 200


def test_a_link_takes_twenty_forms(client: Browser, post: Post, path: str) -> None:
    codes = [send(client, post, path, "move", start="x").status_code for _ in range(21)]
    assert codes == [400] * 20 + [429]


def test_a_time_is_offered_with_somebody_else_only_where_the_therapist_is_not_a_must(
    client: Browser, post: Post, path: str
) -> None:
    with post.database.begin() as unit:
        from_now = {"starts_at": NOW, "ends_at": NOW + timedelta(days=400), "kind": "leave"}
        _absent(unit.connection, post.world.staff[0], from_now)
    page = client.get(f"{path}/move").text
    assert "with a colleague" in page
    assert {each.split("|")[1] for each in offered(client, path)} == {"staff2"}
    start = offered(client, path)[0]
    with post.database.begin() as unit:
        wishes = {"therapist": "staff1", "therapist_required": True}
        unit.connection.execute(update(patient).values(preferences=wishes))
    assert offered(client, path) == []
    assert send(client, post, path, "move", start=start).status_code == 409


def _absent(connection, staff_id: int, values: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    connection.execute(absence.insert().values(staff_id=staff_id, public_id="leave1", **values))


def test_every_route_of_a_link_is_one_of_these(app) -> None:  # type: ignore[no-untyped-def]
    """Nothing else is reached with a token."""
    found = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v/")}
    ends = ("", "/visit.ics", "/confirm", "/move", "/cancel", "/notes", "/today", "/today/answers")
    asked = ("/questions", "/questions/answers", "/questions/today")
    assert found == {f"/v/<token>{end}" for end in ends + asked}


def test_a_token_is_never_kept(post: Post, path: str) -> None:
    token = path.removeprefix("/v/")
    assert all(token not in str(row) for row in post.rows(visit_link))
