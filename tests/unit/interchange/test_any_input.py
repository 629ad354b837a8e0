"""Whatever a file holds, it is read or refused: no other error ends an import."""

import tomllib
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

from clinic.domain.errors import Invalid
from clinic.interchange.fhir_patients import person_from
from clinic.interchange.practice_file import practice_from
from clinic.interchange.repair_instances import repair_from
from tests.examples import one_in
from tests.unit.interchange.test_fhir_patients import MIKA
from tests.unit.interchange.test_repair_instances import INSTANCE

WHOLE = tomllib.loads((Path(__file__).parents[3] / "docs" / "examples" / "practice.toml").read_text())
NOTHING = [None, True, "", [], [[]], {}, [{}], [None], {"a": 1}]
NUMBERS = [0, -1, 10**30, 1.5, float("nan"), float("inf")]
TEXTS = ["x", "x" * 500, "\ud800", "\0"]
EAST = timezone(timedelta(hours=5))
MOMENTS = [
    date.min,
    date.max,
    datetime(2026, 1, 1, tzinfo=EAST).replace(tzinfo=None),
    datetime.min.replace(tzinfo=EAST),
    datetime.max.replace(tzinfo=UTC),
    time(8, 0, 1),
]


def paths(document, path=()):
    """Every place in a document."""
    yield path
    if isinstance(document, dict | list):
        for key in document if isinstance(document, dict) else range(len(document)):
            yield from paths(document[key], (*path, key))


def changed(document, path, value):
    """The document with another value at that place."""
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = changed(document[path[0]], path[1:], value)
    return copy


def without(document, path):
    """The document without that item of a list."""
    *above, last = path
    items = document
    for key in above:
        items = items[key]
    return changed(document, tuple(above), [item for at, item in enumerate(items) if at != last])


def kinds(document):
    """Its places, whichever item of a list they are in: the last of each kind, which stands beside all others."""
    return {tuple("*" if isinstance(key, int) else key for key in path): path for path in paths(document)}


def spare(document):
    """The document with as few items as show every kind of place: an item more is the same questions again."""
    every = kinds(document).keys()
    for path in reversed([path for path in paths(document) if path and isinstance(path[-1], int)]):
        fewer = without(document, path)
        if kinds(fewer).keys() == every:
            document = fewer
    return document


def test_a_patient_with_anything_anywhere_is_read_or_refused():
    for path in paths(MIKA):
        for value in [*NOTHING, *NUMBERS, *TEXTS]:
            with suppress(Invalid):
                person_from(changed(MIKA, path, value))


@one_in(4)
def test_a_practice_with_anything_anywhere_is_read_or_refused(share):
    """At each place one in so many of what could stand there, at the next place the next of them."""
    example = spare(WHOLE)
    for n, path in enumerate(kinds(example).values()):
        for value in [*NOTHING, *NUMBERS, *TEXTS, *MOMENTS][n % share :: share]:
            with suppress(Invalid):
                practice_from(changed(example, path, value), years=())


@one_in(4)
def test_a_repair_with_anything_anywhere_is_read_or_refused(share):
    for n, path in enumerate(paths(INSTANCE)):
        for value in [*NOTHING, *NUMBERS, *TEXTS][n % share :: share]:
            with suppress(Invalid):
                repair_from(changed(INSTANCE, path, value))
