"""A record in words, as it is read and printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext

from clinic.content.labels import label
from clinic.db.care.records import VersionRow
from clinic.domain.care.record import TICKS, Fate, Needle, Part, Record, Site
from clinic.domain.care.record_document import record_from
from clinic.domain.time import local_date, zone
from clinic.web import words
from clinic.web.care.record_form import rows, shown
from clinic.web.care.record_words import choices, columns, fields, joined, named

Facts = list[tuple[str, str]]


def facts(record: Record) -> Facts:
    """Name and value of what is stated, in the order of the form."""
    values, named_fields = shown(record), fields()
    found: Facts = [(gettext("Parts"), "; ".join(_part(each) for each in record.parts))]
    found += [(gettext("Site %(number)s", number=n), _site(each)) for n, each in enumerate(record.sites, start=1)]
    for name, said in named_fields.items():
        value = values[name]
        if name in TICKS:
            value = gettext("yes") if value else ""
        elif name in choices() and value:
            value = named(name, value)
        found.append((said, value))
    return [(name, value) for name, value in found if value]


def _part(part: Part) -> str:
    planned = gettext(label(part.modality))
    if part.fate is Fate.DONE:
        return str(planned)
    if part.instead is None:
        return str(gettext("%(what)s dropped: %(why)s", what=planned, why=part.reason))
    instead = gettext(label(part.instead))
    return str(gettext("%(what)s instead of %(planned)s: %(why)s", what=instead, planned=planned, why=part.reason))


def _site(site: Site) -> str:
    target = site.target
    twitch = "" if site.twitch is None else named("twitch", "yes" if site.twitch else "no")
    return joined(
        [
            target.muscle,
            gettext(label(target.region)),
            gettext(label(target.side)),
            named("depth", site.depth) if site.depth else "",
            named("technique", site.technique) if site.technique else "",
            twitch,
            _needle(site.needle),
        ]
    )


def _needle(needle: Needle) -> str:
    gauge = "" if needle.gauge is None else f"0.{needle.gauge:02d} mm"
    length = "" if needle.length is None else f"{needle.length} mm"
    return " × ".join(each for each in (gauge, length) if each)


def version(row: VersionRow, tz: str) -> dict[str, Any]:
    """A signed version: what it says, who signed it and by what."""
    local = row.written_at.astimezone(zone(tz))
    signing = row.signing
    return {
        "number": row.number,
        "signed": gettext(
            "Signed by %(who)s on %(day)s at %(time)s",
            who=signing.get("signed_by", ""),
            day=words.full_day(local.date()),
            time=f"{local:%H:%M}",
        ),
        "reason": row.reason,
        "facts": facts(record_from(row.body)),
        "basis": _basis(signing, zone(tz)),
    }


def _basis(signing: Any, tz: ZoneInfo) -> Facts:
    """By which credentials and consent, and which notes were gone through."""
    found: Facts = [(gettext("Treated by"), _therapist(each)) for each in signing.get("therapists", ())]
    consents = [
        gettext(
            "%(kind)s, version %(number)s, %(day)s",
            kind=_named(each["kind"]),
            number=each["version"],
            day=words.short_date(local_date(datetime.fromisoformat(each["given_at"]), tz)),
        )
        for each in signing.get("consents", ())
    ]
    found.append((gettext("Consent"), "; ".join(consents) or gettext("none recorded")))
    notes = [
        gettext("%(name)s, version %(number)s", name=note_called(key), number=number)
        for key, number in signing.get("notes", ())
    ]
    return found + ([(gettext("Notes gone through"), "; ".join(notes))] if notes else [])


def note_called(key: str) -> str:
    """A note by what it is about: its treatment, and the region where it is about one."""
    sheet, *about = key.split(".")
    return joined([_named(each) for each in about or [sheet]])


def _therapist(told: dict[str, Any]) -> str:
    held = [
        joined([_named(one["kind"]), one["number"], words.jurisdiction(one["jurisdiction"])])
        for one in told["credentials"]
    ]
    return "; ".join([told["name"], *held])


def _named(kind: str) -> str:
    return str(gettext(label(kind)))


def differing(yours: dict[str, str], theirs: dict[str, str]) -> list[dict[str, str]]:
    """What two writers typed differently, a line each."""
    called = fields()
    names = dict.fromkeys([*called, *yours, *theirs])
    return [
        {
            "field": called.get(name) or _row(name),
            "yours": _chosen(name, yours.get(name, "")),
            "current": _chosen(name, theirs.get(name, "")),
        }
        for name in names
        if yours.get(name, "") != theirs.get(name, "")
    ]


def _row(name: str) -> str:
    """Where in the rows of the form a field stands."""
    kind, number, field = name.split("-", 2)
    called = (
        gettext("Site %(number)s", number=int(number) + 1)
        if kind == "site"
        else gettext("Part %(number)s", number=int(number) + 1)
    )
    return f"{called}, {columns()[field]}"


def _chosen(name: str, value: str) -> str:
    """A value as the form says it."""
    field = name.rpartition("-")[2]
    if not value:
        return ""
    if field in ("region", "side", "instead"):
        return _named(value)
    if field == "spot":
        return str(gettext("pointed at"))
    return named(field, value) if field in choices() else gettext("yes") if field in TICKS else value


def of_versions(signed: Sequence[VersionRow], tz: str) -> list[dict[str, Any]]:
    """The latest first."""
    return [version(row, tz) for row in reversed(signed)]


def latest(signed: Sequence[VersionRow], draft: Record) -> Record:
    """What was signed last, or what is typed so far."""
    return record_from(signed[-1].body) if signed else draft


def marked(values: dict[str, str]) -> list[tuple[str, str, str]]:
    """Region, side and spot of each site, for the drawing."""
    return [tuple(values[f"site-{n}-{name}"] for name in ("region", "side", "spot")) for n in range(rows(values))]  # type: ignore[misc] # three
