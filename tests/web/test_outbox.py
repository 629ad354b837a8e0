"""What did not get through, and what the desk can do about it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.db.tables import messages, patients
from clinic.mail.outcome import Fate, Outcome
from clinic.web.messages.outbox import why
from tests.db.post import THURSDAY, Post
from tests.web.conftest import Browser, Clock

GONE = Outcome(Fate.BAD_ADDRESS, code=550)
LATER = Outcome(Fate.RETRY, code=451)
LOST = Outcome(Fate.UNKNOWN, reached_data=True)


def fails(post: Post, clock: Clock, *fates: Outcome) -> None:
    """Seal what is owed, and have every try end like that."""
    post.fates = list(fates)
    post.after_the_hold()
    post.deliver()
    clock.at = post.now


def again(page: str) -> list[str]:
    return re.findall(r'action="(/outbox/[^"]+/again)"', page)


def test_a_mail_that_was_given_up_says_to_whom_why_and_since_when(
    post: Post, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    fails(post, clock, GONE)
    page = signed_in("front desk").get("/outbox").text
    assert "ada1@example.org" in page
    assert "(marked as wrong)" in page
    assert "The address does not exist. (code 550)" in page
    assert "since Fri 20 Nov, 10:03" in page
    assert "/patients/patient1/edit" in page
    assert f"/visits/{post.public_id}" in page


def test_the_task_of_a_mail_leads_to_the_outbox(post: Post, clock: Clock, signed_in: Callable[[str], Browser]) -> None:
    fails(post, clock, GONE)
    page = signed_in("front desk").get("/tasks").text
    assert "The e-mail address does not exist" in page
    assert 'href="/outbox"' in page
    assert "(mail comes back)" in signed_in("front desk").get("/patients/patient1").text


def test_one_more_try_sends_the_same_mail_and_settles_the_task(
    post: Post, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    fails(post, clock, GONE)
    desk = signed_in("front desk")
    (path,) = again(desk.get("/outbox").text)
    assert desk.send(path, key="a").status_code == 303
    assert "No mail was given up." in desk.get("/outbox").text
    assert "Nothing waits for you." in desk.get("/tasks").text
    assert post.rows(patients.patient)[0].email_state == "unproven"
    assert post.deliver() is Fate.SENT
    assert post.sent[0] == post.sent[1]
    assert desk.send(path, key="b").status_code == 404


def test_a_second_failure_is_a_task_of_its_own(post: Post, clock: Clock, signed_in: Callable[[str], Browser]) -> None:
    fails(post, clock, GONE)
    desk = signed_in("front desk")
    desk.send(again(desk.get("/outbox").text)[0], key="a")
    post.fates = [GONE]
    post.deliver()
    assert [row.state for row in post.rows(messages.task)] == ["dropped", "open"]
    assert len(again(desk.get("/outbox").text)) == 1


def test_what_may_have_arrived_blocks_what_comes_after_until_it_is_settled(
    post: Post, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    fails(post, clock, LOST)
    post.fates = [GONE]
    post.later(hours=1).deliver()
    clock.at = post.now
    desk = signed_in("front desk")
    desk.send(again(desk.get("/outbox").text)[0], key="a")
    assert post.states == ["unknown"]


def test_a_task_that_is_done_settles_its_mail(post: Post, clock: Clock, signed_in: Callable[[str], Browser]) -> None:
    fails(post, clock, GONE)
    desk, admin = signed_in("front desk"), signed_in("admin")
    assert "Call these patients" in admin.get("/health").text
    (done,) = re.findall(r'action="(/tasks/[^"]+/done)"', desk.get("/tasks").text)
    desk.send(done, note="Told by phone", key="a")
    assert "No mail was given up." in desk.get("/outbox").text
    assert "Call these patients" not in admin.get("/health").text


def test_a_mail_that_was_overtaken_or_forgotten_is_not_sent_again(
    post: Post, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    fails(post, clock, GONE)
    desk = signed_in("front desk")
    (path,) = again(desk.get("/outbox").text)
    with post.database.begin() as unit:
        unit.connection.execute(update(messages.seal).values(payload=b""))
    assert again(desk.get("/outbox").text) == []
    assert "too old to be sent again" in desk.send(path, key="a").text
    with post.database.begin() as unit:
        unit.connection.execute(update(patients.patient).values(email_state="good"))
    post.move(THURSDAY).run()
    page = desk.get("/outbox").text
    assert "What holds now is told by a later mail" in page
    assert again(page) == []
    assert "this one would mislead" in desk.send(path, key="b").text


def test_a_corrected_address_leaves_nothing_to_send_to_the_wrong_one(
    post: Post, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    fails(post, clock, GONE)
    post.patient(email="right@example.org", email_state="unproven").run()
    assert post.letters[-1] == ("REQUEST", 0, "right@example.org")
    assert again(signed_in("front desk").get("/outbox").text) == []


def test_what_is_still_tried_says_when_next(post: Post, clock: Clock, signed_in: Callable[[str], Browser]) -> None:
    fails(post, clock, LATER)
    page = signed_in("front desk").get("/outbox?state=trying").text
    assert "The receiving server puts it off. (code 451)" in page
    assert "tried again Fri 20 Nov, 10:04" in page
    assert again(page) == []


def test_what_is_late_is_an_alarm(post: Post, clock: Clock, signed_in: Callable[[str], Browser]) -> None:
    clock.at = post.now + timedelta(minutes=29)
    assert "is late" not in signed_in("front desk").get("/outbox").text
    clock.at = post.now + timedelta(minutes=31)
    desk = signed_in("front desk")
    assert "1 mail is late, the oldest is due since Fri 20 Nov, 10:00" in desk.get("/outbox").text
    told = desk.get("/readyz").json
    assert told is not None
    assert told["oldest_due_seconds"] == 31 * 60


@pytest.mark.parametrize("fate", [fate for fate in Fate if fate is not Fate.SENT])
def test_every_reason_is_said(fate: Fate, app: object) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        assert "not known" not in why(fate.value)
        assert why("") == "The reason is not known."


def test_only_who_may_read_mail_looks(signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("therapist").get("/outbox").status_code == 403
