"""The way of an invitation: written, put in a letter, handed to a real server, opened, read by a calendar program."""

from dataclasses import replace
from datetime import timedelta

from clinic.calendars import invite
from clinic.calendars.event import Status
from clinic.domain.messages.mailbox import Mailbox
from clinic.mail.message import Letter, compose
from clinic.mail.outcome import Fate
from clinic.mail.page import read
from clinic.mail.smtp import Smtp
from tests.unit.calendars.readers import Seen, by_vobject
from tests.unit.calendars.samples import NASTY, REVISED, visit
from tests.unit.mail.smtp_server import Script, serving

SENDER = Mailbox("Praxis Müller, Berlin", "termine+4f1c@clinic.example")
RECIPIENT = Mailbox("Pat O'Neil", "pat@patient.example")


def test_an_invitation_its_move_and_its_withdrawal_arrive_as_they_were_written() -> None:
    first = visit(summary=NASTY, description=NASTY, url="https://clinic.example/v/1")
    moved = replace(first, sequence=1, starts=first.starts + timedelta(days=1), ends=first.ends + timedelta(days=1))
    withdrawn = replace(moved, sequence=2, status=Status.CANCELLED)
    script = Script()
    with serving(script) as port:
        for event in (first, moved, withdrawn):
            method: invite.Method = "CANCEL" if event.cancelled else "REQUEST"
            document = invite.render(event, method=method, organizer=SENDER, attendee=RECIPIENT, stamp=REVISED)
            letter = Letter(
                sender=SENDER,
                recipient=RECIPIENT,
                subject="Your appointment",
                text="Your visit is below.",
                message_id=f"<{event.sequence}.{event.uid}>",
                date=REVISED,
                calendar=(method, document),
            )
            outcome = Smtp("127.0.0.1", port).send(SENDER.address, RECIPIENT.address, compose(letter))
            assert outcome.fate is Fate.SENT
    calendars = [read(received.payload).calendar or b"" for received in script.received]
    assert by_vobject(calendars) == [
        [Seen(event.uid, event.starts, event.ends, event.summary, event.status.value)]
        for event in (first, moved, withdrawn)
    ]
