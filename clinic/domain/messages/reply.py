"""An answer to an invitation that came by mail, and whether to believe it (CALENDAR section 5, RFC 5546 section 3.2.3).

Anybody can send a mail that claims to be from somebody else. One that fails any check changes nothing, says nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.domain.messages.mailbox import plus_token
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status

AHEAD: Final = timedelta(days=1)
"""How far a sender's clock may be ahead of ours. A stamp in the far future would silence every later answer."""


class Said(StrEnum):
    """What the sender's calendar program reports; `COUNTER` proposes another time."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"


class Verdict(StrEnum):
    """What became of a mail. All but the first change nothing.

    no_reply    it holds no answer to an invitation
    unreadable  its calendar part is not what RFC 5546 asks of a reply
    unknown     we sent no invitation with that UID, or it was withdrawn
    stranger    attendee or sender is not the one it was sent to
    unproven    it came neither to the address that only the invitation named, nor with a proof of its domain
    stale       it answers an earlier time of the visit, or was overtaken by a later answer
    settled     the visit is over, under way or cancelled
    """

    TAKEN = "taken"
    NO_REPLY = "no_reply"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    STRANGER = "stranger"
    UNPROVEN = "unproven"
    STALE = "stale"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Reply:
    """The calendar part: addresses are bare, `said` is None for what is no answer (NEEDS-ACTION, DELEGATED)."""

    uid: str
    sequence: int
    stamped_at: datetime
    attendees: tuple[str, ...]
    organizer: str
    said: Said | None


@dataclass(frozen=True, slots=True)
class Posted:
    """The mail around it: the one address it is from, the addresses it went to, and whether a mail server that we trust
    proved the sender's domain."""

    sender: str
    recipients: frozenset[str]
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The invitation and its visit. `recipients` are those who have an invitation and no withdrawal, each with the
    address it came from; ticks. `answered_at` is the stamp of the last answer about the visit's present time that was
    taken: an answer about an earlier time overtakes none (RFC 5546 section 2.1.5 asks the sequence first)."""

    status: Status
    ends: int
    timed_sequence: int
    address: str | None
    recipients: Collection[tuple[str, str]]
    answered_at: datetime | None


def judged(reply: Reply, posted: Posted, asked: Asked, *, now: datetime) -> Verdict:
    """Whether to believe a reply to something that was asked."""
    senders = [ours for theirs, ours in asked.recipients if _same(theirs, asked.address)]
    if not senders:
        return Verdict.UNKNOWN
    named = [*reply.attendees, posted.sender]
    if len(reply.attendees) != 1 or not all(_same(one, asked.address) for one in named):
        return Verdict.STRANGER
    if not posted.proven and not _reached(senders, {*posted.recipients, reply.organizer}):
        return Verdict.UNPROVEN
    if asked.status not in (Status.BOOKED, Status.CONFIRMED) or instant_of(asked.ends) <= now:
        return Verdict.SETTLED
    overtaken = asked.answered_at is not None and reply.stamped_at <= asked.answered_at
    if reply.sequence < asked.timed_sequence or overtaken or reply.stamped_at > now + AHEAD:
        return Verdict.STALE
    return Verdict.TAKEN if reply.said is not None else Verdict.NO_REPLY


def _reached(senders: Collection[str], addresses: Collection[str]) -> bool:
    """Whether one of the addresses carries a token that only the invitation named."""
    return any(plus_token(ours) and any(_same(ours, one) for one in addresses) for ours in senders)


def _same(one: str, other: str | None) -> bool:
    """Mail addresses as people mean them: the case of letters tells nobody apart."""
    return other is not None and one.casefold() == other.casefold()
