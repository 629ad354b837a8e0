"""An invitation over a real mail server, answered by a calendar program, and back over a real mail server."""

import asyncio
import smtplib
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from icalendar import Calendar

from clinic.db.unit import Database
from clinic.mail.lmtp import Address, listening
from clinic.mail.smtp import Smtp
from clinic.services.messages.deliver import deliver_one
from clinic.services.messages.replies import receive
from tests.db.inbox import Inbox
from tests.db.post import Post
from tests.unit.mail.smtp_server import Script, serving
from tests.world import build


def invited(post: Post) -> bytes:
    """The mail as the patient's server got it."""
    script = Script()
    post.after_the_hold()
    with serving(script) as port:
        transport = Smtp("127.0.0.1", port)
        assert deliver_one(post.database.begin, transport, jitter=lambda: 0.5, now=post.now)
    (received,) = script.received
    assert "+" in received.sender
    return received.payload


def answered(invitation: bytes, said: str, post: Post) -> EmailMessage:
    """What a calendar program makes of it: the event sent back with the reader's word, notes and all."""
    mail = message_from_bytes(invitation)
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(bytes(part.get_payload(decode=True)))
    calendar["METHOD"] = "REPLY"
    (event,) = calendar.walk("VEVENT")
    event["ATTENDEE"].params["PARTSTAT"] = said
    event["DTSTAMP"].dt = post.now
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = mail["To"].strip("<>"), mail["From"], f"{said}: Appointment"
    reply.set_content("Ada has answered.")
    reply.add_alternative(calendar.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return reply


def handed_over(post: Post, reply: EmailMessage) -> None:
    """By the practice's mail server, to the address that the answer went to."""
    given = post.database

    def handle(raw: bytes, recipients: tuple[str, ...]) -> bool:
        receive(given.begin, given.read, raw, envelope=recipients, now=post.now)
        return True

    def talk(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port) as server:
            server.send_message(reply)

    async def run() -> None:
        async with listening(Address("127.0.0.1", 0), handle) as server:
            await asyncio.to_thread(talk, server.sockets[0].getsockname()[1])

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("ACCEPTED", ("confirmed", "accepted")),
        ("DECLINED", ("booked", "declined")),
        ("TENTATIVE", ("booked", "tentative")),
    ],
)
def test_an_answer_finds_its_visit(database: Database, said: str, state: tuple[str, str]) -> None:
    post = Post(database, build(database), plus=True).book()
    invitation = invited(post)
    handed_over(post.later(minutes=5), answered(invitation, said, post))
    assert Inbox(post).state == state
