"""A letter that is ready to be kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clinic.domain.messages.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Link:
    """A visit link in it: the visit, the secret, and when the visit ends."""

    appointment_id: int
    token: str
    visit_ends: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """`shown` is compared with the next letter's, and kept for good; `method` is the calendar part's, or NONE. After
    `expires_at` it is of no use. `offer`: the one that its link answers, and the link's secret."""

    recipient: str
    shown: Mapping[str, Any]
    method: str
    sequence: int
    message_id: str
    stamped_at: datetime
    sender: str
    subject: str
    payload: bytes
    links: tuple[Link, ...] = ()
    expires_at: datetime | None = None
    offer: tuple[int, str] | None = None


def stamp_after(last: datetime | None, now: datetime) -> datetime:
    """Whole seconds, later than every stamp before it under the same UID."""
    second = now.replace(microsecond=0)
    return second if last is None else max(second, last + timedelta(seconds=1))


def message_id(sender: str, *parts: object) -> str:
    """One a letter, the same for each time it is sent; the domain is the sender's, as mail servers expect."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return f"<{digest[:32]}@{Mailbox('', sender).address.rpartition('@')[2]}>"
