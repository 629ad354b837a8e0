"""A subscribed calendar in a list: whose it is, what it shows, who fetches it, and whether anybody still does."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from clinic.db.messages.subscriptions import Line
from clinic.domain.messages.subscriptions import Standing, client, standing
from clinic.domain.time import zone
from clinic.web import words
from clinic.web.patients import wording


@dataclass(frozen=True, slots=True)
class Ways:
    """The page that a list stands on, and what its forms lead to."""

    page: str
    values: dict[str, Any] = field(default_factory=dict)

    def create(self) -> str:
        return url_for(self.page, **self.values)

    def of(self, act: str, feed: str) -> str:
        return url_for(f"{self.page}_{act}", **self.values, feed=feed)


MINE: Final = Ways("subscriptions.mine")
HOUSE: Final = Ways("subscriptions.house")


def line(given: Line, ways: Ways, *, stale_days: int, tz: str, now: datetime) -> dict[str, Any]:
    """What the page shows of it."""
    stands = standing(given.fetched_at, stale_days=stale_days, now=now)
    return {
        "id": given.public_id,
        "name": given.name,
        "whose": given.relative or given.whose,
        "facts": [fact for fact in (_reads(given), _level(given.level), given.label) if fact],
        "state": _state(given, stands, tz),
        "warns": stands is Standing.STALE,
        "private": given.private,
        "private_to": ways.of("private", given.public_id),
        "close_to": ways.of("close", given.public_id),
    }


def _reads(given: Line) -> str:
    if given.relative:
        return str(gettext("Read by %(name)s", name=given.relative))
    kinds = {"staff": gettext("Therapist"), "room": gettext("Room"), "location": gettext("Location")}
    return str(kinds.get(given.kind, ""))


def _level(level: int | None) -> str:
    return "" if level is None else next(label for value, label, _ in wording.levels() if value == str(level))


def _state(given: Line, stands: Standing, tz: str) -> str:
    if given.fetched_at is None:
        made = words.short_date(given.created_at.astimezone(zone(tz)).date())
        return str(gettext("Made on %(day)s, not fetched yet.", day=made))
    when = given.fetched_at.astimezone(zone(tz))
    said = {
        "day": words.day(when.date()),
        "time": when.strftime("%H:%M"),
        "client": client(given.fetched_by) or gettext("a program that gives no name"),
    }
    if stands is Standing.STALE:
        return str(gettext("Not fetched since %(day)s (%(client)s): subscribe anew, or close it.", **said))
    return str(gettext("Last fetched on %(day)s at %(time)s by %(client)s.", **said))


def level_options(own: int, *, for_relatives: bool) -> list[tuple[str, str]]:
    """What a patient's calendar may show: what the patient chose, whatever that becomes, or less."""
    usual = (
        gettext("As the patient chose; to a relative titles alone")
        if for_relatives
        else gettext("As the patient chose")
    )
    return [("", usual), *((value, label) for value, label, _ in wording.levels() if int(value) <= own)]


def title_options() -> list[tuple[str, str, str]]:
    """What therapists' calendars call a patient."""
    return [
        ("initials", gettext("Initials"), gettext("“AB”: enough to know who comes")),
        ("code", gettext("A code"), gettext("“K3F9QZ”: says nothing outside the practice")),
        ("name", gettext("The full name"), gettext("Whoever sees the therapist’s calendar reads who is treated here")),
    ]
