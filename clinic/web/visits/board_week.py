"""A week: of one therapist or room, a column a day; or of everybody, how much of each day is taken."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from clinic.db.visits.reads import VisitRow
from clinic.domain.errors import NotFound
from clinic.domain.practice.site import Colleague, Site, SiteRoom
from clinic.domain.time import TICK_MINUTES
from clinic.web import words
from clinic.web.visits import board_ways
from clinic.web.visits.board import Board, drawn

WORKING_DAYS = 5
FULL_STEPS = 10


def people(site: Site, by: str, href: Callable[[str], str], who: str) -> list[dict[str, Any]]:
    """Whose week can be looked at."""
    listed: Sequence[Colleague | SiteRoom] = site.rooms if by == "room" else site.staff
    return [{"name": each.name, "href": href(each.public_id), "current": each.public_id == who} for each in listed]


def view(days: Sequence[Board], by: str, who: str) -> dict[str, Any]:
    """One of them, Monday to Friday, and the weekend where it has something. Raises NotFound."""
    site = days[0].site
    whose = site.room(who) if by == "room" else site.colleague(who)
    if whose is None:
        raise NotFound("resource")
    own = [replace(day, rows=tuple(row for row in day.rows if _has(row, whose))) for day in days]
    shown = [day for n, day in enumerate(own) if n < WORKING_DAYS or day.rows or day.blocks.hours]
    columns = [_column(day, whose) for day in shown]
    title = words.period(days[0].on, days[-1].on)
    return {"title": f"{whose.name}, {title}", "date": days[0].on.isoformat(), "by": by} | drawn(shown, columns)


def _has(row: VisitRow, whose: Colleague | SiteRoom) -> bool:
    return whose.id == (row.staff_id if isinstance(whose, Colleague) else row.room_id)


def _column(day: Board, whose: Colleague | SiteRoom) -> dict[str, Any]:
    column = day.of_therapist(whose) if isinstance(whose, Colleague) else day.of_room(whose)
    note = "" if day.on != day.today else words.today()
    return column | {"key": day.on.isoformat(), "name": words.day(day.on), "note": note}


def fullness(days: Sequence[Board], by: str, location: str) -> dict[str, Any]:
    """How many visits everybody has on each day, and how much of his hours they take."""
    site = days[0].site
    listed: Sequence[Colleague | SiteRoom] = site.rooms if by == "room" else site.staff
    shown = [day for n, day in enumerate(days) if n < WORKING_DAYS or day.rows or day.blocks.hours]
    return {
        "title": words.period(days[0].on, days[-1].on),
        "date": days[0].on.isoformat(),
        "by": by,
        "days": [
            {"name": words.day(day.on), "href": board_ways.day_href(day.on, location, by), "today": day.on == day.today}
            for day in shown
        ],
        "lines": [
            {
                "name": each.name,
                "href": board_ways.week_href(days[0].on, location, by, each.public_id),
                "cells": [_cell(day, each) for day in shown],
            }
            for each in listed
        ],
    }


def _cell(day: Board, whose: Colleague | SiteRoom) -> dict[str, Any]:
    """`percent` of the hours, None where there are none; `tenths` of it, rounded up."""
    rows = [row for row in day.rows if _has(row, whose)]
    taken, minutes = _taken(rows, whose) * TICK_MINUTES, _minutes(day, whose)
    percent = round(100 * taken / minutes) if minutes else None
    tenths = 0 if percent is None else min(FULL_STEPS, -(-percent // FULL_STEPS))
    return {"visits": len({row.public_id for row in rows}), "percent": percent, "tenths": tenths}


def _taken(rows: Sequence[VisitRow], whose: Colleague | SiteRoom) -> int:
    """In ticks; who treats several at once is taken once, a room as often as it is used."""
    ticks = [tick for row in rows for tick in range(row.stretch_starts, row.stretch_ends)]
    return len(set(ticks)) if isinstance(whose, Colleague) else len(ticks)


def _minutes(day: Board, whose: Colleague | SiteRoom) -> int:
    if isinstance(whose, Colleague):
        return day.blocks.free_minutes(whose)
    hours = day.blocks.hours
    closed = any(each.on(day.on) for each in whose.closures)
    return 0 if hours is None or closed else (hours[1] - hours[0]) * len(whose.lanes)
