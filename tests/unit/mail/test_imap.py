"""Looking through a mailbox on a real connection."""

from collections.abc import Iterator

import pytest

from clinic.domain.errors import Invalid
from clinic.mail.imap import MOST, Imap, Mark, Unreachable, imap_from
from clinic.mail.inbound import LARGEST
from tests.unit.mail.imap_server import Folder, serving

CALENDAR = b"Content-Type: text/calendar\r\n\r\n"
MAILS = tuple(f"Subject: {name}\r\n".encode() + CALENDAR for name in ("one", "two", "three"))


@pytest.fixture
def folder() -> Folder:
    found = Folder()
    for raw in MAILS:
        found.add(raw)
    return found


@pytest.fixture
def inbox(folder: Folder) -> Iterator[Imap]:
    with serving(folder) as port:
        yield imap_from(f"imap://clinic:p%3Ass%2Fw%40rd@127.0.0.1:{port}/INBOX?handled=Done%20here")


def test_every_new_mail_is_looked_at_once_oldest_first(folder: Folder, inbox: Imap) -> None:
    seen: list[bytes] = []
    marks = list(inbox.look(Mark(), lambda raw: bool(seen.append(raw))))
    assert seen == list(MAILS)
    assert marks == [Mark(7, 0), Mark(7, 1), Mark(7, 2), Mark(7, 3)]
    assert list(inbox.look(marks[-1], lambda raw: bool(seen.append(raw)))) == []
    assert folder.fetched == [1, 2, 3]
    assert folder.moved == []


def test_what_was_ours_is_moved_away_and_the_rest_stays(folder: Folder, inbox: Imap) -> None:
    list(inbox.look(Mark(7, 0), lambda raw: b"one" not in raw))
    assert folder.moved == [(2, '"Done here"'), (3, '"Done here"')]
    assert list(folder.mails) == [1]
    assert folder.made == ['"Done here"', '"Done here"']


def test_a_server_that_cannot_move_copies_and_marks(folder: Folder, inbox: Imap) -> None:
    folder.moves = False
    list(inbox.look(Mark(7, 2), lambda _: True))
    assert (folder.moved, folder.flagged) == ([(3, '"Done here"')], [3])


def test_a_mail_that_cannot_be_moved_is_no_trouble(folder: Folder, inbox: Imap) -> None:
    folder.refuses = "MOVE"
    assert list(inbox.look(Mark(7, 0), lambda _: True))[-1] == Mark(7, 3)


def test_a_mailbox_made_anew_is_looked_through_from_the_start(folder: Folder, inbox: Imap) -> None:
    folder.validity = 8
    first, *_ = inbox.look(Mark(7, 3), lambda _: False)
    assert first == Mark(8, 0)
    assert folder.fetched == [1, 2, 3]


def test_a_mail_that_is_too_large_is_passed_over_unread(folder: Folder, inbox: Imap) -> None:
    uid = folder.add(CALENDAR + b"x" * LARGEST)
    assert list(inbox.look(Mark(7, 2), lambda _: False))[-1] == Mark(7, uid)
    assert uid not in folder.fetched


def test_what_people_write_is_not_even_fetched(folder: Folder, inbox: Imap) -> None:
    uid = folder.add(b"Subject: private\r\n\r\nDear Ada")
    assert list(inbox.look(Mark(7, 3), lambda _: True)) == [Mark(7, uid)]
    assert folder.fetched == []
    assert uid in folder.mails


def test_so_many_are_looked_at_in_one_visit(folder: Folder, inbox: Imap) -> None:
    for _ in range(MOST):
        folder.add(MAILS[0])
    assert list(inbox.look(Mark(7, 0), lambda _: False))[-1] == Mark(7, MOST)


def test_what_handling_raises_ends_the_visit_there(inbox: Imap) -> None:
    marks: list[Mark] = []

    def handle(raw: bytes) -> bool:
        if b"two" in raw:
            raise LookupError
        return False

    with pytest.raises(LookupError):
        marks.extend(inbox.look(Mark(7, 0), handle))
    assert list(inbox.look(Mark(7, 1), lambda _: False)) == [Mark(7, 2), Mark(7, 3)]


@pytest.mark.parametrize("refuses", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_server_that_refuses_is_unreachable(folder: Folder, inbox: Imap, refuses: str) -> None:
    folder.refuses = refuses
    with pytest.raises(Unreachable):
        list(inbox.look(Mark(), lambda _: False))


def test_nobody_there_is_unreachable_and_the_password_is_not_told() -> None:
    with pytest.raises(Unreachable) as refused:
        list(imap_from("imaps://clinic:secret@127.0.0.1:1/").look(Mark(), lambda _: False))
    assert "secret" not in f"{refused.value!r}{imap_from('imaps://clinic:secret@h/')!r}"


@pytest.mark.parametrize(
    ("url", "host", "port", "folder", "handled", "tls"),
    [
        ("imaps://u:p@h", "h", 993, "INBOX", "Clinic", "imaps"),
        ("imaps://u:p@h:99/Visits/Answers", "h", 99, "Visits/Answers", "Clinic", "imaps"),
        ("imap://u:p@h/?starttls", "h", 143, "INBOX", "Clinic", "starttls"),
        ("imap://u:p@h/?plaintext=allowed&handled=Done", "h", 143, "INBOX", "Done", None),
        ("imap://u:p@localhost/", "localhost", 143, "INBOX", "Clinic", None),
    ],
)
def test_an_address_names_account_and_folder(
    url: str, host: str, port: int, folder: str, handled: str, tls: str | None
) -> None:
    found = imap_from(url)
    assert (found.host, found.port, found.folder, found.handled, found.tls) == (host, port, folder, handled, tls)
    assert (found.user, found.password) == ("u", "p")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("imap://u:p@h/", "imap_plaintext"),
        ("imaps://h/", "imap_url"),
        ("imaps://u@h/", "imap_url"),
        ("imaps://u:p@h:x/", "imap_url"),
        ("imaps://u:p@h:0/", "imap_url"),
        ("pop3://u:p@h/", "imap_url"),
        ("imaps://u:p@h/?folder=x", "imap_url"),
        ("imaps://u:p@h/Clinic", "imap_url"),
        ("imaps://u:p@h/%22", "imap_url"),
        ("imaps://u:p%C3%A4@h/", "imap_url"),
        ("imaps://u:p%0A@h/", "imap_url"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        imap_from(url)
    assert refused.value.code == code
