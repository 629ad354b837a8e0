"""What the web is given by `wiring`: plain values and callables, complete and frozen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from clinic.db.unit import Begin, Read
from clinic.services.access.passwords import Passwords


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A sign-in that the demo's sign-in page offers."""

    email: str
    password: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Parts:
    """`url` is the public address without a final slash; `idle` ends a staff session; `metrics_shared` when several
    worker processes keep their figures in one folder; `send_due` has the demo's letters sealed and sent at once."""

    begin: Begin
    read: Read
    now: Callable[[], datetime]
    passwords: Passwords
    url: str
    secret_key: str = field(repr=False)
    templates: Path
    dist: Path
    idle: timedelta = timedelta(minutes=15)
    trusted_proxies: int = 0
    metrics_public: bool = False
    metrics_shared: bool = False
    demo: bool = False
    demo_accounts: tuple[DemoAccount, ...] = ()
    send_due: Callable[[], object] = lambda: None

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")
