"""Days, times and kinds of visits in the words and signs that screens use."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, get_locale, gettext, ngettext

from clinic.content.called import FIELDS, THINGS
from clinic.content.labels import label
from clinic.content.sentences import sentence
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.time import instant_of
from clinic.interchange.holidays_of import region_name
from clinic.web import languages

KINDS: Final = (
    ("needling", frozenset({"dry-needling", "electrical-needling"})),
    ("manual", frozenset({"manual-therapy"})),
    ("exercise", frozenset({"exercise"})),
    ("review", frozenset({"review"})),
    ("education", frozenset({"education"})),
)

SPOKEN: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hi", "hu", "it", "ja", "ko", "lt", "nl", "no", "pa"),
    *("pl", "pt", "ro", "ru", "sk", "so", "sv", "sw", "tr", "uk", "ur", "vi", "zh"),
)
"""Languages that can be chosen, by code."""


def kind_of(modalities: Sequence[str]) -> str:
    """The sign of a visit: its first kind of treatment in the order of `KINDS`; an assessment otherwise."""
    return next((kind for kind, names in KINDS if names & set(modalities)), "assessment")


def kind_label(modalities: Sequence[str]) -> str:
    """What is done, in order, without the check and the advice around a needling."""
    treated = [name for name in modalities if name not in ("assessment", "education")] or list(modalities)
    return ", ".join(gettext(label(name)) for name in dict.fromkeys(treated))


def status_of(status: str) -> str:
    """A status as the screens' style sheets name it."""
    return status.replace("_", "-")


def local(tick: int, tz: ZoneInfo) -> datetime:
    """The wall time of a tick."""
    return instant_of(tick).astimezone(tz)


def clock(tick: int, tz: ZoneInfo) -> str:
    """14:30."""
    return local(tick, tz).strftime("%H:%M")


def day(on: date) -> str:
    """Mon 7 Sep."""
    return str(format_date(on, "EEE d MMM"))


def moment(local: datetime) -> str:
    """Mon 7 Sep, 18:00, of a wall time."""
    return f"{day(local.date())}, {local:%H:%M}"


def today() -> str:
    """Today."""
    return str(gettext("Today"))


def full_day(on: date) -> str:
    """Monday 7 September 2026, as the page's language writes it."""
    return languages.words().full_day(on)


def short_date(on: date) -> str:
    """7 Sep 2026."""
    return str(format_date(on, "d MMM yyyy"))


def period(first: date, last: date) -> str:
    """7 Sep to 1 Oct 2026."""
    opening = format_date(first, "d MMM" if first.year == last.year else "d MMM yyyy")
    return str(gettext("%(first)s to %(last)s", first=opening, last=short_date(last)))


def days(count: int) -> str:
    """One day, several days."""
    return str(ngettext("%(num)s day", "%(num)s days", count))


def visits(count: int) -> str:
    """One visit, several visits."""
    return str(ngettext("%(num)s visit", "%(num)s visits", count))


def targets(places: Sequence[Target]) -> str:
    """Neck, right; thorax, both sides."""
    return "; ".join(f"{gettext(label(place.region))}, {gettext(label(place.side))}" for place in places)


def weekday(on: date) -> str:
    """Mo."""
    return str(format_date(on, "EEEEEE"))


def region_choices() -> list[tuple[str, str]]:
    """Regions to choose from, none first."""
    return [("", gettext("No region")), *((one.value, gettext(label(one.value))) for one in Region)]


def side_choices() -> list[tuple[str, str]]:
    """Sides to choose from, as they follow a region."""
    return [(one.value, gettext(label(one.value))) for one in Side]


def sides() -> list[tuple[str, str]]:
    """The same in a field of their own."""
    return [(value, f"{name[:1].upper()}{name[1:]}") for value, name in side_choices()]


def weekday_name(number: int) -> str:
    """Monday for 0."""
    return str(format_date(date(2024, 1, 1 + number), "EEEE"))


def gender(name: str) -> str:
    """As it is said; nothing where it is not known."""
    names = {"female": gettext("female"), "male": gettext("male"), "other": gettext("other")}
    return str(names.get(name, ""))


def plan_state(status: str, *, all_held: bool = False) -> str:
    """Where a plan stands; one under way whose visits were all held says that."""
    if all_held and status == "active":
        return str(gettext("All visits held"))
    names = {
        "draft": gettext("Draft"),
        "offered": gettext("Offered"),
        "active": gettext("Active"),
        "completed": gettext("Completed"),
    }
    return str(names.get(status, gettext("Stopped")))


def after(first: int | None, days: int | None, tz: ZoneInfo) -> date | None:
    """The day so many days after that of a tick; None where either is not known."""
    return None if first is None or days is None else local(first, tz).date() + timedelta(days=days)


def to_close(*, reassess: int, undecided: bool, review_on: date | None) -> str:
    """What a course whose visits were all held waits for: a reassessment in the visit of that number, a decision or a
    review."""
    if reassess:
        return str(gettext("Reassessment in visit %(number)s to be marked", number=reassess))
    if undecided:
        return str(gettext("A phase waits to be released or left out"))
    return "" if review_on is None else str(gettext("Review due %(day)s", day=day(review_on)))


def language(code: str) -> str:
    """What a language is called here; an unknown code as it is."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(get_locale())
    except (ValueError, UnknownLocaleError):
        return code
    return name or code


def jurisdiction(code: str) -> str:
    """Florida (United States), of an ISO 3166 code; what has no name by its code."""
    country, _, region = code.partition("-")
    locale = get_locale()
    named = str(locale.territories.get(country, country)) if locale else country
    return f"{region_name(country, region)} ({named})" if region else named


def language_choices(*also: str) -> list[tuple[str, str]]:
    """Languages that people speak, by their names; `also` are codes that have to be among them."""
    found = [(code, language(code)) for code in {*SPOKEN, *also}]
    return sorted(found, key=lambda each: each[1].casefold())


def in_words(code: str, params: Mapping[str, object]) -> str:
    """What a code says in the page's language."""
    return sentence(code, params, gettext, shown)


def shown(name: str, value: object) -> object:
    """What stands in a sentence: fields, things and jurisdictions by name, days as people write them."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_date(value, "d MMM y")
    if name == "jurisdiction" and isinstance(value, str):
        return jurisdiction(value)
    called = {"field": FIELDS, "what": THINGS}.get(name, {})
    return gettext(called[value]) if isinstance(value, str) and value in called else value
