"""Visits that a change leaves stranded, in words: whose, when, with whom, and where each is mended."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import ngettext

from clinic.db.courses import repairs
from clinic.db.practice import lists
from clinic.domain.practice.practice import Practice
from clinic.domain.practice.presence import Standing
from clinic.domain.time import zone
from clinic.web import words
from clinic.web.gate import actor, parts


def count(visits: Sequence[Standing]) -> str:
    """How many."""
    return str(ngettext("%(num)s visit ahead", "%(num)s visits ahead", len(visits)))


def lines(visits: Sequence[Standing], practice: Practice) -> list[dict[str, Any]]:
    """A line for each visit."""
    with parts().read() as unit:
        whose = repairs.shown(unit.connection, {each.public_id for each in visits})
    return [_line(each, whose[each.public_id], practice) for each in visits if each.public_id in whose]


def _line(visit: Standing, shown: repairs.Shown, practice: Practice) -> dict[str, Any]:
    local = visit.parts[0].starts.astimezone(zone(shown.tz))
    who = visit.parts[0].staff
    return {
        "id": visit.public_id,
        "when": f"{words.full_day(local.date())}, {local:%H:%M}",
        "patient": shown.name,
        "born": words.short_date(shown.born_on),
        "therapist": practice.colleague(who).name if who else "",
        "place": practice.location(visit.location).name,
        "href": url_for("visits.panel", public_id=visit.public_id),
        "move_to": url_for("visits.move_page", public_id=visit.public_id) if actor().may("visit.move") else None,
    }


def mending(visits: Sequence[Standing], practice: Practice) -> list[dict[str, str]]:
    """A way to a repair for each therapist and day: whoever it is, is away for as long as these visits last."""
    if not actor().may("repair.run"):
        return []
    with parts().read() as unit:
        ids = {each.code: each.public_id for each in lists.work(unit.connection)}
    days = groupby(sorted(visits, key=_whose(practice)), key=_whose(practice))
    return [_repair(who, ids[who], on, list(group), practice) for (who, on), group in days if who in ids]


def _whose(practice: Practice) -> Any:
    def key(visit: Standing) -> tuple[str, date]:
        tz = zone(practice.location(visit.location).tz)
        return visit.parts[0].staff or "", visit.parts[0].starts.astimezone(tz).date()

    return key


def _repair(who: str, public_id: str, on: date, visits: Sequence[Standing], practice: Practice) -> dict[str, str]:
    tz = zone(practice.location(visits[0].location).tz)
    starts = min(part.starts for each in visits for part in each.parts).astimezone(tz)
    ends = max(part.ends for each in visits for part in each.parts).astimezone(tz)
    asked = {"who": f"staff:{public_id}", "first": on.isoformat()}
    asked |= {"from_time": f"{starts:%H:%M}", "until_time": f"{ends:%H:%M}"}
    name = practice.colleague(who).name
    return {
        "label": f"{name}, {words.full_day(on)}: {count(visits)}",
        "href": f"{url_for('repairs.listed')}?{urlencode(asked)}",
    }
