"""Answers that are not believed, and those that real programs sent."""

from pathlib import Path

import pytest
from sqlalchemy import update

from clinic.db.tables import messages, patients, practice
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.domain.messages.reply import Said, Verdict
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered
from clinic.domain.visits.visit import Status
from clinic.services.messages.replies import Received, receive
from tests.db.inbox import Inbox
from tests.db.post import Post
from tests.world import build

REPLIES = Path(__file__).parents[1] / "data" / "replies"
MX = "mx.clinic.test"


FORGED = {
    "another sender": ({"sender": "eve@example.net"}, Verdict.STRANGER),
    "another attendee": ({"attendees": ("eve@example.net",)}, Verdict.STRANGER),
    "two attendees": ({"attendees": ("ada1@example.org", "eve@example.net")}, Verdict.STRANGER),
    "no attendee": ({"attendees": ()}, Verdict.STRANGER),
    "an unknown UID": ({"uid": "nobody@clinic.test"}, Verdict.UNKNOWN),
    "no token": ({"to": "visits@clinic.test"}, Verdict.UNPROVEN),
    "another token": ({"to": "visits+ponmlkjihgfedcba@clinic.test"}, Verdict.UNPROVEN),
    "no answer": ({"said": "NEEDS-ACTION"}, Verdict.NO_REPLY),
    "delegation": ({"said": "DELEGATED"}, Verdict.NO_REPLY),
    "a method that asks": ({"method": "REQUEST"}, Verdict.NO_REPLY),
    "no method of replies": ({"method": "REFRESH"}, Verdict.NO_REPLY),
    "a sequence of another kind": ({"sequence": -1}, Verdict.UNREADABLE),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_what_is_forged_changes_nothing_and_says_nothing(inbox: Inbox, forgery: str) -> None:
    changed, verdict = FORGED[forgery]
    before = inbox.post.visit
    assert inbox.answered(**changed) is verdict
    assert inbox.post.visit == before
    assert inbox.tasks == []
    assert inbox.owed_answers == []
    assert inbox.post.rows(messages.reply) == []


def test_a_day_that_there_is_not_is_unreadable(inbox: Inbox) -> None:
    raw = inbox.mail().replace(b"DTSTAMP:2026", b"DTSTAMP:0000")
    assert inbox.gets(raw) is Verdict.UNREADABLE


def test_only_the_address_that_is_the_patients_now_answers(inbox: Inbox) -> None:
    inbox.post.patient(email="new@example.org").run()
    assert inbox.answered() is Verdict.STRANGER
    new = {"sender": "new@example.org", "attendees": ("new@example.org",)}
    assert inbox.answered(**new) is Verdict.UNPROVEN  # the token was the old address's


def test_a_withdrawn_invitation_is_unknown(inbox: Inbox) -> None:
    inbox.post.patient(invites="none").run()
    assert inbox.answered() is Verdict.UNKNOWN


def test_a_cancelled_visit_is_not_brought_back(inbox: Inbox) -> None:
    inbox.post.turn(Status.CANCELLED)
    assert inbox.answered(sequence=9) is Verdict.SETTLED


def test_a_visit_that_is_over_is_not_answered(inbox: Inbox) -> None:
    inbox.post.later(days=10)
    assert inbox.answered() is Verdict.SETTLED


def test_who_has_died_answers_nothing(inbox: Inbox) -> None:
    with inbox.post.database.begin() as unit:
        unit.connection.execute(update(patients.patient).values(deceased=True))
    assert inbox.answered() is Verdict.UNKNOWN


def test_a_visit_under_way_is_not_answered(inbox: Inbox) -> None:
    inbox.post.turn(Status.ARRIVED)
    with pytest.raises(Invalid):
        Answered(inbox.post.visit, Answer.ACCEPTED)


@pytest.mark.parametrize(
    ("name", "said", "state"),
    [
        ("accept", Said.ACCEPTED, ("confirmed", "accepted")),
        ("decline", Said.DECLINED, ("booked", "declined")),
        ("tentative", Said.TENTATIVE, ("booked", "tentative")),
    ],
)
def test_a_reply_that_thunderbird_sent_is_taken(
    database: Database, name: str, said: Said, state: tuple[str, str]
) -> None:
    """The captured mails answer an invitation without a token: our mail server proves their domain instead."""
    post = Post(database, build(database))
    with database.begin() as unit:
        unit.connection.execute(
            update(patients.patient)
            .where(patients.patient.c.public_id == "patient1")
            .values(email="pat@patient.example")
        )
        unit.connection.execute(update(practice.practice).values(sender="termine@clinic.example"))
    post.book()
    with database.begin() as unit:
        uid = "session-8f3c1a01@clinic.example"
        unit.connection.execute(update(appointment).values(uid=uid))
        unit.connection.execute(update(messages.obligation).values(uid=uid))
    post.run().later(hours=2)
    raw = (REPLIES / f"reply_{name}_0.eml").read_bytes()
    assert Inbox(post).gets(raw) is Verdict.UNPROVEN
    vouched = f"Authentication-Results: {MX}; dmarc=pass header.from=patient.example\r\n".encode() + raw
    assert Inbox(post).gets(vouched) is Verdict.UNPROVEN
    found = receive(database.begin, database.read, vouched, trusted=MX, now=post.now)
    assert found == Received(Verdict.TAKEN, said)
    assert Inbox(post).state == state
