"""A person's or a room's visits as a subscribed calendar: no METHOD and no people, so DTSTAMP says when an event last
changed (RFC 5545 §3.8.7.2)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from icalendar import vText

from clinic.calendars.document import alarm, component, head, written, zone_shown
from clinic.calendars.event import Event
from clinic.domain import limits
from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line
from clinic.domain.time import zone

VERSION = 2  # part of every ETag: raise it when the same events would give other bytes
_COLOR = re.compile(r"[a-z]{3,24}")


def render(events: Iterable[Event], *, name: str, color: str, tz: str, refresh_hours: int = 1) -> bytes:
    """Equal events give equal bytes, in whatever order they come: sorted by start and UID, stamped with their revision.

    A cancelled event is shown without notes and alarm. `color` is a CSS 3 name, `tz` the zone the calendar is at home
    in. Raises Invalid for an unnamed feed, two events with one UID, a colour that is no name, a refresh below an hour.
    """
    found = sorted((_told(event) for event in events), key=lambda event: (event.starts, event.uid))
    _check(found, name=name, color=color, refresh_hours=refresh_hours)
    refresh = timedelta(hours=refresh_hours)
    calendar = head()
    for label in ("name", "x-wr-calname"):
        calendar.add(label, vText(line(name)))  # the library does not know these for text and would not escape them
    calendar.add("x-wr-timezone", zone(tz).key)
    calendar.add("color", color)
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{refresh_hours}H")
    components = []
    for event in found:
        shown = component(event, stamp=event.revised_at)
        if event.alarm_lead is not None:
            shown.add_component(alarm(event.summary, event.alarm_lead))
        components.append(shown)
    return written(calendar, components, filter(None, map(zone_shown, found)))


def _told(event: Event) -> Event:
    return replace(event, description="", alarm_lead=None) if event.cancelled else event


def _check(events: list[Event], *, name: str, color: str, refresh_hours: int) -> None:
    limits.text("name", line(name), limits.PARAGRAPH, required=True)
    limits.formed("color", color, _COLOR, "teal")
    limits.whole("refresh_hours", refresh_hours, 1, 168)
    if len({event.uid for event in events}) < len(events):
        raise Invalid("uid_repeated", field="uid")
