"""One visit as an invitation or its withdrawal: the calendar part of a mail (RFC 5546 §3.2.2 and §3.2.5).

Alarms and aftercare stay out: clients drop the first on accepting and mail the second back in their replies.
"""

from datetime import datetime
from typing import Literal
from urllib.parse import quote

from icalendar import vCalAddress

from clinic.calendars.document import component, head, written, zone_shown
from clinic.calendars.event import Event
from clinic.domain.errors import Invalid
from clinic.domain.messages.mailbox import Mailbox

Method = Literal["REQUEST", "CANCEL"]


def render(event: Event, *, method: Method, organizer: Mailbox, attendee: Mailbox, stamp: datetime) -> bytes:
    """The same arguments give the same bytes; `stamp` is the time of sealing.

    Raises Invalid(method_against_status): a cancelled visit cannot be requested, nor one that stands be withdrawn.
    """
    if event.cancelled != (method == "CANCEL"):
        raise Invalid("method_against_status", method=method, status=event.status.value)
    found = component(event, stamp=stamp)
    found.add("organizer", _person(organizer))
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"} if method == "REQUEST" else {}
    found.add("attendee", _person(attendee, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **asked))
    calendar = head()
    calendar.add("method", method)
    name = zone_shown(event)
    return written(calendar, [found], [name] if name else [])


def _person(mailbox: Mailbox, **parameters: str) -> vCalAddress:
    person = vCalAddress("mailto:" + quote(mailbox.address, safe="@!$&'*+/=_~.-"))
    person.params.update(parameters)
    if mailbox.name:
        person.params["CN"] = mailbox.name
    return person
