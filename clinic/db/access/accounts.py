"""Accounts: loads and writes."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, literal, select, update

from clinic.db.tables.access import account
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import ACCOUNT


class Account(NamedTuple):
    """One row; the hash goes to the check of a password and nowhere else."""

    id: int
    public_id: str
    email: str
    name: str
    password_hash: str
    status: str

    @property
    def active(self) -> bool:
        return self.status == "active"


_COLUMNS = [account.c[name] for name in Account._fields]


def by_email(connection: Connection, email: str) -> Account | None:
    """The account with that folded address."""
    row = connection.execute(select(*_COLUMNS).where(account.c.email == email)).first()
    return None if row is None else Account(*row)


def is_actor(name: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an account is the actor of that name: what rows that keep who wrote them are joined by."""
    return literal(ACCOUNT) + account.c.public_id == name


def name_of(connection: Connection, public_id: str) -> str:
    """What the account's holder is called; empty where there is no such account."""
    return connection.execute(select(account.c.name).where(account.c.public_id == public_id)).scalar_one_or_none() or ""


def add(connection: Connection, new: NewAccount, *, public_id: str, password_hash: str, now: datetime) -> int:
    """Its id. The address must be free."""
    values = {
        "public_id": public_id,
        "email": new.email,
        "name": new.name,
        "password_hash": password_hash,
        "created_at": now,
    }
    added = connection.execute(insert(account).values(values).returning(account.c.id))
    return int(added.scalar_one())


def set_password(connection: Connection, account_id: int, password_hash: str) -> None:
    connection.execute(update(account).where(account.c.id == account_id).values(password_hash=password_hash))


def set_active(connection: Connection, account_id: int, active: bool) -> None:
    """Disabled accounts keep their rows and their history."""
    status = "active" if active else "disabled"
    connection.execute(
        update(account).where(account.c.id == account_id).values(status=status, version=account.c.version + 1)
    )
