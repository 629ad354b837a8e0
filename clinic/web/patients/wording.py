"""What a patient can choose, in words: the same on the record and in its form."""

from flask_babel import gettext

from clinic.domain.patients.preferences import Availability, Preferences
from clinic.domain.practice.hours import clock
from clinic.web import words


def levels() -> list[tuple[str, str, str]]:
    """How much mails and calendars may say: level, label, explanation."""
    return [
        ("1", gettext("Only that there is an appointment"), gettext("“Appointment”, with day and time")),
        ("2", gettext("With the practice’s name"), gettext("And how to reach it")),
        ("3", gettext("With treatment and notes"), gettext("In the patient’s own calendar feed only")),
    ]


def ways() -> list[tuple[str, str, str]]:
    """How appointments are told: value, label, explanation."""
    return [
        ("invites", gettext("By mail, as invitations"), gettext("And by the calendar address, where one is given")),
        ("feed", gettext("By the calendar address alone"), ""),
        ("none", gettext("Not at all"), gettext("Print the dates instead")),
    ]


def channels() -> list[tuple[str, str, str]]:
    """By which way words reach the patient: value, label, explanation."""
    return [
        ("mail", gettext("By mail"), ""),
        ("text", gettext("As a text message"), gettext("Short, with a link to each visit; no invitations")),
        ("paper", gettext("On paper"), gettext("Nothing is sent: a task says when to call or hand out a card")),
    ]


def reminders(hours: str = "") -> list[tuple[str, str]]:
    """Hours before a visit, and their label; "" is the practice's way. `hours`, where chosen otherwise, are among
    them."""
    usual = {
        "": gettext("As the practice does it"),
        "0": gettext("None"),
        "2": gettext("Two hours before"),
        "24": gettext("A day before"),
        "48": gettext("Two days before"),
    }
    return list(({hours: gettext("%(hours)s hours before", hours=hours)} | usual).items())


def alarms(minutes: str = "") -> list[tuple[str, str]]:
    """Minutes before a visit, and their label; "" is none. `minutes`, where chosen otherwise, are among them."""
    usual = {
        "": gettext("No alarm"),
        "60": gettext("An hour before"),
        "120": gettext("Two hours before"),
        "1440": gettext("A day before"),
    }
    return list(({minutes: gettext("%(minutes)s minutes before", minutes=minutes)} | usual).items())


def wish_genders() -> list[tuple[str, str]]:
    """Of the therapist; "" is no wish."""
    return [("", gettext("No preference")), ("female", gettext("Woman")), ("male", gettext("Man"))]


def wishes(preferences: Preferences, therapist: str) -> list[tuple[str, str]]:
    """Label and value of each wish; `therapist` is the name of the one who is wished for."""
    starts, ends = preferences.window or (0, 0)
    only = gettext("%(who)s, nobody else", who=therapist) if preferences.therapist_required else therapist
    gender = dict(wish_genders()).get(preferences.gender or "-", "")
    return [
        (gettext("Days"), ", ".join(words.weekday_name(day) for day in sorted(preferences.weekdays))),
        (gettext("Time of day"), f"{clock(starts)}–{clock(ends)}" if preferences.window else ""),
        (gettext("Therapist"), only if preferences.therapist else ""),
        (
            gettext("Gender of the therapist"),
            gettext("%(who)s, no exceptions", who=gender) if preferences.gender_required else gender,
        ),
        (gettext("Regularity"), gettext("Same weekday and time") if preferences.regular else ""),
    ]


def times(availability: Availability) -> list[tuple[str, str]]:
    """Label and value of when he can come, where that is not at any time, and of his days away."""
    hours = [
        f"{words.weekday_name(each.weekday)} {clock(each.starts_minute)}–{clock(each.ends_minute)}"
        for each in availability.hours
    ]
    away = [
        words.short_date(each.first_on) if each.first_on == each.last_on else words.period(each.first_on, each.last_on)
        for each in availability.away
    ]
    return [(gettext("Can come"), "; ".join(hours)), (gettext("Days away"), "; ".join(away))]
