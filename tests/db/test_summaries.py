"""Several changes are told in one letter; calendars get theirs beside it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.db.patients import relatives
from clinic.db.tables.messages import obligation, task, visit_link
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.db.visits import loads, reads
from clinic.domain.messages.subscriptions import Subscription
from clinic.domain.messages.terms import banned_terms
from clinic.domain.patients.relatives import Relation
from clinic.domain.visits.changes import Book, Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.messages import feeds
from clinic.services.messages import seal as sealing
from clinic.services.messages.seal import Sealing, Settled, settle_plain
from tests.db.post import MONDAY, THURSDAY, URL, Post
from tests.world import ACTOR, NOW, at, build, needling, single

ADA = "ada1@example.org"
DATES = (MONDAY, THURSDAY, at("2026-11-30", 10))


class Course(Post):
    """A patient with several visits."""

    ids: tuple[str, ...] = ()

    def book_all(self, *dates: int) -> "Course":
        self.ids = self.do(*(Book(single(self.world, needling(self.world, starts))) for starts in dates))
        return self

    def known(self, number: int) -> Visit:
        with self.database.read() as unit:
            return loads.visit(unit.connection, self.ids[number])

    def shift(self, *numbers: int, by: int = 12) -> "Course":
        visits = [self.known(number) for number in numbers]
        self.do(*(Move(visit, (needling(self.world, visit.starts + by),)) for visit in visits))
        return self

    @property
    def methods(self) -> list[str]:
        return [row.method for row in self.rows()]


@pytest.fixture
def course(sqlite_database: Database) -> Course:
    return Course(sqlite_database, build(sqlite_database))


@pytest.fixture
def both(database: Database) -> Course:
    return Course(database, build(database))


def test_a_course_booked_at_once_is_one_letter_and_its_invitations_after_it(both: Course) -> None:
    both.book_all(*DATES).run()
    assert both.methods == ["NONE", "REQUEST", "REQUEST", "REQUEST"]
    told = both.pages[0]
    assert told.subject == "Your 3 appointments, the first on Monday 23 November, 10:00"
    assert told.calendar is None
    for line in (
        "- Monday 23 November 2026, 10:00–10:45 (Berlin time, CET)",
        "- Thursday 26 November 2026, 10:00–10:45 (Berlin time, CET)",
        "- Monday 30 November 2026, 10:00–10:45 (Berlin time, CET)",
        "each of these comes in a mail of its own",
    ):
        assert line in told.text
    assert told.text.count("https://clinic.test/v/") == 3
    assert len(both.rows(visit_link)) == 6


def test_who_has_the_calendar_alone_gets_the_letter_alone(course: Course) -> None:
    feeds.create(course.database.begin, "patient", "patient1", "phone", actor=ACTOR, now=course.now)
    course.who(invites="feed").book_all(*DATES).run()
    assert course.methods == ["NONE"]
    assert "A calendar that you have subscribed to" in course.pages[0].text


def test_a_calendar_that_is_not_there_is_not_spoken_of(course: Course) -> None:
    post = course.who(invites="feed")
    feeds.create(post.database.begin, "patient", "patient2", "phone", actor=ACTOR, now=post.now)
    closed = feeds.create(post.database.begin, "patient", "patient1", "phone", actor=ACTOR, now=post.now)
    feeds.revoke(post.database.begin, closed.public_id, actor=ACTOR, now=post.now)
    _read_by_a_relative(post)
    assert "calendar" not in post.book_all(*DATES).run().pages[0].text.lower()


def _read_by_a_relative(post: Post) -> None:
    one, other = post.world.patients
    with post.database.begin() as unit:
        relatives.relate(unit.connection, Relation(one, other))
        relatives.permit(unit.connection, one, other, allowed=True)
    hers = Subscription("her phone", relative="patient2", level=1, label="Ada")
    feeds.create(post.database.begin, "patient", "patient1", hers, actor=ACTOR, now=post.now)


def test_a_panel_knows_when_the_letter_about_several_visits_leaves(both: Course) -> None:
    both.who(invites="feed").book_all(*DATES)
    late = both.later(minutes=1).do(Book(single(both.world, needling(both.world, THURSDAY + 288), patient=1)))[0]
    with both.database.read() as unit:
        due = [reads.letter_due(unit.connection, visit) for visit in (*both.ids, late)]
    assert due == [NOW + timedelta(seconds=180)] * 3 + [NOW + timedelta(seconds=240)]
    both.run()
    with both.database.read() as unit:
        assert reads.letter_due(unit.connection, both.ids[0]) is None


def test_what_moved_and_what_is_off_stand_side_by_side(both: Course) -> None:
    both.book_all(*DATES).run().shift(0)
    both.do(Turn(both.known(1), Status.CANCELLED))
    both.run()
    told = both.pages[4]
    assert both.methods[4:] == ["NONE", "REQUEST", "CANCEL"]
    assert told.subject == "2 of your appointments changed"
    assert (
        "- Monday 23 November 2026, 11:00–11:45 (Berlin time, CET), moved from Monday 23 November, 10:00" in told.text
    )
    assert "- Cancelled: Thursday 26 November 2026, 10:00–10:45 (Berlin time, CET)" in told.text
    assert "All your other appointments stay as they are." in told.text
    assert told.text.count("/v/") == 1


def test_of_other_appointments_is_spoken_only_where_there_are_some(course: Course) -> None:
    course.who(tz="Europe/London", invites="feed").book_all(*DATES).run()
    course.do(*(Turn(course.known(number), Status.CANCELLED) for number in range(2)))
    course.run().do(Turn(course.known(2), Status.CANCELLED))
    course.run()
    said = ["your other appointments stay" in page.text for page in course.pages]
    assert said == [False, True, False]
    assert course.pages[2].subject == "Cancelled: your appointment on Monday 30 November, 10:00 (Berlin time)"


def test_everything_undone_inside_the_hold_says_nothing(course: Course) -> None:
    course.book_all(*DATES).run().shift(0, 1, 2).later(seconds=20)
    course.shift(0, 1, 2, by=-12)
    assert course.after_the_hold() == Sealing(dropped=4)
    assert len(course.methods) == 4


def test_one_change_left_over_is_told_by_its_invitation_alone(course: Course) -> None:
    course.book_all(*DATES).run().shift(0, 1).later(seconds=20)
    course.shift(0, by=-12)
    course.run()
    assert course.methods[4:] == ["REQUEST"]


def test_two_changes_one_after_the_other_within_a_hold_are_one_letter(course: Course) -> None:
    course.book_all(*DATES).run().shift(0).later(seconds=60)
    course.shift(2).run()
    assert course.methods[4:] == ["REQUEST", "NONE", "REQUEST"] or course.methods[4:] == ["NONE", "REQUEST", "REQUEST"]
    told = next(page for page, method in zip(course.pages[4:], course.methods[4:], strict=True) if method == "NONE")
    assert told.subject == "2 of your appointments were moved"


def test_cancelled_together_they_are_one_letter_without_links(course: Course) -> None:
    course.book_all(*DATES).run()
    course.do(*(Turn(course.known(number), Status.CANCELLED) for number in range(3)))
    course.run()
    told = course.pages[4]
    assert told.subject == "3 of your appointments are cancelled"
    assert "/v/" not in told.text


def test_a_text_message_lists_the_dates_and_leads_to_the_first(course: Course) -> None:
    course.who(channel="text", phone="+49 30 1").book_all(*DATES).run()
    assert [row.recipient for row in course.rows()] == ["+49 30 1"]
    message = json.loads(course.sent[0])
    assert message["to"] == "+49 30 1"
    lines = message["text"].split("\n")
    assert lines[0] == "The Practice: Your 3 appointments, the first on Monday 23 November, 10:00."
    assert lines[1:4] == ["Monday 23 November, 10:00", "Thursday 26 November, 10:00", "Monday 30 November, 10:00"]
    assert lines[4].startswith("Details: https://clinic.test/v/")
    assert lines[5] == "Questions? +49 30 555 0100"


@pytest.mark.parametrize("how", [{"channel": "paper"}, {"email": None}, {"email_state": "bad"}, {"invites": "none"}])
def test_whom_nothing_reaches_the_desk_is_asked_to_tell(both: Course, how: dict[str, Any]) -> None:
    both.who(**how).book_all(*DATES)
    assert both.after_the_hold() == Sealing(dropped=1)
    (raised,) = both.rows(task)
    assert (raised.kind, raised.patient_id) == ("tell_patient", both.world.patients[0])


def test_the_desk_is_asked_once_however_often_visits_change_before_somebody_calls(course: Course) -> None:
    course.who(channel="paper").book_all(*DATES).after_the_hold()
    course.do(Turn(course.known(0), Status.CANCELLED))
    course.after_the_hold()
    assert len(course.rows(task)) == 1
    with course.database.begin() as unit:
        unit.connection.execute(update(task).values(state="done"))
    course.do(Turn(course.known(1), Status.CANCELLED))
    course.after_the_hold()
    assert [row.state for row in course.rows(task)] == ["done", "open"]


def test_the_desk_is_not_asked_where_nothing_is_left_to_tell(course: Course) -> None:
    course.who(channel="paper").book_all(MONDAY)
    course.do(Turn(course.known(0), Status.CANCELLED))
    course.after_the_hold()
    assert course.rows(task) == []


def test_a_letter_goes_where_the_patient_is_reached_when_it_leaves(course: Course) -> None:
    course.who(invites="feed").book_all(*DATES).patient(email="new@example.org").run()
    assert [row.recipient for row in course.rows()] == ["new@example.org"]


def test_a_missed_visit_is_no_cancellation(course: Course) -> None:
    course.who(invites="feed").book_all(*DATES).run().shift(0)
    with course.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'no_show' WHERE id = 1")
    assert course.after_the_hold() == Sealing(dropped=1)


def test_to_the_dead_nothing_is_told(course: Course) -> None:
    course.book_all(*DATES).who(deceased=True)
    assert course.after_the_hold() == Sealing(dropped=4)


def test_a_summary_names_nobody_and_no_treatment(course: Course) -> None:
    course.who(show_address=False).book_all(*DATES).run()
    told = course.pages[0]
    assert banned_terms(f"{told.subject} {told.text}", 1) == ()
    for secret in ("Adler", "Ada ", "Needle", "Lindenweg"):
        assert secret not in f"{told.subject} {told.text} {told.html}"


def test_a_letter_in_german_is_german(course: Course) -> None:
    course.who(language="de").book_all(*DATES).run()
    told = course.pages[0]
    assert told.subject == "Ihre 3 Termine, der erste am Montag, 23. November, 10:00 Uhr"
    assert '<html lang="de">' in (told.html or "")
    assert b"SUMMARY:Termin\r\n" in (course.pages[1].calendar or b"")


def test_a_letter_that_cannot_be_written_waits(course: Course) -> None:
    with course.database.begin() as unit:
        unit.connection.execute(update(practice).values(sender="no address"))
    course.who(invites="feed").book_all(*DATES)
    assert course.after_the_hold() == Sealing(faulty=1)


def test_what_is_paused_or_changes_meanwhile_stays_owed(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.who(invites="feed").book_all(*DATES).later(seconds=180)
    (owed,) = course.rows(obligation)
    keep = sealing._keep_plain

    def slowly(*args: Any, **kwargs: Any) -> Settled:
        course.shift(0)
        return keep(*args, **kwargs)

    monkeypatch.setattr(sealing, "_keep_plain", slowly)
    begin, read = course.database.begin, course.database.read
    assert settle_plain(begin, read, owed.id, url=URL, now=course.now) is Settled.CHANGED
    monkeypatch.undo()
    with course.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert settle_plain(begin, read, owed.id, url=URL, now=course.now) is Settled.CHANGED
