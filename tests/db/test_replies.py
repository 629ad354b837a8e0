"""Answers to invitations, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from clinic.db.tables import messages, patients
from clinic.db.tables.access import audit
from clinic.domain.messages.mailbox import plus_token
from clinic.domain.messages.reply import Verdict
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Status
from tests.db.inbox import Inbox
from tests.db.post import THURSDAY


def test_who_accepts_confirms(inbox: Inbox) -> None:
    before = inbox.post.visit
    assert inbox.answered() is Verdict.TAKEN
    assert inbox.state == ("confirmed", "accepted")
    after = inbox.post.visit
    assert (after.version, after.sequence) == (before.version + 1, before.sequence)
    with inbox.post.database.read() as unit:
        row = unit.connection.execute(select(audit).where(audit.c.act == "visit.answered")).one()
    assert (row.actor, row.permission, row.detail["answer"]) == ("mail:patient1", "visit.answer", "accepted")


def test_a_yes_is_nobodys_news(inbox: Inbox) -> None:
    inbox.answered()
    inbox.post.run()
    assert len(inbox.post.sent) == 1


def test_who_declines_keeps_the_visit_and_is_answered_at_once(inbox: Inbox) -> None:
    assert inbox.answered("DECLINED") is Verdict.TAKEN
    assert inbox.state == ("booked", "declined")
    assert inbox.tasks == [("visit_declined", "open")]
    (row,) = [row for row in inbox.post.rows(messages.obligation) if row.kind == "answer"]
    assert (row.recipient, row.due_at, row.appointment_id) == (
        "ada1@example.org",
        inbox.post.now,
        inbox.post.visit.id,
    )


def test_the_answer_to_a_no_says_in_the_patients_language_that_the_visit_stands(inbox: Inbox) -> None:
    with inbox.post.database.begin() as unit:
        unit.connection.execute(update(patients.patient).values(language="de"))
    inbox.answered("DECLINED")
    inbox.post.seal()
    inbox.post.deliver()
    letter = inbox.post.pages[-1]
    assert len(inbox.post.sent) == 2
    assert "Termin" in letter.subject
    assert "+49 30 555 0100" in letter.text
    assert "https://clinic.test/v/" in letter.text
    assert letter.calendar is None


def test_a_no_to_a_visit_that_was_cancelled_meanwhile_is_not_answered(inbox: Inbox) -> None:
    inbox.answered("DECLINED")
    inbox.post.turn(Status.CANCELLED).run()
    assert inbox.owed_answers == ["dropped"]


def test_every_letter_about_a_visit_comes_from_where_the_first_came_from(inbox: Inbox) -> None:
    inbox.post.move(THURSDAY).run().turn(Status.CANCELLED).run()
    senders = {row.sender for row in inbox.post.rows()}
    assert [row.method for row in inbox.post.rows()] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len(senders) == 1
    assert plus_token(senders.pop())


def test_every_invitation_comes_from_an_address_of_its_own(inbox: Inbox) -> None:
    inbox.post.book(THURSDAY).run().patient(email="new@example.org").run()
    senders = {(row.uid, row.recipient): row.sender for row in inbox.post.rows()}
    assert len(senders) == len(set(senders.values())) == 4


def test_organizer_and_sender_are_the_same_address(inbox: Inbox) -> None:
    (row,) = inbox.post.rows()
    calendar = inbox.post.pages[0].calendar
    assert calendar is not None
    assert row.sender in inbox.post.pages[0].sender
    assert f"mailto:{row.sender}" in calendar.decode().replace("\r\n ", "")


def test_declining_twice_is_one_task_and_one_answer(inbox: Inbox) -> None:
    inbox.answered("DECLINED")
    assert inbox.answered("DECLINED") is Verdict.TAKEN
    assert inbox.tasks == [("visit_declined", "open")]
    assert inbox.owed_answers == ["owed"]


def test_a_yes_after_a_no_settles_the_task_and_another_no_raises_it_anew(inbox: Inbox) -> None:
    inbox.answered("DECLINED")
    inbox.answered("ACCEPTED")
    assert inbox.state == ("confirmed", "accepted")
    assert inbox.tasks == [("visit_declined", "dropped")]
    inbox.answered("DECLINED")
    assert inbox.state == ("booked", "declined")
    assert inbox.tasks == [("visit_declined", "dropped"), ("visit_declined", "open")]


def test_the_task_is_settled_when_the_visit_goes_or_gets_another_time(inbox: Inbox) -> None:
    inbox.answered("DECLINED")
    inbox.post.do(Move(inbox.post.visit, (replace(inbox.post.visit.stretches[0], room_id=inbox.post.world.rooms[1]),)))
    assert inbox.tasks == [("visit_declined", "open")]
    inbox.post.move(THURSDAY).run()
    assert inbox.tasks == [("visit_declined", "dropped")]
    inbox.answered("DECLINED")
    inbox.post.turn(Status.CANCELLED)
    assert inbox.tasks == [("visit_declined", "dropped"), ("visit_declined", "dropped")]


def test_perhaps_is_shown_and_asks_nobody_to_do_anything(inbox: Inbox) -> None:
    assert inbox.answered("TENTATIVE") is Verdict.TAKEN
    assert inbox.state == ("booked", "tentative")
    assert inbox.tasks == []
    assert inbox.owed_answers == []


def test_another_time_proposed_is_a_task(inbox: Inbox) -> None:
    assert inbox.answered("ACCEPTED", method="COUNTER") is Verdict.TAKEN
    assert inbox.state == ("booked", "none")
    assert inbox.tasks == [("visit_counter", "open")]


def test_the_same_mail_twice_counts_once(inbox: Inbox) -> None:
    raw = inbox.mail("DECLINED")
    inbox.post.later(seconds=5)
    assert inbox.gets(raw) is Verdict.TAKEN
    assert inbox.gets(raw) is Verdict.STALE
    assert len(inbox.post.rows(messages.reply)) == 1
    assert inbox.tasks == [("visit_declined", "open")]


def test_a_mail_that_two_workers_handle_at_once_counts_once(inbox: Inbox) -> None:
    raw = inbox.mail("DECLINED")
    inbox.post.later(seconds=5)
    with ThreadPoolExecutor(4) as workers:
        verdicts = list(workers.map(inbox.gets, [raw] * 8))
    assert verdicts.count(Verdict.TAKEN) == 1
    assert len(inbox.post.rows(messages.reply)) == 1
    assert inbox.tasks == [("visit_declined", "open")]
    assert inbox.owed_answers == ["owed"]


def test_an_answer_that_was_overtaken_on_its_way_is_stale(inbox: Inbox) -> None:
    early = inbox.mail("ACCEPTED")
    inbox.answered("DECLINED")
    assert inbox.gets(early) is Verdict.STALE
    assert inbox.state == ("booked", "declined")


def test_an_answer_about_an_earlier_time_is_stale(inbox: Inbox) -> None:
    early = inbox.mail("ACCEPTED", stamp=inbox.post.now + timedelta(minutes=5))
    inbox.answered("ACCEPTED")
    inbox.post.move(THURSDAY)
    assert inbox.state == ("booked", "none")
    assert inbox.gets(early) is Verdict.STALE
    inbox.post.run()
    assert inbox.answered("ACCEPTED") is Verdict.TAKEN
    assert inbox.state == ("confirmed", "accepted")


def test_an_answer_about_an_earlier_time_from_a_clock_that_is_ahead_overtakes_none_about_this_one(inbox: Inbox) -> None:
    ahead = inbox.mail("ACCEPTED", stamp=inbox.post.now + timedelta(hours=1))
    assert inbox.gets(ahead) is Verdict.TAKEN
    inbox.post.move(THURSDAY).run()
    assert inbox.answered("ACCEPTED") is Verdict.TAKEN
    assert inbox.state == ("confirmed", "accepted")


def test_an_answer_is_good_after_another_room_or_therapist(inbox: Inbox) -> None:
    early = inbox.mail("ACCEPTED")
    visit = inbox.post.visit
    (stretch,) = visit.stretches
    inbox.post.do(Move(visit, (replace(stretch, room_id=inbox.post.world.rooms[1]),)))
    assert inbox.post.visit.sequence == visit.sequence + 1
    assert inbox.gets(early) is Verdict.TAKEN
