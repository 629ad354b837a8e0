"""Invitations to set a passphrase: one for an account at a time, gone once it was followed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from clinic.db.tables.access import account, invitation


class Invited(NamedTuple):
    """Whom an invitation is for, and when it ends."""

    account_id: int
    public_id: str
    email: str
    name: str
    expires_at: datetime


def put(connection: Connection, account_id: int, token_hash: str, *, now: datetime, expires_at: datetime) -> None:
    """The account's invitation, in place of the one before."""
    drop(connection, account_id)
    row = {"account_id": account_id, "token_hash": token_hash, "created_at": now, "expires_at": expires_at}
    connection.execute(insert(invitation), row)


def drop(connection: Connection, account_id: int) -> None:
    connection.execute(delete(invitation).where(invitation.c.account_id == account_id))


def find(connection: Connection, token_hash: str) -> Invited | None:
    """Whom it is for, while the account is open; whether it has ended is the caller's to judge."""
    columns = (account.c.id, account.c.public_id, account.c.email, account.c.name, invitation.c.expires_at)
    query = select(*columns).join(invitation, invitation.c.account_id == account.c.id)
    row = connection.execute(query.where(invitation.c.token_hash == token_hash, account.c.status == "active")).first()
    return None if row is None else Invited(*row)
