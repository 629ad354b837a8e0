"""A letter as MIME: the layout that calendar programs were tested with (CalConnect's iMIP best practices).

The bytes depend on the letter alone: no clock, no random boundary, no formatter whose folding changes with Python.
"""

import base64
import hashlib
import quopri
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from clinic.domain import limits
from clinic.domain.errors import Invalid
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.text import line, lines
from clinic.mail.headers import addressed, block, worded

TEXT_LIMIT = 20_000
Method = Literal["REQUEST", "CANCEL"]
_MESSAGE_ID = re.compile(r"<[\w.!#$%&'*+/=?^`{|}~-]{1,120}@[A-Za-z0-9.-]{1,100}>", re.ASCII)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person. `message_id` has its angle brackets; `calendar` is the method and the document.

    Raises Invalid for an empty subject or text, a malformed Message-ID, a naive date, a calendar of another method.
    """

    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str | None = None
    calendar: tuple[Method, bytes] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", line(self.subject))
        object.__setattr__(self, "text", lines(self.text))
        limits.text("subject", self.subject, limits.PARAGRAPH, required=True)
        limits.text("text", self.text, TEXT_LIMIT, required=True)
        limits.formed("message_id", self.message_id, _MESSAGE_ID, "<4f1c.0@clinic.example>")
        if self.date.tzinfo is None:
            raise Invalid("naive_instant", field="date")
        if self.calendar is not None:
            method, document = self.calendar
            if f"\r\nMETHOD:{method}\r\n".encode() not in document:
                raise Invalid("method_mismatch", field="calendar", method=method)


def compose(letter: Letter) -> bytes:
    """The mail's bytes: CRLF after each line, no control character; the attachment holds what the inline part holds."""
    part = _words("plain", letter.text)
    inner = [part]
    if letter.html is not None:
        inner.append(_words("html", lines(letter.html)))
    if letter.calendar is not None:
        method, document = letter.calendar
        inner.append(_octets(f"text/calendar; method={method}; charset=utf-8", document))
    if len(inner) > 1:
        part = _together("alternative", inner, letter.message_id)
    if letter.calendar is not None:
        file = _octets('application/ics; name="invite.ics"', letter.calendar[1], name="invite.ics")
        part = _together("mixed", [part, file], letter.message_id)
    fields = {
        "From": addressed(letter.sender),
        "To": addressed(letter.recipient),
        "Subject": worded(letter.subject),
        "Date": format_datetime(letter.date),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    return block(fields).removesuffix(b"\r\n") + part


def _words(kind: str, text: str) -> bytes:
    fields = {"Content-Type": f"text/{kind}; charset=utf-8", "Content-Transfer-Encoding": "quoted-printable"}
    return block(fields) + quopri.encodestring(f"{text}\n".encode()).replace(b"\n", b"\r\n")


def _octets(kind: str, octets: bytes, *, name: str | None = None) -> bytes:
    fields = {"Content-Type": kind, "Content-Transfer-Encoding": "base64"}
    if name is not None:
        fields["Content-Disposition"] = f'attachment; filename="{name}"'
    return block(fields) + base64.encodebytes(octets).replace(b"\n", b"\r\n")


def _together(kind: str, parts: list[bytes], message_id: str) -> bytes:
    """The boundary holds `=_`, which neither base64 nor quoted-printable can produce."""
    boundary = f"=_{kind}_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    edge = f"--{boundary}".encode()
    body = b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"
    return block({"Content-Type": f'multipart/{kind}; boundary="{boundary}"'}) + body
