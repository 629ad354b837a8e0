"""The settings: read once from the environment, complete or refused, every fault at once.

`docs/settings.md` describes each; a test compares the two. A field `port` is the variable `CLINIC_PORT`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import SplitResult, urlsplit

from clinic.db.connect import parse_url
from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults

PREFIX = "CLINIC_"
SECRET_LENGTH = 32
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _database(value: str) -> str:
    try:
        parse_url(value)
    except Invalid as fault:
        raise Invalid(fault.code) from fault  # `read` names the variable
    return value


def _secret(value: str) -> str:
    if len(value) < SECRET_LENGTH:
        raise Invalid("secret_short", length=len(value), limit=SECRET_LENGTH)
    return value


def _parts(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _address(value: str) -> str:
    parts = _parts(value)
    plain = parts and parts.scheme in ("http", "https") and parts.hostname and not parts.username
    if not parts or not plain or parts.path.strip("/") or parts.query or parts.fragment:
        raise Invalid("public_url")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _smtp(value: str) -> str:
    parts = _parts(value)
    network = parts and parts.scheme in ("smtp", "smtps") and parts.hostname
    folder = parts and parts.scheme == "dir" and not parts.netloc and parts.path.startswith("/")
    if value and not network and not folder:
        raise Invalid("smtp_url")
    return value


def _imap(value: str) -> str:
    parts = _parts(value)
    if value and not (parts and parts.scheme in ("imap", "imaps") and parts.hostname and parts.username):
        raise Invalid("imap_url")
    return value


def _webhook(value: str) -> str:
    parts = _parts(value)
    if value and not (parts and parts.scheme in ("http", "https") and parts.hostname and not parts.username):
        raise Invalid("webhook_url")
    return value


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise Invalid("not_one_of", allowed=", ".join(LEVELS))
    return value.upper()


def _yes(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in words:
        raise Invalid("not_one_of", allowed="1, 0")
    return words[value.lower()]


def _maybe(value: str) -> str:
    return value and str(int(_yes(value)))


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit():
            raise Invalid("not_a_number")
        if not low <= int(value) <= high:
            raise Invalid("out_of_range", value=value, low=low, high=high)
        return int(value)

    return read


def _setting(read: Callable[[str], object], default: str | None = None, *, secret: bool = False) -> Any:
    return field(metadata={"read": read, "default": default}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides. The first three have no default; what holds a secret is left out of `repr`."""

    database_url: str = _setting(_database, secret=True)
    secret_key: str = _setting(_secret, secret=True)
    url: str = _setting(_address)
    smtp_url: str = _setting(_smtp, "", secret=True)
    imap_url: str = _setting(_imap, "", secret=True)
    reply_plus: str = _setting(_maybe, "")
    reply_host: str = _setting(str, "")
    webhook_url: str = _setting(_webhook, "", secret=True)
    webhook_secret: str = _setting(str, "", secret=True)
    hold_seconds: int = _setting(_whole(0, 900), "180")
    host: str = _setting(str, "127.0.0.1")
    port: int = _setting(_whole(1, 65535), "8000")
    trusted_proxies: int = _setting(_whole(0, 5), "0")
    idle_minutes: int = _setting(_whole(1, 720), "15")
    metrics_public: bool = _setting(_yes, "0")
    log_level: str = _setting(_level, "INFO")
    demo: bool = _setting(_yes, "0")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in the environment; empty counts as not set. Raises Invalid(several_faults) or the one fault."""
        values, faults = {}, Faults()
        for each in fields(cls):
            name = variable(each.name)
            given = environ.get(name, "").strip() or each.metadata["default"]
            with faults.under(name):
                values[each.name] = each.metadata["read"](_given(given))
        faults.settle()
        return cls(**values)

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https."""
        return self.url.startswith("https://")

    @property
    def plus(self) -> bool:
        """Whether each invitation has a sender of its own, so that an answer to it proves itself."""
        return self.reply_plus == "1" or (not self.reply_plus and bool(self.imap_url))

    @property
    def uid_host(self) -> str:
        """The host part of calendar UIDs: it must not change when the port or the scheme does."""
        return urlsplit(self.url).hostname or ""


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _given(value: str | None) -> str:
    if value is None:
        raise Invalid("setting_missing")
    return value
