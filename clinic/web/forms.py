"""What every form that changes something carries: a key, so that it acts once, and the version it was read at."""

import hashlib
import json
from datetime import datetime
from typing import TypedDict

from flask import request

from clinic.db.access.idempotency import Once
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.ids import new_public_id
from clinic.web.gate import actor, parts

UNSENT = frozenset({"csrf_token", "key"})


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return new_public_id()


def once(who: str = "") -> Once | None:
    """The key of the form that was sent, with a digest of what it said; None for a form without one. `who` sent it,
    where nobody is signed in."""
    key = request.form.get("key", "")
    if not key or len(key) > 64:
        return None
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name not in UNSENT)
    digest = hashlib.sha256(json.dumps([request.path, said]).encode()).hexdigest()
    return Once(who or actor().name, key, digest)


class Sent(TypedDict):
    """Who sent a form that changes what he saw, and when."""

    version: int
    actor: Actor
    once: Once | None
    now: datetime


def sent() -> Sent:
    """Of the form of this request. Raises Invalid."""
    return {"version": version(), "actor": actor(), "once": once(), "now": parts().now()}


def version() -> int:
    """The version that the form was read at. Raises Invalid."""
    given = request.form.get("version", "")
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        raise Invalid("version_missing", field="version")
    return int(given)
