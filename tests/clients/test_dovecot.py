"""A mailbox on a real mail server: Dovecot keeps what patients answer, and we look through it, encrypted."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from imaplib import IMAP4_SSL
from pathlib import Path
from shutil import chown, rmtree
from socket import create_server
from tempfile import mkdtemp
from time import monotonic, sleep

import psutil
import pytest

from clinic.db.unit import Database
from clinic.mail.imap import Imap, Mark, Unreachable, imap_from
from clinic.services.messages.polling import EVERY, poll_due
from tests.clients.running import needs, started
from tests.db.inbox import Inbox
from tests.db.post import Post
from tests.unit.calendars.hosting import HOST, certificate
from tests.world import build

pytestmark = pytest.mark.prove

DOVECOT = "/usr/sbin/dovecot"
USER, PASSWORD, SAID = "answers", "p:ss/w@rd", "answers:p%3Ass%2Fw%40rd"
CONFIG = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.pem
auth_mechanisms = plain
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{home}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
"""
"""All of it in one folder, for nobody in particular."""


class Known(ssl.SSLContext):
    """Trusts the server's own certificate, whatever name this machine has for it."""

    def wrap_socket(self, *given: object, **told: object) -> ssl.SSLSocket:  # type: ignore[override]
        return super().wrap_socket(*given, **told | {"server_hostname": HOST})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Mailbox:
    """An account, and the ports where it is spoken to: encrypted from the first byte, or from STARTTLS on."""

    tls: int
    plain: int
    trust: ssl.SSLContext

    def inbox(self, said: str = SAID, *, starttls: bool = False) -> Imap:
        scheme, port, end = ("imap", self.plain, "?starttls") if starttls else ("imaps", self.tls, "")
        return replace(imap_from(f"{scheme}://{said}@127.0.0.1:{port}/{end}"), trust=self.trust)

    @contextmanager
    def person(self, folder: str = "INBOX") -> Iterator[IMAP4_SSL]:
        """Somebody at the desk who looks at the same mails."""
        with IMAP4_SSL("127.0.0.1", self.tls, ssl_context=self.trust, timeout=20) as server:
            server.login(USER, PASSWORD)
            server.select(folder)
            yield server

    def post(self, *mails: bytes) -> None:
        with self.person() as server:
            for raw in mails:
                assert server.append("INBOX", "", "", raw)[0] == "OK"  # type: ignore[arg-type]

    def count(self, which: str = "ALL", folder: str = "INBOX") -> int:
        with self.person(folder) as server:
            return len(server.search(None, which)[1][0].split())


def _two_ports() -> tuple[int, int]:
    with create_server(("127.0.0.1", 0)) as one, create_server(("127.0.0.1", 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    needs(DOVECOT)
    home = Path(mkdtemp(prefix="clinic-dovecot-"))  # short: the paths of sockets may not be long
    home.chmod(0o755)
    pem = certificate(home)
    (home / "mail").mkdir()
    alone = os.getuid() == 0
    user = "nobody" if alone else psutil.Process().username()
    group = "nogroup" if alone else str(os.getgid())
    if alone:
        chown(home / "mail", user, group)
    tls, plain = _two_ports()
    told = {"home": home, "user": user, "group": group, "password": PASSWORD, "tls": tls, "plain": plain}
    (home / "dovecot.conf").write_text(CONFIG.format(**told))
    trust = Known(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(pem)
    found = Mailbox(tls, plain, trust)
    try:
        with started(home, [DOVECOT, "-F", "-c", str(home / "dovecot.conf")]):
            _wait(found, home)
            yield found
    finally:
        rmtree(home, ignore_errors=True)


def _wait(mailbox: Mailbox, home: Path) -> None:
    until = monotonic() + 30
    while True:
        try:
            mailbox.count()
            return
        except OSError as error:
            if monotonic() > until:
                log = home / "log"
                pytest.fail(f"Dovecot does not answer: {error}\n{log.read_text() if log.exists() else ''}")
            sleep(0.1)


@pytest.mark.parametrize("starttls", [False, True])
def test_answers_are_found_once_put_away_and_everything_else_stays_unread(
    mailbox: Mailbox, database: Database, starttls: bool
) -> None:
    inbox = Inbox(Post(database, build(database), plus=True).book().run())
    post = inbox.post.later(minutes=1)
    mailbox.post(b"Subject: hello\r\n\r\nCan I bring my dog?\r\n", inbox.mail("DECLINED"))
    mailbox.post(inbox.mail("ACCEPTED", sender="eve@example.net"))
    box = mailbox.inbox(starttls=starttls)

    def poll() -> int:
        post.later(seconds=EVERY.total_seconds())
        return poll_due(database.begin, database.read, box, now=lambda: post.now)

    assert [poll(), poll()] == [1, 0]
    assert inbox.state == ("booked", "declined")
    assert (mailbox.count(), mailbox.count("UNSEEN"), mailbox.count(folder="Clinic")) == (2, 2, 1)
    mailbox.post(inbox.mail("ACCEPTED", stamp=post.now))
    assert poll() == 1
    assert inbox.state == ("confirmed", "accepted")
    assert (mailbox.count(), mailbox.count(folder="Clinic")) == (2, 2)


def test_a_wrong_password_and_a_folder_that_is_not_there_are_unreachable(mailbox: Mailbox) -> None:
    for box in (mailbox.inbox("answers:wrong"), replace(mailbox.inbox(), folder="Elsewhere")):
        with pytest.raises(Unreachable) as refused:
            list(box.look(Mark(), lambda _: True))
        assert "wrong" not in str(refused.value)


def test_a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to(mailbox: Mailbox) -> None:
    for starttls in (False, True):
        with pytest.raises(Unreachable):
            list(replace(mailbox.inbox(starttls=starttls), trust=None).look(Mark(), lambda _: True))
