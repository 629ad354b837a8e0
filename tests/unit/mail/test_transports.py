from pathlib import Path

import pytest

from clinic.domain.errors import Invalid
from clinic.mail.directory import Directory
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.smtp import Smtp
from clinic.mail.transports import transport_from

PAYLOAD = b"Message-ID: <1@clinic.example>\r\nSubject: x\r\n\r\nfirst\r\n"
SENDER, RECIPIENT = "termine@clinic.example", "pat@patient.example"


def test_a_folder_keeps_one_file_for_each_message(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "mails" / "out")
    for payload in (PAYLOAD, PAYLOAD.replace(b"<1@", b"<2@"), PAYLOAD):
        assert directory.send(SENDER, RECIPIENT, payload) == Outcome(Fate.SENT, reached_data=True)
    files = list(directory.path.iterdir())
    assert len(files) == 2
    assert {file.suffix for file in files} == {".eml"}
    assert PAYLOAD in {file.read_bytes() for file in files}


def test_a_mail_sent_again_replaces_itself(tmp_path: Path) -> None:
    for word in (b"first", b"again"):
        Directory(tmp_path).send(SENDER, RECIPIENT, PAYLOAD.replace(b"first", word))
    (file,) = tmp_path.iterdir()
    assert file.read_bytes().endswith(b"again\r\n")


def test_a_files_name_tells_nothing_of_its_message(tmp_path: Path) -> None:
    Directory(tmp_path).send(SENDER, RECIPIENT, PAYLOAD.replace(b"<1@", b"<../../pat@"))
    (file,) = tmp_path.iterdir()
    assert "pat" not in file.name


def test_a_mail_without_a_name_of_its_own_is_not_kept(tmp_path: Path) -> None:
    outcome = Directory(tmp_path).send(SENDER, RECIPIENT, b"Subject: x\r\n\r\n")
    assert outcome == Outcome(Fate.REFUSED, detail="no Message-ID")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_pauses(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    outcome = Directory(tmp_path / "file").send(SENDER, RECIPIENT, PAYLOAD)
    assert (outcome.fate, outcome.reached_data) == (Fate.PAUSED, False)
    assert outcome.detail


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("dir:///var/lib/clinic/mail", Directory(Path("/var/lib/clinic/mail"))),
        ("dir:///var/my%20mail", Directory(Path("/var/my mail"))),
        ("smtp://localhost", Smtp("localhost", 25)),
        ("smtp://127.0.0.1:2525", Smtp("127.0.0.1", 2525)),
        ("smtp://[::1]", Smtp("::1", 25)),
        ("smtp://mail.example?starttls", Smtp("mail.example", 587, "starttls")),
        ("smtp://u%40x:p%3Ass@mail.example:26?starttls", Smtp("mail.example", 26, "starttls", "u@x", "p:ss")),
        ("smtps://u:p@mail.example", Smtp("mail.example", 465, "smtps", "u", "p")),
        ("smtp://mailpit:1025?plaintext=allowed", Smtp("mailpit", 1025)),
    ],
)
def test_an_address_names_a_transport(url: str, transport: Directory | Smtp) -> None:
    assert transport_from(url) == transport


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "smtp_url"),
        ("mail.example", "smtp_url"),
        ("http://mail.example", "smtp_url"),
        ("smtp://", "smtp_url"),
        ("smtp://mail.example:mail", "smtp_url"),
        ("smtp://[::1", "smtp_url"),
        ("smtp://localhost:0", "smtp_url"),
        ("smtp://localhost..x?starttls", "smtp_url"),
        ("smtps://mail.example?starttls", "smtp_url"),
        ("dir://var/mail", "smtp_url"),
        ("dir:///", "smtp_url"),
        ("dir:///var?x=1", "smtp_url"),
        ("smtp://mail.example?starttsl", "smtp_option"),
        ("smtp://mail.example?plaintext=yes", "smtp_option"),
        ("smtp://mail.example", "smtp_plaintext"),
        ("smtp://192.0.2.1", "smtp_plaintext"),
        ("smtp://localhost.evil.example", "smtp_plaintext"),
    ],
)
def test_an_address_that_is_wrong_or_unsafe_is_refused(url: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        transport_from(url)
    assert (caught.value.code, caught.value.field) == (code, "CLINIC_SMTP_URL")


def test_a_refusal_never_holds_the_password() -> None:
    for url in ("smtp://clinic:geheim@mail.example", "smtp://clinic:geheim@mail.example?x", "smtp://a:geheim@h:port"):
        with pytest.raises(Invalid) as caught:
            transport_from(url)
        assert "geheim" not in repr(caught.value)
