"""A mailbox that is looked through for answers, over IMAP. What is not ours stays as it was, unread and in its place;
without a calendar part it is not even fetched.

Mails are known by their UID: those above the last that was looked at are new (RFC 9051 section 2.3.1.1).
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from clinic.domain.errors import Invalid
from clinic.mail.inbound import LARGEST
from clinic.mail.local import is_local

FIELD: Final = "CLINIC_IMAP_URL"
MOST: Final = 200
"""Mails looked at in one visit to the mailbox."""
_PORTS: Final = {"imaps": 993, "imap": 143}
_OPTIONS: Final = frozenset({"starttls", "plaintext", "handled"})
_FOLDER = re.compile(r"[ !#-\[\]-~]{1,100}")  # printable ASCII without " and \

Handle = Callable[[bytes], bool]
"""Does what a mail asks for; whether it was one of ours. What it raises ends the visit, and the mail is met again."""


class Unreachable(Exception):
    """The mail server or our account there failed. Says so without the address or the password."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox was looked through; a mailbox that was made anew has another `validity`."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Imap:
    """An account and its folder; what is handled goes to the folder `handled`, which is made if need be. Certificates
    are verified, against `trust` instead of the system's if given."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    handled: str = "Clinic"
    tls: str | None = "imaps"
    seconds: float = 30.0
    trust: ssl.SSLContext | None = None

    def look(self, mark: Mark, handle: Handle) -> Iterator[Mark]:
        """Look at up to 200 new mails, oldest first; gives how far it is after each. Raises Unreachable."""
        with self._session() as server:
            validity = _validity(server)
            uid = mark.uid if validity == mark.validity else 0
            if validity != mark.validity:
                yield Mark(validity, 0)
            found = _told(server.uid("SEARCH", f"UID {uid + 1}:*"))
            # Many servers say what they can do after the sign-in alone.
            moves = b"MOVE" in b" ".join(_told(server.capability())).upper().split()
            news = sorted(int(one) for one in b" ".join(each for each in found if each).split() if int(one) > uid)
            for each in news[:MOST]:
                raw = _mail(server, each)
                if raw is not None and handle(raw):
                    self._put_away(server, each, moves=moves)
                yield Mark(validity, each)

    @contextlib.contextmanager
    def _session(self) -> Iterator[imaplib.IMAP4]:
        try:
            server = self._connected()
            try:
                _told(server.login(_quoted(self.user), self.password))
                _told(server.select(_quoted(self.folder)))
                yield server
            finally:
                with contextlib.suppress(imaplib.IMAP4.error, OSError):
                    server.logout()
        except (imaplib.IMAP4.error, OSError) as error:
            raise Unreachable(type(error).__name__) from error

    def _connected(self) -> imaplib.IMAP4:
        trust = (self.trust or ssl.create_default_context()) if self.tls else None
        if self.tls == "imaps":
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=trust, timeout=self.seconds)
        server = imaplib.IMAP4(self.host, self.port, timeout=self.seconds)
        if trust is not None:
            server.starttls(trust)
        return server

    def _put_away(self, server: imaplib.IMAP4, uid: int, *, moves: bool) -> None:
        """Move it out of the people's way; one that is gone already, or cannot be moved, is no trouble."""
        folder, number = _quoted(self.handled), str(uid)
        with contextlib.suppress(imaplib.IMAP4.error):
            server.create(folder)
        with contextlib.suppress(imaplib.IMAP4.error):
            _told(server.uid("MOVE" if moves else "COPY", number, folder))
            if not moves:
                server.uid("STORE", number, "+FLAGS", r"(\Seen \Deleted)")


def imap_from(url: str) -> Imap:
    """`imaps://user:password@host[:port]/FOLDER[?handled=FOLDER]` · `imap://…?starttls`. Without TLS only a local
    server is spoken to, unless the address has `plaintext=allowed`. Raises Invalid(imap_url, imap_plaintext)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid("imap_url", field=FIELD) from error
    options = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    folder, handled = unquote(parts.path.strip("/")) or "INBOX", options.get("handled", "Clinic")
    whole = parts.hostname and parts.username and parts.password is not None and parts.scheme in _PORTS
    named = all(_FOLDER.fullmatch(name) for name in (folder, handled)) and folder != handled
    secret = f"{unquote(parts.username or '')}{unquote(parts.password or '')}"
    if (
        not whole
        or not named
        or set(options) - _OPTIONS
        or port == 0
        or not (secret.isascii() and secret.isprintable())
    ):
        raise Invalid("imap_url", field=FIELD)
    tls = "imaps" if parts.scheme == "imaps" else "starttls" if "starttls" in options else None
    if tls is None and options.get("plaintext") != "allowed" and not is_local(str(parts.hostname)):
        raise Invalid("imap_plaintext", field=FIELD, host=str(parts.hostname))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Imap(str(parts.hostname), port or _PORTS[parts.scheme], user, password, folder, handled, tls)


def _told(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server told. Raises IMAP4.error unless it said OK; its words may quote addresses and are dropped."""
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return answer[1]


def _validity(server: imaplib.IMAP4) -> int:
    """The UIDVALIDITY of the folder that is open."""
    _, found = server.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def _mail(server: imaplib.IMAP4, uid: int) -> bytes | None:
    """The mail, left unread; None when it has no calendar part, is too large for one of ours, or is gone. What people
    write is not even fetched."""
    told = _octets(_told(server.uid("FETCH", str(uid), "(RFC822.SIZE BODYSTRUCTURE)")))
    size = re.search(rb"RFC822\.SIZE (\d+)", told)
    if size is None or int(size[1]) > LARGEST or b"CALENDAR" not in told.upper():
        return None
    parts = _told(server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _octets(parts: list[Any]) -> bytes:
    """What was told, literals and all."""
    return b" ".join(each for part in parts for each in (part if isinstance(part, tuple) else (part,)) if each)


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
