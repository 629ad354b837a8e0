"""The command line: what it says, and with which exit status."""

import getpass
import io
import json
import signal
import subprocess
import sys
import warnings
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from clinic import wiring
from clinic.cli import accounts, database
from clinic.cli.main import main
from clinic.db import guards, schema
from clinic.db.connect import open_engine
from clinic.db.tables.access import account, audit, role, role_permission
from clinic.domain.access.permissions import PERMISSIONS

PASSWORD = "plum-9-tractor"


def create(*more: str) -> int:
    return main(["account", "create", "--email", "Ada@clinic.test", "--name", "Ada", "--role", "admin", *more])


def test_an_upgrade_makes_a_database_that_is_ready(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/clinic.db"
    monkeypatch.setenv("CLINIC_DATABASE_URL", url)
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0
    assert schema.head() in capsys.readouterr().out
    engine = open_engine(url)
    with engine.connect() as connection:
        assert guards.missing(connection) == ()
        admin = select(role_permission.c.permission).join(role).where(role.c.name == "admin")
        assert set(connection.execute(admin).scalars()) == PERMISSIONS
    engine.dispose()


def test_an_account_is_made_with_a_password_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    main(["db", "upgrade"])
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert create("--password-stdin") == 0
    engine = open_engine(environment)
    with engine.connect() as connection:
        row = connection.execute(select(account)).one()
        assert (row.email, row.status) == ("ada@clinic.test", "active")
        assert row.password_hash.startswith("$argon2id$")
        entry = connection.execute(select(audit)).one()
        assert (entry.actor, entry.act, entry.subject_id, entry.detail) == (
            "system:cli",
            "created",
            row.id,
            {"role": "admin"},
        )
    assert main(["account", "disable", "--email", "ada@clinic.test"]) == 2, "nobody else runs the practice"
    with engine.connect() as connection:
        assert connection.execute(select(account.c.status)).scalar_one() == "active"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert create("--email", "bob@clinic.test", "--password-stdin") == 0
    assert main(["account", "disable", "--email", "ada@clinic.test"]) == 0
    with engine.connect() as connection:
        query = select(account.c.status).where(account.c.email == "ada@clinic.test")
        assert connection.execute(query).scalar_one() == "disabled"
    assert main(["account", "enable", "--email", "ada@clinic.test"]) == 0
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ((PASSWORD, PASSWORD), 0, ""),
        ((PASSWORD, "plum-9-tractors"), 2, "differ"),
        (("short", "short"), 2, "at least 8"),
        (("Password2026", "Password2026"), 2, "Too many people"),
    ],
)
def test_a_password_is_typed_twice_and_must_be_good(
    environment: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: tuple[str, str],
    status: int,
    said: str,
) -> None:
    main(["db", "upgrade"])
    answers = iter(typed)
    monkeypatch.setattr(accounts.getpass, "getpass", lambda _: next(answers))
    assert create() == status
    shown = capsys.readouterr()
    assert said in shown.err
    assert PASSWORD not in shown.out + shown.err


@pytest.mark.usefixtures("environment")
def test_an_account_that_is_there_or_is_not_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accounts.getpass, "getpass", lambda _: PASSWORD)
    assert create() == 2
    assert "clinic db upgrade" in capsys.readouterr().err
    main(["db", "upgrade"])
    assert create() == 0
    assert create() == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["account", "disable", "--email", "bob@clinic.test"]) == 2
    assert main(["account", "create", "--email", "x", "--name", "X", "--role", "admin"]) == 2


def test_every_wrong_setting_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "URL"):
        monkeypatch.delenv(f"CLINIC_{name}", raising=False)
    assert main(["db", "upgrade"]) == 2
    said = capsys.readouterr().err
    assert [name in said for name in ("CLINIC_DATABASE_URL", "CLINIC_SECRET_KEY", "CLINIC_URL")] == [True] * 3


def test_a_database_that_was_not_migrated_is_not_used(
    environment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    assert main(["account", "disable", "--email", "ada@clinic.test"]) == 2
    assert "clinic db upgrade" in capsys.readouterr().err
    assert main(["check"]) == 2
    assert main(["backup", str(tmp_path / "backup.db")]) == 2
    assert not list(tmp_path.glob("*empty*")), "a mistyped path leaves nothing behind"


def test_a_file_that_is_no_database_is_said_in_one_sentence(
    environment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 99)
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{letter}")
    for command in (["db", "upgrade"], ["check"], ["worker", "--once"], ["restore", str(letter)]):
        assert main(command) == 2
        assert (
            capsys.readouterr().err
            == "clinic: CLINIC_DATABASE_URL names a file that is no database: correct the path.\n"
        )
    assert letter.read_text() == "Dear Sir or Madam, " * 99


def test_a_backup_needs_a_file_to_write_to(
    environment: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for place, why in ((tmp_path, "Is a directory"), (tmp_path / "none" / "b.db", "No such file or directory")):
        assert main(["backup", str(place)]) == 2
        assert capsys.readouterr().err.startswith(f"clinic: {place}: {why}.")
    assert main(["backup", ""]) == 2


@pytest.mark.usefixtures("environment")
def test_a_password_that_cannot_be_asked_for_or_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unseen(_: str) -> str:
        warnings.warn("it would be seen", getpass.GetPassWarning, stacklevel=1)
        return PASSWORD

    def ended(_: str) -> str:
        raise EOFError

    for ask in (unseen, ended):
        monkeypatch.setattr(accounts.getpass, "getpass", ask)
        assert create() == 2
        assert "--password-stdin" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\udcff\n"))
    assert create("--password-stdin") == 2
    assert "cannot be shown" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_a_terminal_without_a_sign_is_no_fault_of_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr(database, "_upgrade", lambda _: print("Zoë") or 0)
    assert main(["db", "upgrade"]) == 0
    out.flush()
    assert out.buffer.getvalue() == b"Zo\\xeb\n"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("environment")
def test_who_is_not_there_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "disable", "--email", "bob@clinic.test"]) == 2
    assert capsys.readouterr().err == "clinic: There is no such account: check how it is written.\n"


def test_a_database_of_a_newer_version_is_left_alone(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    engine = open_engine(environment)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '29990101_0001'"))
    engine.dispose()
    assert main(["db", "upgrade"]) == 2
    assert "newer version" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (OperationalError("select", {}, Exception("secret dsn")), 2, "cannot be reached"),
        (PermissionError(13, "Permission denied", "/srv/clinic.db"), 2, "/srv/clinic.db: Permission denied"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_the_machine_refuses_is_said_without_a_trace(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: BaseException,
    status: int,
    said: str,
) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(database.schema, "upgrade", fail)
    assert main(["db", "upgrade"]) == status
    shown = capsys.readouterr().err
    assert said in shown
    assert "secret" not in shown


def test_the_clock_is_read_in_utc() -> None:
    assert wiring.now().tzinfo is UTC


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "account" in capsys.readouterr().out


def test_a_sound_database_passes_the_check_and_a_weakened_one_does_not(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "The database is sound.\n"
    engine = open_engine(environment)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_guard_delete"))
    engine.dispose()
    assert main(["check"]) == 1
    assert "does not protect itself (audit_guard_delete)" in capsys.readouterr().out
    assert main(["check", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "faults": [{"code": "guard_missing", "count": 1, "detail": {"guards": "audit_guard_delete"}}]
    }


def test_a_backup_is_restored_into_an_empty_database(
    environment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.db")
    assert main(["backup", file]) == 0
    assert "SHA-256" in capsys.readouterr().out
    assert main(["restore", file]) == 2
    assert "restore into an empty one" in capsys.readouterr().err
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{tmp_path}/restored.db")
    assert main(["restore", file]) == 0
    assert main(["check"]) == 0
    assert main(["restore", str(tmp_path / "none.db")]) == 2


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [("KeyboardInterrupt", -signal.SIGINT, ""), ("ValueError", 1, "ValueError")],
)
def test_ctrl_c_while_the_commands_are_loading_ends_without_a_word(fault: str, status: int, said: str) -> None:
    loading = [sys.executable, "-c", f"import clinic.cli; raise {fault}"]
    ended = subprocess.run(loading, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.rpartition("\n")[0].rpartition("\n")[2]) == (status, said)
