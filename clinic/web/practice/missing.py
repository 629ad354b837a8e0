"""What a practice still lacks before visits can be booked in it, each with the way to where it is entered."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from clinic.domain.practice.people import Staff
from clinic.domain.practice.places import Location
from clinic.domain.practice.practice import Practice

Step = tuple[str, str, str]
"""What is missing, what the way to it is called, and its address."""


def missing(practice: Practice) -> list[Step]:
    """In the order in which one enters it; nothing for a practice without a name, which begins with that."""
    if practice.profile is None:
        return []
    if not practice.locations:
        return [(gettext("There is no location yet."), gettext("Add a location"), url_for("setup.new_location"))]
    found = [step for site in practice.locations for step in _at(site)]
    at_work = [each for each in practice.staff if each.active]
    found += [step for person in at_work if person.kind == "therapist" for step in _of(person)]
    if not at_work:
        found.append((gettext("Nobody works here yet."), gettext("Add somebody"), url_for("setup.new_colleague")))
    return found


def _at(site: Location) -> Iterator[Step]:
    if not site.hours:
        says = gettext("%(name)s has no opening hours: nothing is offered there.", name=site.name)
        yield says, gettext("Opening hours"), url_for("setup.location_rows", code=site.code, listed="hours")
    if not any(room.active for room in site.rooms):
        says = gettext("%(name)s has no room: no visit finds a place there.", name=site.name)
        yield says, gettext("Add a room"), url_for("setup.new_room", code=site.code)


def _of(person: Staff) -> Iterator[Step]:
    if not person.shifts:
        says = gettext("%(name)s has no working hours: nothing is offered with them.", name=person.name)
        yield says, gettext("Working hours"), url_for("setup.colleague_rows", code=person.code, listed="hours")
    if not person.credentials:
        says = gettext("%(name)s has no credentials: no treatment is offered with them.", name=person.name)
        yield says, gettext("Credentials"), url_for("setup.colleague_rows", code=person.code, listed="credentials")
