"""The questions about a patient's health that ship with the product: in full, and those of the day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

from clinic.content.files import load_file
from clinic.domain.care.screening import LIMBS, Answers, DayAnswers, Degree, Limb
from clinic.domain.dates import day_of
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import LINE, text
from clinic.domain.practice.body import Region


@dataclass(frozen=True, slots=True)
class Question:
    """What fills a field of the answers; `kind` is yes, degree, date, number, regions or limbs. `asks` is a message
    id, `source` why it is asked."""

    field: str
    kind: str
    asks: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """A version of what is asked."""

    version: int
    standing: tuple[Question, ...]
    today: tuple[Question, ...]


@cache
def load() -> Questions:
    """Read once."""
    return load_file("screening.toml", _questions)


def _questions(document: object) -> Questions:
    given = Fields(document)
    found = Questions(
        given.take("version"),
        given.each("questions", lambda one: _question(Answers, one)),
        given.each("today", lambda one: _question(DayAnswers, one)),
    )
    given.finish()
    _complete("questions", Answers, found.standing)
    _complete("today", DayAnswers, found.today)
    return found


def _complete(name: str, kind: type[Answers | DayAnswers], asked: Sequence[Question]) -> None:
    if sorted(one.field for one in asked) != sorted(one.name for one in fields(kind)):
        raise Invalid("questions_incomplete", field=name)


def _question(kind: type[Answers | DayAnswers], document: object) -> Question:
    given = Fields(document)
    name, asks = given.take("field"), text("asks", given.take("asks"), LINE, required=True)
    source = text("source", given.take("source"), LINE, required=True)
    given.finish()
    usual = {one.name: one.default for one in fields(kind)}
    if name not in usual:
        raise Invalid("field_unknown", field="field")
    return Question(name, _kind(name, usual[name]), asks, source)


def _kind(name: str, usual: object) -> str:
    if isinstance(usual, tuple):
        return "limbs" if name in LIMBS else "regions"
    if isinstance(usual, Degree):
        return "degree"
    if isinstance(usual, bool):
        return "yes"
    return "date" if usual is None else "number"


def read(question: Question, given: Sequence[str]) -> object:
    """The answer that a form carries. Raises Invalid with the question's field."""
    first = given[0].strip() if given else ""
    try:
        match question.kind:
            case "yes":
                return first == "1"
            case "degree":
                return Degree(first or Degree.NONE)
            case "date":
                return day_of(first) if first else None
            case "number":
                return int(first or 0)
            case "limbs":
                return tuple(Limb(each) for each in given)
        return tuple(Region(each) for each in given)
    except ValueError as error:
        raise Invalid("answer_unreadable", field=question.field) from error
