"""Answers as the documents that are stored: only what was said, each by its field's name."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from clinic.domain.care.screening import LIMBS, Answers, DayAnswers, Degree, Limb
from clinic.domain.practice.body import Region


def to_document(answers: Answers | DayAnswers) -> dict[str, Any]:
    """What differs from nothing said."""
    said = {one.name: (getattr(answers, one.name), one.default) for one in fields(answers)}
    return {name: _plain(value) for name, (value, usual) in said.items() if value != usual}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def answers_from(document: Mapping[str, Any]) -> Answers:
    """The standing answers; a name that is no longer asked is left out."""
    return Answers(**_values(Answers, document))


def day_from(document: Mapping[str, Any]) -> DayAnswers:
    """The answers of a day."""
    return DayAnswers(**_values(DayAnswers, document))


def _values(kind: type[Answers | DayAnswers], document: Mapping[str, Any]) -> dict[str, Any]:
    usual = {one.name: one.default for one in fields(kind)}
    return {name: _read(name, usual[name], value) for name, value in document.items() if name in usual}


def _read(name: str, usual: object, value: Any) -> object:
    if isinstance(usual, tuple):
        return tuple(Limb(each) if name in LIMBS else Region(each) for each in value)
    if usual is None:
        return date.fromisoformat(value)
    return Degree(value) if isinstance(usual, Degree) else value
