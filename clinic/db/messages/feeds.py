"""Subscribed calendars: who may read which, and the bytes that were rendered last."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, LargeBinary, bindparam, delete, func, insert, or_, select, text, update

from clinic.db.tables.messages import feed, feed_bytes
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice, staff
from clinic.db.types import Instant
from clinic.domain.errors import NotFound


class Feed(NamedTuple):
    """A feed that is not revoked, with everything that its ETag is made of and the bytes kept from the last rendering.

    `tz` is the first location's: its midnight moves the window.
    """

    id: int
    public_id: str
    kind: str
    patient_id: int | None
    staff_id: int | None
    level: int | None
    revision: int
    practice_revision: int
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
        feed.c.level,
        feed.c.revision,
        func.coalesce(practice.c.revision, 0),
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
    .where(feed.c.token_hash == bindparam("token_hash"), feed.c.revoked_at.is_(None))
)


def by_token(connection: Connection, token_hash: str) -> Feed | None:
    """The feed with that token, in one statement; None for a token that nobody has, or no longer."""
    row = connection.execute(_FEED, {"token_hash": token_hash}).one_or_none()
    return None if row is None else Feed._make(row)


_KEEP = text(
    """
    INSERT INTO feed_bytes (feed_id, etag, body, modified_at) VALUES (:feed_id, :etag, :body, :modified_at)
    ON CONFLICT (feed_id) DO UPDATE SET etag = excluded.etag, body = excluded.body, modified_at = excluded.modified_at
    """
).bindparams(bindparam("modified_at", type_=Instant()), bindparam("body", type_=LargeBinary()))


def keep(connection: Connection, feed_id: int, *, etag: str, body: bytes, modified_at: datetime) -> None:
    """Keep what was rendered, in place of what was kept."""
    connection.execute(_KEEP, {"feed_id": feed_id, "etag": etag, "body": body, "modified_at": modified_at})


def fetched(connection: Connection, feed_id: int, by: str, now: datetime) -> None:
    """Note who read it last."""
    connection.execute(update(feed).where(feed.c.id == feed_id).values(fetched_at=now, fetched_by=by))


OWNERS: Final = {"patient": patient, "staff": staff}


def owner(connection: Connection, kind: str, name: str) -> int:
    """The key of the patient with that public id, or of the therapist with that public id or code. Raises NotFound."""
    table = OWNERS[kind]
    named = [table.c.public_id == name, *([table.c.code == name] if kind == "staff" else [])]
    found = connection.execute(select(table.c.id).where(or_(*named))).scalar_one_or_none()
    if found is None:
        raise NotFound("patient" if kind == "patient" else "therapist")
    return int(found)


def count(connection: Connection, kind: str, owner_id: int) -> int:
    """How many live feeds the owner has."""
    query = select(func.count()).where(feed.c[f"{kind}_id"] == owner_id, feed.c.revoked_at.is_(None))
    return int(connection.execute(query).scalar_one())


def add(connection: Connection, kind: str, owner_id: int, **values: Any) -> int:
    """A new feed's key."""
    row = {"kind": kind, f"{kind}_id": owner_id, **values}
    return int(connection.execute(insert(feed).values(row).returning(feed.c.id)).scalar_one())


class Revoked(NamedTuple):
    id: int
    patient_id: int | None


def revoke(connection: Connection, public_id: str, now: datetime) -> Revoked | None:
    """Shut a feed for good and forget its bytes; None when there is none, or it is shut."""
    shut = update(feed).where(feed.c.public_id == public_id, feed.c.revoked_at.is_(None)).values(revoked_at=now)
    row = connection.execute(shut.returning(feed.c.id, feed.c.patient_id)).one_or_none()
    if row is None:
        return None
    connection.execute(delete(feed_bytes).where(feed_bytes.c.feed_id == row.id))
    return Revoked(*row)


class Line(NamedTuple):
    """A feed in a list."""

    public_id: str
    name: str
    created_at: datetime
    fetched_at: datetime | None
    fetched_by: str


def of_patient(connection: Connection, patient_id: int) -> tuple[Line, ...]:
    """The patient's live feeds, newest first."""
    query = select(*(feed.c[name] for name in Line._fields))
    query = query.where(feed.c.patient_id == patient_id, feed.c.revoked_at.is_(None)).order_by(feed.c.id.desc())
    return tuple(Line(*row) for row in connection.execute(query))
