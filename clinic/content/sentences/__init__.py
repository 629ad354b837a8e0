"""What each code says to people, and what to do about it.

A module for each area holds its codes. `{name}` shows a parameter, `{name:name}` what an id is called.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Any, Final

from clinic.content.labels import label
from clinic.content.marker import N_
from clinic.content.sentences import (
    busy,
    care,
    courses,
    general,
    messages,
    patients,
    placing,
    practice,
    records,
    repairs,
    visits,
    waiting,
)
from clinic.domain.errors import ClinicError, Invalid
from clinic.domain.faults import each_fault

Gettext = Callable[[str], str]
Shown = Callable[[str, object], object]

AREAS: Final = (general, practice, busy, patients, courses, placing, repairs, care, records, visits, waiting, messages)
SENTENCES: Final[dict[str, str]] = {code: words for area in AREAS for code, words in area.SENTENCES.items()}
SOMETHING: Final = N_("the input")
THEN: Final = "_then"
COUNTS: Final = ("days", "count", "most", "minutes")
LEFT_OVER: Final = N_("{reason} (Of the times that are left.)")
UNKNOWN: Final = "…"


def sentence(
    error: ClinicError | str,
    params: Mapping[str, object] | None = None,
    gettext: Gettext = lambda words: words,
    shown: Shown = lambda _, value: value,
) -> str:
    """The sentence of an error or of a code: several faults are a line each, an unknown code is made readable.

    `shown` may put a parameter, by its name, as its readers know it: a field by its label, a day as it is written.

    A code is said as its `_all` variant where it has one and no `session` is given, and as its `_one` variant where it
    has one and what it counts is 1; a code ending in `_then` is said of the times that are left.
    """
    if isinstance(error, Invalid) and error.code == "several_faults":
        return "\n".join(sentence(fault, gettext=gettext, shown=shown) for fault in each_fault(error))
    code, given = (error.code, error.params) if isinstance(error, ClinicError) else (error, params or {})
    if code.endswith(THEN) and code not in SENTENCES:
        return gettext(LEFT_OVER).format(reason=sentence(code.removesuffix(THEN), given, gettext, shown))
    if isinstance(error, Invalid):
        given = {**given, "field": error.field or gettext(SOMETHING)}
    words = SENTENCES.get(_variant(code, given))
    if words is None:
        return code.replace("_", " ").capitalize() + "."
    return _Words(gettext).vformat(gettext(words), (), {name: shown(name, value) for name, value in given.items()})


def _variant(code: str, given: Mapping[str, object]) -> str:
    every, one = f"{code}_all", f"{code}_one"
    if one in SENTENCES and next((given[name] for name in COUNTS if name in given), None) == 1:
        return one
    return every if every in SENTENCES and "session" not in given else code


class _Words(Formatter):
    """Fills a sentence's parameters in; one that was not given shows as an ellipsis."""

    def __init__(self, gettext: Gettext) -> None:
        self._gettext = gettext

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), UNKNOWN)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "name" or isinstance(value, StrEnum):
            return self._gettext(label(str(value)))
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.format_field(each, "") for each in value)
        return value.isoformat() if isinstance(value, date) else str(value)
