"""The terms under which a patient is found, and what somebody may have meant who mistyped one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from string import ascii_lowercase
from typing import Final

from clinic.domain.patients.names import folded
from clinic.domain.patients.person import Person

LONGEST: Final = 64
"""Of a term, in characters: more of a name or a number is not looked at."""

SHORTEST_WITHIN: Final = 3
"""Of what is found inside a name or a number, in characters."""

PAIRED: Final = 2
"""So many letters of one name stand before another, for who types the beginnings of two."""

FORGIVEN_FROM: Final = 4
"""So many letters a word has before a slip in it is forgiven: of three letters every other name is a neighbour."""

_ALPHABETS: Final = (
    ascii_lowercase,
    "".join(map(chr, range(ord("а"), ord("я") + 1))),
    "".join(map(chr, range(ord("α"), ord("ω") + 1))),
)


class Kind(StrEnum):
    """What a term is: a name, the beginning of one and another name, an end of a number, an end of a name."""

    NAME = "name"
    PAIR = "pair"
    NUMBER = "number"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A beginning of it finds the patient."""

    kind: Kind
    text: str


def bare(text: str) -> str:
    """Folded text without white space and signs: `O'Neil-Łuk` becomes `oneilluk`."""
    return "".join(sign for sign in folded(text) if sign.isalnum())


def terms_of(person: Person) -> frozenset[Term]:
    """Each word of the names, whole and in its parts, every end of it, and each beside each other; every end of the
    telephone number and of the identifiers."""
    names = {word for text in (person.family_name, person.given_names) for word in _words(text)}
    told = [person.phone or "", *(identifier.value for identifier in person.identifiers)]
    numbers = {number for number in (bare(each)[:LONGEST] for each in told) if number}
    found = {Term(Kind.NAME, word) for word in names}
    found |= {Term(Kind.WITHIN, word[at:]) for word in names for at in _places(word, 1)}
    found |= {Term(Kind.NUMBER, number[at:]) for number in numbers for at in (0, *_places(number, 1))}
    found |= {
        Term(Kind.PAIR, f"{one[:length]} {other}"[:LONGEST])
        for one, other in permutations(names, 2)
        for length in range(1, min(PAIRED, len(one)) + 1)
    }
    return frozenset(found)


def _words(name: str) -> Iterator[str]:
    for word in folded(name).split():
        parts = "".join(sign if sign.isalnum() else " " for sign in word).split()
        yield from (part[:LONGEST] for part in parts)
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST]


def _places(word: str, first: int) -> range:
    """Where the ends of a word begin that are long enough to be looked for."""
    return range(first, len(word) - SHORTEST_WITHIN + 1)


def meant(word: str) -> tuple[str, ...]:
    """What somebody may have meant whose slip made it this bare word: two neighbours swapped, one letter too many, one
    wrong, one too few; in that order, each once. Nothing for a word that is short or has figures."""
    if len(word) < FORGIVEN_FROM or any(sign.isdigit() for sign in word):
        return ()
    letters = next((each for each in _ALPHABETS if any(sign in each for sign in word)), "")
    return tuple(each for each in dict.fromkeys(_slips(word, letters)) if each != word)


def _slips(word: str, letters: Iterable[str]) -> Iterator[str]:
    places = range(len(word))
    yield from (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-1])
    yield from (word[:at] + word[at + 1 :] for at in places)
    yield from (word[:at] + other + word[at + 1 :] for at in places for other in letters)
    yield from (word[:at] + other + word[at:] for at in places for other in letters)
