import json
import logging
from collections.abc import Callable

import pytest

from clinic.domain.errors import Invalid
from clinic.logs import JsonLines, config, configure


def record(**more: object) -> logging.LogRecord:
    made = logging.LogRecord("clinic.request", logging.INFO, "x.py", 1, "request", None, None)
    made.__dict__.update(more)
    return made


def test_a_record_is_one_line_of_json_with_its_facts() -> None:
    line = JsonLines().format(record(created=0.25, facts={"route": "/day/<date:day>", "status": 200}))
    assert json.loads(line) == {
        "at": "1970-01-01T00:00:00.250+00:00",
        "level": "INFO",
        "logger": "clinic.request",
        "message": "request",
        "route": "/day/<date:day>",
        "status": 200,
    }


def caught(does: Callable[[], object]) -> BaseException:
    try:
        does()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_an_exception_is_told_on_the_same_line_by_where_it_was_and_what_it_is() -> None:
    def fails() -> None:
        try:
            int("Adler")
        except ValueError as error:
            raise Invalid("whole_number", field="age", said="Adler") from error

    error = caught(fails)
    line = JsonLines().format(record(exc_info=(type(error), error, error.__traceback__)))
    assert "\n" not in line
    trace = json.loads(line)["trace"]
    assert "in fails" in trace
    assert trace.index("Invalid: whole_number") < trace.index("ValueError")
    assert "ValueError: invalid literal" not in trace


def test_errors_that_caused_each_other_are_told_once() -> None:
    first, second = KeyError("a"), KeyError("b")
    first.__context__, second.__context__ = second, first
    line = JsonLines().format(record(exc_info=(KeyError, first, None)))
    assert json.loads(line)["trace"] == "KeyError\n\nKeyError"


def test_logs_go_to_standard_error_from_the_level_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(logging.config, "dictConfig", given.append)
    configure("WARNING")
    assert given == [config("WARNING")]
    assert config("WARNING")["root"] == {"level": "WARNING", "handlers": ["stderr"]}
