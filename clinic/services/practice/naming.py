"""The practice under another name, a location with another address or phone: everybody who sees it is told."""

from dataclasses import replace
from datetime import datetime

from clinic.db.practice.stored import Stored
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound
from clinic.domain.practice.practice import Practice
from clinic.services.practice.rewriting import PERMISSION, differing, held, keep


@retrying
def rename(
    begin: Begin, *, name: str | None = None, neutral_name: str | None = None, actor: Actor, now: datetime
) -> bool:
    """Call the practice so; what is None stays. False when it is called so already. Raises NotFound before a practice
    is set up, Invalid."""
    actor.require(PERMISSION)
    with begin() as unit:
        known = held(unit)
        profile = known.practice.profile
        if profile is None:
            raise NotFound("practice")
        called = replace(profile, name=name or profile.name, neutral_name=neutral_name or profile.neutral_name)
        return _keep(unit, known, replace(known.practice, profile=called), actor=actor, now=now)


@retrying
def relocate(
    begin: Begin, code: str, *, address: str | None = None, phone: str | None = None, actor: Actor, now: datetime
) -> bool:
    """Give a location another address or phone; what is None stays. False when that is what it has. Raises NotFound,
    Invalid."""
    actor.require(PERMISSION)
    with begin() as unit:
        known = held(unit)
        if all(each.code != code for each in known.practice.locations):
            raise NotFound("location")
        sites = tuple(
            replace(each, address=address or each.address, phone=phone or each.phone) if each.code == code else each
            for each in known.practice.locations
        )
        return _keep(unit, known, replace(known.practice, locations=sites), actor=actor, now=now)


def _keep(unit: Unit, known: Stored, anew: Practice, *, actor: Actor, now: datetime) -> bool:
    found = differing(known.practice, anew)
    if found:
        keep(unit, known, anew, found, actor=actor, now=now)
    return bool(found)
