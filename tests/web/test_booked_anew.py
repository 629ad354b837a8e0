"""What a patient does who gave a visit up through the link in a mail: he takes another time by himself, while nobody at
the desk has seen to it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan_session
from clinic.db.tables.messages import task
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status
from tests.db.post import Post
from tests.web.conftest import Browser, Clock
from tests.web.test_courses import WISHES, hidden
from tests.web.test_visit_link import link, offered, send
from tests.world import NOW, build


@pytest.fixture
def post(sent: Post) -> Post:
    return sent


@pytest.fixture
def path(client: Browser, post: Post) -> str:
    """Of a visit that was given up through it."""
    found = link(post)
    assert send(client, post, found, "cancel").status_code == 303
    return found


def visits(post: Post) -> list[tuple[str, int]]:
    return [(row.status, row.starts_tick) for row in post.rows(appointment)]


def test_another_time_is_booked_as_a_visit_of_its_own_and_the_desk_need_not_call(
    client: Browser, post: Post, path: str
) -> None:
    old = post.visit
    assert "Choose one yourself" in client.get(path).text
    page = client.get(f"{path}/move").text
    assert "Cancelled: Wednesday 25 November 2026" in page
    assert "Nothing is booked until you choose a time." in page
    times = offered(client, path)
    assert len(times) == 6
    answer = send(client, post, path, "move", start=times[0])
    assert answer.status_code == 303
    assert answer.location != path
    assert visits(post) == [("cancelled", old.starts), ("booked", int(times[0].split("|")[0]))]
    first, second = post.rows(appointment)
    assert (first.uid != second.uid, second.sequence, second.kind) == (True, 0, first.kind)
    assert [row.state for row in post.rows(task)] == ["dropped"]
    last = post.rows(audit)[-1]
    assert (last.act, last.actor, last.subject_id) == ("visit.book", "link:patient1", second.id)
    shown = client.get(answer.location).text
    assert "Confirm the visit" in shown
    assert "Choose another time" in shown


def test_calendars_lose_the_old_visit_and_get_the_new_one(client: Browser, post: Post, path: str) -> None:
    send(client, post, path, "move", start=offered(client, path)[0])
    post.later(minutes=1).run()
    assert [each[:2] for each in post.letters] == [("REQUEST", 0), ("NONE", 0), ("CANCEL", 1), ("REQUEST", 0)]
    old, _, gone, new = post.rows()
    assert old.uid == gone.uid != new.uid
    told = post.pages[1]
    assert told.subject == "2 of your appointments changed"
    assert "- Cancelled: Wednesday 25 November 2026" in told.text


def test_the_time_that_was_given_up_can_be_taken_back(client: Browser, post: Post, path: str) -> None:
    starts = post.visit.starts
    assert str(starts) in {each.split("|")[0] for each in offered(client, path)}
    assert send(client, post, path, "move", start=f"{starts}|staff1|room1").status_code == 303
    assert visits(post) == [("cancelled", starts), ("booked", starts)]


def test_it_is_done_once_and_a_form_that_is_sent_twice_leads_to_the_same_visit(
    client: Browser, post: Post, path: str
) -> None:
    start, other = offered(client, path)[:2]
    seen = post.visit.version
    first = send(client, post, path, "move", start=start)
    second = send(client, post, path, "move", start=start, version=seen)
    assert first.status_code == second.status_code == 303
    assert "Confirm the visit" in client.get(first.location).text
    assert "Confirm the visit" in client.get(second.location).text
    assert len(visits(post)) == 2
    assert f"{path}/move" not in client.get(path).text
    assert send(client, post, path, "move", start=other, key="another").status_code == 400
    assert len(visits(post)) == 2


def test_once_the_desk_has_seen_to_it_the_patient_calls(client: Browser, post: Post, path: str) -> None:
    start = offered(client, path)[0]
    with post.database.begin() as unit:
        unit.connection.execute(update(task).values(state="done"))
    page = client.get(path).text
    assert f"{path}/move" not in page
    assert "Call us, and we find one that suits you." in page
    answer = send(client, post, path, "move", start=start)
    assert (answer.status_code, "Please call us" in answer.text) == (400, True)


def test_what_the_practice_cancelled_is_not_booked_anew_by_a_patient(client: Browser, post: Post) -> None:
    found = link(post)
    post.turn(Status.CANCELLED)
    assert f"{found}/move" not in client.get(found).text
    assert offered(client, found) == []
    assert send(client, post, found, "move", start="1|staff1|room1").status_code == 400


def test_a_time_that_has_gone_meanwhile_is_answered_with_others(client: Browser, post: Post, path: str) -> None:
    start = offered(client, path)[0]
    world = post.world
    turned = type(world)(world.location, world.rooms, world.gym, world.staff, world.patients[::-1])
    Post(post.database, turned, now=post.now).book(int(start.split("|")[0]))
    answer = send(client, post, path, "move", start=start)
    assert answer.status_code == 409
    assert "That time has just gone" in answer.text
    assert [status for status, _ in visits(post)] == ["cancelled", "booked"]


@pytest.mark.parametrize(("language", "said"), [("de", "Abgesagt: "), ("es", "Cancelada: "), ("fr", "Annulé\u00a0: ")])
def test_it_speaks_the_patients_language(client: Browser, post: Post, path: str, language: str, said: str) -> None:
    post.patient(language=language)
    assert said in client.get(f"{path}/move").text


class Course:
    """A course of six, three of them booked, the second of which its patient gave up."""

    def __init__(self, post: Post, client: Browser, clock: Clock) -> None:
        self.post, self.client, self.clock = post, client, clock
        self.path = ""

    def starts(self) -> list[int]:
        return sorted(row.starts_tick for row in self.post.rows(appointment) if row.status != "cancelled")


@pytest.fixture
def course(sqlite_database: Database, clock: Clock, client: Browser, signed_in) -> Course:  # type: ignore[no-untyped-def]
    clock.at = NOW
    post, desk = Post(sqlite_database, build(sqlite_database)), signed_in("admin")
    shown = desk.send("/courses/preview", **WISHES)
    desk.send("/courses", **WISHES, expect=hidden(shown, "expect"), key=hidden(shown, "key")[0])
    found = Course(post.later(minutes=1).run(), client, clock)
    clock.at = post.now
    second = sorted(post.rows(appointment), key=lambda row: row.starts_tick)[1]
    post.public_id = second.public_id
    links = [page.text.partition("/v/")[2].split()[0] for page in post.pages[1:]]
    found.path = next(f"/v/{each}" for each in links if second.public_id and _opens(client, each, post))
    return found


def _opens(client: Browser, token: str, post: Post) -> bool:
    document = client.get(f"/v/{token}/visit.ics").text
    return post.visit.uid in document


def test_a_session_is_booked_anew_only_where_its_course_keeps_order_and_gaps(course: Course) -> None:
    first, second, third = course.starts()[:3]
    post, client, path = course.post, course.client, course.path
    assert send(client, post, path, "cancel").status_code == 303
    times = [int(each.split("|")[0]) for each in offered(client, path)]
    assert times
    days = [instant_of(tick).date() for tick in (first, *times, third)]
    assert min(days[1:-1]) >= days[0] + timedelta(days=2), "the shortest gap of a course against headache"
    assert max(days[1:-1]) <= days[-1] - timedelta(days=2)
    start = offered(client, path)[0]
    assert send(client, post, path, "move", start=start).status_code == 303
    booked = next(
        row for row in post.rows(appointment) if row.starts_tick == int(start.split("|")[0]) and row.status == "booked"
    )
    gone = next(row for row in post.rows(appointment) if row.status == "cancelled")
    assert (booked.session_id, booked.kind) == (gone.session_id, "session")
    assert second == gone.starts_tick


def test_a_session_that_has_another_visit_by_now_is_not_booked_twice(course: Course) -> None:
    post, client, path = course.post, course.client, course.path
    send(client, post, path, "cancel")
    start = offered(client, path)[0]
    send(client, post, path, "move", start=start)
    with post.database.begin() as unit:
        unit.connection.execute(update(task).values(state="open"))
    assert offered(client, path) == []


def test_a_session_behind_a_reassessment_is_not_booked_by_a_patient(course: Course) -> None:
    post, client, path = course.post, course.client, course.path
    send(client, post, path, "cancel")
    with post.database.begin() as unit:
        unit.connection.execute(update(plan_session).where(plan_session.c.ordinal == 1).values(reassess=True))
    assert offered(client, path) == []
