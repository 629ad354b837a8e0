"""JSON logs on standard error: one line an event, with the request's number and no names, paths or tokens."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any, Final

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
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


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
