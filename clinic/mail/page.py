"""A mail as its reader sees it."""

import json
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from clinic.domain.messages.text import line


@dataclass(frozen=True, slots=True)
class Page:
    """People and subject in plain words, the parts decoded; what a mail does not have is empty or None."""

    sender: str
    recipient: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str | None
    calendar: bytes | None


def read(payload: bytes) -> Page:
    """What is in a mail of ours, the first part of each kind counts, or in a text message."""
    if payload.startswith(b"{"):
        message = json.loads(payload)
        return Page("", str(message["to"]), "", None, str(message["text"]), None, None)
    mail = message_from_bytes(payload)
    found: dict[str, bytes] = {}
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found.setdefault(part.get_content_type(), content)
    html, date = found.get("text/html"), mail["Date"]
    return Page(
        sender=_field(mail["From"]),
        recipient=_field(mail["To"]),
        subject=_field(mail["Subject"]),
        sent_at=None if date is None else parsedate_to_datetime(date),
        text=_text(found.get("text/plain", b"")),
        html=None if html is None else _text(html),
        calendar=found.get("text/calendar"),
    )


def _field(value: str | None) -> str:
    return line(str(make_header(decode_header(value or ""))))


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
