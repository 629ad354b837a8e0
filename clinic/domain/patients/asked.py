"""What somebody typed to find a patient, as it can be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, product
from typing import Final

from clinic.domain.dates import whole_dates
from clinic.domain.patients.names import folded
from clinic.domain.patients.terms import LONGEST, bare

MOST_TYPED: Final = 100
MOST_WORDS: Final = 6
LONGEST_DATE: Final = 5
"""Words that a date is written in at most: 1 de marzo 1980."""

DIALLED: Final = 6
"""From so many figures on, the 0 or 00 before a number is how it is dialled and no part of it."""

TELLING: Final = 9
"""So many last figures tell a telephone number, whether or not the country stands before it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All of it holds: every word begins or stands in a name, every number in a telephone number or an identifier, and
    the birth date is one of `born`, unless that is empty."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    born: tuple[date, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked: that finds nobody."""
        return not (self.words or self.numbers or self.born)


def readings(typed: str, *, today: date) -> tuple[Asked, ...]:
    """How it can be meant, the likeliest first: figures alone may be a birth date or a number, letters with figures a
    number or a name."""
    said = folded(typed[:MOST_TYPED].replace(",", " ")).split()[: MOST_WORDS + LONGEST_DATE]
    born, rest = _date_in(said, today)
    ways = [(born, rest)]
    dated = [word for word in rest if word.isdigit() and whole_dates(word, today=today)]
    if dated and not born:
        ways.insert(0, (whole_dates(dated[0], today=today), [word for word in rest if word != dated[0]]))
    found = (_asked(words, dates, numbered) for dates, words in ways for numbered in (_figured, str.isdigit))
    return tuple(dict.fromkeys(found))


def _date_in(said: list[str], today: date) -> tuple[tuple[date, ...], list[str]]:
    """The first date that is written as one, and the words besides."""
    for length, first in product(range(LONGEST_DATE, 0, -1), range(len(said))):
        words = said[first : first + length]
        if len(words) < length or (length == 1 and words[0].isdigit()):
            continue
        found = whole_dates(" ".join(words), today=today)
        if found:
            return found, said[:first] + said[first + length :]
    return (), said


def _asked(said: list[str], born: tuple[date, ...], numbered: Callable[[str], bool]) -> Asked:
    bared = [word for word in map(bare, said) if word][:MOST_WORDS]
    words = tuple(dict.fromkeys(word[:LONGEST] for word in bared if not numbered(word)))
    return Asked(words, tuple(_dialled(filter(numbered, bared))), born)


def _figured(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _dialled(bared: Iterable[str]) -> Iterator[str]:
    """A number that is typed in groups is one."""
    for figures, group in groupby(bared, key=str.isdigit):
        for word in ["".join(group)] if figures else group:
            short = word.lstrip("0") if figures and len(word) >= DIALLED else word
            yield short[-TELLING:] if figures and len(short) > TELLING + 1 else (short or word)[:LONGEST]
