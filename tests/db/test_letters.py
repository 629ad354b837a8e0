"""The life of an invitation: what is owed is sealed late, compared with what was told, in order."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from clinic.db.messages import obligations, seals
from clinic.db.tables.messages import obligation, seal, visit_link
from clinic.db.tables.practice import practice
from clinic.domain.messages.terms import banned_terms
from clinic.domain.visits.visit import Status
from clinic.services.messages import seal as sealing
from clinic.services.messages.seal import Sealing, Settled, settle
from tests.db.post import MONDAY, THURSDAY, URL, Post

ADA = "ada1@example.org"


def test_a_booking_becomes_one_request(both: Post) -> None:
    both.book()
    assert both.seal() == Sealing()
    assert both.after_the_hold() == Sealing(sealed=1)
    assert both.seal() == Sealing()
    assert both.letters == [("REQUEST", 0, ADA)]
    (page,) = both.pages
    assert page.subject == "Your appointment on Monday 23 November, 10:00"
    assert (page.sender, page.recipient) == ("The Practice <visits@clinic.test>", f"<{ADA}>")
    assert "10:00–10:45 (Berlin time, CET)" in page.text
    assert page.calendar is not None
    assert f"UID:{both.visit.uid}".encode() in page.calendar


def test_a_move_inside_the_hold_is_one_request(post: Post) -> None:
    post.book().later(seconds=60)
    post.move(THURSDAY).later(seconds=130)
    assert post.seal() == Sealing()
    assert post.after_the_hold() == Sealing(sealed=1)
    assert post.letters == [("REQUEST", 1, ADA)]
    assert "Thursday 26 November" in post.pages[0].subject


def test_a_move_and_its_undo_send_nothing(post: Post) -> None:
    post.book().run().move(THURSDAY).later(seconds=20)
    post.move(MONDAY)
    assert post.after_the_hold() == Sealing(dropped=1)
    assert post.letters == [("REQUEST", 0, ADA)]


def test_a_booking_that_is_cancelled_inside_the_hold_sends_nothing(post: Post) -> None:
    post.book().turn(Status.CANCELLED)
    assert post.after_the_hold() == Sealing(dropped=1)
    assert post.letters == []


def test_a_cancellation_withdraws_what_was_sent_with_its_last_time_and_place(both: Post) -> None:
    both.book().run().move(THURSDAY).run().turn(Status.CANCELLED).run()
    assert both.letters == [("REQUEST", 0, ADA), ("REQUEST", 1, ADA), ("CANCEL", 2, ADA)]
    _, moved, gone = both.pages
    assert moved.subject == "Moved: your appointment is now on Thursday 26 November, 10:00"
    assert "\n\nUntil now: Monday 23 November, 10:00\n\n" in moved.text
    assert gone.subject == "Cancelled: your appointment on Thursday 26 November, 10:00"
    assert gone.calendar is not None
    for line in (b"METHOD:CANCEL", b"STATUS:CANCELLED", b"20261126T100000", b"LOCATION:Lindenweg 4"):
        assert line in gone.calendar


def test_a_pencilled_visit_that_is_booked_becomes_a_request(post: Post) -> None:
    post.book(status=Status.PENCILLED)
    assert post.after_the_hold() == Sealing()
    post.turn(Status.BOOKED)
    assert post.after_the_hold() == Sealing(sealed=1)
    assert post.letters == [("REQUEST", 1, ADA)]


def test_stamps_rise_and_message_ids_differ_even_in_one_second(post: Post) -> None:
    post.book().run()
    post.move(THURSDAY)
    with post.database.begin() as unit:
        unit.connection.execute(update(obligation).values(due_at=post.now))
    post.seal()
    first, second = post.rows()
    assert second.stamped_at == first.stamped_at + timedelta(seconds=1)
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@clinic.test>")


def test_nothing_is_sealed_behind_a_letter_whose_fate_is_open(both: Post) -> None:
    both.book().after_the_hold()
    with both.database.begin() as unit:
        unit.connection.execute(update(seal).values(state="unknown", reached_data=True))
    both.move(THURSDAY)
    assert both.after_the_hold() == Sealing()
    id_ = both.rows(obligation)[1].id
    assert settle(both.database.begin, both.database.read, id_, url=URL, now=both.now) is Settled.CHANGED
    with both.database.begin() as unit:
        unit.connection.execute(update(seal).values(state="sent"))
    assert both.seal() == Sealing(sealed=1)


def test_a_letter_that_never_left_is_superseded(both: Post) -> None:
    both.book().after_the_hold()
    both.move(THURSDAY)
    assert both.after_the_hold() == Sealing(sealed=1)
    assert both.states == ["superseded", "sealed"]
    assert both.pages[1].subject == "Your appointment on Thursday 26 November, 10:00"
    both.turn(Status.CANCELLED)
    assert both.after_the_hold() == Sealing(dropped=1)
    assert both.states == ["superseded", "superseded"]


def test_a_letter_that_waits_and_says_it_already_is_left_alone(post: Post) -> None:
    post.book().after_the_hold()
    post.move(THURSDAY).move(MONDAY)
    assert post.after_the_hold() == Sealing(dropped=1)
    assert post.states == ["sealed"]


def test_a_letter_on_its_way_is_not_superseded(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.book().after_the_hold()
    post.move(THURSDAY).later(seconds=180)
    monkeypatch.setattr(seals, "supersede", lambda *_: False)
    post.seal()
    assert post.owed == ["sealed", "owed"]


def test_what_changes_while_a_letter_is_written_is_written_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.book()
    written = sealing.written

    def slowly(*args: object, **kwargs: object) -> object:
        monkeypatch.setattr(sealing, "written", written)
        post.move(THURSDAY)
        return written(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sealing, "written", slowly)
    assert post.after_the_hold() == Sealing()
    assert post.rows() == []
    assert post.after_the_hold() == Sealing(sealed=1)
    assert post.letters == [("REQUEST", 1, ADA)]


def test_another_address_withdraws_from_the_old_and_tells_the_new(both: Post) -> None:
    both.book().run().patient(email="ada@elsewhere.example").run()
    assert both.letters == [("REQUEST", 0, ADA), ("CANCEL", 0, ADA), ("REQUEST", 0, "ada@elsewhere.example")]
    withdrawn = both.pages[1]
    assert withdrawn.subject.startswith("No longer sent here")
    assert "The appointment itself stands." in withdrawn.text
    assert "/v/" not in withdrawn.text
    assert [link.revoked_at is None for link in both.rows(visit_link)] == [False, True]


def test_who_wants_no_letters_any_more_gets_a_last_one(post: Post) -> None:
    post.book().run().patient(invites="none").run().move(THURSDAY).run()
    assert post.letters == [("REQUEST", 0, ADA), ("CANCEL", 0, ADA)]
    post.patient(invites="invites").run()
    assert post.letters[2:] == [("REQUEST", 1, ADA)]


def test_who_has_the_calendar_alone_is_told_of_a_move_in_words(post: Post) -> None:
    post.book().run().patient(invites="feed").run().move(THURSDAY).run()
    assert post.letters[2:] == [("NONE", 0, ADA)]
    told = post.pages[2]
    assert told.subject == "Moved: your appointment is now on Thursday 26 November, 10:00"
    assert "moved from Monday 23 November, 10:00" in told.text
    assert told.calendar is None


def test_a_visit_that_is_over_or_was_missed_is_not_spoken_of(post: Post) -> None:
    post.book().later(days=5)
    assert post.seal() == Sealing(dropped=1)
    post.book(THURSDAY + 288 * 7).run()
    with post.database.begin() as unit:
        unit.connection.execute(update(obligation).values(state="dropped"))
    post.move(THURSDAY + 288 * 7 + 12)
    with post.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'no_show'")
    assert post.after_the_hold() == Sealing(dropped=1)


def test_a_paused_outbox_seals_nothing(both: Post) -> None:
    both.book()
    with both.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert both.after_the_hold() == Sealing()
    id_ = both.rows(obligation)[0].id
    assert settle(both.database.begin, both.database.read, id_, url=URL, now=both.now) is Settled.CHANGED


def test_a_letter_that_cannot_be_written_waits_and_holds_up_nobody(post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(sender="no address"))
    post.book()
    assert post.after_the_hold() == Sealing(faulty=1)
    assert post.seal() == Sealing()
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(sender="visits@clinic.test"))
    assert post.later(hours=1).seal() == Sealing(sealed=1)


def decoded(post: Post) -> str:
    """Everything in the mails, as bytes and as text."""
    raw = " ".join(row.payload.decode() for row in post.rows())
    parts = [f"{page.subject} {page.text} {page.html} {(page.calendar or b'').decode()}" for page in post.pages]
    return raw + " ".join(parts).replace("\r\n ", "")


def test_at_the_first_level_a_mail_names_nobody_and_no_treatment(post: Post) -> None:
    post.patient(show_address=False).book().run().move(THURSDAY).run().turn(Status.CANCELLED).run()
    text = decoded(post)
    for secret in ("Adler", "Ada ", "Lindqvist", "Needle", "Mitte", "Lindenweg", "Room", "1980", post.public_id):
        assert secret not in text
    assert "SUMMARY:Appointment\r\n" in text
    for page in post.pages:
        assert banned_terms(page.text, 1) == ()
        assert banned_terms(page.subject, 1) == ()
        assert banned_terms((page.calendar or b"").decode().replace("\r\n ", ""), 1) == ()


def test_the_second_level_adds_practice_address_and_phone(post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(name="Movement; Partners 🏃\rBEGIN:X"))
    post.patient(disclosure=2, show_address=False).book().run()
    calendar = (post.pages[0].calendar or b"").decode().replace("\r\n ", "")
    assert "SUMMARY:Appointment\\, Movement\\; Partners 🏃 BEGIN:X" in calendar
    assert "LOCATION:Lindenweg 4\\, Berlin" in calendar
    assert "DESCRIPTION:Phone +49 30 555 0100\\nDetails: https://clinic.test/v/" in calendar


def test_a_practice_whose_name_says_what_is_treated_is_named_neutrally(post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(name="Dry Needling Mitte"))
    post.patient(disclosure=3).book().run()
    assert b"SUMMARY:Appointment\\, The Practice" in (post.pages[0].calendar or b"")


def test_a_change_of_what_is_shown_is_told_without_a_move(post: Post) -> None:
    post.book().run().patient(alarm_minutes=30)
    assert post.after_the_hold() == Sealing(dropped=1)
    post.patient(disclosure=2)
    assert post.after_the_hold() == Sealing(sealed=1)
    assert post.pages[1].subject.startswith("Changed: ")


def test_each_letter_has_a_link_of_its_own_that_dies_with_the_visit(post: Post) -> None:
    post.book().run()
    (link,) = post.rows(visit_link)
    token = post.pages[0].text.partition("/v/")[2].split()[0]
    assert len(token) == 43
    assert token not in link.token_hash
    assert link.expires_at == post.now.replace(day=27, hour=9, minute=45, second=0)


def test_a_change_beside_a_sealing_is_owed_anew(both: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change read that a letter is owed, and it was sealed before the change could wait with it."""
    both.book().after_the_hold()
    with both.database.begin() as unit:
        unit.connection.execute(update(obligation).values(state="owed"))
    wait = obligations._wait

    def late(connection: Connection, owed: obligations.Owed, detail: dict[str, object], due_at: datetime) -> bool:
        connection.execute(update(obligation).values(state="sealed"))
        return wait(connection, owed, detail, due_at)

    monkeypatch.setattr(obligations, "_wait", late)
    both.turn(Status.CANCELLED)
    assert both.owed == ["sealed", "owed"]
