"""What is still open before a visit's needling may start, as its panel shows it."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.time import local_date, zone
from clinic.domain.visits.asking import asked_on
from clinic.domain.visits.visit import EXPECTED
from clinic.services.apply.readiness import unready
from clinic.services.care.records import unsigned
from clinic.web.care.check import items
from clinic.web.gate import actor

ASKED_TODAY = 36


class OpenItems(NamedTuple):
    """`flags` are tones and sentences; `href` leads to what is asked, None where there is nothing to ask or for who may
    not."""

    flags: list[tuple[str, str]]
    href: str | None


def open_items(unit: Unit, public_id: str, now: datetime) -> OpenItems:
    """Before it begins, what is asked before needling, on its day what is asked on the day; afterwards its record."""
    visit = loads.visit(unit.connection, public_id)
    if actor().may("record.read") and unsigned(unit, visit):
        return OpenItems([("warn", gettext("The record of this visit is not signed yet."))], None)
    if not actor().may("screening.write") or visit.status not in EXPECTED:
        return OpenItems([], None)
    arrives = url_for("check.page", public_id=public_id)
    if not visit.needles:
        return OpenItems([], arrives)
    ahead = asked_on(visit) > local_date(now, zone(visit.tz))
    found = [one for one in unready(unit, visit) if not (ahead and one.rule == ASKED_TODAY)]
    return OpenItems([("warn" if tone == "alarm" else tone, words) for tone, words in items(found)], arrives)
