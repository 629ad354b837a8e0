"""Subscribed calendars: who may read which, and the bytes that were rendered last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from clinic.db.tables.access import account
from clinic.db.tables.messages import feed, feed_bytes
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice, room, staff
from clinic.db.types import Document, Instant
from clinic.domain.errors import NotFound

Stamps = Mapping[str, Sequence[str]]
"""By UID what was shown last, hashed, and the second since when."""


class Feed(NamedTuple):
    """A feed that is not revoked, with everything that its ETag is made of and the bytes kept from the last rendering.

    `tz` is the first location's: its midnight moves the window.
    """

    id: int
    public_id: str
    kind: str
    patient_id: int | None
    staff_id: int | None
    room_id: int | None
    location_id: int | None
    relative_id: int | None
    label: str
    private: bool
    level: int | None
    revision: int
    practice_revision: int
    titles: str
    tz: str
    created_at: datetime
    fetched_at: datetime | None
    etag: str | None
    body: bytes | None
    modified_at: datetime | None


_FEED = (
    select(
        feed.c.id,
        feed.c.public_id,
        feed.c.kind,
        feed.c.patient_id,
        feed.c.staff_id,
        feed.c.room_id,
        feed.c.location_id,
        feed.c.relative_id,
        feed.c.label,
        feed.c.private,
        feed.c.level,
        feed.c.revision,
        func.coalesce(practice.c.revision, 0),
        func.coalesce(practice.c.feed_titles, "initials"),
        func.coalesce(select(location.c.tz).order_by(location.c.id).limit(1).scalar_subquery(), "UTC"),
        feed.c.created_at,
        feed.c.fetched_at,
        feed_bytes.c.etag,
        feed_bytes.c.body,
        feed_bytes.c.modified_at,
    )
    .select_from(feed)
    .outerjoin(feed_bytes, feed_bytes.c.feed_id == feed.c.id)
    .outerjoin(practice, practice.c.id == 1)
    .outerjoin(patient, patient.c.id == feed.c.patient_id)
    .outerjoin(staff, staff.c.id == feed.c.staff_id)
    .where(
        feed.c.token_hash == bindparam("token_hash"),
        feed.c.revoked_at.is_(None),
        patient.c.restricted_at.is_(None),
        func.coalesce(staff.c.active, true()),
    )
)


def by_token(connection: Connection, token_hash: str) -> Feed | None:
    """The feed with that token, in one statement; None for a token that nobody has, or no longer, for a patient
    whose record is restricted and a therapist who has left."""
    row = connection.execute(_FEED, {"token_hash": token_hash}).one_or_none()
    return None if row is None else Feed._make(row)


class Drawn(NamedTuple):
    """What a feed's bytes rest on now, and what is kept of it."""

    revision: int
    practice_revision: int
    etag: str | None
    body: bytes | None
    modified_at: datetime | None


def drawn(connection: Connection, feed_id: int) -> Drawn | None:
    """Where the feed stands now; None when it was shut meanwhile."""
    query = (
        select(
            feed.c.revision,
            func.coalesce(practice.c.revision, 0),
            feed_bytes.c.etag,
            feed_bytes.c.body,
            feed_bytes.c.modified_at,
        )
        .select_from(feed)
        .outerjoin(feed_bytes, feed_bytes.c.feed_id == feed.c.id)
        .outerjoin(practice, practice.c.id == 1)
        .where(feed.c.id == feed_id, feed.c.revoked_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Drawn._make(row)


def stamps(connection: Connection, feed_id: int) -> Stamps:
    """What was shown in the bytes that are kept; nothing where none are."""
    kept: Stamps | None = connection.execute(
        select(feed_bytes.c.stamps).where(feed_bytes.c.feed_id == feed_id)
    ).scalar_one_or_none()
    return kept or {}


_KEEP = text(
    """
    INSERT INTO feed_bytes (feed_id, etag, body, stamps, modified_at)
    VALUES (:feed_id, :etag, :body, :stamps, :modified_at)
    ON CONFLICT (feed_id) DO UPDATE
    SET etag = excluded.etag, body = excluded.body, stamps = excluded.stamps, modified_at = excluded.modified_at
    """
).bindparams(
    bindparam("modified_at", type_=Instant()),
    bindparam("body", type_=LargeBinary()),
    bindparam("stamps", type_=Document),
)


def keep(connection: Connection, feed_id: int, *, etag: str, body: bytes, known: Stamps, modified_at: datetime) -> None:
    """Keep what was rendered, in place of what was kept."""
    values = {"feed_id": feed_id, "etag": etag, "body": body, "stamps": known, "modified_at": modified_at}
    connection.execute(_KEEP, values)


def fetched(connection: Connection, feed_id: int, by: str, now: datetime) -> None:
    """Note who read it last."""
    connection.execute(update(feed).where(feed.c.id == feed_id).values(fetched_at=now, fetched_by=by))


OWNERS: Final = {"patient": patient, "staff": staff, "room": room, "location": location}
_CALLED: Final = {"patient": "patient", "staff": "therapist", "room": "room", "location": "location"}


class Owner(NamedTuple):
    """Whose feed it is to be; `account` is the public id of the therapist's account, empty without one."""

    id: int
    account: str = ""


def owner(connection: Connection, kind: str, name: str) -> Owner:
    """The patient with that public id, or who or what else has that public id or code. Raises NotFound."""
    table = OWNERS[kind]
    named = [table.c.public_id == name, *([] if kind == "patient" else [table.c.code == name])]
    query = select(table.c.id).where(or_(*named))
    if kind == "staff":
        accounts = func.coalesce(account.c.public_id, "")
        query = query.outerjoin(account, account.c.id == staff.c.account_id).add_columns(accounts)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(_CALLED[kind])
    return Owner(*found)


def level_of(connection: Connection, patient_id: int) -> int:
    """How much the patient's own calendar may say."""
    return int(connection.execute(select(patient.c.disclosure).where(patient.c.id == patient_id)).scalar_one())


def count(connection: Connection, kind: str, owner_id: int) -> int:
    """How many live feeds the owner has."""
    query = select(func.count()).where(feed.c[f"{kind}_id"] == owner_id, feed.c.revoked_at.is_(None))
    return int(connection.execute(query).scalar_one())


def add(connection: Connection, kind: str, owner_id: int, **values: Any) -> int:
    """A new feed's key."""
    row = {"kind": kind, f"{kind}_id": owner_id, **values}
    return int(connection.execute(insert(feed).values(row).returning(feed.c.id)).scalar_one())


class Live(NamedTuple):
    """A feed that is open, by who may change it."""

    id: int
    kind: str
    patient_id: int | None
    account: str


def live(connection: Connection, public_id: str) -> Live:
    """The open feed with that public id. Raises NotFound."""
    query = (
        select(feed.c.id, feed.c.kind, feed.c.patient_id, func.coalesce(account.c.public_id, ""))
        .outerjoin(staff, staff.c.id == feed.c.staff_id)
        .outerjoin(account, account.c.id == staff.c.account_id)
        .where(feed.c.public_id == public_id, feed.c.revoked_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("calendar")
    return Live._make(row)


class Revoked(NamedTuple):
    id: int
    patient_id: int | None


def revoke(connection: Connection, which: ColumnElement[bool], now: datetime) -> list[Revoked]:
    """Shut these feeds for good and forget their bytes; those that are shut already are left out."""
    shut = update(feed).where(which, feed.c.revoked_at.is_(None)).values(revoked_at=now)
    rows = [Revoked(*row) for row in connection.execute(shut.returning(feed.c.id, feed.c.patient_id))]
    if rows:
        connection.execute(delete(feed_bytes).where(feed_bytes.c.feed_id.in_([row.id for row in rows])))
    return sorted(rows)


def revoke_one(connection: Connection, feed_id: int, now: datetime) -> list[Revoked]:
    """Shut the feed with that key."""
    return revoke(connection, feed.c.id == feed_id, now)


def revoke_of_account(connection: Connection, account_id: int, now: datetime) -> list[Revoked]:
    """Shut the feeds of the therapist whose account it is."""
    mine = select(staff.c.id).where(staff.c.account_id == account_id)
    return revoke(connection, feed.c.staff_id.in_(mine), now)


def revoke_of_patient(connection: Connection, patient_id: int, now: datetime) -> list[Revoked]:
    """Shut the patient's feeds, those that relatives read among them."""
    return revoke(connection, feed.c.patient_id == patient_id, now)


def revoke_of_relative(connection: Connection, patient_id: int, relative_id: int, now: datetime) -> list[Revoked]:
    """Shut the feeds in which the relative reads the patient's visits."""
    return revoke(connection, (feed.c.patient_id == patient_id) & (feed.c.relative_id == relative_id), now)


def set_private(connection: Connection, feed_id: int, private: bool) -> None:
    """Whether its entries ask to be hidden; it shows something else from now on."""
    changed = update(feed).where(feed.c.id == feed_id, feed.c.private != private)
    connection.execute(changed.values(private=private, revision=feed.c.revision + 1))
