"""Boards of visits, as their template expects them: a day by therapist or by room, or several days of one of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from clinic.db.visits.reads import VisitRow
from clinic.domain.practice.site import Colleague, Site, SiteRoom
from clinic.domain.time import TICK_MINUTES, instant_of, tick_floor
from clinic.domain.visits.day import minutes_since
from clinic.domain.visits.visit import Status, joined
from clinic.web import words
from clinic.web.visits.board_blocks import Blocks

MOST_LANES = 8


@dataclass(frozen=True, slots=True)
class Board:
    """One day at one location. `opened`: what is open about a visit, by its public id; `offered`: the visits that keep
    a time for those who wait for one."""

    site: Site
    on: date
    rows: Sequence[VisitRow]
    by: str
    now: datetime
    opened: Mapping[str, Sequence[str]] = field(default_factory=dict)
    offered: Collection[str] = frozenset()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.site.tz).date()

    @property
    def blocks(self) -> Blocks:
        """What lies under the visits."""
        return Blocks(self.site, self.on, self.today)

    def view(self) -> dict[str, Any]:
        """Columns, hours and counts; the ways to other days are the route's."""
        columns = self._by_room() if self.by == "room" else self._by_therapist()
        return {"title": words.full_day(self.on), "date": self.on.isoformat(), "by": self.by} | drawn([self], columns)

    def minute(self, tick: int) -> int:
        local = instant_of(tick).astimezone(self.site.tz)
        return local.hour * 60 + local.minute

    def _by_therapist(self) -> list[dict[str, Any]]:
        shown = []
        for each in self.site.staff:
            column = self.of_therapist(each)
            if column["visits"] or self.blocks.works(each):
                note = gettext("Assistant") if each.kind == "assistant" else ""
                shown.append(column | {"key": each.public_id, "name": each.name, "note": note})
        return shown

    def _by_room(self) -> list[dict[str, Any]]:
        names = {"note": ""}
        return [self.of_room(room) | {"key": room.public_id, "name": room.name} | names for room in self.site.rooms]

    def of_therapist(self, who: Colleague) -> dict[str, Any]:
        """His column."""
        rows = _joined(row for row in self.rows if row.staff_id == who.id)
        return self._column([self._card(row, row.room or "") for row in rows], self.blocks.of(who))

    def of_room(self, room: SiteRoom) -> dict[str, Any]:
        """The room's column."""
        rows = _joined(row for row in self.rows if row.room_id == room.id)
        return self._column([self._card(row, row.therapist or "") for row in rows], self.blocks.of_room(room))

    def _column(self, cards: list[dict[str, Any]], blocks: list[dict[str, Any]]) -> dict[str, Any]:
        cards = _laned(cards)
        lanes = max((card["lane"] for card in cards), default=1)
        return {"on": self.on.isoformat(), "lanes": lanes, "blocks": blocks, "visits": cards}

    def _card(self, row: VisitRow, place: str) -> dict[str, Any]:
        minute, offered = self.minute(row.stretch_starts), row.public_id in self.offered
        return {
            "href": url_for("visits.panel", public_id=row.public_id),
            "name": gettext("On offer") if offered else row.patient,
            "status": words.status_of(row.status),
            "answer": row.answer if row.status == "booked" else "none",
            "kind": words.kind_of(row.modalities),
            "kind_label": gettext("Wait list") if offered else words.kind_label(row.modalities),
            "number": row.ordinal,
            "of": row.total,
            "starts": words.clock(row.stretch_starts, self.site.tz),
            "minutes": minute,
            "hour": minute // 60,
            "minute": minute % 60,
            "ticks": row.stretch_ends - row.stretch_starts,
            "lane": 1,
            "place": place,
            "next": False,
            "version": None if offered else row.version,
            "open": open_words(self.opened.get(row.public_id, ())),
            "waits": self._waits(row),
        }

    def _waits(self, row: VisitRow) -> int | None:
        """For how many minutes the patient has been here; None where nobody waits."""
        if row.status != Status.ARRIVED or row.arrived_at is None:
            return None
        return minutes_since(row.arrived_at, now=self.now)


def open_words(kinds: Sequence[str]) -> str:
    """What is open about a visit, in one phrase."""
    names = {
        "consent": gettext("consent"),
        "screening": gettext("questions before needling"),
        "alarm": gettext("alarm"),
        "record": gettext("record"),
        "authorisation": gettext("authorisation"),
    }
    return ", ".join(names[kind] for kind in kinds)


def drawn(days: Sequence[Board], columns: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of these days with the hours that hold them all, the present, and how much is on them."""
    begin, end = _hours(days, columns)
    for column in columns:
        day = next(each for each in days if each.on.isoformat() == column["on"])
        column["blocks"] = [*day.blocks.outside(begin * 60, end * 60), *column["blocks"]]
    now = next((found for day in days if (found := _now(day, begin, end))), None)
    shown = {row.public_id: row.status for day in days for row in day.rows}
    present = next((day.minute(tick_floor(day.now)) for day in days if day.on == day.today), None)
    _mark_next(columns, days[0].today.isoformat(), present)
    pencilled = sum(status == "pencilled" for status in shown.values())
    return {
        "from_hour": begin,
        "until_hour": end,
        "now": now,
        "columns": columns,
        "counts": {"visits": len(shown), "pencilled": pencilled},
    }


def _hours(days: Sequence[Board], columns: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Whole hours that hold the opening hours and every card."""
    hours = [one for day in days for one in day.site.hours if one.on(day.on)]
    spans = [(one.starts_minute, one.ends_minute) for one in hours]
    for card in (card for column in columns for card in (*column["visits"], *column["blocks"])):
        first = card["hour"] * 60 + card["minute"]
        spans.append((first, first + card["ticks"] * TICK_MINUTES))
    begin = min((first for first, _ in spans), default=8 * 60)
    end = max((last for _, last in spans), default=18 * 60)
    return begin // 60, min(24, -(-end // 60))


def _now(day: Board, begin: int, end: int) -> dict[str, Any] | None:
    minute = day.minute(tick_floor(day.now))
    if day.on != day.today or not begin * 60 <= minute < end * 60:
        return None
    text = day.now.astimezone(day.site.tz).strftime("%H:%M")
    return {"hour": minute // 60, "minute": minute % 60, "text": text, "on": day.on.isoformat()}


def _joined(rows: Iterable[VisitRow]) -> list[VisitRow]:
    """Stretches of one visit that follow each other without a pause stand in one card."""
    found: list[VisitRow] = []
    for row in rows:
        last = found[-1] if found else None
        if last is not None and (last.public_id, last.stretch_ends) == (row.public_id, row.stretch_starts):
            found[-1] = replace(
                last,
                stretch_ends=row.stretch_ends,
                modalities=(*last.modalities, *row.modalities),
                therapist=joined((last.therapist, row.therapist)),
                room=joined((last.room, row.room)),
            )
        else:
            found.append(row)
    return found


def _laned(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards that overlap stand side by side: each takes the first lane that is free at its start. One that overlaps
    none has the whole width."""
    ends: list[int] = []
    for card in cards:
        start, end = card["minutes"], _end(card)
        lane = next((n for n, busy in enumerate(ends) if busy <= start), len(ends))
        ends[lane : lane + 1] = [end]
        card["lane"] = min(lane + 1, MOST_LANES)
        card["alone"] = all(each is card or _end(each) <= start or end <= each["minutes"] for each in cards)
    return cards


def _end(card: dict[str, Any]) -> int:
    """Minutes after midnight."""
    return int(card["minutes"] + card["ticks"] * TICK_MINUTES)


def _mark_next(columns: Sequence[dict[str, Any]], today: str, minute: int | None) -> None:
    """The first visit that is not over: where the keyboard begins."""
    cards = [((column["on"], card["minutes"]), card) for column in columns for card in column["visits"]]
    present = ("", 0) if minute is None else (today, minute)
    ahead = [(at, card) for at, card in cards if minute is None or (at[0], _end(card)) > present]
    if ahead:
        min(ahead, key=lambda each: each[0])[1]["next"] = True
