"""What every calendar document of ours has in common: its head, its zones, and how an event is written."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as Component

from clinic.calendars.event import Event
from clinic.calendars.zones import verified, vtimezone
from clinic.domain.errors import Invalid
from clinic.domain.time import zone

PRODID = "-//clinic//treatment plans//EN"


def head() -> Calendar:
    """An empty calendar, with a product and without the random UID and the library's name that `Calendar.new` adds."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    return calendar


def written(calendar: Calendar, components: Iterable[Component], zones: Iterable[str]) -> bytes:
    """The finished document, each zone described once and ahead of the events."""
    for name in sorted(set(zones)):
        calendar.add_component(vtimezone(name))
    for component in components:
        calendar.add_component(component)
    document: bytes = calendar.to_ical()
    return document


def zone_shown(event: Event) -> str | None:
    """The zone to write the event's times in, or None for UTC: the zone's rule is in doubt, or the clock is changed on
    that day. An hour that it shows twice has no other name, and the hours around it several readers get wrong: ts-ics
    lets the change begin at midnight, dateutil does not know Dublin's."""
    tz = zone(event.tz)
    for local in (event.starts.astimezone(tz), event.ends.astimezone(tz)):
        if _changes_on(local) or not verified(event.tz, local.year):
            return None
    return event.tz


def _changes_on(local: datetime) -> bool:
    """Whether the clock is changed between this day's midnight and the next."""
    midnight = local.replace(hour=0, minute=0, second=0, fold=0)
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()


def component(event: Event, *, stamp: datetime) -> Component:
    """The event without its people and its alarm. Raises Invalid(naive_instant) for the stamp."""
    if stamp.tzinfo is None:
        raise Invalid("naive_instant", field="stamp")
    found = Component()
    found.add("uid", event.uid)
    found.add("sequence", event.sequence)
    found.add("dtstamp", stamp.astimezone(UTC))
    found.add("created", event.created_at)
    found.add("last-modified", event.revised_at)
    name = zone_shown(event)
    for label, instant in (("dtstart", event.starts), ("dtend", event.ends)):
        if name is None:
            found.add(label, instant)
        else:
            found.add(label, instant.astimezone(zone(name)).replace(tzinfo=None), parameters={"TZID": name})
    found.add("status", event.status.value)
    found.add("transp", "TRANSPARENT" if event.transparent or event.cancelled else "OPAQUE")
    found.add("class", "PRIVATE" if event.private else "PUBLIC")
    for label, text in (
        ("summary", event.summary),
        ("description", event.description),
        ("location", event.location),
        ("url", event.url),
        ("related-to", event.related_to),
    ):
        if text:
            found.add(label, text)
    return found


def alarm(title: str, lead: timedelta) -> Alarm:
    """A note on the screen so long before the start."""
    found = Alarm()
    found.add("action", "DISPLAY")
    found.add("trigger", -lead)
    found.add("description", title)
    return found
