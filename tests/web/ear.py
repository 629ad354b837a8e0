"""What is said in logs and figures while secrets are about: an ear that keeps both."""

import logging
import logging.config
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

import pytest

from clinic import logs
from clinic.db.unit import Database
from tests.db.post import Post
from tests.unit.calendars.hosting import HOST
from tests.web.conftest import PASSWORD, Browser, Clock
from tests.world import at, build

FAMILY, GIVEN = "Quillfeather", "Wilhelmina"
EMAIL, NUMBER = "wilhelmina@quill.example", "+49 30 777 4242"
BORN = date(1951, 2, 3)
WRONG = "wrong-7f3a-password"
IMAP_PASSWORD = "p:ss/w@rd"  # the one that the test's servers take
WEBHOOK, WEBHOOK_PATH = "webhook-7f3a-secret", "/carrier-7f3a"
CALENDAR = f"https://{HOST}/private-7f3a/basic.ics"


@dataclass
class Ear:
    """What was said since, and what must not have been."""

    capture: pytest.CaptureFixture[str]
    lines: StringIO = field(default_factory=StringIO)
    secrets: dict[str, str] = field(default_factory=dict)
    told: str = ""

    def keep(self, **secrets: str) -> None:
        self.secrets |= secrets

    def listen(self) -> str:
        caught = self.capture.readouterr()
        self.told = self.lines.getvalue()
        return self.told + caught.out + caught.err

    def heard(self, *more: str) -> list[str]:
        """The names of the secrets that are in a log, or in something else that is open."""
        everything = "".join((self.listen(), *more)).lower()
        return [name for name, secret in self.secrets.items() if secret.lower() in everything]


def listening(capsys: pytest.CaptureFixture[str]) -> Iterator[Ear]:
    """The product's own logging, from DEBUG on."""
    root, found, config = logging.getLogger(), Ear(capsys), logs.config("DEBUG")
    before, level = list(root.handlers), root.level
    config["handlers"]["stderr"]["stream"] = found.lines
    logging.config.dictConfig(config)
    found.keep(family=FAMILY, given=GIVEN, email=EMAIL, number=NUMBER, digits="307774242")
    found.keep(born=BORN.isoformat(), born_there=f"{BORN:%d.%m.%Y}", born_tuple="1951, 2, 3", right=PASSWORD)
    found.keep(wrong=WRONG, imap=IMAP_PASSWORD, webhook=WEBHOOK, carrier=WEBHOOK_PATH, calendar="private-7f3a")
    yield found
    root.handlers[:], root.level = before, level
    for name in logs.TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)


def quill(database: Database, clock: Clock) -> Post:
    """A visit that is booked and told, of somebody whose name nobody else has."""
    made = Post(database, build(database), plus=True)
    values = {"family_name": FAMILY, "given_names": GIVEN, "search_name": f"{FAMILY} {GIVEN}".lower()}
    made.patient(**values, email=EMAIL, phone=NUMBER, birth_on=BORN)
    made.book(at("2026-11-25", 10)).run()
    clock.at = made.now
    return made


def link(post: Post) -> str:
    return next(page.text for page in reversed(post.pages) if "/v/" in page.text).partition("/v/")[2].split()[0]


def figures(client: Browser) -> str:
    return str(client.get("/metrics").text)
