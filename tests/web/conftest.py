"""The application on a fresh SQLite database, with a clock that stands still, and people who sign in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from clinic import resources
from clinic.db.unit import Database
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.services.access import accounts, roles
from clinic.services.access.passwords import Passwords
from clinic.web import gate
from clinic.web.app import create_app
from clinic.web.assets import built_assets
from clinic.web.metrics import Metrics
from clinic.web.parts import Parts
from clinic.web.practice import health
from tests.db.post import Post
from tests.world import NOW, World, at, build

PASSWORD = "plum-9-tractor"


class Compiled(BytecodeCache):
    """Templates as they were compiled once in this process: every test has an application of its own."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Clock:
    """Stands still until a test moves it."""

    at: datetime = field(default=datetime(2026, 9, 7, 7, 0, tzinfo=UTC))  # a Monday, 09:00 in Berlin

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **spell: float) -> None:
        self.at += timedelta(**spell)


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """The cheapest Argon2id there is: tests are about what is asked, not how hard it is."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web_parts(sqlite_database: Database, clock: Clock, passwords: Passwords, tmp_path: Path) -> Parts:
    """What wiring would give; a test that needs others uses `dataclasses.replace` and `create_app`."""
    roles.sync(sqlite_database.begin)
    return Parts(
        begin=sqlite_database.begin,
        read=sqlite_database.read,
        now=clock,
        passwords=passwords,
        url="http://clinic.test",
        secret_key="k" * 32,
        templates=resources.templates(),
        dist=tmp_path / "dist",
    )


class Browser(FlaskClient):
    """A client that sends each form with the token of the page it would stand on."""

    def token(self) -> str:
        """The token that this browser's forms carry."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", "before sign-in")
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(secret))

    def send(self, path: str, /, **fields: object) -> TestResponse:
        """POST a form as a page of ours would."""
        return self.post(path, data={"csrf_token": self.token(), **fields})


Enter = Callable[[str], Browser]
"""Somebody new with that role, at a browser."""


class Shared:
    """An application for test after test: making one takes longer than most tests. Each gives it parts of its own; one
    that a test has changed is thrown away."""

    def __init__(self) -> None:
        self._free: dict[object, tuple[Flask, object]] = {}

    def take(self, parts: Parts) -> tuple[Flask, object]:
        """The application and what it is like; the next one who takes before it is given back gets another."""
        if taken := self._free.pop(self._kind(parts), None):
            app, _ = taken
            app.extensions[gate.EXTENSION] = parts
            vars(app.extensions[health.METRICS]).update(vars(Metrics(shared=False)))
            app.jinja_env.globals["asset"] = built_assets(parts.dist)
            app._got_first_request = False
            return taken
        app = application(parts)
        return app, self._shape(app)

    def give_back(self, parts: Parts, app: Flask, shape: object) -> None:
        if self._shape(app) == shape and not parts.metrics_shared:
            self._free[self._kind(parts)] = (app, shape)

    @staticmethod
    def _kind(parts: Parts) -> object:
        """What an application cannot be given later."""
        return parts.secret_key, parts.secure, parts.trusted_proxies, parts.metrics_shared, parts.templates

    @staticmethod
    def _shape(app: Flask) -> object:
        """Whatever can be registered or set, as it is now."""
        hooks = (
            app.before_request_funcs,
            app.after_request_funcs,
            app.teardown_request_funcs,
            app.template_context_processors,
            app.url_value_preprocessors,
            app.url_default_functions,
        )
        handlers = app.error_handler_spec.items()
        return (
            [{scope: list(called) for scope, called in hook.items() if called} for hook in hooks],
            [(scope, code, dict(kinds)) for scope, by in handlers for code, kinds in by.items() if kinds],
            dict(app.view_functions),
            [(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()],
            dict(app.config),
            {name: value for name, value in app.jinja_env.globals.items() if name != "asset"},
            (
                dict(app.jinja_env.filters),
                dict(app.jinja_env.tests),
                app.test_client_class,
                list(app.teardown_appcontext_funcs),
            ),
            {name: value for name, value in app.extensions.items() if name != gate.EXTENSION},
        )


SHARED = Shared()


@pytest.fixture
def app(web_parts: Parts) -> Iterator[Flask]:
    made, shape = SHARED.take(web_parts)
    yield made
    SHARED.give_back(web_parts, made, shape)


def application(parts: Parts) -> Flask:
    """An application as tests drive it; two of the same parts are two worker processes."""
    made = create_app(parts)
    made.jinja_env.bytecode_cache = COMPILED
    made.test_client_class = Browser
    return made


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser that is not signed in."""
    return browser(app)


def browser(app: Flask) -> Browser:
    made = app.test_client()
    assert isinstance(made, Browser)
    return made


@pytest.fixture
def account(web_parts: Parts) -> Callable[[str], str]:
    """`account("therapist")`: somebody new with that role and PASSWORD; the address they sign in with."""
    made: list[str] = []

    def make(role: str) -> str:
        email = f"{role.replace(' ', '.')}.{len(made)}@clinic.test"
        new = NewAccount(email, role.title(), role)
        accounts.create(
            web_parts.begin, new, PASSWORD, passwords=web_parts.passwords, actor=system("test"), now=web_parts.now()
        )
        made.append(email)
        return email

    return make


@pytest.fixture
def signed_in(app: Flask, account: Callable[[str], str]) -> Enter:
    """`signed_in("therapist")`: the browser of somebody new with that role."""

    def enter(role: str) -> Browser:
        mine = browser(app)
        assert mine.send("/sign-in", login=account(role), password=PASSWORD).status_code == 303
        mine.get("/")
        return mine

    return enter


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    """A practice, at its own time."""
    clock.at = NOW
    return build(sqlite_database)


@pytest.fixture
def desk(world: World, signed_in: Enter) -> Browser:
    return signed_in("front desk")


@pytest.fixture
def therapist(world: World, signed_in: Enter) -> Browser:
    return signed_in("therapist")


@pytest.fixture
def admin(world: World, signed_in: Enter) -> Browser:
    return signed_in("admin")


@pytest.fixture
def post(world: World, sqlite_database: Database) -> Post:
    """The post of that practice, with one visit booked and nothing sent."""
    return Post(sqlite_database, world).book()


@pytest.fixture
def sent(sqlite_database: Database, clock: Clock) -> Post:
    """The post of a practice whose one visit is booked and told of, at that moment."""
    made = Post(sqlite_database, build(sqlite_database)).book(at("2026-11-25", 10)).run()
    clock.at = made.now
    return made
