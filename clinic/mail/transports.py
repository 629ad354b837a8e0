"""Where sealed mails go: an SMTP server, or a folder in which each mail is a file."""

import re
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from clinic.domain.errors import Invalid
from clinic.mail.directory import Directory
from clinic.mail.local import is_local
from clinic.mail.outcome import Outcome
from clinic.mail.smtp import Smtp, Tls

_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465}


class Transport(Protocol):
    """Hands one mail to one recipient; never raises: whatever happens is an Outcome."""

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """`sender` and `recipient` are bare addresses, `payload` the mail's bytes with its Message-ID."""
        ...


def transport_from(url: str) -> Transport:
    """`dir:///path` · `smtp://[user:password@]host[:port][?starttls]` · `smtps://…`.

    Mail holds health data: without TLS only a local server is spoken to, unless the address ends in
    `?plaintext=allowed`. Raises Invalid; its parameters never hold the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid("smtp_url", field="CLINIC_SMTP_URL") from error
    if parts.scheme == "dir":
        return _directory(parts)
    options = parse_qs(parts.query, keep_blank_values=True)
    if (parts.scheme, "starttls" in options) not in _PORTS or not parts.hostname or port == 0:
        raise Invalid("smtp_url", field="CLINIC_SMTP_URL")
    unknown = set(options) - {"starttls", "plaintext"}
    if unknown or options.get("plaintext", ["allowed"]) != ["allowed"]:
        raise Invalid("smtp_option", field="CLINIC_SMTP_URL", options=", ".join(sorted(unknown or {"plaintext"})))
    tls: Tls | None = "smtps" if parts.scheme == "smtps" else "starttls" if "starttls" in options else None
    if tls is None and "plaintext" not in options and not is_local(parts.hostname):
        raise Invalid("smtp_plaintext", field="CLINIC_SMTP_URL", host=parts.hostname)
    return Smtp(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme, "starttls" in options],
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _directory(parts: SplitResult) -> Directory:
    path = unquote(parts.path)
    if parts.netloc or parts.query or not re.fullmatch(r"/[^\x00]+", path):
        raise Invalid("smtp_url", field="CLINIC_SMTP_URL")
    return Directory(Path(path))
