import json
import logging

import pytest

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


def test_an_exception_is_told_on_the_same_line() -> None:
    error = ValueError("first\nsecond")
    line = JsonLines().format(record(exc_info=(ValueError, error, None)))
    assert "\n" not in line
    assert "first\nsecond" in json.loads(line)["trace"]


def test_logs_go_to_standard_error_from_the_level_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    monkeypatch.setattr(logging.config, "dictConfig", given.append)
    configure("WARNING")
    assert given == [config("WARNING")]
    assert config("WARNING")["root"] == {"level": "WARNING", "handlers": ["stderr"]}
