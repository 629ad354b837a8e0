"""What became of one attempt to send, sorted by what to do next (TRUST 2b)."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """sent         done
    retry        this recipient, later: 1 minute, doubled up to 4 hours; give up by age
    paused       the server or our account with it: pause all mail; no try is used up
    bad_address  nobody there: dead, mark the address, tell the front desk
    refused      too large or not wanted: dead
    unclear      a refusal without a known reason: three tries, then dead, with an alert
    unknown      the answer to the whole message is missing: send the same bytes again
    """

    SENT = "sent"
    RETRY = "retry"
    PAUSED = "paused"
    BAD_ADDRESS = "bad_address"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reached_data`: some of the message was handed over, so a copy may exist wherever this is not `sent`. `code` is
    the server's, `detail` its words or the fault's, for staff, at most 200 characters."""

    fate: Fate
    reached_data: bool = False
    code: int | None = None
    detail: str = ""


_ENHANCED = re.compile(r"5\.1\.\d{1,3}\b")
_PAUSING = frozenset({421, 454, 530, 534, 535, 538})


def judged(code: int, reply: str) -> Fate:
    """The fate after a reply to RCPT, DATA or the message itself that is no success."""
    if code in _PAUSING or not 400 <= code < 600:
        return Fate.PAUSED
    if code < 500:
        return Fate.RETRY
    if code in (550, 551, 553) and _ENHANCED.match(reply):
        return Fate.BAD_ADDRESS
    if code in (552, 554):
        return Fate.REFUSED
    return Fate.UNCLEAR
