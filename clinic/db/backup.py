"""Backups: one consistent state of either database in a single SQLite file, and back into an empty database.

SQLite writes it with VACUUM INTO beside running writers; from PostgreSQL every table is read in one REPEATABLE READ
snapshot. `cp` of a live database is no backup: it misses what was acknowledged.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from clinic.db import schema
from clinic.db.connect import WRITES, open_engine
from clinic.db.tables import metadata
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.domain.errors import Invalid

BATCH: Final = 1000
SEQUENCE_STEP: Final = 1000
"""Invitations sent after the backup was taken had higher sequences than it knows: none had this many."""


def back_up(engine: Engine, file: Path) -> str:
    """Write the file and `FILE.sha256` beside it, each replaced in one step; the SHA-256. Raises Invalid, OSError."""
    _refuse_place(file)
    schema.refuse_absent(engine)
    with TemporaryDirectory(dir=file.resolve().parent, prefix=".clinic-backup-") as folder:
        done = Path(folder) / "done.db"
        done.touch(mode=0o600)
        if engine.dialect.name == "sqlite":
            _vacuum(engine, done)
        else:
            with _opened(Path(folder) / "copy.db") as copy:
                schema.refuse_unready(engine)
                schema.upgrade(copy)
                _snapshot(engine, copy)
                _vacuum(copy, done)
        with _opened(done) as copy:
            _refuse_damaged(copy)
        summed = Path(folder) / "sum"
        digest = _digest(done)
        summed.write_text(f"{digest}  {file.name}\n", "utf-8")
        for path, target in ((done, file), (summed, _sum_of(file))):
            _sync(path)
            path.replace(target)
    return digest


def restore(file: Path, engine: Engine) -> None:
    """Put a backup into an empty database, migrated to this version, its outbox paused.

    Raises Invalid: database_not_empty, backup_damaged, backup_foreign, database_newer; nothing is written then.
    """
    _refuse_filled(engine)
    _refuse_altered(file)
    place = Path(str(engine.url.database)).parent if engine.dialect.name == "sqlite" else None
    with TemporaryDirectory(dir=place, prefix=".clinic-restore-") as folder:
        work = Path(folder) / "work.db"
        work.touch(mode=0o600)
        work.write_bytes(file.read_bytes())
        with _opened(work) as copy:
            _refuse_damaged(copy)
            schema.upgrade(copy)
            _pause(copy)
            if engine.dialect.name == "sqlite":
                _put_file(copy, Path(folder) / "done.db", Path(str(engine.url.database)))
            else:
                _put_rows(copy, engine)


@contextmanager
def _opened(path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def _vacuum(engine: Engine, into: Path) -> None:
    with engine.connect() as connection:
        connection.connection.execute("VACUUM INTO ?", (str(into),))


def _snapshot(source: Engine, target: Engine) -> None:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with source.connect().execution_options(**options) as read, read.begin(), target.connect() as write:
        write.connection.execute("PRAGMA foreign_keys=OFF")  # rows that name each other come in any order
        with write.execution_options(**{WRITES: True}).begin():
            _copy_rows(read, write)


def _put_file(copy: Engine, done: Path, target: Path) -> None:
    done.touch(mode=0o600)
    _vacuum(copy, done)
    _sync(done)
    for stale in ("-wal", "-shm"):
        Path(f"{target}{stale}").unlink(missing_ok=True)
    done.replace(target)


def _put_rows(copy: Engine, target: Engine) -> None:
    schema.upgrade(target)
    with copy.connect() as read, read.begin(), target.begin() as write:
        _copy_rows(read, write)
        for table in metadata.sorted_tables:
            if "id" in table.c and table.c.id.autoincrement is not False:
                last = select(func.max(table.c.id)).scalar_subquery()
                own = func.pg_get_serial_sequence(f'"{table.name}"', "id")
                write.execute(select(func.setval(own, last)).where(last.is_not(None)))


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key.columns)
        rows = source.execution_options(yield_per=BATCH).execute(query)
        for batch in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in batch])


def _pause(engine: Engine) -> None:
    with engine.connect() as connection, connection.execution_options(**{WRITES: True}).begin():
        connection.execute(update(practice).values(outbox_paused=True, version=practice.c.version + 1))
        connection.execute(update(appointment).values(sequence=appointment.c.sequence + SEQUENCE_STEP))


def _refuse_place(file: Path) -> None:
    """A folder is no file, and nothing is made where there is none."""
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not file.resolve().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))


def _refuse_filled(engine: Engine) -> None:
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise Invalid("database_not_empty")


def _refuse_altered(file: Path) -> None:
    """A sum that lies beside the file must be the file's."""
    summed = _sum_of(file)
    if summed.exists() and summed.read_bytes().split()[:1] != [_digest(file).encode()]:
        raise Invalid("backup_damaged", file=file.name)


def _refuse_damaged(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            sound = connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            whole = connection.execute(text("PRAGMA foreign_key_check")).first() is None
            known = schema.revision(connection) is not None
    except (DatabaseError, Invalid) as error:
        raise Invalid("backup_foreign") from error
    if not (sound and whole):
        raise Invalid("backup_damaged", file=Path(str(engine.url.database)).name)
    if not known:
        raise Invalid("backup_foreign")


def _sum_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """What was renamed into place must be on the disk already."""
    with path.open("rb") as opened:
        os.fsync(opened.fileno())
