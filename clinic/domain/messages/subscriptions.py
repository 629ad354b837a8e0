"""Subscribed calendars: what one is asked to be, who fetches it, and whether it is still fetched."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.domain import limits
from clinic.domain.errors import Invalid
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.terms import banned_terms

KINDS: Final = ("patient", "staff", "room", "location")
TITLES: Final = ("initials", "code", "name")
"""What a therapist's calendar calls a patient, by the practice's choice."""
LABEL_LIMIT: Final = 20
CODE_LENGTH: Final = 6
STALE_DAYS: Final = (1, 90)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a feed is asked to be. `name` tells it from others (`phone`); `relative` is the public id of who reads it in
    the patient's place, who may call the visits by a `label` of his own (`Mum's appointment`); `level` None is the
    patient's own, whatever it becomes. A `private` feed asks calendars that are shared to hide what it says."""

    name: str
    relative: str = ""
    level: int | None = None
    label: str = ""
    private: bool = True

    def __post_init__(self) -> None:
        limits.line("name", self.name, limits.SHORT, required=True)
        limits.line("label", self.label, LABEL_LIMIT)
        told = banned_terms(self.label, Disclosure.TITLE)
        if told:
            raise Invalid("label_tells", field="label", term=told[0])
        if self.level is not None:
            limits.whole("level", self.level, Disclosure.TITLE, Disclosure.AFTERCARE)


def level_for_relative(wanted: int | None, own: int, *, agreed: bool) -> int:
    """What a relative's feed may show: titles alone unless more is asked for, never more than the patient's own shows,
    aftercare only where the patient says so. Raises Invalid(feed_level, feed_level_unsaid)."""
    level = Disclosure.TITLE if wanted is None else wanted
    if level > own:
        raise Invalid("feed_level", field="level", limit=own)
    if level >= Disclosure.AFTERCARE and not agreed:
        raise Invalid("feed_level_unsaid", field="agreed")
    return level


def code_of(public_id: str) -> str:
    """What a visit is called where nobody may be named: six signs of its public id, about 30 bits, to tell it from the
    others of a day, not to look it up by."""
    return public_id[:CODE_LENGTH].upper()


class Standing(StrEnum):
    """Whether a feed is still fetched."""

    NEVER = "never"
    STALE = "stale"
    FRESH = "fresh"


def standing(fetched_at: datetime | None, *, stale_days: int, now: datetime) -> Standing:
    """Stale is what was not fetched for longer than so many days."""
    if fetched_at is None:
        return Standing.NEVER
    return Standing.STALE if now - fetched_at > timedelta(days=stale_days) else Standing.FRESH


# The names programs give themselves; the first that is found counts, so a program stands before the engine it is built
# on and the system it runs on. Google's fetchers and Exchange fetch for their servers, not for one device.
CLIENTS: Final = (
    (r"Google-Calendar|Google-?bot|Google-Apps", "Google Calendar"),
    (r"Microsoft Exchange|Microsoft\.Exchange|Exchange/|OutlookCalendar|Microsoft Office|Outlook", "Outlook"),
    (r"Thunderbird", "Thunderbird"),
    (r"Evolution", "GNOME Evolution"),
    (r"Betterbird", "Betterbird"),
    (r"ICSx5|ICSdroid", "ICSx5"),
    (r"DAVx5", "DAVx5"),
    (r"Nextcloud|ownCloud", "Nextcloud"),
    (r"Proton", "Proton Calendar"),
    (r"Fastmail|Cyrus", "Fastmail"),
    (r"Yahoo", "Yahoo Calendar"),
    (r"Fantastical", "Fantastical"),
    (r"BusyCal", "BusyCal"),
    (r"KOrganizer|Akonadi|Kontact", "KOrganizer"),
    (r"vdirsyncer|khal", "vdirsyncer"),
    (r"Etar|Fossify", "Android calendar"),
    (r"dataaccessd|CalendarAgent|iCal/|CalendarStore|remindd|accountsd", "Apple Calendar"),
    (r"iOS/|iPhone|iPad|macOS/|Mac_OS_X/|Mac OS X/", "Apple Calendar"),
    (r"Firefox|Chrome|Safari|Edg", "Web browser"),
)
_CLIENTS: Final = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in CLIENTS)
_PRODUCT: Final = re.compile(r"[A-Za-z][\w .-]{0,31}")


def client(user_agent: str) -> str:
    """The calendar program behind a User-Agent; one that is not known by the name it gives itself, empty where it gives
    none."""
    for pattern, name in _CLIENTS:
        if pattern.search(user_agent):
            return name
    product = _PRODUCT.match(user_agent.strip())
    return product.group().strip() if product else ""
