"""The practice that browsers visit, asked without one: which templates made an answer, and back to where it was."""

import gc
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from flask import Flask, template_rendered
from jinja2 import Template
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from clinic.db.patients import records
from clinic.db.visits import loads
from clinic.domain.access.accounts import NewAccount
from clinic.services.access import accounts
from clinic.services.access.passwords import Passwords
from clinic.services.messages.links import follow
from tests.journeys.forms import BORN, FILE, Fields
from tests.journeys.practice import ACTOR, EMAIL, NOW, PASSWORD, Practice, furnish, wired
from tests.web.conftest import Browser, application, browser

PART = {"X-Fragment": "1", "HX-Request": "true"}


@dataclass(frozen=True)
class State:
    """What was answered: to which route, asked in which way, and by which templates."""

    route: str
    way: str
    path: str
    page: str
    """The first template that was rendered; none for a redirect or a file."""
    templates: frozenset[str]
    answer: TestResponse = field(repr=False)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> str:
        return self.answer.get_data(as_text=True)


class Stage:
    """Who is signed in asks; what is asked leaves no trace once `again` was called."""

    def __init__(self, template: Path, path: Path, *, empty: bool = False) -> None:
        self._path, self._kept = Path(shutil.copyfile(template, path)), path.with_suffix(".kept")
        furnish(f"sqlite:///{path}", empty=empty)
        parts, self.database = wired(f"sqlite:///{path}")
        self.practice = Practice("", self.database, parts.send_due)
        self.app = application(parts)
        self.client = browser(self.app)
        self._used, self._pages = set[str](), list[str]()
        self._cookies: dict[str, str] = {}
        join = self.app.jinja_env.join_path

        def joined(template: str, parent: str) -> str:
            self._used.add(template)
            return join(template, parent)

        self.app.jinja_env.join_path = joined  # type: ignore[method-assign]

    def enter(self, email: str = EMAIL) -> None:
        """Sign in anew."""
        self.client = browser(self.app)
        assert self.client.send("/sign-in", login=email, password=PASSWORD).status_code == 303

    def somebody(self, role: str) -> str:
        """The address of somebody new with that role."""
        new = NewAccount(f"{role.replace(' ', '.')}@looks.example", "Kim Able", role)
        accounts.create(self.database.begin, new, PASSWORD, passwords=Passwords(), actor=ACTOR, now=NOW)
        return new.email

    def keep(self) -> None:
        """Remember how everything is now."""
        names = ("session", self.app.config["SESSION_COOKIE_NAME"])
        held = {name: self.client.get_cookie(name) for name in names}
        self._cookies = {name: cookie.value for name, cookie in held.items() if cookie}
        self.database.engine.dispose()
        with sqlite3.connect(self._path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self._path, self._kept)

    def again(self) -> None:
        """As it was when it was kept. A connection that somebody left behind would hold the file open."""
        gc.collect(1)
        self.database.engine.dispose()
        for end in ("-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._path)
        self.client = browser(self.app)
        for name, value in self._cookies.items():
            self.client.set_cookie(name, value)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See which templates are rendered."""

        def note(_: Flask, template: Template, **__: object) -> None:
            self._used.add(str(template.name))
            self._pages.append(str(template.name))

        with template_rendered.connected_to(note, self.app):
            yield

    def ask(self, way: str, path: str, fields: Fields | None = None, *, part: bool = False) -> State:
        """GET it, or POST the fields; as a page, or as the part that a script puts into one."""
        self._used.clear()
        self._pages.clear()
        headers = PART if part else {}
        if fields is None:
            answer, method = self.client.get(path, headers=headers), "GET"
        else:
            data = {name: [self._sent(value, path) for each, value in fields if each == name] for name, _ in fields}
            answer, method = self.client.post(path, data=data, headers=headers), "POST"
        page = self._pages[0] if self._pages else ""
        return State(self.route(method, path) or path, way, path, page, frozenset(self._used), answer)

    def _sent(self, value: str, path: str) -> object:
        """What stands for a file, or for what only the patient knows."""
        if value == BORN:
            with self.database.read() as unit:
                visit = loads.visit(unit.connection, follow(self.database.read, path.split("/")[2], now=NOW).public_id)
                return records.persons(unit.connection, {visit.patient_id})[visit.patient_id].birth_on.isoformat()
        return (BytesIO(value.encode()), "people.csv") if value == FILE else value

    def route(self, method: str, path: str) -> str | None:
        """The table's line for an address; none where nothing answers."""
        try:
            rule, _ = self.app.url_map.bind("").match(path.partition("?")[0], method, return_rule=True)
        except HTTPException:
            return None
        return f"{method} {rule.rule}"

    def token(self) -> Fields:
        assert isinstance(self.client, Browser)
        return (("csrf_token", self.client.token()),)
