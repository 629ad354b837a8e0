"""Subscribed calendars: made and revoked by staff, fetched by whoever knows the secret address."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from clinic.calendars import feed
from clinic.calendars.zones import edition
from clinic.db.access import audit, idempotency
from clinic.db.access.idempotency import Once
from clinic.db.messages import feeds, subscriptions
from clinic.db.messages.feeds import Drawn, Feed, Revoked, Stamps
from clinic.db.messages.subscriptions import Policy
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access.actors import Actor, system
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.ids import PublicId
from clinic.domain.limits import LINE, one_of, whole
from clinic.domain.messages.subscriptions import KINDS, STALE_DAYS, TITLES, Subscription, level_for_relative
from clinic.domain.messages.text import line as cleaned
from clinic.domain.time import local_date, tick_floor, zone
from clinic.services.access.sessions import hashed
from clinic.services.messages import entries
from clinic.services.messages.notes import in_use
from clinic.services.messages.stamps import stamped

MOST: Final = 20
"""Live feeds one person, room or location may have: a phone, a computer, a relative's."""
NOTED_EVERY: Final = timedelta(minutes=15)
PERMISSION: Final = {
    "patient": "feed.create",
    "staff": "feed.own",
    "room": "practice.write",
    "location": "practice.write",
}


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
def create(
    begin: Begin,
    kind: str,
    owner: str,
    asked: Subscription | str,
    *,
    actor: Actor,
    now: datetime,
    agreed: bool = False,
    once: Once | None = None,
) -> Created:
    """A feed for a patient (public id), a therapist, room or location (public id or code), as it is asked for: all of
    it, or the name alone. `agreed`: the patient says that the relative may read aftercare.

    A form that was sent before makes nothing: what comes back has no secret. Raises NotFound, Forbidden,
    Invalid(too_many_feeds, feed_not_permitted, feed_level, feed_level_unsaid, key_reused).
    """
    one_of("kind", kind, KINDS)
    wanted = Subscription(asked) if isinstance(asked, str) else asked
    actor.require(PERMISSION[kind])
    with begin() as unit:
        known = idempotency.earlier(unit.connection, once)
        if known is not None:
            return Created(PublicId(known), "")
        of = feeds.owner(unit.connection, kind, owner)
        _permit(actor, kind, of.account, "therapist")
        if feeds.count(unit.connection, kind, of.id) >= MOST:
            raise Invalid("too_many_feeds", limit=MOST)
        made = Created(unit.public_id(), unit.secret())
        values: dict[str, object] = {
            "public_id": made.public_id,
            "name": wanted.name.strip(),
            "token_hash": hashed(made.secret),
        }
        values |= _shape(unit, of.id, wanted, agreed=agreed) if kind == "patient" else {"private": wanted.private}
        added = feeds.add(unit.connection, kind, of.id, **values, created_at=now)
        _note(unit, kind, "feed.created", [Revoked(added, of.id if kind == "patient" else None)], actor, now)
        idempotency.keep(unit.connection, once, made.public_id, now=now)
        return made


def _shape(unit: Unit, patient_id: int, wanted: Subscription, *, agreed: bool) -> dict[str, object]:
    """What a patient's feed shows, and to whom."""
    shape: dict[str, object] = {"level": wanted.level, "label": wanted.label.strip(), "private": wanted.private}
    own = feeds.level_of(unit.connection, patient_id)
    if not wanted.relative:
        if wanted.level is not None and wanted.level > own:
            raise Invalid("feed_level", field="level", limit=own)
        return shape
    readers = {each.public_id: each.id for each in subscriptions.readers(unit.connection, patient_id)}
    if wanted.relative not in readers:
        raise Invalid("feed_not_permitted", field="relative")
    level = level_for_relative(wanted.level, own, agreed=agreed)
    return {**shape, "level": level, "relative_id": readers[wanted.relative]}


def _permit(actor: Actor, kind: str, account: str, what: str) -> None:
    """A therapist opens and shuts his own feeds; who runs the practice, everybody's. Raises NotFound, Forbidden."""
    actor.require(PERMISSION[kind])
    if kind == "staff" and not actor.may("practice.write") and actor.account != account:
        raise NotFound(what)


def _note(unit: Unit, kind: str, act: str, which: Sequence[Revoked], actor: Actor, now: datetime) -> None:
    entries = [audit.Entry(PERMISSION[kind], act, "feed", each.id, each.patient_id) for each in which]
    audit.append(unit.connection, entries, actor=actor, now=now)


@retrying
def revoke(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Shut a feed from its next request on. Raises NotFound, Forbidden."""
    with begin() as unit:
        found = feeds.live(unit.connection, public_id)
        _permit(actor, found.kind, found.account, "calendar")
        _note(unit, found.kind, "feed.revoked", feeds.revoke_one(unit.connection, found.id, now), actor, now)


@retrying
def revoke_of_patient(begin: Begin, patient_id: int, *, actor: Actor, now: datetime) -> None:
    """Shut all feeds of the patient that are open, at once; relatives' too. Raises Forbidden."""
    actor.require(PERMISSION["patient"])
    with begin() as unit:
        _note(unit, "patient", "feed.revoked", feeds.revoke_of_patient(unit.connection, patient_id, now), actor, now)


def shut_over(unit: Unit, *, now: datetime) -> int:
    """Shut the calendars in which nothing stands any more, for patients whose courses are over; how many (CALENDAR
    section 4). Their links would open whatever is booked years later to whoever has them by then."""
    since = now - timedelta(days=entries.PAST_DAYS)
    shut = feeds.revoke(unit.connection, subscriptions.over(tick_floor(since), since), now)
    _note(unit, "patient", "feed.revoked", shut, system("worker"), now)
    return len(shut)


@retrying
def set_private(begin: Begin, public_id: str, private: bool, *, actor: Actor, now: datetime) -> None:
    """Whether the entries ask shared calendars to hide what they say. Raises NotFound, Forbidden."""
    with begin() as unit:
        found = feeds.live(unit.connection, public_id)
        _permit(actor, found.kind, found.account, "calendar")
        feeds.set_private(unit.connection, found.id, private)
        _note(unit, found.kind, "feed.changed", [Revoked(found.id, found.patient_id)], actor, now)


@retrying
def set_policy(begin: Begin, chosen: Policy, *, actor: Actor, now: datetime) -> None:
    """What therapists' feeds call a patient, and from when on a feed counts as stale. Raises Invalid, Forbidden."""
    actor.require("practice.write")
    one_of("titles", chosen.titles, TITLES)
    whole("stale_days", chosen.stale_days, *STALE_DAYS)
    with begin() as unit:
        subscriptions.set_policy(unit.connection, chosen)
        detail = {"titles": chosen.titles, "stale_days": chosen.stale_days}
        entry = audit.Entry("practice.write", "practice.feeds", "practice", 1, detail=detail)
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
        body, known = (b"", {}) if found else _drawn(unit, given, today, now=now)
    late = given.fetched_at is None or now - given.fetched_at >= NOTED_EVERY
    if found is None or late:
        found = _keep(begin, given, found, etag, body, known, by=cleaned(by)[:LINE] if late else None, now=now)
    return found


def _drawn(unit: Unit, given: Feed, today: date, *, now: datetime) -> tuple[bytes, Stamps]:
    shown = entries.shown(unit, given, in_use(unit), today=today)
    events, known = stamped(shown.events, feeds.stamps(unit.connection, given.id), now=now)
    return feed.render(events, name=shown.name, color=entries.COLOR, tz=shown.tz), known


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
    begin: Begin,
    given: Feed,
    found: Fetched | None,
    etag: str,
    body: bytes,
    known: Stamps,
    *,
    by: str | None,
    now: datetime,
) -> Fetched:
    """Keep new bytes, note who fetched. Where somebody else kept bytes with this ETag meanwhile, theirs are the ones;
    what has changed meanwhile is served but not kept. Raises NotFound for a feed that was shut meanwhile."""
    with begin() as unit:
        if found is None:
            drawn = feeds.drawn(unit.connection, given.id)
            if drawn is None:
                raise NotFound("calendar")
            if drawn.etag == etag and drawn.body is not None and drawn.modified_at is not None:
                found = Fetched(etag, drawn.body, drawn.modified_at)
            else:
                found = Fetched(etag, body, _modified(drawn, body, now=now))
                if (drawn.revision, drawn.practice_revision) == (given.revision, given.practice_revision):
                    feeds.keep(
                        unit.connection, given.id, etag=etag, body=body, known=known, modified_at=found.modified_at
                    )
        if by is not None:
            feeds.fetched(unit.connection, given.id, by, now)
    return found


def _modified(drawn: Drawn, body: bytes, *, now: datetime) -> datetime:
    """An unchanged body keeps its date, a changed one has a later second."""
    modified_at = now.replace(microsecond=0)
    if drawn.modified_at is None:
        return modified_at
    return drawn.modified_at if drawn.body == body else max(modified_at, drawn.modified_at + timedelta(seconds=1))
