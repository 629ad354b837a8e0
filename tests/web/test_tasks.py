"""What waits for somebody at the desk."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from clinic.db.messages import tasks
from clinic.db.tables.access import audit
from clinic.db.tables.messages import task
from clinic.db.unit import Database
from tests.db.post import Post
from tests.web.conftest import Browser, Clock
from tests.world import World, build


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return build(sqlite_database)


@pytest.fixture
def post(sqlite_database: Database, world: World) -> Post:
    return Post(sqlite_database, world).book()


def raised(post: Post, key: str = "k1", kind: str = "visit_declined", **detail: object) -> bool:
    with post.database.begin() as unit:
        about = {"patient_id": post.world.patients[0], "appointment_id": post.visit.id, "detail": detail}
        return tasks.put(unit.connection, kind, key, **about, public_id=unit.public_id(), now=post.now)


def actions(page: str) -> list[str]:
    return [unescape(path) for path in re.findall(r'action="(/tasks/[^"]+)"', page)]


def test_the_same_thing_raises_one_task(post: Post) -> None:
    assert raised(post)
    assert not raised(post)
    assert raised(post, "k2")


def test_a_task_says_what_happened_and_what_to_do(post: Post, signed_in: Callable[[str], Browser]) -> None:
    raised(post)
    page = signed_in("front desk").get("/tasks").text
    assert "The patient declined the visit" in page
    assert "The visit is still booked." in page
    assert "Ada Adler1" in page
    assert "+49 30 555 0123" in page
    assert "Monday 23 November 2026, 10:00" in page
    assert "Tasks <b>1</b>" in page


def test_what_is_of_one_kind_stands_together_and_says_once_what_to_do(
    post: Post, signed_in: Callable[[str], Browser]
) -> None:
    raised(post)
    raised(post, "k2", kind="mail_refused")
    raised(post, "k3")
    page = signed_in("front desk").get("/tasks").text
    assert re.findall(r"<h2[^>]*>([^<]+)", page)[:2] == ["The patient declined the visit ", "A mail was refused"]
    assert page.count("The visit is still booked.") == 1
    assert len(actions(page)) == 6


def test_a_visit_says_what_waits_about_it(post: Post, signed_in: Callable[[str], Browser]) -> None:
    raised(post, kind="mail_refused")
    asked = "Waits for somebody, see Tasks: A mail was refused"
    assert asked in signed_in("front desk").get(f"/visits/{post.public_id}").text
    assert asked not in signed_in("assistant").get(f"/visits/{post.public_id}").text


def test_an_unknown_kind_is_made_readable(post: Post, signed_in: Callable[[str], Browser]) -> None:
    raised(post, kind="calendar_gone_stale")
    assert "Calendar gone stale" in signed_in("front desk").get("/tasks").text


def test_a_detail_that_is_a_code_is_said(post: Post, signed_in: Callable[[str], Browser]) -> None:
    raised(post, code="setting_missing", field="X")
    page = signed_in("front desk").get("/tasks").text
    assert "What happened" in page


def test_a_task_is_taken_and_left_again(post: Post, signed_in: Callable[[str], Browser]) -> None:
    raised(post)
    desk, other = signed_in("front desk"), signed_in("therapist")
    take = actions(desk.get("/tasks").text)[0]
    assert desk.send(take, by="me", key="a").status_code == 303
    assert "taken by you" in desk.get("/tasks").text
    assert "taken by Front Desk" in other.get("/tasks").text
    desk.send(take, by="nobody", key="b")
    assert "taken by" not in desk.get("/tasks").text


def test_a_task_is_done_once_with_what_came_of_it(
    post: Post, signed_in: Callable[[str], Browser], sqlite_database: Database
) -> None:
    raised(post)
    desk = signed_in("front desk")
    take, done = actions(desk.get("/tasks").text)
    desk.send(done, note="Moved to Tuesday", key="a")
    desk.send(done, note="Moved to Tuesday", key="a")
    assert "Nothing waits for you." in desk.get("/tasks").text
    finished = desk.get("/tasks?state=done").text
    assert "Moved to Tuesday" in finished
    assert actions(finished) == []
    desk.send(done, note="again", key="b")
    assert "Somebody has finished this task already." in desk.get("/tasks").text
    desk.send(take, by="me", key="c")
    assert "Somebody has finished this task already." in desk.get("/tasks").text
    with sqlite_database.read() as unit:
        acts = unit.connection.execute(select(audit.c.act).where(audit.c.subject_kind == "task")).scalars().all()
        assert unit.connection.execute(select(task.c.note)).scalar_one() == "Moved to Tuesday"
    assert acts == ["task.done"]


def test_a_task_that_settled_itself_is_no_longer_open(
    post: Post, signed_in: Callable[[str], Browser], clock: Clock
) -> None:
    raised(post)
    with post.database.begin() as unit:
        assert tasks.drop_about(unit.connection, post.visit.id, ["visit_declined"], clock()) == 1
    desk = signed_in("front desk")
    assert "Nothing waits for you." in desk.get("/tasks").text
    assert "Settled by itself" in desk.get("/tasks?state=done").text


def test_what_nobody_raised_is_not_there_and_not_everybody_may_look(signed_in: Callable[[str], Browser]) -> None:
    desk = signed_in("front desk")
    assert desk.send("/tasks/none/done", note="").status_code == 404
    helper = signed_in("assistant")
    assert helper.get("/tasks").status_code == 403
    assert "/tasks" not in helper.get("/patients").text


def test_many_tasks_are_shown_a_page_at_a_time(post: Post, signed_in: Callable[[str], Browser]) -> None:
    for number in range(51):
        raised(post, f"k{number}")
    desk = signed_in("front desk")
    assert "1 to 50 of 51" in desk.get("/tasks").text
    last = desk.get("/tasks?page=2").text
    assert "51 to 51 of 51" in last
    (take,) = re.findall(r'action="(/tasks/[^"]*/take[^"]*)"', last)
    assert desk.send(take, by="me").headers["Location"] == "/tasks?page=2"
    assert desk.send(take.replace("/take", "/done")).headers["Location"] == "/tasks?page=2"
    assert "1 to 50 of 50" not in desk.get("/tasks?page=2").text
