"""Signed-in sessions: found by the hash of their token, which is stored nowhere."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from clinic.db.tables.access import account, web_session


class Session(NamedTuple):
    """A session that was not revoked, with what pages show of its active account."""

    id: int
    account_id: int
    account: str
    name: str
    csrf_secret: str
    seen_at: datetime
    expires_at: datetime


def find(connection: Connection, token_hash: str) -> Session | None:
    """The session, unless it was revoked or its account disabled; whether it is over is the caller's to judge."""
    query = (
        select(
            web_session.c.id,
            account.c.id,
            account.c.public_id,
            account.c.name,
            web_session.c.csrf_secret,
            web_session.c.seen_at,
            web_session.c.expires_at,
        )
        .join(account, account.c.id == web_session.c.account_id)
        .where(
            web_session.c.token_hash == token_hash,
            web_session.c.revoked_at.is_(None),
            account.c.status == "active",
        )
    )
    row = connection.execute(query).first()
    return None if row is None else Session(*row)


def showed(connection: Connection, csrf_secret: str, of: str | None) -> bool:
    """Whether a page with that secret was shown in a session of the account `of`, or of any; it may be over."""
    query = select(web_session.c.id).where(web_session.c.csrf_secret == csrf_secret)
    if of is not None:
        query = query.join(account, account.c.id == web_session.c.account_id).where(account.c.public_id == of)
    return connection.execute(query.limit(1)).first() is not None


def add(
    connection: Connection, *, account_id: int, token_hash: str, csrf_secret: str, now: datetime, expires_at: datetime
) -> None:
    connection.execute(
        insert(web_session).values(
            account_id=account_id,
            token_hash=token_hash,
            csrf_secret=csrf_secret,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
        )
    )


def touch(connection: Connection, session_id: int, now: datetime) -> None:
    connection.execute(update(web_session).where(web_session.c.id == session_id).values(seen_at=now))


def revoke(connection: Connection, token_hash: str, now: datetime) -> None:
    """End the session; one that is over already keeps its instant."""
    connection.execute(
        update(web_session)
        .where(web_session.c.token_hash == token_hash, web_session.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def forget(connection: Connection, before: datetime) -> None:
    """Delete the sessions whose last possible instant lies before that."""
    connection.execute(delete(web_session).where(web_session.c.expires_at < before))
