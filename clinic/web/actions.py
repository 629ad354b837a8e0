"""What can be done from anywhere, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext

from clinic.domain.access.actors import Actor


@dataclass(frozen=True, slots=True)
class Action:
    """`also` are other words that find it; `key` does it from anywhere."""

    label: object
    href: str
    icon: str
    permission: str
    key: str | None = None
    also: object = ""


ACTIONS: Final = (
    Action(lazy_gettext("New course"), "/courses/new", "calendar-plus", "plan.write", "N", lazy_gettext("plan")),
    Action(lazy_gettext("Book a visit"), "/visits/new", "plus", "visit.book", "B", lazy_gettext("first free time")),
    Action(lazy_gettext("New patient"), "/patients/new", "user", "patient.write"),
    Action(lazy_gettext("Today"), "/", "calendar-days", "board.read", "T", lazy_gettext("day board")),
    Action(lazy_gettext("Patients"), "/patients", "users", "patient.read"),
    Action(lazy_gettext("Worklist"), "/worklist", "clipboard-list", "worklist.read", "Q"),
    Action(lazy_gettext("Wait list"), "/waitlist", "hourglass", "visit.read", "L"),
    Action(lazy_gettext("My day"), "/today", "heart-pulse", "record.read"),
    Action(lazy_gettext("Tasks"), "/tasks", "list-checks", "task.read"),
    Action(lazy_gettext("Repair what an absence or a closure breaks"), "/repairs", "rotate-ccw", "repair.run"),
    Action(lazy_gettext("Handovers"), "/handovers", "users", "plan.read"),
    Action(lazy_gettext("Protocols"), "/protocols", "book-open", "plan.read"),
    Action(lazy_gettext("Safety rules"), "/rules", "clipboard-check", "practice.read"),
    Action(lazy_gettext("Adverse events"), "/events", "triangle-alert", "event.read"),
    Action(lazy_gettext("Outbox"), "/outbox", "send", "mail.read", None, lazy_gettext("letters mail")),
    Action(lazy_gettext("Notes for patients"), "/notes", "info", "note.edit"),
    Action(lazy_gettext("My calendars"), "/my/calendars", "rss", "feed.own"),
    Action(lazy_gettext("Own calendars that block"), "/my/calendars/busy", "clock", "busy.write"),
    Action(lazy_gettext("Calendars of the practice"), "/calendars", "calendar-days", "practice.write"),
    Action(lazy_gettext("Day sheets"), "/sheets", "printer", "board.read", None, lazy_gettext("print paper")),
    Action(lazy_gettext("Calls for the next day"), "/calls", "phone", "visit.read", None, lazy_gettext("reach")),
    Action(lazy_gettext("Billing"), "/billing", "download", "billing.read", None, lazy_gettext("payer table")),
    Action(lazy_gettext("Set-up"), "/setup", "map-pin", "practice.write", None, lazy_gettext("rooms hours absences")),
    Action(lazy_gettext("Take patients over"), "/setup/patients", "users", "practice.write", None, "csv"),
    Action(lazy_gettext("Accounts"), "/setup/accounts", "user", "account.write", None, lazy_gettext("roles invite")),
    Action(lazy_gettext("Health"), "/health", "heart-pulse", "health.read"),
)
"""In the order in which they are offered; a test resolves every address."""


def actions(me: Actor) -> Iterator[Action]:
    """Those that this person may do."""
    return (one for one in ACTIONS if me.may(one.permission))
