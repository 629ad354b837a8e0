"""At which location a request acts: what its address and its form name, and who may come there.

A role may hold at one location alone. Then a thing of another location is not there (404), and what belongs to the
practice as a whole is for those whose role holds everywhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from werkzeug.routing import Rule

from clinic.db.access import places
from clinic.db.unit import Read
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound

THINGS: Final[Mapping[str, tuple[str, str]]] = {
    "/courses/<plan>": ("plan", "course"),
    "/courses/<public_id>": ("public_id", "course"),
    "/handovers/<public_id>": ("public_id", "handover"),
    "/repairs/<public_id>": ("public_id", "repair"),
    "/setup/locations/<code>": ("code", "location code"),
    "/setup/rooms/<code>": ("code", "room code"),
    "/tasks/<public_id>": ("public_id", "task"),
    "/visits/<public_id>": ("public_id", "visit"),
    "/visits/kept/<public_id>": ("public_id", "visit"),
    "/waitlist/<public_id>": ("public_id", "waiting"),
    "/waitlist/times/<public_id>": ("public_id", "freed"),
}
"""Addresses of what is at a location: the variable that names it, and its kind."""

OF_THE_PRACTICE: Final = ("/calendars", "/rules/<", "/setup")
"""Other addresses whose permission has to hold everywhere: people work at several locations, the rest is at none."""

ANYWHERE: Final = (
    "/day/<on>",
    "/demo/mailbox/<",
    "/events/<",
    "/my/calendars/<",
    "/my/changes/<",
    "/notes/<",
    "/outbox/<",
    "/patients/<",
    "/protocols/<",
    "/staff/<public_id>/busy",
    "/week/<on>",
)
"""Addresses with a variable that names nothing of one location. What is there is the practice's or one's own, or is
listed for the locations that one may see; what it changes is judged as it is written."""

NAMED: Final[Mapping[str, str]] = {"location": "location", "visit": "visit"}
"""What forms and queries name, by its kind."""


def narrowed(
    acting: Actor, permission: str, rule: Rule, named: Mapping[str, str], given: Mapping[str, str], read: Read
) -> Actor:
    """Who acts, with what he may do at the location that the request is about; `named` by its address, `given` by its
    query or form.

    No statement for whom nothing binds to a location. Raises NotFound for what is at another one.
    """
    if not acting.bound:
        return acting
    things = [
        *_things(rule.rule, named, permission in acting.bound),
        *((kind, given[name]) for name, kind in NAMED.items() if given.get(name)),
    ]
    with read() as unit:
        found = [places.of(unit.connection, kind, name) for kind, name in things]
    acting = acting.at(frozenset[int]().union(*found))
    if not acting.may(permission):
        raise NotFound
    return acting


def _things(rule: str, named: Mapping[str, str], bound: bool) -> Iterator[tuple[str, str]]:
    """What the address names. Raises NotFound for the practice's own where somebody is bound, and for one that nobody
    has sorted."""
    sorted_in = [start for start in THINGS if rule == start or rule.startswith(f"{start}/")]
    if sorted_in:
        variable, kind = THINGS[max(sorted_in, key=len)]
        yield kind, named[variable]
    elif (bound and rule.startswith(OF_THE_PRACTICE)) or (named and not rule.startswith((*ANYWHERE, *OF_THE_PRACTICE))):
        raise NotFound
