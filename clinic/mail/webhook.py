"""Text messages, handed to whoever carries them: one signed POST a message, the same bytes each time it is tried."""

import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line
from clinic.mail.local import is_local
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.transports import Transport

SIGNATURE: Final = "Clinic-Signature"
SECRET_LENGTH: Final = 16
_DETAIL_LIMIT = 200
_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes `{id, to, text}` as JSON, and the secret that we share with it.

    `Clinic-Signature: t=1795168800,v1=…` holds the seconds since 1970 at sending and the HMAC-SHA256, in hex, of
    these, a dot and the body. `Idempotency-Key` is the message's id: one that arrives again has the same.
    """

    url: str
    secret: str = field(repr=False)
    now: Callable[[], datetime]
    seconds: float = 15.0
    trust: ssl.SSLContext | None = None

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """One connection, one message; never raises, follows no redirect. Of a request that went out and was not
        answered nobody knows what became: it is sent again, and its id tells that it is the same."""
        connection = self._connection()
        try:
            connection.connect()
        except OSError as error:
            return Outcome(Fate.RETRY, detail=_told(error))
        try:
            parts = urlsplit(self.url)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, payload, self._headers(payload))
            code = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Outcome(Fate.UNKNOWN, reached_data=True, detail=_told(error))
        finally:
            connection.close()
        return Outcome(_judged(code), reached_data=True, code=code)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self.seconds)
        trust = self.trust or ssl.create_default_context()
        return http.client.HTTPSConnection(host, parts.port, timeout=self.seconds, context=trust)

    def _headers(self, payload: bytes) -> dict[str, str]:
        stamp = str(int(self.now().timestamp()))
        signed = hmac.new(self.secret.encode(), f"{stamp}.".encode() + payload, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": str(json.loads(payload)["id"]),
            SIGNATURE: f"t={stamp},v1={signed}",
        }


def _judged(code: int) -> Fate:
    if 200 <= code < 300:
        return Fate.SENT
    return Fate.RETRY if code >= 500 or code in _AGAIN else Fate.REFUSED


def _told(error: Exception) -> str:
    return line(str(error) or type(error).__name__)[:_DETAIL_LIMIT]


def webhook_from(url: str, secret: str, now: Callable[[], datetime]) -> Webhook:
    """By https alone, on this machine by http too. Raises Invalid; its parameters never hold the secret."""
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and parts.hostname and not parts.username and not parts.fragment
    except ValueError as error:
        raise Invalid("webhook_url", field="CLINIC_WEBHOOK_URL") from error
    near = parts.scheme == "http" and is_local(parts.hostname or "")
    if not usable or not (parts.scheme == "https" or near):
        raise Invalid("webhook_url", field="CLINIC_WEBHOOK_URL")
    if len(secret) < SECRET_LENGTH:
        raise Invalid("secret_short", field="CLINIC_WEBHOOK_SECRET", length=len(secret), limit=SECRET_LENGTH)
    return Webhook(url, secret, now)


@dataclass(frozen=True, slots=True)
class Both:
    """Mails to addresses, texts to numbers. Without a way for texts they wait, and are given up like any letter that
    does not get through."""

    mail: Transport
    texts: Transport | None

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        if "@" in recipient:
            return self.mail.send(sender, recipient, payload)
        if self.texts is None:
            return Outcome(Fate.RETRY, detail="no way for texts")
        return self.texts.send(sender, recipient, payload)
