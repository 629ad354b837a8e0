import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import strategies as st

from clinic.domain.errors import Invalid
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.text import line, lines
from clinic.mail.message import Letter, compose
from clinic.mail.page import Page, read
from tests.examples import tried

INVITE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nSUMMARY:\xc3\x9cbung\r\nEND:VCALENDAR\r\n"
DATE = datetime(2026, 9, 2, 10, 15, 30, tzinfo=UTC)
FIELDS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "sender": Mailbox("Praxis am Markt", "termine+4f1c@clinic.example"),
        "recipient": Mailbox("Pat Example", "pat@patient.example"),
        "subject": "Your appointment on 6 October, 09:00",
        "text": "Good morning,\n\nyour visit is booked.",
        "message_id": "<4f1c.0.request@clinic.example>",
        "date": DATE,
    }
    return Letter(**values | changes)


def parsed(payload: bytes) -> EmailMessage:
    """The mail, after its form as a whole has passed: CRLF, ASCII, short lines, nothing that a parser stumbles over."""
    assert not re.search(rb"[^\r]\n|\r[^\n]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]", payload)
    assert max(map(len, payload.split(b"\r\n"))) <= 320
    mail = message_from_bytes(payload, _class=EmailMessage, policy=default)
    assert not [part for part in mail.walk() if part.defects]
    return mail


def test_a_plain_mail_is_written_line_by_line_like_this() -> None:
    assert compose(letter()).decode().split("\r\n") == [
        "From: Praxis am Markt <termine+4f1c@clinic.example>",
        "To: Pat Example <pat@patient.example>",
        "Subject: Your appointment on 6 October, 09:00",
        "Date: Wed, 02 Sep 2026 10:15:30 +0000",
        "Message-ID: <4f1c.0.request@clinic.example>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Good morning,",
        "",
        "your visit is booked.",
        "",
    ]


def test_an_invitation_has_the_layout_that_calendar_programs_expect() -> None:
    payload = compose(letter(html="<p>Hällo</p>", calendar=("REQUEST", INVITE)))
    mail = parsed(payload)
    assert mail.get_content_type() == "multipart/mixed"
    words, file = mail.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    plain, html, calendar = words.iter_parts()
    assert [part.get_content_type() for part in (plain, html, calendar, file)] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert b"\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n" in payload
    assert calendar["Content-Disposition"] is None
    assert file["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert calendar["Content-Transfer-Encoding"] == file["Content-Transfer-Encoding"] == "base64"
    assert calendar.get_payload(decode=True) == file.get_payload(decode=True) == INVITE


def test_a_mail_with_html_alone_has_no_attachment() -> None:
    mail = parsed(compose(letter(html="<p>Hello</p>")))
    assert mail.get_content_type() == "multipart/alternative"
    assert not list(mail.iter_attachments())


def test_a_withdrawal_says_so_in_its_mime_type() -> None:
    mail = parsed(compose(letter(calendar=("CANCEL", INVITE.replace(b"REQUEST", b"CANCEL")))))
    assert [part.get_param("method") for part in mail.walk() if part.get_content_type() == "text/calendar"] == [
        "CANCEL"
    ]


def test_the_same_letter_gives_the_same_bytes_and_another_id_another_boundary() -> None:
    invitation = {"html": "<p>Hello</p>", "calendar": ("REQUEST", INVITE)}
    first, again = compose(letter(**invitation)), compose(letter(**invitation))
    other = compose(letter(message_id="<5@clinic.example>", **invitation))
    assert first == again
    assert parsed(first).get_boundary() != parsed(other).get_boundary()


def test_what_is_written_is_read_again() -> None:
    text = "Grüße,\n.\n..\nFrom here\n--=_mixed_\n trailing \nend 😀"
    found = read(compose(letter(text=text, html="<p>Grüße</p>", calendar=("REQUEST", INVITE))))
    assert found == Page(
        sender="Praxis am Markt <termine+4f1c@clinic.example>",
        recipient="Pat Example <pat@patient.example>",
        subject="Your appointment on 6 October, 09:00",
        sent_at=DATE,
        text=text,
        html="<p>Grüße</p>",
        calendar=INVITE,
    )


def test_a_mail_with_nothing_in_it_is_read_as_such() -> None:
    assert read(b"\r\n") == Page("", "", "", None, "", None, None)
    assert read(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n").text == ""


HOSTILE = [
    "eve@x.example",
    "<q@r.example>",
    '"Dr"',
    "(c)",
    "\\",
    ";",
    ":",
    ",",
    "group:",
    "[1]",
    ".",
    "\r\nBcc: e@x.example",
]
NAMES = st.lists(
    st.sampled_from(
        [*HOSTILE, "Müller,", "ä", "wort", "x" * 30, "😀", "O'Neil", "Anna-Lena", "=?utf-8?q?x?=", "?=", "\x00"]
    ),
    min_size=1,
    max_size=9,
).map(" ".join)


@tried(100, 2_000, NAMES, NAMES, NAMES)
def test_no_name_adds_a_field_or_a_recipient(sender: str, recipient: str, subject: str) -> None:
    people = {
        "sender": Mailbox(sender, "termine@clinic.example"),
        "recipient": Mailbox(recipient, "pat@patient.example"),
    }
    payload = compose(letter(**people, subject="S" + subject))
    mail = parsed(payload)
    assert mail.keys() == [*FIELDS, "Content-Transfer-Encoding"]
    assert [found.addr_spec for found in mail["From"].addresses] == ["termine@clinic.example"]
    assert [found.addr_spec for found in mail["To"].addresses] == ["pat@patient.example"]
    page = read(payload)
    assert (page.sender, page.recipient, page.subject) == (
        line(f"{sender} <termine@clinic.example>"),
        line(f"{recipient} <pat@patient.example>"),
        line("S" + subject),
    )


@tried(50, 1_000, st.text(), st.text())
def test_any_text_arrives_as_it_was(text: str, html: str) -> None:
    payload = compose(letter(text="." + text, html="<p>" + html, calendar=("REQUEST", INVITE)))
    parsed(payload)
    found = read(payload)
    assert (found.text, found.html, found.calendar) == (lines("." + text), lines("<p>" + html), INVITE)


def test_a_nameless_mailbox_is_its_address() -> None:
    assert read(compose(letter(recipient=Mailbox("", "pat@patient.example")))).recipient == "<pat@patient.example>"


def test_a_long_name_and_address_take_two_lines() -> None:
    payload = compose(letter(recipient=Mailbox("Pat " * 10, "p" * 60 + "@patient.example")))
    assert b"Pat Pat\r\n <ppp" in payload


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " \r\n"}, "text_missing"),
        ({"text": "\x00"}, "text_missing"),
        ({"message_id": "1@clinic.example"}, "text_malformed"),
        ({"message_id": "<1@clinic.example>\r\nBcc: eve@x.example"}, "text_malformed"),
        ({"date": datetime(2026, 9, 2)}, "naive_instant"),  # noqa: DTZ001
        ({"calendar": ("CANCEL", INVITE)}, "method_mismatch"),
    ],
)
def test_a_letter_without_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        letter(**changes)
    assert caught.value.code == code
