"""JSON logs on standard error: one line an event, with the request's number and no names, paths or tokens."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from traceback import format_tb
from typing import Any, Final

from clinic.domain.errors import ClinicError

TALKATIVE: Final = ("alembic", "flask_wtf", "mail.log")
"""These tell at INFO what our own lines say already, or what no log should know: who writes to whom."""


class JsonLines(logging.Formatter):
    """One JSON object a record; what a record carries as `facts` stands beside its message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["trace"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace(error: BaseException | None) -> str:
    """Where each error of the chain came from, the first one last, and of what kind it is. Its words are left out: a
    database says which name was there twice, a parser repeats what it could not read."""
    told, seen = list[str](), set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        code = f": {error.code}" if isinstance(error, ClinicError) else ""
        told.append("".join(format_tb(error.__traceback__)) + type(error).__qualname__ + code)
        error = error.__cause__ or error.__context__
    return "\n\n".join(told)


def config(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything from `level` on, the server's own lines too."""
    handler = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines}},
        "handlers": {"stderr": handler},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
    }


def configure(level: str) -> None:
    """Log like this from now on, in this process."""
    logging.config.dictConfig(config(level))
