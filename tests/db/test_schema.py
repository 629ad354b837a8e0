from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from clinic.db import guards, schema
from clinic.db.connect import WRITES, open_engine
from clinic.db.tables import metadata
from clinic.db.tables.records import check_in, record, record_version, response
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from tests.db.post import Post
from tests.world import NOW, build


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)


def test_the_migrations_build_exactly_the_tables_that_the_code_names(database: Database) -> None:
    assert differences(database) == []


@pytest.mark.thorough
def test_the_migrations_go_down_and_up_again(database: Database) -> None:
    with database.engine.connect() as connection, connection.execution_options(**{WRITES: True}).begin():
        command.downgrade(schema._config(connection), "base")
    schema.upgrade(database.engine)
    assert differences(database) == []
    schema.refuse_unready(database.engine)


def test_a_fresh_database_has_every_guard(database: Database) -> None:
    with database.engine.connect() as connection:
        assert guards.missing(connection) == ()


def test_a_database_without_its_guard_is_refused(database: Database) -> None:
    drop = {
        "sqlite": "DROP TRIGGER claim_guard_update",
        "postgresql": "ALTER TABLE claim DROP CONSTRAINT ex_claim_double_booking",
    }[database.engine.dialect.name]
    with database.begin() as unit:
        unit.connection.execute(text(drop))
    with pytest.raises(Invalid) as refused:
        schema.refuse_unready(database.engine)
    assert refused.value.code == "guard_missing"


def test_a_guard_that_was_weakened_counts_as_missing(database: Database) -> None:
    weaken = {
        "sqlite": (
            "DROP TRIGGER audit_guard_delete",
            "CREATE TRIGGER audit_guard_delete BEFORE DELETE ON audit WHEN 0 BEGIN SELECT 1; END",
        ),
        "postgresql": ("ALTER TABLE audit DISABLE TRIGGER audit_guard",),
    }[database.engine.dialect.name]
    with database.begin() as unit:
        for statement in weaken:
            unit.connection.execute(text(statement))
    with database.engine.connect() as connection:
        assert len(guards.missing(connection)) == 1


def test_a_check_in_takes_no_changes_and_one_answer_a_number(database: Database) -> None:
    Post(database, build(database)).book()
    row = {"hours": 24, "number": 1, "questions": 1, "language": "en", "answers": {}, "alarm": False}
    row |= {"appointment_id": 1, "response_id": 1, "actor": "a", "given_at": NOW}
    with database.begin() as unit:
        told = {"appointment_id": 1, "hours": 24, "signs": [], "actor": "a", "told_at": NOW}
        unit.connection.execute(insert(response), told)
        unit.connection.execute(insert(check_in), row)
    for change in ("UPDATE check_in SET number = 2", "DELETE FROM check_in"):
        with pytest.raises(DBAPIError, match="check_in_is_given"), database.begin() as unit:
            unit.connection.execute(text(change))
    for other in ({}, {"hours": 25, "number": 1}, {"number": 0}):
        with pytest.raises(IntegrityError), database.begin() as unit:
            unit.connection.execute(insert(check_in), row | other)


def test_a_database_of_a_newer_version_is_refused_untouched(database: Database) -> None:
    with database.begin() as unit:
        unit.connection.execute(text("UPDATE alembic_version SET version_num = '29991231_0001'"))
    for attempt in (schema.upgrade, schema.refuse_unready):
        with pytest.raises(Invalid) as refused:
            attempt(database.engine)
        assert refused.value.code == "database_newer"


def test_a_database_that_is_behind_is_not_served(database: Database) -> None:
    with database.begin() as unit:
        unit.connection.execute(text("UPDATE alembic_version SET version_num = '20261120_0001'"))
    with pytest.raises(Invalid) as refused:
        schema.refuse_unready(database.engine)
    assert refused.value.code == "database_behind"


def test_upgrading_a_sqlite_file_that_holds_something_keeps_a_copy(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'clinic.db'}")
    schema.upgrade(engine, "20261120_0007")
    schema.upgrade(engine)
    engine.dispose()
    assert len(list(tmp_path.glob("clinic.db.before-*"))) == 1


def test_the_audit_trail_takes_no_changes(database: Database) -> None:
    row = (
        "INSERT INTO audit (at, actor, permission, act, subject_kind, subject_id, request_id, detail)"
        " VALUES ('2026-11-20 10:00:00+00', 'a', 'p', 'x', 'visit', 1, 'r', '{}')"
    )
    with database.begin() as unit:
        unit.connection.execute(text(row.replace("+00", "") if database.engine.dialect.name == "sqlite" else row))
    for change in ("UPDATE audit SET act = 'y'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="audit_is_append_only"), database.begin() as unit:
            unit.connection.execute(text(change))


def test_a_signed_version_of_a_record_takes_no_changes(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        row = {"public_id": "r1", "patient_id": world.patients[0], "status": "signed"}
        id_ = unit.connection.execute(insert(record).returning(record.c.id), row).scalar_one()
        signed = {"record_id": id_, "number": 1, "body": {}, "text": "", "actor": "a", "written_at": NOW}
        unit.connection.execute(insert(record_version), signed)
    for change in ("UPDATE record_version SET text = 'y'", "DELETE FROM record_version"):
        with pytest.raises(DBAPIError, match="record_is_signed"), database.begin() as unit:
            unit.connection.execute(text(change))
