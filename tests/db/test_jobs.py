from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from clinic.db.messages import jobs as rows
from clinic.db.tables.access import idempotency_key
from clinic.db.tables.messages import job, seal, visit_link
from clinic.db.unit import Database, Unit
from clinic.services.messages import jobs
from clinic.services.messages.jobs import WORK, run_due
from tests.db.post import Post
from tests.world import NOW, build

NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def put(database: Database, key: str, *, kind: str = "count") -> bool:
    with database.begin() as unit:
        return rows.put(unit.connection, kind, key, NOW)


def stored(database: Database) -> list[Any]:
    with database.read() as unit:
        return list(unit.connection.execute(select(job).order_by(job.c.id)))


class Counting:
    """Work that counts, and fails on demand."""

    def __init__(self) -> None:
        self.done: list[datetime] = []
        self.fails = False

    def __call__(self, unit: Unit, payload: Mapping[str, Any], now: datetime) -> None:
        if self.fails:
            raise RuntimeError("work")
        self.done.append(now)


def test_a_job_is_planned_once_and_done_once(database: Database) -> None:
    count = Counting()
    assert (put(database, "a"), put(database, "a")) == (True, False)
    for _ in range(2):
        run_due(database.begin, database.read, {"count": count}, now=NOW)
    assert count.done == [NOW]
    assert stored(database)[0].done_at == NOW


def test_a_job_that_fails_is_tried_again_when_its_lease_is_over(database: Database) -> None:
    count = Counting()
    put(database, "a")
    count.fails = True
    assert run_due(database.begin, database.read, {"count": count}, now=NOW) == 0
    count.fails = False
    assert run_due(database.begin, database.read, {"count": count}, now=NOW) == 0
    assert run_due(database.begin, database.read, {"count": count}, now=NOW + timedelta(minutes=5)) == 1
    assert stored(database)[0].tries == 2


def test_who_lost_the_lease_of_a_job_does_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    count = Counting()
    put(database, "a")
    monkeypatch.setattr(rows, "finish", lambda *_: False)
    assert run_due(database.begin, database.read, {"count": count}, now=NOW) == 0
    assert count.done == []


def test_the_nightly_purge_plans_the_next(database: Database) -> None:
    for now in (NOW, NOW, NIGHT, NIGHT):
        run_due(database.begin, database.read, now=now)
    assert [(row.key, row.done_at) for row in stored(database)] == [
        ("purge:2026-11-21", NIGHT),
        ("purge:2026-11-22", None),
    ]


def test_a_purge_deletes_what_has_expired_and_nothing_else(database: Database) -> None:
    post = Post(database, build(database)).book().run()
    with database.begin() as unit:
        unit.connection.execute(
            insert(idempotency_key),
            [
                {"actor": "a", "key": str(days), "request_hash": "0" * 64, "location": "/", "created_at": created}
                for days in (0, 3)
                for created in [NOW - timedelta(days=days)]
            ],
        )
        jobs.purge(unit, {}, NOW)
    assert (len(post.rows(visit_link)), [row.key for row in _keys(database)]) == (1, ["0"])
    assert post.rows(seal)[0].payload != b""
    with database.begin() as unit:
        jobs.purge(unit, {}, NOW + timedelta(days=91))
    assert (post.rows(visit_link), _keys(database)) == ([], [])
    assert (post.rows(seal)[0].payload, post.rows(seal)[0].shown["title"]) == (b"", "Appointment")


def _keys(database: Database) -> list[Any]:
    with database.read() as unit:
        return list(unit.connection.execute(select(idempotency_key)))


def test_every_kind_of_job_has_its_work() -> None:
    assert set(WORK) == {"purge", "clocks", "languages", "retell", "offer", "freed", "keep"}
