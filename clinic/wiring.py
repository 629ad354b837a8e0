"""The one place that knows every part: it reads the environment and the clock, and hands both down."""

import os
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from flask import Flask

from clinic import resources
from clinic.config import Settings
from clinic.content.demo import demo
from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.practice.heading import heading
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.mail.imap import Imap, imap_from
from clinic.mail.kept import Kept
from clinic.mail.transports import Transport, transport_from
from clinic.mail.webhook import Both, webhook_from
from clinic.services.access.passwords import Passwords
from clinic.web.app import create_app
from clinic.web.parts import DemoAccount, Parts
from clinic.worker import parts as worker
from clinic.worker.loop import run_once

METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where several web processes keep their figures together; the library reads it when it is imported."""


def now() -> datetime:
    """The instant it is, in UTC. Nothing below asks a clock."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings of this process, those that name a mail server read to the end. Raises Invalid."""
    given = Settings.read(os.environ)
    gather(lambda: _mail(given), lambda: _texts(given), lambda: _inbox(given))
    return given


def share_metrics(folder: str) -> None:
    """The web processes that are started from now on keep their figures in this folder."""
    os.environ[METRICS_FOLDER] = folder


def open_database(given: Settings, *, durable: bool = True) -> Database:
    """The database, whatever its state: for migrating and checking; not `durable` to fill one that can be lost."""
    hold_for = timedelta(seconds=given.hold_seconds)
    return Database(open_engine(given.database_url, durable=durable), host=given.uid_host, hold_for=hold_for)


def ready_database(given: Settings) -> Database:
    """The database, once it is at this version's schema with every guard in place. Raises Invalid.

    Demo mode shows sign-ins and letters to everybody: it is refused on a database that is not a demo's.
    """
    database = open_database(given)
    schema.refuse_unready(database.engine)
    with database.read() as unit:
        found = heading(unit.connection)
    if given.demo and found.name and not found.demo:
        raise Invalid("demo_refused")
    return database


def web_parts(given: Settings, database: Database) -> Parts:
    """What the web needs, out of the settings."""
    return Parts(
        begin=database.begin,
        read=database.read,
        now=now,
        passwords=Passwords(),
        url=given.url,
        secret_key=given.secret_key,
        templates=resources.templates(),
        dist=resources.built_assets(),
        idle=timedelta(minutes=given.idle_minutes),
        trusted_proxies=given.trusted_proxies,
        metrics_public=given.metrics_public,
        metrics_shared=METRICS_FOLDER in os.environ,
        demo=given.demo,
        demo_accounts=_demo_accounts() if given.demo else (),
        send_due=partial(run_once, worker_parts(given, database)),
    )


def _demo_accounts() -> tuple[DemoAccount, ...]:
    return tuple(DemoAccount(each.email, each.password, each.name, each.role) for each in demo().accounts)


def web_app() -> Flask:
    """The application of this process; it does not come up on a database that is not ready. Raises Invalid."""
    given = settings()
    return create_app(web_parts(given, ready_database(given)))


def worker_parts(given: Settings, database: Database) -> worker.Parts:
    """What the worker needs, out of the settings. Raises Invalid for a mail address it cannot send by."""
    return worker.Parts(
        begin=database.begin,
        read=database.read,
        now=now,
        url=given.url,
        transport=_transport(given),
        jitter=random.random,
        inbox=_inbox(given),
        trusted=given.reply_host,
        plus=given.plus,
    )


def _transport(given: Settings) -> Transport | None:
    """How mails and text messages leave; a demo keeps both."""
    mail = _mail(given)
    if mail is None:
        return Kept() if given.demo else None
    return Both(mail, _texts(given))


def _mail(given: Settings) -> Transport | None:
    return transport_from(given.smtp_url) if given.smtp_url else None


def _texts(given: Settings) -> Transport | None:
    return webhook_from(given.webhook_url, given.webhook_secret, now) if given.webhook_url else None


def _inbox(given: Settings) -> Imap | None:
    return imap_from(given.imap_url) if given.imap_url else None
