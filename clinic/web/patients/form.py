"""The form of a patient: what was entered, and the person and choices that it says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from clinic.db.practice import lists
from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults, each_fault
from clinic.domain.patients.asked import readings
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from clinic.domain.patients.preferences import Preferences
from clinic.domain.patients.terms import bare
from clinic.domain.practice.hours import clock
from clinic.domain.time import DAY_MINUTES
from clinic.web.errors import said
from clinic.web.gate import parts

Values = dict[str, Any]

TEXTS: Final = (
    "given_name",
    "family_name",
    "born",
    "gender",
    "email",
    "phone",
    "address",
    "language",
    "disclosure",
    "invites",
    "alarm",
    "channel",
    "reminder",
    "tz",
    "from",
    "until",
    "therapist",
    "wish_gender",
    "extra_minutes",
    "interpreter",
)
TICKS: Final = (
    "deceased",
    "show_address",
    "aftercare",
    "follow_up",
    "therapist_required",
    "wish_gender_required",
    "regular",
)

FIELDS: Final[dict[str, tuple[str, object]]] = {
    "person.given_names": ("given_name", lazy_gettext("Given names")),
    "person.family_name": ("family_name", lazy_gettext("Family name")),
    "person.birth_on": ("born", lazy_gettext("Birth date")),
    "person.gender": ("gender", lazy_gettext("Gender")),
    "person.email": ("email", lazy_gettext("E-mail")),
    "person.phone": ("phone", lazy_gettext("Phone")),
    "person.address": ("address", lazy_gettext("Address")),
    "person.language": ("language", lazy_gettext("Language")),
    "choices.disclosure": ("disclosure", lazy_gettext("What mails and the calendar may say")),
    "choices.invites": ("invites", lazy_gettext("Appointments are told")),
    "choices.alarm_minutes": ("alarm", lazy_gettext("Alarm")),
    "choices.channel": ("channel", lazy_gettext("What is written goes")),
    "choices.reminder_hours": ("reminder", lazy_gettext("Reminder")),
    "choices.tz": ("tz", lazy_gettext("Own time zone")),
    "choices.from": ("from", lazy_gettext("From")),
    "choices.until": ("until", lazy_gettext("Until")),
    "choices.starts_minute": ("from", lazy_gettext("From")),
    "choices.ends_minute": ("until", lazy_gettext("Until")),
    "choices.weekdays": ("weekday", lazy_gettext("Days")),
    "choices.therapist": ("therapist", lazy_gettext("Therapist")),
    "choices.gender": ("wish_gender", lazy_gettext("Gender of the therapist")),
    "choices.extra_minutes": ("extra_minutes", lazy_gettext("Extra minutes")),
    "choices.interpreter": ("interpreter", lazy_gettext("Interpreter")),
}
"""Where a fault of the person or the choices is shown, and what that field is called."""


def shown(person: Person | None, choices: Choices) -> Values:
    """The form as it begins."""
    wishes = choices.preferences
    starts, ends = wishes.window or (None, DAY_MINUTES)
    return {
        "given_name": person.given_names if person else "",
        "family_name": person.family_name if person else "",
        "born": person.birth_on.isoformat() if person else "",
        "gender": person.gender if person else "unknown",
        "email": (person and person.email) or "",
        "phone": (person and person.phone) or "",
        "address": person.address if person else "",
        "language": person.language if person else "en",
        "deceased": bool(person and person.deceased),
        "disclosure": str(choices.disclosure),
        "invites": choices.invites,
        "show_address": choices.show_address,
        "alarm": "" if choices.alarm_minutes is None else str(choices.alarm_minutes),
        "channel": choices.channel,
        "reminder": "" if choices.reminder_hours is None else str(choices.reminder_hours),
        "tz": choices.tz or "",
        "aftercare": choices.aftercare,
        "follow_up": choices.follow_up,
        "weekday": [str(day) for day in sorted(wishes.weekdays)],
        "from": "" if starts is None else clock(starts),
        "until": "" if ends == DAY_MINUTES else clock(ends),
        "therapist": wishes.therapist or "",
        "therapist_required": wishes.therapist_required,
        "wish_gender": wishes.gender or "",
        "wish_gender_required": wishes.gender_required,
        "regular": wishes.regular,
        "extra_minutes": str(choices.extra_minutes or ""),
        "interpreter": choices.interpreter,
    }


def guessed(typed: str, *, today: date) -> Values:
    """Names and the birth date as they were typed to find somebody: `Müller, Anna` and `Anna Müller` are alike."""
    asked = readings(typed, today=today)[0]
    names = [word.strip(",;") for word in typed.replace(",", ", ").split() if bare(word) in asked.words]
    names = [word[:1].upper() + word[1:] for word in names]
    given, family = (names[1:], names[:1]) if "," in typed else (names[:-1], names[-1:])
    born = asked.born[0].isoformat() if asked.born else ""
    return {"given_name": " ".join(given), "family_name": " ".join(family), "born": born}


def entered(form: "MultiDict[str, str]") -> Values:
    """The form as it was sent."""
    texts: Values = {name: form.get(name, "").strip() for name in TEXTS}
    return texts | {name: name in form for name in TICKS} | {"weekday": form.getlist("weekday")}


def read(
    values: Values, known: Person | None, chosen: Choices, known_therapists: Mapping[str, str]
) -> tuple[Person, Choices]:
    """What the form says; what it does not ask for stays as it was. `known_therapists` are the names of those to choose
    from, by public id. Raises Invalid, fields as in FIELDS."""
    faults, choices = Faults(), chosen
    with faults.under("choices"):
        _check_therapist(values["therapist"], known_therapists)
    with faults.under("choices"):
        choices = _choices(values, chosen)
    return faults.made(lambda: _person(values, known), "person"), choices


def _check_therapist(wished: str, names: Mapping[str, str]) -> None:
    if wished and wished not in names:
        raise Invalid("unknown_choice", field="therapist", name="-", choices=", ".join(names.values()))


def _person(values: Values, known: Person | None) -> Person:
    said_of = {
        "family_name": values["family_name"],
        "given_names": values["given_name"],
        "birth_on": _birth(values["born"]),
        "gender": values["gender"],
        "email": values["email"] or None,
        "phone": values["phone"] or None,
        "address": values["address"],
        "language": values["language"],
        "deceased": values["deceased"],
    }
    if known is None:
        return Person(**said_of)
    return replace(known, **said_of, deceased_at=known.deceased_at if values["deceased"] else None)


def _choices(values: Values, chosen: Choices) -> Choices:
    return replace(
        chosen,
        disclosure=_number("disclosure", values["disclosure"] or "1"),
        invites=values["invites"],
        show_address=values["show_address"],
        alarm_minutes=_number("alarm_minutes", values["alarm"]) if values["alarm"] else None,
        channel=values["channel"] or "mail",
        reminder_hours=_number("reminder_hours", values["reminder"]) if values["reminder"] else None,
        tz=values["tz"] or None,
        aftercare=values["aftercare"],
        follow_up=values["follow_up"],
        extra_minutes=_number("extra_minutes", values["extra_minutes"] or "0"),
        interpreter=values["interpreter"],
        preferences=Preferences(
            frozenset(_number("weekdays", day) for day in values["weekday"]),
            _window(values["from"], values["until"]),
            values["therapist"] or None,
            values["therapist_required"],
            values["wish_gender"] or None,
            values["wish_gender_required"],
            values["regular"],
        ),
    )


def _birth(value: str) -> date:
    if not value:
        raise Invalid("text_missing", field="birth_on")
    try:
        return plain_day(value)
    except ValueError as error:
        raise Invalid("birth_date_partial", field="birth_on", found=value) from error


def _number(field: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise Invalid("not_a_number", field=field)
    return int(value)


def _window(starts: str, ends: str) -> tuple[int, int] | None:
    """Both ends, an open one at the day's own; None where neither is given."""
    if not (starts or ends):
        return None
    return minutes("from", starts) if starts else 0, minutes("until", ends) if ends else DAY_MINUTES


def minutes(field: str, value: str) -> int:
    """Minutes after midnight of a time of day as a form sends it. Raises Invalid(not_a_time)."""
    hours, colon, minutes = value[:5].partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 25 and int(minutes) < 60):
        raise Invalid("not_a_time", field=field)
    return int(hours) * 60 + int(minutes)


def errors(error: Invalid) -> Mapping[str, str]:
    """What is wrong, by the form's field, from top to bottom; "" for the whole."""
    told: dict[str, str] = {}
    for fault in each_fault(error):
        path = fault.field or ""
        name, label = FIELDS.get(path) or FIELDS.get(f"person.{path}") or ("", gettext("This"))
        told[name] = said(Invalid(fault.code, field=str(label), **fault.params))
    order = ["", *TEXTS, "weekday"]
    return dict(sorted(told.items(), key=lambda each: order.index(each[0])))


def therapists() -> dict[str, str]:
    """Names of those to wish for, by public id, in the practice's order."""
    with parts().read() as unit:
        return {line.public_id: line.name for line in lists.work(unit.connection)}
