"""A mail that came in: who it is from, where it went, and the answer to an invitation in it. The rest is not kept.

Nothing here follows what the mail says; it reads as much as the checks need, from at most 256 KiB.
"""

import email.policy
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import Final

LARGEST: Final = 256 * 1024
"""Bytes of a whole mail: a reply has a few thousand."""
METHODS: Final = ("REPLY", "COUNTER")
_PARTS: Final = 50
_FIELDS: Final = 200
_LONGEST: Final = 2_000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE = r"[^\s<>()\[\]\\,;:@\"]+@[A-Za-z0-9.-]+"
_ONE = re.compile(rf"(?:[^<>,@]*<({_BARE})>|({_BARE}))")
_ANY = re.compile(_BARE)
_FAULTS = (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError)
"""What the standard library raises at mails that are none."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """`sender` is the one address it is from, empty where that is in doubt; `recipients` all that its fields and its
    envelope name; `vouched` the Authentication-Results fields, the latest first."""

    sender: str
    recipients: frozenset[str]
    vouched: tuple[str, ...]
    method: str
    calendar: bytes


def read(raw: bytes, *, envelope: tuple[str, ...] = ()) -> Incoming | None:
    """What is in the mail; None when it is too large or holds no answer to an invitation. Never raises."""
    if len(raw) > LARGEST:
        return None
    try:
        mail = message_from_bytes(raw, policy=email.policy.compat32)
        method, calendar = _answer(mail)
        if not calendar:
            return None
        return Incoming(
            sender=_sender(_fields(mail, "From")),
            recipients=frozenset(envelope) | _addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To"),
            vouched=_fields(mail, "Authentication-Results"),
            method=method,
            calendar=calendar,
        )
    except _FAULTS:
        return None


def _answer(mail: Message) -> tuple[str, bytes]:
    """Method and text of the first calendar part that answers."""
    for count, part in enumerate(mail.walk()):
        if count == _PARTS:
            break
        method = str(part.get_param("method") or "").upper()
        if part.get_content_type() == "text/calendar" and method in METHODS:
            octets = part.get_payload(decode=True)
            charset = str(part.get_content_charset() or "utf-8")
            if isinstance(octets, bytes):
                return method, octets.decode(charset, "replace").encode("utf-8", "replace")
    return "", b""


def _fields(mail: Message, name: str) -> tuple[str, ...]:
    return tuple(" ".join(str(value).split())[:_LONGEST] for value in (mail.get_all(name) or [])[:_FIELDS])


def _sender(fields: tuple[str, ...]) -> str:
    """The address of a From field that names one person in a plain way: programs disagree on what the others name."""
    if len(fields) != 1:
        return ""
    found = _ONE.fullmatch(_QUOTED.sub("", fields[0]).strip())
    return (found[1] or found[2]) if found else ""


def _addresses(mail: Message, *names: str) -> frozenset[str]:
    return frozenset(one for name in names for value in _fields(mail, name) for one in _ANY.findall(value))


def vouched_for(incoming: Incoming, host: str) -> bool:
    """Whether the mail server `host`, which must be ours and take out what others write in its name, found that the
    sender's domain sent this (RFC 8601, RFC 7489). Only the field that it added last counts; no host vouches for none.
    """
    domain = incoming.sender.rpartition("@")[2].lower()
    if not host or not domain:
        return False
    for field in incoming.vouched:
        by, _, results = field.partition(";")
        if by.split() and by.split()[0].lower() == host.lower():
            found = re.search(r"(?:^|;)\s*dmarc=pass\b([^;]*)", re.sub(r"\([^()]*\)", "", results), re.IGNORECASE)
            named = re.search(r"header\.from=([A-Za-z0-9.-]+)", found[1]) if found else None
            return named is not None and named[1].lower() == domain
    return False
