"""Between a patient's values and rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.patients.preferences import preferences_from

Row = Mapping[Any, Any]


def person_from(row: Row, identifiers: Iterable[Identifier]) -> Person:
    return Person(
        row["family_name"],
        row["given_names"],
        row["birth_on"],
        row["gender"],
        row["deceased"],
        row["deceased_at"],
        row["email"],
        row["phone"],
        row["address"],
        row["language"],
        frozenset(identifiers),
    )


def person_to(person: Person) -> dict[str, Any]:
    """The columns; who says nothing of it is alive and speaks English."""
    return {
        "family_name": person.family_name,
        "given_names": person.given_names,
        "search_name": person.search_name,
        "birth_on": person.birth_on,
        "gender": person.gender,
        "deceased": bool(person.deceased),
        "deceased_at": person.deceased_at,
        "email": person.email,
        "phone": person.phone,
        "address": person.address,
        "language": person.language or "en",
    }


def choices_from(row: Row) -> Choices:
    return Choices(
        row["disclosure"],
        row["invites"],
        row["show_address"],
        row["alarm_minutes"],
        row["extra_minutes"],
        row["interpreter"],
        row["tz"],
        preferences_from(row["preferences"]),
        row["channel"],
        row["reminder_hours"],
        row["aftercare"],
        row["follow_up"],
    )


def choices_to(choices: Choices) -> dict[str, Any]:
    return {
        "disclosure": choices.disclosure,
        "invites": choices.invites,
        "show_address": choices.show_address,
        "alarm_minutes": choices.alarm_minutes,
        "extra_minutes": choices.extra_minutes,
        "interpreter": choices.interpreter,
        "tz": choices.tz,
        "preferences": choices.preferences.document(),
        "channel": choices.channel,
        "reminder_hours": choices.reminder_hours,
        "aftercare": choices.aftercare,
        "follow_up": choices.follow_up,
    }
