"""What the worker is given by `wiring`: plain values and callables, complete and frozen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clinic.db.unit import Begin, Read
from clinic.mail.transports import Transport


@dataclass(frozen=True, slots=True)
class Parts:
    """`url` is the public address that links lead to, without a final slash; without a `transport` letters stay owed;
    `jitter` gives numbers in [0, 1)."""

    begin: Begin
    read: Read
    now: Callable[[], datetime]
    url: str
    transport: Transport | None
    jitter: Callable[[], float]
