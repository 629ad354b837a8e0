"""What is set up, on one page, and the ways from one thing to what belongs to it."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.domain.practice.people import Staff
from clinic.domain.practice.places import Closure, Location
from clinic.domain.practice.practice import Practice
from clinic.web.frame import today
from clinic.web.gate import actor, parts
from clinic.web.practice.missing import missing

ENDPOINTS = {"practice": "profile", "location": "location", "room": "room", "staff": "colleague"}


def address(kind: str, code: str) -> str:
    """Where a thing is changed."""
    return url_for(f"setup.{ENDPOINTS[kind]}", code=code or None)


def lists(practice: Practice, kind: str, code: str) -> list[dict[str, Any]]:
    """What is entered row by row about a thing: its label, its address and how many of it hold or are ahead."""
    found: list[tuple[str, str, int]] = []
    if kind == "location":
        site = practice.location(code)
        found = [
            ("hours", gettext("Opening hours"), len(site.hours)),
            ("closures", gettext("Closures"), _ahead(site.closures)),
        ]
    elif kind == "room":
        found = [("closures", gettext("Closures"), _ahead(practice.room(code).closures))]
    elif kind == "staff":
        person = practice.colleague(code)
        found = [
            ("hours", gettext("Working hours"), len(person.shifts)),
            ("absences", gettext("Absences"), sum(each.ends_at > parts().now() for each in person.absences)),
            ("credentials", gettext("Credentials"), len(person.credentials)),
            ("starts", gettext("Reserved starts"), len(person.reserved)),
        ]
    return [
        {"label": label, "count": count, "href": url_for(f"setup.{ENDPOINTS[kind]}_rows", code=code, listed=name)}
        for name, label, count in found
    ]


def _ahead(closures: Iterable[Closure]) -> int:
    """How many are not over."""
    return sum(each.last_on >= today() for each in closures)


def view(practice: Practice) -> dict[str, Any]:
    """What `practice/setup.html` expects of the practice."""
    profile = practice.profile
    return {
        "profile": {"name": profile.name if profile else "", "href": address("practice", "")},
        "sites": [_site(practice, each) for each in practice.locations],
        "people": [_person(practice, each) for each in practice.staff],
        "new_site_href": url_for("setup.new_location"),
        "new_person_href": url_for("setup.new_colleague") if practice.locations else None,
        "ways": _ways(),
        "missing": missing(practice),
    }


def _ways() -> list[tuple[str, str]]:
    """What else belongs to running a practice."""
    ways = [
        ("practice.write", gettext("Calendars of the practice"), "/calendars"),
        ("account.write", gettext("Accounts"), "/setup/accounts"),
        ("practice.write", gettext("Take patients over"), "/setup/patients"),
        ("note.edit", gettext("Notes for patients"), "/notes"),
        ("protocol.edit", gettext("Protocols"), "/protocols"),
        ("practice.read", gettext("Safety rules"), "/rules"),
        ("practice.write", gettext("What the law says"), "/setup/law"),
    ]
    return [(label, href) for permission, label, href in ways if actor().may(permission)]


def _site(practice: Practice, site: Location) -> dict[str, Any]:
    return {
        "name": site.name,
        "address": site.address,
        "href": address("location", site.code),
        "lists": lists(practice, "location", site.code),
        "rooms": [
            {
                "name": each.name if each.active else gettext("%(name)s (not in use)", name=each.name),
                "href": address("room", each.code),
                "says": ngettext("%(num)s patient at once", "%(num)s patients at once", each.lanes),
            }
            for each in site.rooms
        ],
        "new_room_href": url_for("setup.new_room", code=site.code),
    }


def _person(practice: Practice, person: Staff) -> dict[str, Any]:
    return {
        "name": person.name if person.active else gettext("%(name)s (not at work)", name=person.name),
        "href": address("staff", person.code),
        "lists": lists(practice, "staff", person.code),
    }
