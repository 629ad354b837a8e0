"""One mail over SMTP, step by step, so that it is known which step failed and whether the message left the house."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from clinic.domain.addresses import deliverable
from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line
from clinic.mail.outcome import Fate, Outcome, judged

Tls = Literal["starttls", "smtps"]
_DETAIL_LIMIT = 200
_FAULTS = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server and our account there. Certificates are verified, against `trust` instead of the system's if given; no
    answer within `seconds` is a fault. Raises Invalid(smtp_url) for what SMTP cannot carry."""

    host: str
    port: int
    tls: Tls | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 30.0
    trust: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        try:
            self.host.encode("idna")
            f"{self.user}{self.password}".encode("ascii")
        except UnicodeError as error:
            raise Invalid("smtp_url", field="CLINIC_SMTP_URL") from error

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """One connection, one mail; never raises. A fault before the recipient is named pauses: it is the server's or
        ours, not theirs."""
        for address, fate in ((sender, Fate.UNCLEAR), (recipient, Fate.BAD_ADDRESS)):
            try:
                deliverable(address)
            except Invalid as error:
                return Outcome(fate, detail=error.code)
        try:
            with self._session(sender.rpartition("@")[2]) as server:
                return _handed_over(server, sender, recipient, payload)
        except smtplib.SMTPResponseException as error:
            return Outcome(Fate.PAUSED, code=error.smtp_code, detail=_words(error.smtp_error))
        except _FAULTS as error:
            return Outcome(Fate.PAUSED, detail=_told(error))

    @contextlib.contextmanager
    def _session(self, greeting: str) -> Iterator[smtplib.SMTP]:
        trust = (self.trust or ssl.create_default_context()) if self.tls else None
        if self.tls == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, greeting, timeout=self.seconds, context=trust)
        else:
            server = smtplib.SMTP(self.host, self.port, greeting, timeout=self.seconds)
        try:
            if self.tls == "starttls":
                server.starttls(context=trust)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
            yield server
        finally:
            # The message's fate is decided; how the connection ends does not change it.
            with contextlib.suppress(*_FAULTS):
                server.quit()
            server.close()


def _handed_over(server: smtplib.SMTP, sender: str, recipient: str, payload: bytes) -> Outcome:
    code, reply = server.mail(sender)
    if code != 250:  # all our mails have this sender, so a refusal of it is no recipient's fault
        return Outcome(Fate.PAUSED, code=code, detail=_words(reply))
    for step, accepted in ((partial(server.rcpt, recipient), {250, 251, 252}), (partial(server.docmd, "DATA"), {354})):
        code, reply = step()
        if code not in accepted:
            return Outcome(judged(code, _words(reply)), code=code, detail=_words(reply))
    try:
        server.send(_stuffed(payload))
        code, reply = server.getreply()
    except _FAULTS as error:
        return Outcome(Fate.UNKNOWN, reached_data=True, detail=_told(error))
    words = _words(reply)
    if 200 <= code < 300:
        fate = Fate.SENT
    elif 400 <= code < 600:
        fate = judged(code, words)
    else:
        fate = Fate.UNKNOWN
    return Outcome(fate, reached_data=True, code=code, detail=words)


def _stuffed(payload: bytes) -> bytes:
    """Leading dots doubled and the final dot added (RFC 5321 §4.5.2); the payload's lines end in CRLF already."""
    return (b"\r\n" + payload).replace(b"\r\n.", b"\r\n..")[2:].removesuffix(b"\r\n") + b"\r\n.\r\n"


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return line(text)[:_DETAIL_LIMIT]


def _told(error: Exception) -> str:
    return _words(str(error) or type(error).__name__)
