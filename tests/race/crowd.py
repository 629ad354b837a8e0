"""Many clients at once, and what must be true of the database afterwards."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

from sqlalchemy import Connection, select, text, update

from clinic.db import sweep
from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.practice import practice, resource
from clinic.db.tables.visits import appointment, claim, segment
from clinic.db.unit import Database
from clinic.db.visits import claims
from tests.race.clients import HORIZON_DAYS, PATIENTS, Job, Told, run, told_in
from tests.world import World, build, patient

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["tests.race.clients"])
PATIENCE_SECONDS = 600
GONE = ("cancelled", "released", "no_show")


def busy_practice(database: Database) -> World:
    """Two therapists and two rooms for two dozen patients."""
    world = build(database)
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(horizon_days=HORIZON_DAYS))
        more = tuple(patient(unit.connection, number) for number in range(3, PATIENTS + 1))
    return replace(world, patients=(*world.patients, *more))


def at_once(jobs: Sequence[Job]) -> tuple[list[Told], int]:
    """Run the jobs at the same time: what they were told, and how many of them were killed."""
    all_there = SPAWN.Barrier(len(jobs), timeout=PATIENCE_SECONDS)
    processes = [SPAWN.Process(target=run, args=(job, all_there.wait), daemon=True) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE_SECONDS)
    codes = Counter(process.exitcode for process in processes)
    assert set(codes) <= {0, -SIGKILL}, codes
    return [told for job in jobs for told in told_in(job.journal)], codes[-SIGKILL]


def crowd(url: str, folder: Path, act: str, clients: int, times: int = 1, given: tuple[object, ...] = ()) -> list[Job]:
    """So many jobs that all do the same."""
    return [Job(url, str(folder / f"{act}-{n}.jsonl"), act, n, times, given) for n in range(clients)]


def faults(told: Iterable[Told]) -> list[str]:
    """What no caller should ever have seen: deadlocks, timeouts, broken rows."""
    return [one["fault"] for one in told if "fault" in one]


def doubles(database: Database) -> int:
    """Pairs of claims that hold the same thing at the same time."""
    with database.read() as unit:
        return len(claims.overlaps(unit.connection))


def held_exactly(connection: Connection) -> bool:
    """Whether each live visit holds its patient, therapist and room, and nothing else is held."""
    lanes = {(row.kind, row.owner_id): row.id for row in connection.execute(select(resource)) if not row.overbook}
    rows = connection.execute(
        select(segment, appointment.c.patient_id, appointment.c.status).join(
            appointment, appointment.c.id == segment.c.appointment_id
        )
    )
    wanted = Counter[tuple[int, int, int, int]]()
    for row in rows:
        if row.status not in GONE:
            starts, ends = row.starts_tick, row.ends_tick
            wanted[(lanes["patient", row.patient_id], starts, ends, row.id)] += 1
            wanted[(lanes["staff", row.staff_id], starts, ends, row.id)] += 1
            around = (starts - row.setup_ticks, ends + row.cleanup_ticks)
            wanted[(lanes["room", row.room_id], *around, row.id)] += 1
    found = connection.execute(
        select(claim.c.resource_id, claim.c.starts, claim.c.ends, claim.c.segment_id).where(claim.c.active)
    )
    return Counter(tuple(row) for row in found) == wanted


def sound(database: Database) -> None:
    """No double, nothing half-written, nothing held for nobody, whole courses only."""
    with database.read() as unit:
        assert sweep.faults(unit.connection) == ()
        assert held_exactly(unit.connection)
        sessions = select(plan.c.id, plan_session.c.id, appointment.c.id).join(
            plan_session, plan_session.c.plan_id == plan.c.id
        )
        sessions = sessions.outerjoin(appointment, appointment.c.session_id == plan_session.c.id)
        rows = unit.connection.execute(sessions.where(plan_session.c.kind == "treatment")).all()
        assert all(row[2] is not None for row in rows)


def nothing_lost(database: Database, told: Sequence[Told], killed: int = 0) -> None:
    """Everything that was acknowledged is there in its last state. Who was killed may have written one thing more."""
    with database.read() as unit:
        rows = unit.connection.execute(select(appointment)).mappings().all()
        plans = unit.connection.execute(text("SELECT count(*) FROM plan")).scalar_one()
    found = {row["public_id"]: row for row in rows}
    acknowledged = [one for one in told if "visit" in one]
    for one in acknowledged:
        assert found[one["visit"]]["version"] >= one["version"]
    unheard = 0
    for public_id, row in found.items():
        own = [one for one in acknowledged if one["visit"] == public_id]
        changes = [one for one in own if one["version"] > 1]
        unheard += row["version"] - 1 - len(changes)
        if own and row["version"] == max(one["version"] for one in own):
            last = max(own, key=lambda one: one["version"])
            assert row["starts_tick"] == last.get("start", row["starts_tick"])
            assert row["status"] == last.get("status", row["status"])
    courses = [one for one in told if "plan" in one]
    singles = sum(row["session_id"] is None for row in rows)
    unheard += plans - len(courses) + singles - sum(one["version"] == 1 for one in acknowledged)
    assert 0 <= unheard <= killed
