"""Finding the location and the therapist that somebody means."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from clinic.db.practice import lists
from clinic.db.practice.lists import RoomLine
from clinic.db.unit import Read
from clinic.domain.errors import Invalid
from clinic.domain.time import zone


def whereabouts(read: Read, location: str | None, therapist: str | None) -> tuple[str, str | None]:
    """Both by public id, code or name; their public ids.

    Without a location it is the first one where the therapist works, or the practice's first. Raises
    Invalid(unknown_choice) with all there are, Invalid(no_location).
    """
    with read() as unit:
        places, working = lists.locations(unit.connection), lists.work(unit.connection)
    if not places:
        raise Invalid("no_location")
    who = None
    if therapist is not None:
        people = {line.public_id: (line.code, line.name) for line in working}
        who = _named("therapist", therapist, people)
    if location is not None:
        return _named("location", location, {line.public_id: (line.code, line.name) for line in places}), who
    return next((line.location for line in working if line.public_id == who), places[0].public_id), who


def room(read: Read, said: str) -> RoomLine:
    """The room with that public id, code or name. Raises Invalid(unknown_choice)."""
    with read() as unit:
        rooms = {line.public_id: line for line in lists.rooms(unit.connection)}
    return rooms[_named("room", said, {id_: (line.code, line.name) for id_, line in rooms.items()})]


def zone_of(read: Read, location: str) -> ZoneInfo:
    """The zone of a location, by its public id."""
    with read() as unit:
        return next(zone(each.tz) for each in lists.locations(unit.connection) if each.public_id == location)


def _named(field: str, said: str, known: Mapping[str, tuple[str, str]]) -> str:
    """The public id of the one that is meant: its id, its code, its whole name, or a part that no other name has."""
    word = said.strip().casefold()
    for fits in (
        [id_ for id_, (code, name) in known.items() if word in (id_.casefold(), code.casefold(), name.casefold())],
        [id_ for id_, (_, name) in known.items() if word and word in name.casefold()],
    ):
        if len(fits) == 1:
            return fits[0]
    choices = ", ".join(f"{code} ({name})" for code, name in known.values())
    raise Invalid("unknown_choice", field=field, name=said, choices=choices)
