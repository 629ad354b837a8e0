"""Signing in and out, and who is behind a session's token."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clinic.db.access import accounts, audit, roles, sessions
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.accounts import LONGEST_SESSION, expired, folded
from clinic.domain.access.actors import Actor, Places, of_account
from clinic.domain.errors import Invalid
from clinic.services.access import counters
from clinic.services.access.passwords import Passwords

SEEN_EVERY: Final = timedelta(minutes=1)
"""How stale the last request of a session may be on record: a write a request would be one too many."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, as pages need it; each permission with where it holds."""

    account: str
    name: str
    roles: tuple[str, ...]
    permissions: Mapping[str, Places]
    csrf_secret: str

    def actor(self, request_id: str) -> Actor:
        bound = {name: places for name, places in self.permissions.items() if places is not None}
        return Actor(of_account(self.account), frozenset(self.permissions), request_id, bound)


def sign_in(
    begin: Begin,
    read: Read,
    email: str,
    password: str,
    *,
    passwords: Passwords,
    source: str,
    old_token: str,
    now: datetime,
) -> str:
    """A new session's token; the browser's session before (`old_token`, may be empty) ends.

    Raises TooMany, and Invalid(sign_in_failed) alike for an unknown address, a wrong password and a disabled account.
    """
    email = folded(email)[:254]
    limits = counters.sign_in_limits(email, source)
    counters.count(begin, limits, now=now)
    with read() as unit:
        account = accounts.by_email(unit.connection, email)
    stored = account.password_hash if account and account.active else None
    if not passwords.fits(password[:1024], stored) or account is None:
        raise Invalid("sign_in_failed")
    renewed = passwords.hashed(password) if passwords.aged(account.password_hash) else None
    token = _open(begin, account, renewed, old_token=old_token, now=now)
    counters.take_back(begin, limits, now=now)
    return token


@retrying
def _open(begin: Begin, account: accounts.Account, renewed: str | None, *, old_token: str, now: datetime) -> str:
    with begin() as unit:
        token = unit.secret()
        if renewed:
            accounts.set_password(unit.connection, account.id, renewed)
        if old_token:
            sessions.revoke(unit.connection, hashed(old_token), now)
        sessions.forget(unit.connection, now - LONGEST_SESSION)
        sessions.add(
            unit.connection,
            account_id=account.id,
            token_hash=hashed(token),
            csrf_secret=unit.secret(),
            now=now,
            expires_at=now + LONGEST_SESSION,
        )
        entry = audit.Entry("session.open", "signed in", "account", account.id)
        audit.append(unit.connection, [entry], actor=Actor(of_account(account.public_id), frozenset()), now=now)
    return token


def identify(
    begin: Begin, read: Read, token: str, *, idle: timedelta, there: bool = True, now: datetime
) -> Identity | None:
    """Who is behind the token, unless the session is over, revoked, or its account disabled. A page that asks by
    itself, with nobody `there`, keeps no session alive."""
    with read() as unit:
        found = sessions.find(unit.connection, hashed(token))
        if found is None or expired(seen_at=found.seen_at, expires_at=found.expires_at, idle=idle, now=now):
            return None
        permissions = roles.permissions(unit.connection, found.account_id)
        names = roles.names(unit.connection, found.account_id)
    if there and now - found.seen_at >= SEEN_EVERY:
        _touch(begin, found.id, now=now)
    return Identity(found.account, found.name, names, permissions, found.csrf_secret)


def shown_in_session(read: Read, csrf_secret: str, *, of: str | None = None) -> bool:
    """Whether pages with that secret were shown to somebody signed in, or to the account `of`; the session may be over,
    for as long as ended ones are on record."""
    with read() as unit:
        return sessions.showed(unit.connection, csrf_secret, of)


@retrying
def _touch(begin: Begin, session_id: int, *, now: datetime) -> None:
    with begin() as unit:
        sessions.touch(unit.connection, session_id, now)


@retrying
def sign_out(begin: Begin, token: str, *, now: datetime) -> None:
    """End the session, here and everywhere the token is."""
    with begin() as unit:
        sessions.revoke(unit.connection, hashed(token), now)


def hashed(token: str) -> str:
    """SHA-256 in hex: how tokens are kept. They are random, so they need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
