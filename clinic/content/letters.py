"""The words of letters and of calendar entries about a visit: neutral, without names, treatment or part of the body."""

from datetime import datetime
from typing import Final

from clinic.content.marker import N_
from clinic.domain.messages.notes import Headings
from clinic.domain.messages.telling import News

APPOINTMENT: Final = N_("Appointment")
APPOINTMENTS: Final = N_("Appointments")
CANCELLED: Final = N_("Cancelled: {title}")
AWAY: Final = N_("Away")
BUSY: Final = N_("Busy {code}")
DETAILS: Final = N_("Details: {link}")
PHONE: Final = N_("Phone {phone}")
TO_CHANGE: Final = N_("Details, and how to move or cancel it: {link}")
SIGNED: Final = N_("This mail was sent automatically. Please call us instead of answering it.")

HEADINGS: Final = Headings(
    before=N_("Before"), after=N_("After"), call_us_if=N_("Call us if"), urgent=N_("When to get help now")
)

SUBJECT: Final[dict[News, str]] = {
    News.NEW: N_("Your appointment on {when}"),
    News.MOVED: N_("Moved: your appointment is now on {when}"),
    News.CHANGED: N_("Changed: your appointment on {when}"),
    News.CANCELLED: N_("Cancelled: your appointment on {when}"),
    News.WITHDRAWN: N_("No longer sent here: your appointment on {when}"),
}
OPENING: Final[dict[News, str]] = {
    News.NEW: N_("We look forward to seeing you."),
    News.MOVED: N_("Your appointment was moved. This is the time that holds now."),
    News.CHANGED: N_("Something about your appointment changed. This is what holds now."),
    News.CANCELLED: N_("This appointment is cancelled. You do not need to come."),
    News.WITHDRAWN: N_("We no longer write to this address about this appointment. The appointment itself stands."),
}


def day_words(local: datetime) -> str:
    """`Monday 23 November`."""
    return f"{local:%A} {local.day} {local:%B}"


def zone_words(local: datetime, tz: str) -> str:
    """The zone by its city, with what the clock shows there on that day: `Berlin time, CET`."""
    city, short = tz.rpartition("/")[2].replace("_", " "), local.tzname() or ""
    if short == city:
        return city
    return f"{city} time, {short if short.isalpha() else f'UTC{short}'}"
