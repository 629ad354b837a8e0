"""What a visit link opens: the visit's time and place, and the same as a calendar file."""

from datetime import datetime
from typing import Final

from clinic.calendars import feed
from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import letters as words
from clinic.content.languages import wording
from clinic.db.messages import links
from clinic.db.messages.links import Linked
from clinic.db.unit import Read
from clinic.domain.messages.notes import Disclosure
from clinic.domain.time import instant_of
from clinic.services.access.sessions import hashed
from clinic.services.messages import disclosing
from clinic.services.messages.entries import COLOR

GONE: Final = frozenset({"cancelled", "released"})


def follow(read: Read, token: str, *, now: datetime) -> Linked:
    """The visit behind the link; nothing is written. Raises NotFound alike for an unknown, revoked or expired one."""
    with read() as unit:
        return links.find(unit.connection, hashed(token), now)


def calendar_file(linked: Linked) -> bytes:
    """The visit for a calendar program that is handed a file, never with more than time, place and the practice."""
    gone, say = linked.status in GONE, wording(linked.language).say
    level = min(linked.disclosure, Disclosure.PRACTICE)
    practice = disclosing.practice_shown(level, linked.practice, linked.neutral_name)
    title = disclosing.title(level, practice, called=say(words.APPOINTMENT))
    event = Event(
        uid=linked.uid,
        sequence=linked.sequence,
        starts=instant_of(linked.starts),
        ends=instant_of(linked.ends),
        tz=linked.tz,
        summary=say(words.CANCELLED, title=title) if gone else title,
        status=Shows.CANCELLED if gone else Shows.CONFIRMED,
        created_at=linked.created_at,
        revised_at=linked.revised_at,
        location=linked.address,
    )
    return feed.render([event], name=say(words.APPOINTMENTS), color=COLOR, tz=linked.tz)
