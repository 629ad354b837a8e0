"""What the worker is given by `wiring`: plain values and callables, complete and frozen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clinic.db.unit import Begin, Read
from clinic.mail.transports import Transport
from clinic.services.messages.polling import Inbox


@dataclass(frozen=True, slots=True)
class Parts:
    """`url` is the public address that links lead to, without a final slash; without a `transport` letters stay owed;
    `jitter` gives numbers in [0, 1). Answers come to `inbox`, if anywhere; the Authentication-Results of the host
    `trusted` are believed; `plus` gives each invitation a sender of its own, which the mail server takes as ours.
    """

    begin: Begin
    read: Read
    now: Callable[[], datetime]
    url: str
    transport: Transport | None
    jitter: Callable[[], float]
    inbox: Inbox | None = None
    trusted: str = ""
    plus: bool = False
