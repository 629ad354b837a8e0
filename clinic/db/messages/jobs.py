"""Work that is due at a time: claimed by one worker, done once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, or_, select, text, update

from clinic.db.tables.messages import job
from clinic.db.types import Document, Instant

FEW = 20


class Job(NamedTuple):
    """A job and who may finish it."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    tries: int
    lease_by: str


_PUT = text(
    """
    INSERT INTO job (kind, key, payload, due_at, tries, progress, cancelled)
    VALUES (:kind, :key, :payload, :due_at, 0, :progress, false) ON CONFLICT (key) DO NOTHING
    """
).bindparams(
    bindparam("payload", type_=Document), bindparam("progress", type_=Document), bindparam("due_at", type_=Instant())
)


def put(
    connection: Connection, kind: str, key: str, due_at: datetime, payload: Mapping[str, Any] | None = None
) -> bool:
    """Plan a job; False when one with that key was planned before, or is at this moment by somebody else."""
    values = {"kind": kind, "key": key, "due_at": due_at, "payload": payload or {}, "progress": {}}
    return connection.execute(_PUT, values).rowcount == 1


def pending(connection: Connection, kind: str) -> bool:
    """Whether a job of the kind is planned or running."""
    query = exists().where(job.c.kind == kind, job.c.done_at.is_(None), job.c.cancelled.is_(False))
    return bool(connection.execute(select(query)).scalar_one())


def about(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """What a job with that key is about, done or not; None where none was planned, or it was cancelled."""
    query = select(job.c.payload).where(job.c.key == key, job.c.cancelled.is_(False))
    found: Mapping[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return found


def overdue(connection: Connection, kind: str, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """What jobs of the kind that nobody took up in time are about; a few, the oldest first."""
    late = and_(job.c.kind == kind, job.c.due_at <= now, job.c.done_at.is_(None), job.c.cancelled.is_(False))
    query = select(job.c.payload).where(late).order_by(job.c.due_at, job.c.id).limit(FEW)
    return tuple(connection.execute(query).scalars())


def due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Whether there is anything to claim: asked before a transaction that writes."""
    return connection.execute(select(job.c.id).where(*_claimable(kinds, now)).limit(1)).first() is not None


def claim(connection: Connection, kinds: Collection[str], *, by: str, now: datetime, until: datetime) -> Job | None:
    """The job that is due longest, for `by` alone until then; one whose lease ran out is taken over."""
    first = select(job.c.id).where(*_claimable(kinds, now)).order_by(job.c.due_at, job.c.id).limit(1)
    statement = (
        update(job)
        .where(job.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        .values(lease_by=by, lease_until=until, tries=job.c.tries + 1)
        .returning(*(job.c[name] for name in Job._fields))
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Job(*row)


def _claimable(kinds: Collection[str], now: datetime) -> tuple[Any, ...]:
    free = or_(job.c.lease_until.is_(None), job.c.lease_until <= now)
    return (job.c.kind.in_(kinds), job.c.done_at.is_(None), job.c.cancelled.is_(False), and_(job.c.due_at <= now, free))


def finish(connection: Connection, claimed: Job, now: datetime) -> bool:
    """Mark it done; False when the lease was lost."""
    changed = connection.execute(
        update(job)
        .where(job.c.id == claimed.id, job.c.lease_by == claimed.lease_by, job.c.done_at.is_(None))
        .values(done_at=now, lease_by=None, lease_until=None)
    )
    return changed.rowcount == 1


def remember(connection: Connection, claimed: Job, payload: Mapping[str, Any]) -> None:
    """Keep what whoever does it next must know, unless the lease was lost."""
    own = update(job).where(job.c.id == claimed.id, job.c.lease_by == claimed.lease_by)
    connection.execute(own.values(payload=dict(payload)))


def again(connection: Connection, claimed: Job, due_at: datetime) -> None:
    """The same job is due again then, unless the lease was lost."""
    own = update(job).where(job.c.id == claimed.id, job.c.lease_by == claimed.lease_by)
    connection.execute(own.values(due_at=due_at, tries=0, lease_by=None, lease_until=None))


def forget(connection: Connection, before: datetime) -> None:
    """Delete what was done before then."""
    connection.execute(delete(job).where(job.c.done_at < before))


def report(connection: Connection, claimed: Job, progress: Mapping[str, Any], *, until: datetime) -> bool:
    """Tell how far a job is and keep its lease until then; False once it is cancelled or somebody else's."""
    kept = connection.execute(
        update(job)
        .where(job.c.id == claimed.id, job.c.lease_by == claimed.lease_by, job.c.cancelled.is_(False))
        .values(progress=dict(progress), lease_until=until)
    )
    return kept.rowcount == 1


def cancel(connection: Connection, key: str) -> None:
    """Nobody takes the job up any more; who does it stops at the next report."""
    connection.execute(update(job).where(job.c.key == key, job.c.done_at.is_(None)).values(cancelled=True))


def progress(connection: Connection, key: str) -> Mapping[str, Any]:
    """How far a job is, as it was told last; empty before that."""
    found = connection.execute(select(job.c.progress).where(job.c.key == key)).scalar_one_or_none()
    return found or {}
