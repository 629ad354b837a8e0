"""Subscribed calendars: made and revoked by staff, fetched by whoever knows the secret address."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from clinic.calendars import feed
from clinic.calendars.zones import edition
from clinic.content import notes
from clinic.db.access import audit
from clinic.db.messages import feeds
from clinic.db.messages.feeds import Feed
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.ids import PublicId
from clinic.domain.limits import LINE, SHORT, line, one_of
from clinic.domain.messages.text import line as cleaned
from clinic.domain.time import local_date, zone
from clinic.services.access.sessions import hashed
from clinic.services.messages import entries

KINDS: Final = ("patient", "staff")
MOST: Final = 20
"""Live feeds one person may have: a phone, a computer, a relative's."""
NOTED_EVERY: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Created:
    """A new feed; the secret is stored nowhere and shown once."""

    public_id: PublicId
    secret: str = field(repr=False)


def address(url: str, secret: str) -> str:
    """Where a calendar program fetches the feed; `url` is the public one."""
    return f"{url}/feeds/{secret}.ics"


def webcal(url: str, secret: str) -> str:
    """The same as a link that opens a calendar program."""
    return "webcal://" + address(url, secret).partition("://")[2]


@retrying
def create(begin: Begin, kind: str, owner: str, name: str, *, actor: Actor, now: datetime) -> Created:
    """A feed for a patient (public id) or a therapist (public id or code), with a name to tell it by (`iPhone`).

    Raises NotFound, Forbidden, Invalid(too_many_feeds).
    """
    actor.require("feed.create")
    one_of("kind", kind, KINDS)
    line("name", name, SHORT, required=True)
    with begin() as unit:
        owner_id = feeds.owner(unit.connection, kind, owner)
        if feeds.count(unit.connection, kind, owner_id) >= MOST:
            raise Invalid("too_many_feeds", limit=MOST)
        made = Created(unit.public_id(), unit.secret())
        values = {"public_id": made.public_id, "name": name.strip(), "token_hash": hashed(made.secret)}
        added = feeds.add(unit.connection, kind, owner_id, **values, created_at=now)
        patient = owner_id if kind == "patient" else None
        audit.append(
            unit.connection,
            [audit.Entry("feed.create", "feed.created", "feed", added, patient)],
            actor=actor,
            now=now,
        )
        return made


@retrying
def revoke(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Shut a feed from its next request on. Raises NotFound, Forbidden."""
    actor.require("feed.create")
    with begin() as unit:
        shut = feeds.revoke(unit.connection, public_id, now)
        if shut is None:
            raise NotFound("feed")
        entry = audit.Entry("feed.create", "feed.revoked", "feed", shut.id, shut.patient_id)
        audit.append(unit.connection, [entry], actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's bytes; equal ETags mean equal bytes."""

    etag: str
    body: bytes
    modified_at: datetime


def fetch(begin: Begin, read: Read, token: str, *, by: str, now: datetime) -> Fetched:
    """The feed behind the token, for the program that calls itself `by`: one statement while nothing changed, else
    rendered and kept. Raises NotFound for a token that is unknown or revoked."""
    with read() as unit:
        given = feeds.by_token(unit.connection, hashed(token))
        if given is None:
            raise NotFound("calendar")
        today = local_date(now, zone(given.tz))
        etag = _etag(given, today.isoformat())
        found = _kept(given, etag)
        body = b"" if found else entries.rendered(unit, given, notes.load(), today=today)
    late = given.fetched_at is None or now - given.fetched_at >= NOTED_EVERY
    if found is None or late:
        found = _keep(begin, given, found, etag, body, by=cleaned(by)[:LINE] if late else None, now=now)
    return found


def _etag(given: Feed, today: str) -> str:
    parts = (given.public_id, given.revision, given.practice_revision, today, feed.VERSION, entries.VERSION)
    return hashlib.sha256("/".join(map(str, (*parts, _zone_files()))).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _zone_files() -> str:
    return edition()


def _kept(given: Feed, etag: str) -> Fetched | None:
    if given.etag != etag or given.body is None or given.modified_at is None:
        return None
    return Fetched(etag, given.body, given.modified_at)


@retrying
def _keep(
    begin: Begin, given: Feed, found: Fetched | None, etag: str, body: bytes, *, by: str | None, now: datetime
) -> Fetched:
    """Keep new bytes, note who fetched; an unchanged body keeps its date, a changed one has a later second."""
    with begin() as unit:
        if found is None:
            modified_at = now.replace(microsecond=0)
            if given.modified_at is not None:
                later = max(modified_at, given.modified_at + timedelta(seconds=1))
                modified_at = given.modified_at if given.body == body else later
            feeds.keep(unit.connection, given.id, etag=etag, body=body, modified_at=modified_at)
            found = Fetched(etag, body, modified_at)
        if by is not None:
            feeds.fetched(unit.connection, given.id, by, now)
    return found
