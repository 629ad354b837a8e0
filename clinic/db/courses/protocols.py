"""A practice's own revisions of protocols, and those that it retired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, func, select, text, update

from clinic.db.access.accounts import is_actor
from clinic.db.tables.access import account
from clinic.db.tables.courses import protocol
from clinic.db.types import Document, Instant
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_document import as_dict, from_dict


@dataclass(frozen=True, slots=True)
class Revision:
    """A protocol as it was kept: by whom, when and why; `shipped` where it is a copy of what shipped."""

    id: int
    revision: int
    protocol: Protocol
    shipped: bool
    retired: bool
    revised_at: datetime | None
    who: str
    why: str


_KEPT = select(
    protocol.c.id,
    protocol.c.key,
    protocol.c.revision,
    protocol.c.body,
    protocol.c.shipped,
    protocol.c.retired,
    protocol.c.revised_at,
    func.coalesce(account.c.name, protocol.c.actor).label("who"),
    protocol.c.why,
).outerjoin(account, is_actor(protocol.c.actor))


def newest(connection: Connection) -> Mapping[str, Revision]:
    """The last revision of each protocol that the practice kept, by its key."""
    query = _KEPT.order_by(protocol.c.key, protocol.c.revision)
    return {row["key"]: _revision(row) for row in connection.execute(query).mappings()}


def history(connection: Connection, key: str) -> tuple[Revision, ...]:
    """Every revision that the practice kept of one, newest first."""
    query = _KEPT.where(protocol.c.key == key).order_by(protocol.c.revision.desc())
    return tuple(_revision(row) for row in connection.execute(query).mappings())


def _revision(row: RowMapping) -> Revision:
    kept = {str(name): value for name, value in row.items() if name not in ("key", "body")}
    return Revision(protocol=from_dict(row["body"]), **kept)


_ADD = text(
    """
    INSERT INTO protocol (public_id, key, revision, title, body, shipped, retired, revised_at, actor, why)
    VALUES (:public_id, :key, :revision, :title, :body, :shipped, :retired, :revised_at, :actor, :why)
    ON CONFLICT (key, revision) DO NOTHING RETURNING id
    """
).bindparams(bindparam("body", type_=Document), bindparam("revised_at", type_=Instant()))


def add(
    connection: Connection,
    new: Protocol,
    public_id: str,
    *,
    shipped: bool = False,
    retired: bool = False,
    actor: str,
    why: str,
    now: datetime,
) -> int | None:
    """Keep a revision; its key, or None where somebody kept one with that number."""
    row = {
        "public_id": public_id,
        "key": new.key,
        "revision": new.version,
        "title": new.title,
        "body": as_dict(new),
        "shipped": shipped,
        "retired": retired,
        "revised_at": now,
        "actor": actor,
        "why": why,
    }
    return connection.execute(_ADD, row).scalar_one_or_none()


def retire(connection: Connection, revision_id: int, retired: bool) -> None:
    """Whether that revision, and with it the protocol, is out of use."""
    connection.execute(update(protocol).where(protocol.c.id == revision_id).values(retired=retired))
