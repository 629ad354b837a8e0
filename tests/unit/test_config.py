"""The settings, and the page that describes them."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from clinic.config import Settings, variable
from clinic.domain.errors import Invalid

NEEDED = {
    "CLINIC_DATABASE_URL": "sqlite:////srv/clinic.db",
    "CLINIC_SECRET_KEY": "s" * 32,
    "CLINIC_URL": "https://Clinic.example:8443/",
}


def test_three_settings_suffice() -> None:
    settings = Settings.read(NEEDED)
    assert (settings.url, settings.uid_host, settings.secure) == ("https://clinic.example:8443", "clinic.example", True)
    assert (settings.hold_seconds, settings.port, settings.smtp_url, settings.demo) == (180, 8000, "", False)
    assert not Settings.read({**NEEDED, "CLINIC_URL": "http://localhost:8000"}).secure


@pytest.mark.parametrize(
    ("given", "plus"),
    [
        ({}, False),
        ({"CLINIC_IMAP_URL": "imaps://me:pw@mail.example/"}, True),
        ({"CLINIC_IMAP_URL": "imaps://me:pw@mail.example/", "CLINIC_REPLY_PLUS": "no"}, False),
        ({"CLINIC_REPLY_PLUS": "1"}, True),
    ],
)
def test_invitations_have_senders_of_their_own_where_answers_are_read(given: dict[str, str], plus: bool) -> None:
    assert Settings.read({**NEEDED, **given}).plus is plus


def test_what_is_secret_is_not_shown() -> None:
    mail = {"CLINIC_SMTP_URL": "smtp://me:pw@mail.example", "CLINIC_IMAP_URL": "imaps://me:pw@mail.example/"}
    shown = repr(Settings.read({**NEEDED, **mail}))
    assert "ssss" not in shown
    assert "pw" not in shown
    assert "srv" not in shown


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        Settings.read({"CLINIC_PORT": "http", "CLINIC_URL": " "})
    assert refused.value.code == "several_faults"
    faults = refused.value.params["faults"]
    assert isinstance(faults, tuple)
    assert [(fault.code, fault.field) for fault in faults] == [
        ("setting_missing", "CLINIC_DATABASE_URL"),
        ("setting_missing", "CLINIC_SECRET_KEY"),
        ("setting_missing", "CLINIC_URL"),
        ("not_a_number", "CLINIC_PORT"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("CLINIC_DATABASE_URL", "mysql://h/d", "database_url"),
        ("CLINIC_SECRET_KEY", "s" * 31, "secret_short"),
        ("CLINIC_URL", "clinic.example", "public_url"),
        ("CLINIC_URL", "ftp://clinic.example", "public_url"),
        ("CLINIC_URL", "https://clinic.example/app", "public_url"),
        ("CLINIC_URL", "https://clinic.example?x=1", "public_url"),
        ("CLINIC_URL", "https://me@clinic.example", "public_url"),
        ("CLINIC_URL", "https://clinic.example:0", "public_url"),
        ("CLINIC_URL", "https://clinic.example:x", "public_url"),
        ("CLINIC_SMTP_URL", "mail.example", "smtp_url"),
        ("CLINIC_SMTP_URL", "dir://relative/path", "smtp_url"),
        ("CLINIC_IMAP_URL", "imaps://mail.example/INBOX", "imap_url"),
        ("CLINIC_IMAP_URL", "pop3://me:pw@mail.example/", "imap_url"),
        ("CLINIC_REPLY_PLUS", "perhaps", "not_one_of"),
        ("CLINIC_HOLD_SECONDS", "901", "out_of_range"),
        ("CLINIC_HOLD_SECONDS", "-1", "not_a_number"),
        ("CLINIC_HOLD_SECONDS", "²", "not_a_number"),
        ("CLINIC_PORT", "65536", "out_of_range"),
        ("CLINIC_LOG_LEVEL", "loud", "not_one_of"),
        ("CLINIC_DEMO", "maybe", "not_one_of"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name: str, value: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.read({**NEEDED, name: value})
    assert (refused.value.code, refused.value.field) == (code, name)


@pytest.mark.parametrize("value", ["smtp://mail.example:25", "smtps://u:p@mail.example", "dir:///var/mail"])
def test_mail_goes_to_a_server_or_into_a_folder(value: str) -> None:
    assert Settings.read({**NEEDED, "CLINIC_SMTP_URL": value, "CLINIC_LOG_LEVEL": "debug"}).smtp_url == value


def test_the_page_of_settings_lists_what_the_code_reads() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\|", page.read_text("utf-8"), re.MULTILINE)
    assert rows == [(variable(each.name), each.metadata["default"] or "") for each in fields(Settings)]
