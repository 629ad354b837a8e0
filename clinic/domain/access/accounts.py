"""Accounts: who may sign in, and for how long a session lasts."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clinic.domain import limits
from clinic.domain.access.permissions import ADMIN, ROLES
from clinic.domain.errors import Invalid

LONGEST_SESSION: Final = timedelta(hours=12)
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be. The address is kept in lower case: it is what people sign in with."""

    email: str
    name: str
    role: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "email", folded(self.email))
        if len(self.email) > 254 or not _EMAIL.fullmatch(self.email):
            raise Invalid("email_form", field="email")
        limits.text("name", self.name, limits.LINE, required=True)
        if self.role != ADMIN and self.role not in ROLES:
            raise Invalid("unknown_role", field="role", allowed=", ".join(sorted({ADMIN, *ROLES})))


def folded(email: str) -> str:
    """The address as it is stored and looked up."""
    return email.strip().lower()


def expired(*, seen_at: datetime, expires_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Whether a session is over: too long without a request, or too long in all. The last instant itself is over."""
    return now >= expires_at or now >= seen_at + idle
