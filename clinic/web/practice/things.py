"""The forms of the practice itself, its locations, rooms and people: their fields, and what they say."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask_babel import gettext

from clinic.content.labels import label
from clinic.content.languages import NAMES
from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.practice.editing import code_for, with_colleague, with_location, with_room
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import GENDERS, Staff
from clinic.domain.practice.places import MOST_LANES, Location, Room
from clinic.domain.practice.practice import Practice, Profile
from clinic.interchange.holidays_of import is_region, region_code, region_name
from clinic.services.practice.setup import Edit
from clinic.web import words
from clinic.web.practice import choices
from clinic.web.practice.entries import Entry, Form, whole

SHARED = tuple(each for each in Modality if not each.needles)
RESERVED_CODES = frozenset({"new"})
SHARED_PLACE = ("tz", "country", "subdivision", "jurisdiction", "emergency_number", "grid_minutes")
"""What locations of a practice usually have in common."""


def _number(name: str, text: str, low: int, high: int, hint: str = "") -> Entry:
    return Entry(name, text, "number", hint=hint, attrs={"min": low, "max": high, "required": True})


def _line(name: str, text: str, hint: str = "", *, most: int = 200, optional: bool = False) -> Entry:
    return Entry(name, text, hint=hint, optional=optional, attrs={"maxlength": most, "required": not optional})


def profile_entries() -> list[Entry]:
    """Of the practice itself."""
    spoken = list(NAMES.items())
    neutral = gettext("Shown where the trade would say too much: in calendars and subjects.")
    reminder = gettext("0: nobody is reminded who did not ask for it.")
    return [
        _line("name", gettext("Name")),
        _line("neutral_name", gettext("Neutral name"), neutral),
        Entry("sender", gettext("Sender of mails"), "email", attrs={"maxlength": 200, "required": True}),
        Entry("language", gettext("Language"), "select", options=spoken),
        _number("cancel_hours", gettext("Patients move and cancel by themselves until (hours before)"), 0, 720),
        _number("reminder_hours", gettext("Reminder (hours before)"), 0, 168, reminder),
        _number("notice_minutes", gettext("Nothing is offered sooner than (minutes from now)"), 0, 43_200),
        _number("horizon_days", gettext("Nothing is offered later than (days from now)"), 7, 730),
        _number("most_visits_a_day", gettext("Visits of a patient a day, at most"), 1, 5),
        _number("most_visits_a_week", gettext("Visits of a patient a week, at most"), 1, 14),
    ]


def profile_values(practice: Practice) -> dict[str, Any]:
    known = practice.profile
    start = {"language": "en", "notice_minutes": 120, "horizon_days": 240, "most_visits_a_day": 1}
    if known is None:
        return start | {"most_visits_a_week": 5, "cancel_hours": 24, "reminder_hours": 24}
    return {each.name: getattr(known, each.name) for each in profile_entries()}


def read_profile(form: Form) -> Edit:
    """What the weights are is not asked: they stay."""
    names = [each.name for each in profile_entries() if each.kind != "number"]
    numbers = [each.name for each in profile_entries() if each.kind == "number"]
    told: dict[str, Any] = {name: form.get(name, "").strip() for name in names}
    told |= {name: whole(form, name) for name in numbers}

    def edit(practice: Practice) -> Practice:
        weights = practice.profile.weights if practice.profile else {}
        return replace(practice, profile=Profile(weights=weights, **told))

    return edit


def location_entries(known: Location | None = None) -> list[Entry]:
    law = gettext("Whose law says who may needle there: England, Florida, GB-ENG. Empty: that of country and region.")
    chosen = {"required": True}
    countries, zones = choices.countries(known.country if known else ""), choices.zones(known.tz if known else "")
    return [
        _line("name", gettext("Name")),
        _line("address", gettext("Address")),
        _line("phone", gettext("Phone"), most=40),
        _line("emergency_number", gettext("Emergency number"), most=20),
        Entry("tz", gettext("Time zone"), "select", options=zones, attrs=chosen),
        Entry("country", gettext("Country"), "select", options=countries, attrs=chosen),
        _line(
            "subdivision",
            gettext("Region of public holidays"),
            gettext("By name or code: England, BE, FL."),
            optional=True,
        ),
        _line("jurisdiction", gettext("Jurisdiction"), law, optional=True),
        _number("grid_minutes", gettext("Visits start every (minutes)"), 5, 120, gettext("A multiple of 5.")),
    ]


def location_values(known: Location | None, beside: Location | None = None) -> dict[str, Any]:
    """Of one that is there; a new one is taken to be in the same country as the one `beside` it."""
    if known is not None:
        return {each.name: getattr(known, each.name) for each in location_entries()} | _called(known)
    if beside is None:
        return {"grid_minutes": 15}
    return {name: getattr(beside, name) for name in SHARED_PLACE} | _called(beside)


def _called(site: Location) -> dict[str, str]:
    """Region and jurisdiction by name, as they may be entered; of another country's jurisdiction the code."""
    country, _, region = site.jurisdiction.partition("-")
    law = site.jurisdiction if country != site.country else region_name(country, region)
    return {
        "subdivision": region_name(site.country, site.subdivision),
        "jurisdiction": law or words.jurisdiction(country),
    }


def _jurisdiction(country: str, subdivision: str, said: str) -> str:
    """The code of what is said by name or code; that of country and region where nothing is."""
    if not said:
        return "-".join(filter(None, (country, subdivision)))
    if said.casefold() == words.jurisdiction(country).casefold():
        return country
    code = region_code(country, said)
    return f"{country}-{code}" if is_region(country, code) and code != country else code


def read_location(form: Form, code: str | None) -> Edit:
    """A new location where `code` is None."""
    told: dict[str, Any] = {each.name: form.get(each.name, "").strip() for each in location_entries()}
    told["grid_minutes"] = whole(form, "grid_minutes")
    gather(*(partial(_chosen, told, name) for name in ("tz", "country")))
    told["subdivision"] = region_code(told["country"], told["subdivision"])
    told["jurisdiction"] = _jurisdiction(told["country"], told["subdivision"], told["jurisdiction"])

    def edit(practice: Practice) -> Practice:
        if code is not None:
            return with_location(practice, replace(practice.location(code), **told))
        taken = {each.code for each in practice.locations} | RESERVED_CODES
        return with_location(practice, Location(code=code_for(told["name"], taken), **told))

    return edit


def _chosen(told: Mapping[str, Any], name: str) -> None:
    if not told[name]:
        raise Invalid("unchosen", field=name)


def room_entries() -> list[Entry]:
    fit = [("treatment", gettext("Treatment")), ("gym", gettext("Gym")), ("private", gettext("Private"))]
    return [
        _line("name", gettext("Name")),
        Entry("capabilities", gettext("Fit for"), "several", options=fit),
        _number("lanes", gettext("Patients at once"), 1, MOST_LANES),
        Entry("active", gettext("In use"), "tick"),
    ]


def room_values(known: Room | None) -> dict[str, Any]:
    if known is None:
        return {"capabilities": ["treatment"], "lanes": 1, "active": "1"}
    return {
        "name": known.name,
        "capabilities": sorted(known.capabilities),
        "lanes": known.lanes,
        "active": "1" if known.active else "",
    }


def read_room(form: Form, at: str, code: str | None) -> Edit:
    """A room of the location with the code `at`; a new one where `code` is None."""
    told: dict[str, Any] = {
        "name": form.get("name", "").strip(),
        "capabilities": frozenset(form.getlist("capabilities")),
        "lanes": whole(form, "lanes"),
        "active": bool(form.get("active")),
    }

    def edit(practice: Practice) -> Practice:
        if code is not None:
            return with_room(practice, at, replace(practice.room(code), **told))
        taken = {room.code for site in practice.locations for room in site.rooms} | RESERVED_CODES
        return with_room(practice, at, Room(code=code_for(f"{at} {told['name']}", taken), **told))

    return edit


def staff_entries(known: Staff | None = None) -> list[Entry]:
    spoken = words.language_choices(*(known.languages if known else ()))
    kinds = [("therapist", gettext("Therapist")), ("assistant", gettext("Assistant"))]
    genders = [(each, words.gender(each) or gettext("not said")) for each in GENDERS]
    shared = gettext("Patients at once: %(what)s")
    return [
        _line("name", gettext("Name")),
        _line("initials", gettext("Initials"), most=8),
        Entry("kind", gettext("Work"), "select", options=kinds),
        Entry("gender", gettext("Gender"), "select", options=genders),
        Entry("languages", gettext("Languages"), "several", options=spoken),
        *(
            _number(f"limit_{each.name.lower()}", shared % {"what": gettext(label(each.value))}, 1, MOST_LANES)
            for each in SHARED
        ),
        Entry("supervises", gettext("May supervise colleagues whose credentials are provisional"), "tick"),
        Entry("active", gettext("At work"), "tick"),
    ]


def staff_values(known: Staff | None) -> dict[str, Any]:
    limits: Mapping[Modality, int] = known.patient_limits if known else {}
    found: dict[str, Any] = {f"limit_{each.name.lower()}": limits.get(each, 1) for each in SHARED}
    if known is None:
        return found | {"kind": "therapist", "gender": "unknown", "active": "1"}
    found |= {name: getattr(known, name) for name in ("name", "initials", "kind", "gender")}
    flags = {name: "1" if getattr(known, name) else "" for name in ("supervises", "active")}
    return found | flags | {"languages": list(known.languages)}


def read_staff(form: Form, code: str | None) -> Edit:
    """Somebody new where `code` is None."""
    told: dict[str, Any] = {name: form.get(name, "").strip() for name in ("name", "initials", "kind", "gender")}
    told |= {name: bool(form.get(name)) for name in ("supervises", "active")}
    told["languages"] = tuple(form.getlist("languages"))
    told["patient_limits"] = {
        each: limit for each in SHARED if (limit := whole(form, f"limit_{each.name.lower()}")) != 1
    }

    def edit(practice: Practice) -> Practice:
        if code is not None:
            return with_colleague(practice, _spoken_alike(practice.colleague(code), told))
        taken = {each.code for each in practice.staff} | RESERVED_CODES
        return with_colleague(practice, Staff(code=code_for(told["name"], taken), **told))

    return edit


def _spoken_alike(known: Staff, told: Mapping[str, Any]) -> Staff:
    """Told anew; the same languages stay in the order that they had."""
    alike = set(told["languages"]) == set(known.languages)
    return replace(known, **{**told, "languages": known.languages if alike else told["languages"]})
